//! The real uv: of this machine, else one that is kept in the build folder. Other test targets
//! include this file as well.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// What kitty-gate takes.
const OLDEST: (u32, u32) = (0, 8);

/// The uv on PATH; else one that pip gets once per build folder. Fails when there is none to be
/// had: what it would have proven must not look as if it was.
pub fn real() -> &'static Path {
    static FOUND: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    match FOUND.get_or_init(|| on_path().map_or_else(kept, Ok)) {
        Ok(program) => program,
        Err(said) => panic!("no uv on PATH, and pip could get none:\n{said}"),
    }
}

fn on_path() -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|dir| dir.join("uv")).find(|uv| is_uv(uv))
}

/// Whether it is a uv, and not older than what kitty-gate takes.
fn is_uv(program: &Path) -> bool {
    let Ok(said) = Command::new(program).arg("--version").output() else {
        return false;
    };
    let said = String::from_utf8_lossy(&said.stdout);
    let mut numbers = said.trim_start_matches("uv ").split('.').map(str::parse);
    let mut next = || numbers.next().and_then(Result::ok).unwrap_or(0);
    said.starts_with("uv ") && (next(), next()) >= OLDEST
}

/// Other test processes may be at it, too: who holds the lock gets it for all.
fn kept() -> Result<PathBuf, String> {
    let home = Path::new(env!("CARGO_TARGET_TMPDIR"));
    fs_err::create_dir_all(home).unwrap();
    let lock = std::fs::File::create(home.join("uv.lock")).unwrap();
    lock.lock().unwrap();
    let site = home.join("uv");
    let program = site.join("bin/uv");
    if is_uv(&program) {
        return Ok(program);
    }
    let said = Command::new("python3")
        .args(["-m", "pip", "install", "--upgrade", "--target"])
        .arg(&site)
        .arg("uv")
        .output()
        .unwrap();
    if is_uv(&program) {
        Ok(program)
    } else {
        Err(String::from_utf8_lossy(&said.stderr).into_owned())
    }
}
