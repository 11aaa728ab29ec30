//! The exit codes. Stable: scripts and CI jobs depend on them.

use crate::document::RunDocument;
use crate::verdict::Verdict;

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
    /// The exit of a run. What broke outweighs what failed, which outweighs what was not proven.
    pub fn of(run: &RunDocument) -> Self {
        let any = |verdict| run.count(verdict) > 0;
        if any(Verdict::Error) || !run.home_touched.is_empty() {
            Self::Broken
        } else if any(Verdict::Fail) || any(Verdict::Flaky) || !run.left_outside.is_empty() {
            Self::Failed
        } else if any(Verdict::Skip) || !any(Verdict::Pass) {
            Self::Unproven
        } else {
            Self::Passed
        }
    }
}

impl From<Exit> for std::process::ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}
