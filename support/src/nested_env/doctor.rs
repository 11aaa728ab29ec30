//! What this machine can do: each thing is tried, not guessed.

use std::ffi::OsStr;
use std::path::PathBuf;
use std::thread;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::interpreter::{self, Interpreter};
use super::reason::{EnvError, Reason};
use super::text::classify;
use super::tool::{QUICK, RESOLVE, Tools, room};
use super::uv::Uv;
use super::{EnvMethod, EnvRequest, MethodRequest, create_nested_env, find_interpreter};
use crate::skip::{SkipCode, SkipPhase, SkipReason};

/// What a machine has, and what works on it.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Diagnosis {
    /// The uv on PATH.
    pub uv: Answer<FoundUv>,
    /// The interpreters on PATH, in the order in which they are tried.
    pub interpreters: Vec<FoundInterpreter>,
    /// An environment was made by each method, and removed again.
    pub environments: Vec<TriedMethod>,
    /// The package registry was asked for the product; how it answered.
    pub registry: Answer<String>,
}

/// How something answered.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Answer<T> {
    /// It works.
    Works(T),
    /// It does not, for this reason.
    Refused(SkipReason),
}

/// A uv.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct FoundUv {
    /// Where it is, absolute.
    pub path: PathBuf,
    /// Its version, as `0.13.9`.
    pub version: String,
}

/// An interpreter on PATH.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct FoundInterpreter {
    /// What stands on PATH: it may be a link or a shim.
    pub named: PathBuf,
    /// Whether uv installed it; such a build does not survive being copied (issue #975).
    pub uv_managed: bool,
    /// What it really is.
    pub answer: Answer<Interpreter>,
}

/// A way to make an environment.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct TriedMethod {
    /// The method.
    pub method: EnvMethod,
    /// The interpreter that it was tried with.
    pub answer: Answer<Interpreter>,
}

impl Diagnosis {
    /// Whether a release can be installed and tested here.
    pub fn is_fit(&self) -> bool {
        let works = |tried: &TriedMethod| matches!(tried.answer, Answer::Works(_));
        self.environments.iter().any(works) && matches!(self.registry, Answer::Works(_))
    }

    /// Everything that does not work, each reason once.
    pub fn refusals(&self) -> Vec<&SkipReason> {
        let interpreters = self.interpreters.iter().map(|found| found.answer.refusal());
        let environments = self.environments.iter().map(|tried| tried.answer.refusal());
        let mut refusals: Vec<&SkipReason> = Vec::new();
        let all = [self.uv.refusal()]
            .into_iter()
            .chain(interpreters)
            .chain(environments)
            .chain([self.registry.refusal()]);
        for refusal in all.flatten() {
            if refusals.iter().all(|known| known.code != refusal.code) {
                refusals.push(refusal);
            }
        }
        refusals
    }
}

impl<T> Answer<T> {
    /// Why it does not work.
    pub fn refusal(&self) -> Option<&SkipReason> {
        match self {
            Self::Works(_) => None,
            Self::Refused(reason) => Some(reason),
        }
    }

    pub(crate) fn of(result: Result<T, EnvError>) -> Result<Self, EnvError> {
        match result {
            Ok(works) => Ok(Self::Works(works)),
            Err(EnvError::Prevented(reason)) => Ok(Self::Refused(*reason)),
            Err(broken) => Err(broken),
        }
    }
}

/// Looks at this machine; `package` is what the registry is asked for. Only our own failures are
/// errors.
pub fn doctor(request: &EnvRequest, package: &str) -> Result<Diagnosis, EnvError> {
    let tools = Tools::of(request);
    thread::scope(|scope| {
        // The slow ones beside each other.
        let stdlib = scope.spawn(|| tried(EnvMethod::StdlibVenv, request));
        let registry = scope.spawn(|| registry_knows(&tools, request, package));
        let uv =
            Uv::on_path(&tools).map(|Uv { program, version }| FoundUv { path: program, version });
        Ok(Diagnosis {
            uv: Answer::of(uv)?,
            interpreters: interpreters(&tools)?,
            environments: vec![tried(EnvMethod::UvVenv, request)?, joined(stdlib)?],
            registry: joined(registry)?,
        })
    })
}

fn joined<T>(job: thread::ScopedJoinHandle<'_, Result<T, EnvError>>) -> Result<T, EnvError> {
    let panicked = |_| Err(EnvError::Io(std::io::Error::other("a thread panicked")));
    job.join().unwrap_or_else(panicked)
}

fn interpreters(tools: &Tools) -> Result<Vec<FoundInterpreter>, EnvError> {
    let found = interpreter::all(tools).into_iter();
    found
        .map(|(named, answer)| {
            Ok(FoundInterpreter {
                named,
                uv_managed: answer.as_ref().is_ok_and(Interpreter::is_uv_managed),
                answer: Answer::of(answer)?,
            })
        })
        .collect()
}

fn tried(method: EnvMethod, request: &EnvRequest) -> Result<TriedMethod, EnvError> {
    let request = EnvRequest {
        method: match method {
            EnvMethod::UvVenv => MethodRequest::Uv,
            EnvMethod::StdlibVenv => MethodRequest::Stdlib,
        },
        ..request.clone()
    };
    // Without a place for it, the method is refused as `env create` refuses it.
    let made = room("kitty-gate-doctor-")
        .and_then(|place| create_nested_env(&place.path().join("env"), &request));
    Ok(TriedMethod { method, answer: Answer::of(made.map(|env| env.interpreter))? })
}

/// Whether the registry knows the product, by uv or else by pip.
fn registry_knows(
    tools: &Tools,
    request: &EnvRequest,
    package: &str,
) -> Result<Answer<String>, EnvError> {
    let interpreter = match Answer::of(find_interpreter(tools, request.python.as_ref()))? {
        Answer::Works(interpreter) => interpreter,
        Answer::Refused(reason) => return Ok(Answer::Refused(reason)),
    };
    let (tool, said) = if let Ok(uv) = Uv::on_path(tools) {
        let place = match Answer::of(room("kitty-gate-doctor-"))? {
            Answer::Works(place) => place,
            Answer::Refused(reason) => return Ok(Answer::Refused(reason)),
        };
        let input = place.path().join("requirements.in");
        fs_err::write(&input, format!("{package}\n"))?;
        let args = ["pip", "compile", "--no-deps", "--no-header", "--python"].map(OsStr::new);
        let last = [interpreter.path.as_os_str(), input.as_os_str()];
        ("uv", uv.run(args.into_iter().chain(last), RESOLVE, tools)?)
    } else {
        let args = ["-I", "-m", "pip", "index", "versions", package];
        ("pip", tools.run(&interpreter.path, args, QUICK * 3)?)
    };
    if said.succeeded() {
        let newest = said.stdout.lines().find(|line| line.contains(package));
        return Ok(Answer::Works(newest.unwrap_or_default().trim().to_owned()));
    }
    let code = classify(&said.everything(), SkipCode::RegistryUnreachable);
    let reason = Reason::new(code, SkipPhase::Probe, tool).of(&said).interpreter(&interpreter);
    Answer::of(Err(reason.into()))
}
