//! Each of the five codes, by a recipe that a classifier cannot mistake; and the natural troubles
//! that lead to some of them.

use fixtures::Recipe;
use fixtures::hosted::{Answer, Endpoint, Given, Request, hold};
use support::check::Judgement;

use super::attempt::{
    SyncAttempt, batches, forbidden, mark_against, must_have_called, unavailable, without_socket,
};
use super::hygiene::{CHECKS, exactly_one, has_code, judge_hygiene};
use crate::context::{Abort, TestContext};
use crate::contract::sync_diagnostic::code;
use crate::expect::{exit_zero, one_json_document};
use crate::marking::mark;
use crate::promised::EVENT_BATCHES;
use crate::scenario::{CheckSpec, Load, Scenario, joined};

const NATURAL_IS_A_SUCCESS: CheckSpec = CheckSpec::new(
    "natural-is-a-success",
    "FR-001",
    "the trouble itself: exit 0, the task marked, one JSON document",
);
const NATURAL_EXACTLY_ONE_DIAGNOSTIC: CheckSpec = CheckSpec::new(
    "natural-exactly-one-diagnostic",
    "FR-003",
    "the trouble itself, not named by the server, leads to one diagnostic",
);
const NATURAL_PUBLISHED_CODE: CheckSpec = CheckSpec::new(
    "natural-published-code",
    "FR-004",
    "and to a code that fits it, one of the five",
);
const HELD_EXACTLY_ONE_DIAGNOSTIC: CheckSpec = CheckSpec::new(
    "held-exactly-one-diagnostic",
    "FR-003",
    "somebody else holds the daemon's lock: one diagnostic",
);
const HELD_RIGHT_CODE: CheckSpec = CheckSpec::new(
    "held-right-code",
    "FR-004",
    "somebody else holds the daemon's lock: final_sync_lock_unavailable",
);

/// The checks of a scenario whose trouble is also brought about naturally.
const WITH_NATURAL: [CheckSpec; 11] = joined(&[
    &CHECKS,
    &[NATURAL_IS_A_SUCCESS, NATURAL_EXACTLY_ONE_DIAGNOSTIC, NATURAL_PUBLISHED_CODE],
]);

/// And those of one whose lock is really held.
const WITH_HELD: [CheckSpec; 13] =
    joined(&[&WITH_NATURAL, &[HELD_EXACTLY_ONE_DIAGNOSTIC, HELD_RIGHT_CODE]]);

/// The sync lock is taken; naturally by a batch that never ends.
pub const LOCK_UNAVAILABLE: Scenario = Scenario {
    id: "sync/lock-unavailable",
    promise: "a final sync that does not get its lock is told once, as final_sync_lock_unavailable",
    requirements: &["FR-001", "FR-002", "FR-003", "FR-004"],
    issues: &[952],
    checks: &WITH_HELD,
    load: Load::Waiting,
    run: |context| {
        named(context, "ingest lock unavailable", code::LOCK_UNAVAILABLE)?;
        let hangs = mark_against(context, batches([Answer::Hang]))?;
        judge_natural(context, &hangs)?;
        held(context)
    },
    promised: Some(EVENT_BATCHES),
    ..Scenario::DEFAULT
};

/// Another process refreshes the session.
pub const AUTH_REFRESH: Scenario = Scenario {
    id: "sync/auth-refresh",
    promise: "a final sync that meets another refresh of the session is told once, as auth_refresh_in_progress",
    requirements: &["FR-001", "FR-002", "FR-003", "FR-004"],
    issues: &[952],
    checks: &CHECKS,
    promised: Some(EVENT_BATCHES),
    load: Load::Waiting,
    run: |context| {
        let words = "another process is refreshing the auth session";
        named(context, words, code::AUTH_REFRESH_IN_PROGRESS)
    },
    ..Scenario::DEFAULT
};

/// The socket is offline.
pub const WEBSOCKET_OFFLINE: Scenario = Scenario {
    id: "sync/websocket-offline",
    promise: "a final sync without a socket is told once, as websocket_offline",
    requirements: &["FR-001", "FR-002", "FR-003", "FR-004"],
    issues: &[952],
    checks: &CHECKS,
    promised: Some(EVENT_BATCHES),
    load: Load::Waiting,
    run: |context| named(context, "websocket gateway offline", code::WEBSOCKET_OFFLINE),
    ..Scenario::DEFAULT
};

