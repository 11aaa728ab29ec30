//! Releases that ask for consent before they call anybody, once they have it (`sync opt-in`).
//!
//! They send no event batches at the end of a command, so that the service cannot name a trouble
//! in words. What reaches the other codes is a session that ends within seconds of the right
//! moment (facts 2 of hosted sync): too much chance for a gate.

use fixtures::hosted::{Answer, Behaviour, Endpoint};
use support::contract::sync_diagnostic::Code;

use super::hygiene::{CHECKS, SUCCESS, judge, judge_success, no_diagnostic, quiet};
use super::play::play_armed;
use crate::mark_status::mark;
use crate::scenario::{CheckSpec, Load, Scenario};
use crate::stage::{Halt, Session, Stage};

/// All is well.
pub const HEALTHY: Scenario = Scenario {
    id: "sync/armed-healthy",
    promise: "with consent and a healthy service a command syncs silently",
    requirements: &["FR-001", "FR-002"],
    issues: &[952],
    checks: &{
        let [success, persisted, document, clean] = SUCCESS;
        [
            success,
            persisted,
            document,
            clean,
            CheckSpec::new(
                "no-diagnostic",
                "FR-001",
                "nothing is told, for nothing is wrong",
            ),
            CheckSpec::new(
                "quiet",
                "DS8",
                "strict: stderr is empty, for three commands in a row",
            ),
        ]
    },
    load: Load::Waiting,
    run: healthy,
};

/// The session is over, and the service does not renew it.
pub const NOT_RENEWED: Scenario = Scenario {
    id: "sync/armed-lock-unavailable",
    promise: "with consent, a session that the service does not renew is told once",
    requirements: &["FR-001", "FR-002", "FR-003", "FR-004"],
    issues: &[952],
    checks: &CHECKS,
    load: Load::Waiting,
    run: not_renewed,
};

fn healthy(stage: &mut Stage<'_>) -> Result<(), Halt> {
    let play = play_armed(stage, Behaviour::healthy(), Session::Lasting)?;
    judge_success(stage, &play)?;
    let (step, reading) = (&play.step, play.step.hygiene()?);
    step.check("no-diagnostic", |step| no_diagnostic(&reading, step));
    // What happens at exit is a race: more commands, more chances to see it lost.
    let mut judgement = quiet(&reading);
    for task in ["T005", "T007"] {
        if judgement.held() {
            judgement = quiet(&mark(stage, &play.mission, &[task])?.hygiene()?);
        }
    }
    stage.check("quiet", judgement);
    Ok(())
}

fn not_renewed(stage: &mut Stage<'_>) -> Result<(), Halt> {
    let behaviour = Behaviour::healthy().answer(Endpoint::Refresh, [Answer::Hang]);
    let play = play_armed(stage, behaviour, Session::Expired)?;
    // Who waits for the refresh, and who gives up first, is a race: each of these is true of it.
    let codes = [
        Code::LockUnavailable,
        Code::AuthRefreshInProgress,
        Code::EventLoopUnavailable,
    ];
    judge(stage, &play, &codes)
}
