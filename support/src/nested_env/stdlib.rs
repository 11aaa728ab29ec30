//! The standard library's venv: what every Python brings, and slower.

use std::ffi::OsStr;
use std::path::Path;

use super::Interpreter;
use super::reason::{EnvError, Reason};
use super::text::classify;
use super::tool::{CREATE, Tools};
use super::tool_output::ToolOutput;
use crate::skip::{SkipCode, SkipPhase};

/// Makes an environment with pip at `dir`, which is empty.
pub(crate) fn venv(dir: &Path, interpreter: &Interpreter, tools: &Tools) -> Result<(), EnvError> {
    let args = ["-I".as_ref(), "-m".as_ref(), "venv".as_ref(), dir.as_os_str()];
    let said = tools.run(&interpreter.path, args, CREATE)?;
    if said.succeeded() {
        return Ok(());
    }
    Err(find_cause(&said, dir, tools)?.interpreter(interpreter).into())
}

/// venv says only that a command of its failed; what that one said is lost. So it is run again.
fn find_cause(said: &ToolOutput, dir: &Path, tools: &Tools) -> Result<Reason, EnvError> {
    let typed = |said: &ToolOutput| {
        let code = classify(&said.everything(), SkipCode::EnvironmentNotCreated);
        (code, Reason::new(code, SkipPhase::Create, "venv").of(said))
    };
    let (code, reason) = typed(said);
    let ended_by_itself = said.code().is_some();
    if code != SkipCode::EnvironmentNotCreated || !ended_by_itself {
        return Ok(reason);
    }
    let ensurepip = ["-I", "-m", "ensurepip", "--upgrade", "--default-pip"].map(OsStr::new);
    let dug_out = tools.run(&dir.join("bin/python"), ensurepip, CREATE)?;
    if dug_out.succeeded() || dug_out.exit.is_none() {
        return Ok(reason);
    }
    Ok(typed(&dug_out).1)
}
