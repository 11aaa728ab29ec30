//! The exit codes. Stable: scripts and CI jobs depend on them.

use crate::document::{Overall, RunDocument};

/// How `kitty-gate` exits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// Everything that was asked for was proven.
    Passed = 0,
    /// A check failed, repeats of a scenario differ, or something was left outside of the sandbox.
    Failed = 1,
    /// The command line, or something that it names, cannot be used.
    Usage = 2,
    /// Nothing failed, but something was not proven.
    Unproven = 3,
    /// kitty-gate itself broke.
    Broken = 4,
}

impl Exit {
    /// The exit of a run.
    pub fn of(run: &RunDocument) -> Self {
        match run.overall() {
            Overall::Passed => Self::Passed,
            Overall::Unproven => Self::Unproven,
            Overall::Failed => Self::Failed,
            Overall::Broken => Self::Broken,
        }
    }
}

impl From<Exit> for std::process::ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}
