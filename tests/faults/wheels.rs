//! Fake products that are wheels: a product that can be installed twice, and its package of events.

use std::ffi::{OsStr, OsString};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use fixtures::Package;
use serde_json::Value;

use crate::Executed;

/// Sees nothing, and says so.
const BLIND: &str = "blind";
/// Does not even work.
const SICK: &str = "sick";
/// Works, until it has seen a drift once.
const SCARRED: &str = "scarred";
/// Keeps every promise.
const SOUND: &str = "sound";
/// Is packed as it should be, and does nothing.
const IDLE: &str = "idle";

/// All of them, run.
pub fn executed() -> Vec<Executed> {
    let modes = [SOUND, BLIND, SICK, SCARRED, IDLE];
    modes.map(|mode| Executed::of(mode, &run(mode))).into()
}

fn run(mode: &str) -> Value {
    let all = ["contract-drift", "regressions/installed-pins"];
    run_with(mode, &path_with(crate::uv::real().parent().unwrap()), &all)
}

/// The sound one, where uv makes the environment of the product and then no other.
pub fn without_nested() -> Value {
    let bin = tempfile::tempdir().unwrap();
    let refuse = "echo 'error: Failed to create virtual environment' >&2; exit 2";
    let uv = shell_words::quote(crate::uv::real().to_str().unwrap()).into_owned();
    let script =
        format!("#!/bin/sh\ncase \"$*\" in *venv*replicas*) {refuse};; esac\nexec {uv} \"$@\"\n");
    let file = bin.path().join("uv");
    fs_err::write(&file, script).unwrap();
    fs_err::set_permissions(&file, std::fs::Permissions::from_mode(0o755)).unwrap();
    run_with(SOUND, &path_with(bin.path()), &["contract-drift"])
}

fn run_with(mode: &str, path: &OsStr, filters: &[&str]) -> Value {
    let world = tempfile::tempdir().unwrap();
    let product = product(mode).write_wheel(world.path()).unwrap();
    let index = index(&events(mode), &world.path().join("index"));
    let env = [("PATH", path), ("UV_DEFAULT_INDEX", index.as_os_str())];
    crate::run_against(world.path(), &product, filters, &env)
}

fn product(mode: &str) -> Package {
    let code =
        include_str!("product.py").replace("@MODE@", mode).replace("@REFERENCE@", crate::REFERENCE);
    let scripts =
        "[console_scripts]\nspec-kitty = spec_kitty_cli:spec_kitty\npip = spec_kitty_cli:pip\n";
    package(
        "spec_kitty_cli",
        "9.9.9",
        "Requires-Dist: spec-kitty-events<10\n",
        &[
            ("spec_kitty_cli/__init__.py", &code),
            ("spec_kitty_cli-9.9.9.dist-info/entry_points.txt", scripts),
        ],
    )
}

fn events(mode: &str) -> Package {
    let init = "from .models import Event\n__version__ = \"9.0.0\"\n";
    let blind = "from pydantic import MODE\nif MODE == 'blind':\n    __version__ = '9' + '.0.0'\n";
    let pydantic = include_str!("pydantic.py").replace("@MODE@", mode);
    package(
        "spec_kitty_events",
        "9.0.0",
        "",
        &[
            ("spec_kitty_events/__init__.py", &format!("{init}{blind}")),
            ("spec_kitty_events/models.py", include_str!("models.py")),
            ("pydantic.py", &pydantic),
        ],
    )
}

fn package(name: &str, version: &str, requires: &str, files: &[(&str, &str)]) -> Package {
    let dist_info = format!("{name}-{version}.dist-info");
    let metadata = format!(
        "Metadata-Version: 2.1\nName: {}\nVersion: {version}\n{requires}",
        name.replace('_', "-")
    );
    let wheel =
        "Wheel-Version: 1.0\nGenerator: fake product\nRoot-Is-Purelib: true\nTag: py3-none-any\n";
    let described = [
        (format!("{dist_info}/METADATA"), metadata.into_bytes()),
        (format!("{dist_info}/WHEEL"), wheel.into()),
    ];
    let files = files.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec()));
    Package {
        name: name.to_owned(),
        version: version.to_owned(),
        files: files.chain(described).collect(),
    }
}

/// A registry of one package, as a folder.
fn index(package: &Package, root: &Path) -> OsString {
    let dir = root.join(package.name.replace('_', "-"));
    fs_err::create_dir_all(&dir).unwrap();
    let wheel = package.write_wheel(&dir).unwrap();
    let file = wheel.file_name().unwrap().to_str().unwrap();
    fs_err::write(dir.join("index.html"), format!("<a href=\"{file}\">{file}</a>")).unwrap();
    format!("file://{}", root.display()).into()
}

fn path_with(bin: &Path) -> OsString {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let dirs = std::iter::once(bin.to_owned()).chain(std::env::split_paths(&path));
    std::env::join_paths(dirs).unwrap()
}