/// There is no event loop any more; naturally because the final batch does not end in time.
pub const EVENT_LOOP: Scenario = Scenario {
    id: "sync/event-loop",
    promise: "a final sync without an event loop is told once, as event_loop_unavailable",
    requirements: &["FR-001", "FR-002", "FR-003", "FR-004"],
    issues: &[952],
    checks: &WITH_NATURAL,
    load: Load::Waiting,
    run: |context| {
        named(context, "server shutdown in progress", code::EVENT_LOOP_UNAVAILABLE)?;
        let hangs = hanging_at_last(context)?;
        judge_natural(context, &hangs)
    },
    promised: Some(EVENT_BATCHES),
    ..Scenario::DEFAULT
};

/// The server refuses.
pub const SERVER_AUTH: Scenario = Scenario {
    id: "sync/server-auth",
    promise: "a final sync that the server refuses is told once, as server_auth_failure",
    requirements: &["FR-001", "FR-002", "FR-003", "FR-004"],
    issues: &[952],
    checks: &CHECKS,
    promised: Some(EVENT_BATCHES),
    load: Load::Waiting,
    run: |context| {
        let attempt = mark_against(context, batches([forbidden()]))?;
        judge_hygiene(context, &attempt, &[code::SERVER_AUTH_FAILURE])
    },
    ..Scenario::DEFAULT
};

/// The server names the trouble, so that there is no doubt which code it is.
fn named(context: &mut TestContext<'_>, words: &str, code: &str) -> Result<(), Abort> {
    let attempt = mark_against(context, batches([unavailable(words)]))?;
    judge_hygiene(context, &attempt, &[code])
}

/// Another process holds the lock of the daemon, which this command wants to start.
fn held(context: &mut TestContext<'_>) -> Result<(), Abort> {
    let mission = context.mission(&Recipe::mark_status())?;
    let (hosted, mission) = context.hosted(&mission, without_socket())?;
    context.allow_daemon(&mission)?;
    let lock = hold(context.home_file(&mission, DAEMON_LOCK)?)?;
    let step = mark(context, &mission, &["T001"])?;
    drop(lock);
    must_have_called(&hosted, &step, &[])?;
    let reading = step.hygiene()?;
    step.check(HELD_EXACTLY_ONE_DIAGNOSTIC, |step| exactly_one(&reading, step));
    step.check(HELD_RIGHT_CODE, |step| has_code(&reading, &[code::LOCK_UNAVAILABLE], step));
    Ok(())
}

/// Below HOME (facts 1b of hosted sync).
const DAEMON_LOCK: &str = ".spec-kitty/sync-daemon.lock";

/// The last batch of a command hangs. Where a timer syncs before the end, that is not the first.
fn hanging_at_last(context: &mut TestContext<'_>) -> Result<SyncAttempt, Abort> {
    let second = mark_against(context, batches([Answer::Healthy, Answer::Hang]))?;
    let hung = |batch: &Request| batch.answer == Some(Given::Hang);
    if second.hosted.requests_to(Endpoint::Batch).iter().any(hung) {
        return Ok(second);
    }
    mark_against(context, batches([Answer::Hang]))
}

/// The trouble itself. Which of two codes it leads to depends on whether a timer was first: both
/// are true of it.
fn judge_natural(context: &TestContext<'_>, attempt: &SyncAttempt) -> Result<(), Abort> {
    let parts =
        [exit_zero()(&attempt.step), attempt.persisted()?, one_json_document()(&attempt.step)];
    context.check(NATURAL_IS_A_SUCCESS, all(parts));
    let reading = attempt.step.hygiene()?;
    let step = &attempt.step;
    step.check(NATURAL_EXACTLY_ONE_DIAGNOSTIC, |step| exactly_one(&reading, step));
    let codes = [code::LOCK_UNAVAILABLE, code::EVENT_LOOP_UNAVAILABLE];
    step.check(NATURAL_PUBLISHED_CODE, |step| has_code(&reading, &codes, step));
    Ok(())
}

/// The first that does not hold.
fn all(parts: [Judgement; 3]) -> Judgement {
    let expected = parts.each_ref().map(|part| part.expected.clone()).join("; ");
    let failed = parts.into_iter().find(|part| !part.held());
    failed.unwrap_or_else(|| Judgement::pass(expected, "all of it"))
}
