//! Why something could not be proven: a typed reason, never a shrug.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What stands in the way. The names are stable and part of every format we write.
///
/// Those of environments follow the failure matrix of facts B.3. A yanked dependency and one that
/// drifted are not among them: they are findings about the release
/// ([`FindingCode`](crate::product::FindingCode)). A failed control is an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum SkipCode {
    /// No uv on PATH, and none could be installed.
    UvAbsent,
    /// There is a uv on PATH, but it may not be executed.
    UvNotExecutable,
    /// What is called uv does not run, or is something else.
    UvBadBinary,
    /// uv is older than what is needed of it.
    UvTooOld,
    /// uv refuses its configuration: a file or a variable of its.
    UvConfig,
    /// No Python interpreter where one was asked for, or on PATH.
    InterpreterMissing,
    /// The interpreter is older than the release requires.
    PythonTooOld,
    /// The interpreter does not run.
    InterpreterBroken,
    /// The interpreter, or its copy, does not find its own shared library (issue #975).
    LibpythonMissing,
    /// The interpreter looks for its standard library where there is none: `PYTHONHOME`, or the
    /// home in a `pyvenv.cfg`.
    PythonhomePoisoned,
    /// An interpreter answered, but another one than was asked for.
    InterpreterMismatch,
    /// The interpreter lacks ensurepip, so the standard library cannot put pip into environments.
    EnsurepipMissing,
    /// The environment has no pip that works.
    PipMissing,
    /// There is something already where the environment was to be made.
    TargetExists,
    /// The place may not be written to.
    ReadOnly,
    /// The disk is full.
    DiskFull,
    /// Nothing may be executed where sandboxes lie.
    NoExec,
    /// No git on the PATH that a product gets.
    GitAbsent,
    /// git does not do what it is asked for, or is something else.
    GitBroken,
    /// git is older than what is needed of it.
    GitTooOld,
    /// A program of the system is not there, or does not work.
    ToolMissing,
    /// Too little memory is free.
    MemoryShort,
    /// The system allows a process too little: other processes, open files, bytes in a file, memory, stack, or time.
    LimitTooLow,
    /// The clock stands still, or shows a time that cannot be.
    ClockWrong,
    /// The cache of downloads cannot be used.
    CacheUnusable,
    /// The path holds something that the tool cannot handle.
    PathUnusual,
    /// The package registry does not answer.
    RegistryUnreachable,
    /// The package registry takes the connection, and then says nothing.
    RegistryTimeout,
    /// The network was switched off, and the cache lacks a package.
    OfflineCacheMiss,
    /// The registry has no such release.
    VersionNotFound,
    /// The dependencies of the release cannot be met together.
    Unresolvable,
    /// A wheel is broken.
    BadWheel,
    /// The environment could not be made.
    EnvironmentNotCreated,
    /// The release could not be installed.
    NotInstalled,
    /// What was made is not what was asked for.
    NotAsAsked,
    /// The product file or folder cannot be used.
    ProductUnusable,
    /// A tool was killed by somebody.
    Killed,
    /// A tool did not end in time.
    TimedOut,
    /// Others had the machine: what was run got too little of it to end, or to be measured.
    MachineBusy,
    /// What must work before anything is judged does not. An error, never a skip.
    ControlFailed,
    /// The scenario did not get as far as its promise; nothing is proven either way.
    NotExercised,
    /// The release has no such command or option; the promise cannot be asked of it.
    CommandAbsent,
    /// The operator stopped the run before the scenario ended.
    Interrupted,
}

