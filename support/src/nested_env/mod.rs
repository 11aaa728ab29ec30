//! Nested Python environments: made, verified, or refused with one typed reason.
//!
//! uv makes them where it is on PATH; the standard library's venv is the fallback. The interpreter
//! is never copied, so that a build that keeps its library beside itself works, too (issue #975).
//! Requirements: FR-012 to FR-014, the `NestedEnvResult` invariant (seed 000).

mod doctor;
mod interpreter;
mod pip;
pub(crate) mod reason;
mod stdlib;
mod target;
pub(crate) mod text;
pub(crate) mod tool;
pub(crate) mod tool_output;
pub(crate) mod uv;
mod verify;

use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use doctor::{Answer, Diagnosis, FoundInterpreter, FoundUv, TriedMethod, doctor};
pub(crate) use interpreter::find as find_interpreter;
pub use interpreter::{Interpreter, PythonRequest};
pub use reason::EnvError;
pub use tool::Caller;
pub(crate) use verify::environment as verify_environment;

use target::Target;
use tool::Tools;
use uv::Uv;

use crate::skip::{SkipCode, SkipReason};

/// A nested environment that was held against what was asked for, and works.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NestedEnv {
    /// Its folder, absolute.
    pub venv_dir: PathBuf,
    /// Its interpreter, absolute.
    pub python: PathBuf,
    /// Its pip, as the beginning of a command line; proven to work. With uv it is `uv pip`.
    pub pip: Vec<String>,
    /// What made it.
    pub method: EnvMethod,
    /// The interpreter that it stands on: path, version, base prefix.
    pub interpreter: Interpreter,
    /// Why uv, which was to be preferred, did not make it.
    pub passed_over: Option<SkipReason>,
}

/// What made an environment. The names are those of seed 000.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum EnvMethod {
    /// `uv venv`.
    UvVenv,
    /// `python -m venv`.
    StdlibVenv,
}

impl fmt::Display for EnvMethod {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.serialize(f)
    }
}

/// What may make an environment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MethodRequest {
    /// uv where it is on PATH and works, else the standard library.
    #[default]
    Auto,
    /// uv, or nothing.
    Uv,
    /// The standard library, though there may be a uv.
    Stdlib,
}

/// How an environment is asked for.
#[derive(Debug, Clone, Default)]
pub struct EnvRequest {
    /// The interpreter; else the first on PATH that serves.
    pub python: Option<PythonRequest>,
    /// What may make it.
    pub method: MethodRequest,
    /// What is taken over from whoever started us.
    pub caller: Caller,
    /// Where uv keeps what it has downloaded; may not exist yet.
    pub uv_cache: PathBuf,
    /// The most that any tool may take; each has a deadline of its own besides.
    pub limit: Option<Duration>,
}

/// Makes a verified environment at `dir`, an absolute path where there is nothing yet or an empty
/// folder; or says in one typed reason why there can be none, and leaves nothing behind.
pub fn create_nested_env(dir: &Path, request: &EnvRequest) -> Result<NestedEnv, EnvError> {
    let tools = Tools::of(request);
    let interpreter = find_interpreter(&tools, request.python.as_ref())?;
    let dir = &target::plain(dir);
    let mut target = Target::claim(dir)?;
    let attempt = |way: &Backend, target: &Target| {
        make(dir, way, &interpreter, &tools).map_err(|error| target.explain(error))
    };
    let by_uv =
        |target: &Target| Uv::on_path(&tools).and_then(|uv| attempt(&Backend::Uv(uv), target));
    let by_stdlib = |target: &Target| attempt(&Backend::Stdlib, target);
    let env = match request.method {
        MethodRequest::Uv => by_uv(&target),
        MethodRequest::Stdlib => by_stdlib(&target),
        MethodRequest::Auto => match by_uv(&target) {
            // Whoever stopped uv wants nothing instead of it.
            Err(EnvError::Prevented(first)) if first.code != SkipCode::Interrupted => {
                target.clear()?;
                match by_stdlib(&target) {
                    Ok(env) => Ok(NestedEnv { passed_over: Some(*first), ..env }),
                    Err(second) => Err(both(&first, second)),
                }
            }
            done => done,
        },
    }?;
    target.keep();
    Ok(env)
}

/// What makes an environment.
#[derive(Debug)]
pub(crate) enum Backend {
    /// This uv.
    Uv(Uv),
    /// The interpreter's own venv.
    Stdlib,
}

/// Makes an environment in an empty folder, and verifies it.
pub(crate) fn make(
    dir: &Path,
    way: &Backend,
    interpreter: &Interpreter,
    tools: &Tools,
) -> Result<NestedEnv, EnvError> {
    match way {
        Backend::Uv(uv) => uv.venv(dir, interpreter, tools)?,
        Backend::Stdlib => stdlib::venv(dir, interpreter, tools)?,
    }
    verify_environment(dir, interpreter, tools)?;
    let (method, pip) = match way {
        Backend::Uv(uv) => (EnvMethod::UvVenv, pip::shim(dir, uv)?),
        Backend::Stdlib => (EnvMethod::StdlibVenv, pip::own(dir)),
    };
    pip::verify(&pip, interpreter, tools)?;
    Ok(NestedEnv {
        venv_dir: dir.to_owned(),
        python: dir.join("bin/python"),
        pip,
        method,
        interpreter: interpreter.clone(),
        passed_over: None,
    })
}

/// Two ways were tried, and both must be named (seed 001). The last one gives the code: it is the
/// one that was to serve where the other did not.
fn both(first: &SkipReason, second: EnvError) -> EnvError {
    let EnvError::Prevented(second) = second else {
        return second;
    };
    let told = |reason: &SkipReason| {
        let line = format!("{}: {}: {}", reason.tool, reason.code, reason.headline());
        text::cut(&line, 280).to_owned()
    };
    let excerpt = format!("{}\n{}", told(first), told(&second));
    let remediation = if first.code == second.code {
        second.remediation.clone()
    } else {
        format!("{}; or: {}", second.remediation, first.remediation)
    };
    EnvError::Prevented(Box::new(SkipReason { excerpt, remediation, ..*second }))
}

impl Tools {
    fn of(request: &EnvRequest) -> Self {
        Self {
            caller: request.caller.clone(),
            uv_cache: request.uv_cache.clone(),
            limit: request.limit,
        }
    }
}
