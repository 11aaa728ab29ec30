//! Releases that ask for consent before they call anybody, once they have it (`sync opt-in`).
//!
//! They send no event batches at the end of a command, so that the service cannot name a trouble
//! in words. What reaches the other codes is a session that ends at the right moment: see
//! `ending_session`.

use fixtures::hosted::{Answer, Behaviour, Endpoint};
use support::check::Judgement;

use super::hygiene::{CHECKS, NO_DIAGNOSTIC, SUCCESS, judge, judge_silence, quiet};
use super::play::{Play, play_armed};
use crate::contract::sync_diagnostic::{StderrReading, code};
use crate::marking::mark;
use crate::promised::CONSENT;
use crate::scenario::{CheckSpec, Core, Load, Scenario, joined};
use crate::stage::{Halt, Session, Stage};

/// All is well.
pub const HEALTHY: Scenario = Scenario {
    id: "sync/armed-healthy",
    promise: "with consent and a healthy service a command syncs silently",
    requirements: &["FR-001", "FR-002"],
    issues: &[952],
    checks: &joined::<6>(&[
        &SUCCESS,
        &[
            NO_DIAGNOSTIC,
            CheckSpec::new("quiet", "DS8", "strict: stderr is empty, for ten commands"),
        ],
    ]),
    load: Load::Waiting,
    run: healthy,
    promised: Some(CONSENT),
    core: Some(Core::SaasSyncEnabled),
    ..Scenario::DEFAULT
};

/// The session is over, and the service does not renew it.
pub const NOT_RENEWED: Scenario = Scenario {
    id: "sync/armed-lock-unavailable",
    promise: "with consent, a session that the service does not renew is told once",
    requirements: &["FR-001", "FR-002", "FR-003", "FR-004"],
    issues: &[952],
    checks: &CHECKS,
    promised: Some(CONSENT),
    load: Load::Waiting,
    run: not_renewed,
    ..Scenario::DEFAULT
};

fn healthy(stage: &mut Stage<'_>) -> Result<(), Halt> {
    let play = play_armed(stage, Behaviour::healthy(), Session::Lasting, &[])?;
    let reading = judge_silence(stage, &play)?;
    let mut judgement = later_noise(stage, &play, &reading)?;
    if judgement.held() {
        let again = play_armed(stage, Behaviour::healthy(), Session::Lasting, &[])?;
        let reading = again.step.hygiene()?;
        judgement = later_noise(stage, &again, &reading)?;
    }
    stage.check("quiet", judgement);
    Ok(())
}

/// What happens at exit is a race that some three of ten commands lose: so there are ten in all,
/// up to the first that is not quiet.
fn later_noise(
    stage: &mut Stage<'_>,
    play: &Play,
    reading: &StderrReading,
) -> Result<Judgement, Halt> {
    let mut judgement = quiet(reading);
    for task in ["T005", "T006", "T007", "T008"] {
        if judgement.held() {
            judgement = quiet(&mark(stage, &play.mission, &[task])?.hygiene()?);
        }
    }
    Ok(judgement)
}

fn not_renewed(stage: &mut Stage<'_>) -> Result<(), Halt> {
    let behaviour = Behaviour::healthy().answer(Endpoint::Refresh, [Answer::Hang]);
    let play = play_armed(stage, behaviour, Session::Expired, &[Endpoint::Refresh])?;
    // Who waits for the refresh, and who gives up first, is a race: each of these is true of it.
    let codes =
        [code::LOCK_UNAVAILABLE, code::AUTH_REFRESH_IN_PROGRESS, code::EVENT_LOOP_UNAVAILABLE];
    judge(stage, &play, &codes)
}
