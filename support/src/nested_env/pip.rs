//! The `pip` of an environment: a command that works, whichever tool made the environment.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use super::Interpreter;
use super::reason::{EnvError, Reason};
use super::target::remove;
use super::text::classify;
use super::tool::{QUICK, Tools};
use super::uv::Uv;
use crate::skip::{SkipCode, SkipPhase};

/// uv puts no pip into an environment. What people type is passed on to `uv pip`.
pub(super) fn shim(dir: &Path, uv: &Uv) -> Result<Vec<String>, EnvError> {
    let program = uv.program.to_string_lossy();
    let text = format!(
        "#!/bin/sh\n\
         # uv made this environment, without a pip of its own: this passes everything on to it.\n\
         uv={uv}\n\
         case ${{1-}} in -V|--version) exec \"$uv\" --version;; esac\n\
         unset UV_PYTHON UV_SYSTEM_PYTHON\n\
         VIRTUAL_ENV={dir} exec \"$uv\" pip \"$@\"\n",
        uv = shell_words::quote(&program),
        dir = shell_words::quote(&dir.to_string_lossy()),
    );
    let file = dir.join("bin/pip");
    // What lies there may be a link, and must not be written through.
    remove(&file)?;
    fs_err::write(&file, text)?;
    fs_err::set_permissions(&file, std::fs::Permissions::from_mode(0o755))?;
    Ok(vec![file.to_string_lossy().into_owned()])
}

/// What the standard library has put there.
pub(super) fn own(dir: &Path) -> Vec<String> {
    let python = dir.join("bin/python").to_string_lossy().into_owned();
    vec![python, "-m".to_owned(), "pip".to_owned()]
}

/// That the command really works: it lists what is installed, which may be nothing.
pub(super) fn verify(
    pip: &[String],
    interpreter: &Interpreter,
    tools: &Tools,
) -> Result<(), EnvError> {
    let list = ["list", "--format", "json"].map(str::to_owned);
    let (program, args) = pip.split_first().unwrap_or((&list[0], &[]));
    let said = tools.run(Path::new(program), args.iter().chain(&list), QUICK)?;
    let is_list = serde_json::from_str::<Vec<serde_json::Value>>(&said.stdout).is_ok();
    if said.succeeded() && is_list {
        return Ok(());
    }
    let code = classify(&said.stderr, SkipCode::PipMissing);
    Err(Reason::new(code, SkipPhase::Verify, "pip").of(&said).interpreter(interpreter).into())
}
