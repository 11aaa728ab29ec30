//! A uv to install with: the caller's, else one in our own store.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use super::Interpreter;
use super::store::{Store, key};
use crate::nested_env::reason::{EnvError, Reason};
use crate::nested_env::text::classify;
use crate::nested_env::tool::{INSTALL, Tools};
use crate::nested_env::uv::Uv;
use crate::skip::{SkipCode, SkipPhase};

/// The caller's uv, else one in our own store; `None` when there is none to be had.
pub(super) fn obtain(
    interpreter: &Interpreter,
    store: &Store,
    tools: &Tools,
) -> Result<Option<Uv>, EnvError> {
    if let Some(uv) = on_path(tools)? {
        return Ok(Some(uv));
    }
    let shelf = store.shelf("tools", &key("uv", &[&interpreter.version]));
    let kept = || match shelf.record::<PathBuf>() {
        Some(program) => that_serves(Uv::at(program, tools)),
        None => Ok(None),
    };
    if let Some(uv) = kept()? {
        return Ok(Some(uv));
    }
    let turn = shelf.lock()?;
    if let Some(uv) = kept()? {
        return Ok(Some(uv));
    }
    let room = turn.fresh()?;
    let Some(program) = fetched(&room.join("site"), interpreter, tools)? else {
        return Ok(None);
    };
    let uv = that_serves(Uv::at(program.clone(), tools))?;
    if uv.is_some() {
        turn.publish(&room, &program)?;
    }
    Ok(uv)
}

/// The uv on the caller's PATH, if it serves.
pub(super) fn on_path(tools: &Tools) -> Result<Option<Uv>, EnvError> {
    that_serves(Uv::on_path(tools))
}

/// Why another one does not serve matters to the doctor, not here: the next way is tried.
fn that_serves(found: Result<Uv, EnvError>) -> Result<Option<Uv>, EnvError> {
    match found {
        Ok(uv) => Ok(Some(uv)),
        Err(EnvError::Prevented(_)) => Ok(None),
        Err(broken) => Err(broken),
    }
}

/// Lets pip put uv into `target`; `None` when it cannot be had.
fn fetched(
    target: &Path,
    interpreter: &Interpreter,
    tools: &Tools,
) -> Result<Option<PathBuf>, EnvError> {
    let args = ["-m", "pip", "install", "--only-binary", ":all:", "--target"].map(OsStr::new);
    let last = [target.as_os_str(), OsStr::new("uv")];
    let said = tools.run(&interpreter.path, args.into_iter().chain(last), INSTALL)?;
    if said.succeeded() {
        return Ok(Some(target.join("bin/uv")));
    }
    // Why else it could not be had does not matter: venv and pip serve.
    let code = classify(&said.everything(), SkipCode::UvAbsent);
    if !said.timed_out() && !is_silence(code) {
        return Ok(None);
    }
    // pip would fail in the same way, or, once the registry is back, quietly make an environment
    // that is not dated.
    Err(Reason::new(code, SkipPhase::Probe, "pip").of(&said).interpreter(interpreter).into())
}

/// Whether the registry did not answer at all: no answer is not the answer that there is nothing.
pub(super) fn is_silence(code: SkipCode) -> bool {
    matches!(code, SkipCode::RegistryUnreachable | SkipCode::RegistryTimeout | SkipCode::TimedOut)
}
