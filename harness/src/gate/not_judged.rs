//! What kept a scenario from being judged: the machine, the product, kitty-gate, or that nobody ran it.
//!
//! Only the machine is an excuse. The list of what is its fault stands here and nowhere else.

use support::skip::{SkipCode, SkipReason};

use super::document::{GatedCheck, Match, NotJudged};
use crate::document::ScenarioDocument;
use crate::verdict::Verdict;

/// The tool of a reason that the product itself gave.
const PRODUCT: &str = "spec-kitty";
/// The tools that make an environment. A scenario that they stop has been tried: it needs an environment of its own.
const ENVIRONMENT_TOOLS: [&str; 4] = ["uv", "pip", "venv", "python"];

/// Why the scenario was not judged as often as the gate asks; `None` where it was.
pub(super) fn not_judged(
    executed: Option<&ScenarioDocument>,
    checks: &[GatedCheck],
    repeat: u32,
) -> Option<NotJudged> {
    let Some(executed) = executed else {
        return Some(NotJudged::NotRun);
    };
    match executed.verdict {
        Verdict::Error => Some(NotJudged::Broken),
        Verdict::Skip => Some(of_skip(executed)),
        Verdict::Flaky if is_only_cut_short(executed) => Some(NotJudged::NotRun),
        Verdict::Pass | Verdict::Fail | Verdict::Flaky => {
            if times_judged(executed) < repeat {
                Some(NotJudged::NotRun)
            } else if checks.iter().any(|check| check.matched == Match::Unproven) {
                Some(NotJudged::NotReached)
            } else {
                None
            }
        }
    }
}

/// Whether its attempts differ, and none of them failed: some passed, and others were kept from it.
pub(super) fn is_only_cut_short(executed: &ScenarioDocument) -> bool {
    executed.verdict == Verdict::Flaky && !executed.repeats.contains(&Verdict::Fail)
}

/// Why a scenario was skipped.
pub(super) fn of_skip(executed: &ScenarioDocument) -> NotJudged {
    match executed.skip.as_ref() {
        None => NotJudged::NotRun,
        Some(reason) => match of_reason(reason) {
            NotJudged::Prevented if !was_started(executed, reason) => NotJudged::NotStarted,
            other => other,
        },
    }
}

/// Whether anything of it began. What a machine lacks for every scenario alike (git, room, memory) stops all of them
/// before that: then nothing was tried, and there is nothing that an operator could answer for.
fn was_started(executed: &ScenarioDocument, reason: &SkipReason) -> bool {
    !executed.steps.is_empty() || ENVIRONMENT_TOOLS.contains(&reason.tool.as_str())
}

/// How many of its attempts came to a judgement.
pub(super) fn times_judged(executed: &ScenarioDocument) -> u32 {
    let judged = executed.repeats.iter().filter(|verdict| verdict.is_judged());
    u32::try_from(judged.count()).unwrap_or(u32::MAX)
}

/// What the product says or does is never the fault of the machine, whatever code was found for it.
fn of_reason(reason: &SkipReason) -> NotJudged {
    match of_code(reason.code) {
        // How long others had the machine was measured; the product has no word in it.
        NotJudged::Prevented if reason.code == SkipCode::MachineBusy => NotJudged::Prevented,
        NotJudged::Prevented if reason.tool == PRODUCT => NotJudged::NotReached,
        other => other,
    }
}

/// Who is at fault, by the code of the recorded reason. Each code is decided here; where one may mean the machine
/// or the release, it is not the machine's.
fn of_code(code: SkipCode) -> NotJudged {
    match code {
        // What is installed on the machine, or is not.
        SkipCode::UvAbsent
        | SkipCode::UvNotExecutable
        | SkipCode::UvBadBinary
        | SkipCode::UvTooOld
        | SkipCode::UvConfig
        | SkipCode::InterpreterMissing
        | SkipCode::PythonTooOld
        | SkipCode::InterpreterBroken
        | SkipCode::LibpythonMissing
        | SkipCode::PythonhomePoisoned
        | SkipCode::InterpreterMismatch
        | SkipCode::EnsurepipMissing
        | SkipCode::PipMissing
        // Where it may write, and how much.
        | SkipCode::TargetExists
        | SkipCode::ReadOnly
        | SkipCode::DiskFull
        | SkipCode::CacheUnusable
        | SkipCode::PathUnusual
        | SkipCode::EnvironmentNotCreated
        | SkipCode::NoExec
        // What scenarios need of it, and how much of it others leave.
        | SkipCode::GitAbsent
        | SkipCode::GitBroken
        | SkipCode::GitTooOld
        | SkipCode::ToolMissing
        | SkipCode::MemoryShort
        | SkipCode::LimitTooLow
        | SkipCode::ClockWrong
        | SkipCode::MachineBusy
        // What it reaches, and how fast.
        | SkipCode::RegistryUnreachable
        | SkipCode::RegistryTimeout
        | SkipCode::OfflineCacheMiss
        | SkipCode::Killed
        | SkipCode::TimedOut => NotJudged::Prevented,
        // The release: what cannot be installed, or is not what it says, is a finding about it.
        SkipCode::VersionNotFound
        | SkipCode::Unresolvable
        | SkipCode::BadWheel
        | SkipCode::NotInstalled
        | SkipCode::NotAsAsked
        | SkipCode::ProductUnusable
        // The scenario: it has yet to learn where this release keeps the promise.
        | SkipCode::NotExercised
        | SkipCode::CommandAbsent => NotJudged::NotReached,
        SkipCode::ControlFailed => NotJudged::Broken,
        SkipCode::Interrupted => NotJudged::NotRun,
    }
}

#[cfg(test)]
mod tests {
    use support::skip::SkipPhase;

    use super::*;

    fn of(code: SkipCode, tool: &str) -> NotJudged {
        of_reason(&SkipReason {
            code,
            phase: SkipPhase::Install,
            tool: tool.to_owned(),
            argv: Vec::new(),
            exit: None,
            excerpt: String::new(),
            interpreter: None,
            remediation: String::new(),
        })
    }

    #[test]
    fn only_what_the_machine_does_is_its_fault() {
        for code in [SkipCode::DiskFull, SkipCode::RegistryTimeout, SkipCode::Killed] {
            assert_eq!(of(code, "uv"), NotJudged::Prevented, "{code}");
        }
        for code in [SkipCode::NotExercised, SkipCode::CommandAbsent, SkipCode::Unresolvable] {
            assert_eq!(of(code, "uv"), NotJudged::NotReached, "{code}");
        }
        assert_eq!(of(SkipCode::Interrupted, "kitty-gate"), NotJudged::NotRun);
    }

    #[test]
    fn what_the_product_says_of_itself_is_no_excuse() {
        assert_eq!(of(SkipCode::TimedOut, "pip"), NotJudged::Prevented);
        assert_eq!(of(SkipCode::TimedOut, "spec-kitty"), NotJudged::NotReached);
    }
}
