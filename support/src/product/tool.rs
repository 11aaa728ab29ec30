//! Runs the tools that make an environment: python, pip, uv, git. Never the product.
//!
//! Their environment is built from nothing, their folder is an empty one, and each has a deadline.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::io;
use std::path::Path;
use std::time::Duration;

use super::error::ProvisionError;
use super::store::Store;
use super::uv_text;
use crate::env_vars;
use crate::process::{self, Exit, Invocation, ProcessError};

/// A question that is answered at once, if the machine is not very busy.
pub(super) const QUICK: Duration = Duration::from_secs(20);
/// Asking the registry which packages fit.
pub(super) const RESOLVE: Duration = Duration::from_secs(90);
/// Downloading, unpacking and compiling some fifty packages.
pub(super) const INSTALL: Duration = Duration::from_secs(300);

/// More than a tool has to say.
const STREAM_LIMIT: u64 = 4 * 1024 * 1024;

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
}

/// Runs tools.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tools<'a> {
    pub(super) store: &'a Store,
    pub(super) caller: &'a Caller,
}

/// What a tool said. One that could not be started says why on stderr and has no exit.
#[derive(Debug)]
pub(super) struct Said {
    pub(super) argv: Vec<String>,
    pub(super) exit: Option<Exit>,
    pub(super) stdout: String,
    pub(super) stderr: String,
}

impl Said {
    pub(super) fn code(&self) -> Option<i32> {
        self.exit.and_then(Exit::code)
    }

    pub(super) fn succeeded(&self) -> bool {
        self.code() == Some(0)
    }

    pub(super) fn timed_out(&self) -> bool {
        self.exit == Some(Exit::TimedOut)
    }

    /// The lines that name the cause.
    pub(super) fn cause(&self) -> String {
        uv_text::excerpt(&self.stderr)
            .or_else(|| uv_text::excerpt(&self.stdout))
            .or_else(|| self.exit.map(|exit| exit.to_string()))
            .unwrap_or_default()
    }
}

impl Tools<'_> {
    /// Runs `program` to its end or to `deadline`.
    pub(super) fn run<A: AsRef<OsStr>>(
        &self,
        program: &Path,
        args: impl IntoIterator<Item = A>,
        deadline: Duration,
    ) -> Result<Said, ProvisionError> {
        let room = tempfile::Builder::new()
            .prefix("kitty-gate-tool-")
            .tempdir()?;
        let args: Vec<OsString> = args
            .into_iter()
            .map(|arg| arg.as_ref().to_owned())
            .collect();
        let cwd = room.path().join("cwd");
        fs_err::create_dir(&cwd)?;
        let invocation = Invocation {
            program: program.to_owned(),
            cwd,
            env: self.env(room.path()),
            stdout: room.path().join("stdout"),
            stderr: room.path().join("stderr"),
            deadline,
            stream_limit: STREAM_LIMIT,
            args,
        };
        said(&invocation)
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
        set(env_vars::UV_CACHE_DIR, self.store.uv_cache().into());
        for (name, value) in env_vars::TOOL_SETTINGS {
            set(name, value.into());
        }
        env
    }
}

/// The registry that was named to one tool counts for the other.
fn translate(env: &mut BTreeMap<String, OsString>, from: &str, to: &str) {
    if let Some(value) = env.get(from).cloned() {
        env.entry(to.to_owned()).or_insert(value);
    }
}

fn said(invocation: &Invocation) -> Result<Said, ProvisionError> {
    let argv = std::iter::once(invocation.program.as_os_str())
        .chain(invocation.args.iter().map(OsString::as_os_str))
        .map(|word| word.to_string_lossy().into_owned())
        .collect();
    match process::run(invocation) {
        Ok(finished) => Ok(Said {
            argv,
            exit: Some(finished.exit),
            stdout: text(finished.stdout.bytes()?),
            stderr: text(finished.stderr.bytes()?),
        }),
        Err(ProcessError::Start { source, .. }) => Ok(not_started(argv, &source)),
        Err(error @ ProcessError::Watch { .. }) => Err(error.into()),
    }
}

fn not_started(argv: Vec<String>, source: &io::Error) -> Said {
    let stderr = format!("error: could not be started: {source}");
    Said {
        argv,
        exit: None,
        stdout: String::new(),
        stderr,
    }
}

#[expect(clippy::needless_pass_by_value, reason = "reads as a conversion")]
fn text(bytes: Vec<u8>) -> String {
    String::from_utf8_lossy(&bytes).into_owned()
}
