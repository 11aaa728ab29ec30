//! Releases that ask for consent before they call anybody, once they have it (`sync opt-in`).
//!
//! They send no event batches at the end of a command, so that the service cannot name a trouble
//! in words. What reaches the other codes is a session that ends at the right moment: see
//! `ending_session`.

use fixtures::hosted::{Answer, Behaviour, Endpoint};
use support::check::Judgement;

use super::attempt::{SyncAttempt, run_opted_in};
use super::hygiene::{CHECKS, NO_DIAGNOSTIC, SUCCESS, judge_hygiene, judge_silence, quiet};
use crate::context::{Abort, Session, TestContext};
use crate::contract::sync_diagnostic::{StderrReading, code};
use crate::marking::mark;
use crate::promised::CONSENT;
use crate::scenario::{CheckSpec, Core, Load, Scenario, joined};

const QUIET: CheckSpec =
    CheckSpec::new("quiet", "DS8", "strict: stderr is empty, for ten commands");

/// All is well.
pub const HEALTHY: Scenario = Scenario {
    id: "sync/opted-in-healthy",
    promise: "with consent and a healthy service a command syncs silently",
    requirements: &["FR-001", "FR-002"],
    issues: &[952],
    checks: &joined::<6>(&[&SUCCESS, &[NO_DIAGNOSTIC, QUIET]]),
    load: Load::Waiting,
    run: healthy,
    promised: Some(CONSENT),
    core: Some(Core::SaasSyncEnabled),
    ..Scenario::DEFAULT
};

/// The session is over, and the service does not renew it.
pub const NOT_RENEWED: Scenario = Scenario {
    id: "sync/opted-in-lock-unavailable",
    promise: "with consent, a session that the service does not renew is told once",
    requirements: &["FR-001", "FR-002", "FR-003", "FR-004"],
    issues: &[952],
    checks: &CHECKS,
    promised: Some(CONSENT),
    load: Load::Waiting,
    run: not_renewed,
    ..Scenario::DEFAULT
};

fn healthy(context: &mut TestContext<'_>) -> Result<(), Abort> {
    let attempt = run_opted_in(context, Behaviour::healthy(), Session::Lasting, &[])?;
    let reading = judge_silence(context, &attempt)?;
    let mut judgement = later_noise(context, &attempt, &reading)?;
    if judgement.held() {
        let again = run_opted_in(context, Behaviour::healthy(), Session::Lasting, &[])?;
        let reading = again.step.hygiene()?;
        judgement = later_noise(context, &again, &reading)?;
    }
    context.check(QUIET, judgement);
    Ok(())
}

/// What happens at exit is a race that some three of ten commands lose: so there are ten in all,
/// up to the first that is not quiet.
fn later_noise(
    context: &mut TestContext<'_>,
    attempt: &SyncAttempt,
    reading: &StderrReading,
) -> Result<Judgement, Abort> {
    let mut judgement = quiet(reading);
    for task in ["T005", "T006", "T007", "T008"] {
        if judgement.held() {
            judgement = quiet(&mark(context, &attempt.mission, &[task])?.hygiene()?);
        }
    }
    Ok(judgement)
}

fn not_renewed(context: &mut TestContext<'_>) -> Result<(), Abort> {
    let behaviour = Behaviour::healthy().answer(Endpoint::Refresh, [Answer::Hang]);
    let attempt = run_opted_in(context, behaviour, Session::Expired, &[Endpoint::Refresh])?;
    // Who waits for the refresh, and who gives up first, is a race: each of these is true of it.
    let codes =
        [code::LOCK_UNAVAILABLE, code::AUTH_REFRESH_IN_PROGRESS, code::EVENT_LOOP_UNAVAILABLE];
    judge_hygiene(context, &attempt, &codes)
}