impl SkipCode {
    /// What a person can do about it.
    pub fn remediation(self) -> &'static str {
        match self {
            Self::UvAbsent => "install uv (`pip install uv`) and put it on PATH",
            Self::UvNotExecutable => "make uv executable (`chmod +x`), or take it off PATH",
            Self::UvBadBinary => "install uv anew (`pip install --force-reinstall uv`)",
            Self::UvTooOld => "upgrade uv (`pip install --upgrade uv`)",
            Self::UvConfig => "correct the setting that uv names, or unset it",
            Self::InterpreterMissing => {
                "install Python 3.11 or newer, or name an interpreter with --python"
            }
            Self::PythonTooOld => "name a newer interpreter with --python (3.11 or newer)",
            Self::InterpreterBroken => {
                "run the interpreter by hand to see its error, repair it, or name another with \
                 --python"
            }
            Self::LibpythonMissing => {
                "install uv, which does not copy interpreters, or name a standard CPython with \
                 --python"
            }
            Self::PythonhomePoisoned => {
                "unset PYTHONHOME where the interpreter is wrapped, or name an interpreter that \
                 is no remainder of a removed environment with --python"
            }
            Self::InterpreterMismatch => {
                "name the wanted interpreter by its path with --python, or repair its installation"
            }
            Self::EnsurepipMissing => {
                "install the package that holds ensurepip (on Debian: python3-venv), or install uv"
            }
            Self::PipMissing => "repair ensurepip of the interpreter, or install uv",
            Self::TargetExists => "name a folder that does not exist yet, or remove this one",
            Self::ReadOnly => "name a place that you may write to",
            Self::DiskFull => "make room on the disk, or name a place on another one",
            Self::NoExec => "set TMPDIR to a folder on a file system that is not mounted noexec",
            Self::GitAbsent => "install git 2.28 or newer, and put it on PATH",
            Self::GitBroken => {
                "run git by hand to see its error, repair it, or put another one first on PATH"
            }
            Self::GitTooOld => "install git 2.28 or newer",
            Self::ToolMissing => "install the package of the tool (util-linux), or repair it",
            Self::MemoryShort => "free memory, or give the machine or container more",
            Self::LimitTooLow => "raise the limit (`ulimit`, or that of the container)",
            Self::ClockWrong => "set the clock of the machine",
            Self::CacheUnusable => "name another cache with --cache or KITTY_GATE_CACHE",
            Self::PathUnusual => "name a folder whose path is plain text without a colon",
            Self::RegistryUnreachable => {
                "check the network, the proxy variables and the package index of this machine"
            }
            Self::RegistryTimeout => {
                "the registry, or a proxy before it, hangs: try again, or name another index"
            }
            Self::OfflineCacheMiss => "run once with the network on, with the same cache",
            Self::VersionNotFound => "check the version; the registry lists what was published",
            Self::Unresolvable => {
                "this release cannot be installed from the registry as it is; read the cause"
            }
            Self::BadWheel => "get the wheel again, or build it anew",
            Self::EnvironmentNotCreated | Self::NotInstalled => {
                "run the command by hand to see its whole output"
            }
            Self::NotAsAsked => {
                "another package was put in place; read the difference, and remove what was made"
            }
            Self::ProductUnusable => "give a wheel, a checkout or an executable of spec-kitty-cli",
            Self::Killed => "find out who killed it (out of memory?), and try again",
            Self::TimedOut => "try again when the machine and the registry are less busy",
            Self::MachineBusy => "try again when the machine has less to do, with fewer --jobs",
            Self::ControlFailed => {
                "run the command by hand in an environment of the release: it fails without any \
                 fault of the scenario's"
            }
            Self::NotExercised | Self::CommandAbsent => {
                "find out where this release keeps the promise, and teach the scenario"
            }
            Self::Interrupted => "run it again, and let it end",
        }
    }
}

/// In which phase it was met.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum SkipPhase {
    /// Looking at what the machine has.
    Probe,
    /// Making an environment.
    Create,
    /// Holding what was made against what was asked for.
    Verify,
    /// Installing the product.
    Install,
    /// Proving that what was installed works, before anything is judged by it. What fails here is
    /// an error, never a skip.
    Control,
    /// Running the scenario.
    Scenario,
}

/// A structured skip reason (FR-013, seed 001).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SkipReason {
    /// What stands in the way.
    pub code: SkipCode,
    /// In which phase.
    pub phase: SkipPhase,
    /// The tool that said so: `uv`, `venv`, `pip`, `python`, `git`, `spec-kitty`, `kitty-gate`
    /// and others of the system.
    pub tool: String,
    /// What was run; empty when nothing was.
    pub argv: Vec<String>,
    /// How it exited; `None` when it was not run or was killed.
    pub exit: Option<i32>,
    /// What it said, at most 600 bytes: the line that names the cause.
    pub excerpt: String,
    /// The interpreter in use, as path and version, when there is one.
    pub interpreter: Option<String>,
    /// What a person can do about it.
    pub remediation: String,
}

impl SkipReason {
    /// The one line of the excerpt that says most: the cause where one is named, else what stands
    /// below an error, else the first.
    pub fn headline(&self) -> &str {
        let lines = || self.excerpt.lines().map(str::trim);
        let first = lines().next().unwrap_or_default();
        let is_error = first.to_lowercase().starts_with("error:");
        let cause = lines().find(|line| line.starts_with("cause:"));
        // Below an error that names no cause stands the line that decided the code.
        let last = lines().next_back().filter(|_| is_error);
        cause.or(last).unwrap_or(first)
    }
}

impl std::fmt::Display for SkipReason {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} ({} at {})", self.code, self.tool, self.phase)?;
        if !self.excerpt.is_empty() {
            write!(f, ": {}", self.excerpt.trim())?;
        }
        write!(f, "; {}", self.remediation)
    }
}

impl std::fmt::Display for SkipCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.serialize(f)
    }
}

impl std::fmt::Display for SkipPhase {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.serialize(f)
    }
}
