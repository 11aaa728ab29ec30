//! Why something could not be proven: a typed reason, never a shrug.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What stands in the way. The names are stable and part of every format we write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum SkipCode {
    /// No uv on PATH, and none could be installed.
    UvAbsent,
    /// No Python interpreter where one was asked for, or on PATH.
    InterpreterMissing,
    /// The interpreter is older than the release requires.
    PythonTooOld,
    /// The interpreter does not run.
    InterpreterBroken,
    /// The package registry does not answer.
    RegistryUnreachable,
    /// The registry has no such release.
    VersionNotFound,
    /// A dependency was withdrawn from the registry and no way around it was found.
    DependencyYanked,
    /// The dependencies of the release cannot be met together.
    Unresolvable,
    /// The environment could not be made.
    EnvironmentNotCreated,
    /// The release could not be installed.
    NotInstalled,
    /// What was made is not what was asked for.
    NotAsAsked,
    /// The product file or folder cannot be used.
    ProductUnusable,
    /// A tool did not end in time.
    TimedOut,
    /// The scenario did not get as far as its promise; nothing is proven either way.
    NotExercised,
    /// The release has no such command or option; the promise cannot be asked of it.
    CommandAbsent,
    /// The operator stopped the run before the scenario ended.
    Interrupted,
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
    /// Playing the scenario.
    Scenario,
}

/// A structured skip reason (FR-013, seed 001).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SkipReason {
    /// What stands in the way.
    pub code: SkipCode,
    /// In which phase.
    pub phase: SkipPhase,
    /// The tool that said so: `uv`, `venv`, `pip`, `python`, `spec-kitty`, `kitty-gate`.
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
