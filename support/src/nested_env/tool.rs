//! Runs the tools that make an environment: python, pip, uv, git. Never the product.
//!
//! Their environment is built from nothing, their folder is an empty one, and each has a deadline.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tempfile::TempDir;

use super::reason::{EnvError, Reason, code_of};
use super::tool_output::ToolOutput;
use crate::env_vars;
use crate::process::{self, Invocation, ProcessError};
use crate::skip::{SkipCode, SkipPhase};

/// A question that is answered at once, if the machine is not very busy.
pub(crate) const QUICK: Duration = Duration::from_secs(20);
/// Making an environment, with pip in it.
pub(crate) const CREATE: Duration = Duration::from_secs(120);
/// Asking the registry which packages fit.
pub(crate) const RESOLVE: Duration = Duration::from_secs(90);
/// Downloading, unpacking and compiling some fifty packages.
pub(crate) const INSTALL: Duration = Duration::from_secs(300);

/// More than a tool has to say, in bytes.
const STREAM_LIMIT: u64 = 4 * 1024 * 1024;
/// How much of a stream is read, in bytes; of a longer one the beginning and the end.
const READ_LIMIT: usize = 4 * 1024 * 1024;

/// What provisioning takes over from whoever started us.
#[derive(Debug, Clone, Default)]
pub struct Caller {
    /// PATH: where uv and the interpreters are looked for.
    pub path: OsString,
    /// How to reach the package registry: the variables of [`env_vars::REGISTRY_ACCESS`].
    pub registry_access: BTreeMap<String, OsString>,
}

impl Caller {
    /// Takes over from the environment of this process.
    pub fn from_env() -> Self {
        let set = |name: &&str| std::env::var_os(name).map(|value| ((*name).to_owned(), value));
        Self {
            path: std::env::var_os("PATH").unwrap_or_default(),
            registry_access: env_vars::REGISTRY_ACCESS.iter().filter_map(set).collect(),
        }
    }

    /// The program of this name on the caller's PATH.
    pub(crate) fn which(&self, name: &str) -> Option<PathBuf> {
        // An empty or relative entry of PATH would be relative to a folder that does not matter
        // here.
        which::which_in(name, Some(&self.path), "/").ok()
    }
}

/// Runs tools.
#[derive(Debug, Clone)]
pub(crate) struct Tools {
    pub(crate) caller: Caller,
    /// Where uv keeps what it has downloaded.
    pub(crate) uv_cache: PathBuf,
    /// The most that any tool may take, where the operator has set it.
    pub(crate) limit: Option<Duration>,
}

impl Tools {
    /// Runs `program` to its end or to `deadline`.
    pub(crate) fn run<A: AsRef<OsStr>>(
        &self,
        program: &Path,
        args: impl IntoIterator<Item = A>,
        deadline: Duration,
    ) -> Result<ToolOutput, EnvError> {
        let room = room("kitty-gate-tool-")?;
        let args: Vec<OsString> = args.into_iter().map(|arg| arg.as_ref().to_owned()).collect();
        let cwd = room.path().join("cwd");
        fs_err::create_dir(&cwd)?;
        let invocation = Invocation {
            program: program.to_owned(),
            cwd,
            env: self.env(room.path()),
            stdout: room.path().join("stdout"),
            stderr: room.path().join("stderr"),
            deadline: self.limit.map_or(deadline, |limit| limit.min(deadline)),
            stream_limit: STREAM_LIMIT,
            interrupt: None,
            args,
        };
        run_tool(&invocation)
    }

    fn env(&self, room: &Path) -> BTreeMap<String, OsString> {
        let mut env = self.caller.registry_access.clone();
        translate(&mut env, "PIP_INDEX_URL", "UV_DEFAULT_INDEX");
        translate(&mut env, "UV_DEFAULT_INDEX", "PIP_INDEX_URL");
        let mut set = |name: &str, value: OsString| env.insert(name.to_owned(), value);
        set("PATH", "/usr/bin:/bin".into());
        set("LANG", "C.UTF-8".into());
        set("HOME", room.into());
        set("TMPDIR", room.into());
        set(env_vars::UV_CACHE_DIR, self.uv_cache.clone().into());
        for (name, value) in env_vars::TOOL_SETTINGS {
            set(name, value.into());
        }
        env
    }
}

/// A folder for a while.
pub(super) fn room(prefix: &str) -> Result<TempDir, EnvError> {
    tempfile::Builder::new().prefix(prefix).tempdir().map_err(|error| no_room(&error))
}

/// Without a place for temporary files no tool is run; which folder it is, is the caller's choice.
fn no_room(error: &io::Error) -> EnvError {
    let code = code_of(error).unwrap_or(SkipCode::ReadOnly);
    Reason::new(code, SkipPhase::Probe, "kitty-gate")
        .excerpt(&error.to_string())
        .remediation("set TMPDIR to a folder that exists, has room, and may be written to")
        .into()
}

/// The registry that was named to one tool counts for the other.
fn translate(env: &mut BTreeMap<String, OsString>, from: &str, to: &str) {
    if let Some(value) = env.get(from).cloned() {
        env.entry(to.to_owned()).or_insert(value);
    }
}

pub(crate) fn run_tool(invocation: &Invocation) -> Result<ToolOutput, EnvError> {
    let argv = std::iter::once(invocation.program.as_os_str())
        .chain(invocation.args.iter().map(OsString::as_os_str))
        .map(|word| word.to_string_lossy().into_owned())
        .collect();
    match process::run(invocation) {
        Ok(finished) => Ok(ToolOutput {
            argv,
            exit: Some(finished.exit),
            stdout: finished.stdout.excerpt(READ_LIMIT)?,
            stderr: finished.stderr.excerpt(READ_LIMIT)?,
        }),
        Err(ProcessError::Start { source, .. }) => Ok(not_started(argv, &source)),
        Err(error @ (ProcessError::Watch { .. } | ProcessError::Keep { .. })) => Err(error.into()),
    }
}

fn not_started(argv: Vec<String>, source: &io::Error) -> ToolOutput {
    let stderr = format!("error: could not be started: {source}");
    ToolOutput { argv, exit: None, stdout: String::new(), stderr }
}
