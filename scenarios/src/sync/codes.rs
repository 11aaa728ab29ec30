//! Each of the five codes, by a recipe that a classifier cannot mistake; and the natural troubles
//! that lead to some of them.

use fixtures::Recipe;
use fixtures::hosted::{Answer, Endpoint, Given, Request, hold};
use support::check::Judgement;

use super::hygiene::{CHECKS, exactly_one, has_code, judge};
use super::play::{Play, batches, forbidden, must_have_called, play, unavailable, without_socket};
use crate::contract::sync_diagnostic::code;
use crate::expect::{exit_zero, one_json_document};
use crate::marking::mark;
use crate::promised::EVENT_BATCHES;
use crate::scenario::{CheckSpec, Load, Scenario, joined};
use crate::stage::{Halt, Stage};

/// The checks of a scenario whose trouble is also brought about naturally.
const WITH_NATURAL: [CheckSpec; 11] = joined(&[
    &CHECKS,
    &[
        CheckSpec::new(
            "natural-is-a-success",
            "FR-001",
            "the trouble itself: exit 0, the task marked, one JSON document",
        ),
        CheckSpec::new(
            "natural-exactly-one-diagnostic",
            "FR-003",
            "the trouble itself, not named by the server, leads to one diagnostic",
        ),
        CheckSpec::new(
            "natural-published-code",
            "FR-004",
            "and to a code that fits it, one of the five",
        ),
    ],
]);

/// And those of one whose lock is really held.
const WITH_HELD: [CheckSpec; 13] = joined(&[
    &WITH_NATURAL,
    &[
        CheckSpec::new(
            "held-exactly-one-diagnostic",
            "FR-003",
            "somebody else holds the daemon's lock: one diagnostic",
        ),
        CheckSpec::new(
            "held-right-code",
            "FR-004",
            "somebody else holds the daemon's lock: final_sync_lock_unavailable",
        ),
    ],
]);

/// The sync lock is taken; naturally by a batch that never ends.
pub const LOCK_UNAVAILABLE: Scenario = Scenario {
    id: "sync/lock-unavailable",
    promise: "a final sync that does not get its lock is told once, as final_sync_lock_unavailable",
    requirements: &["FR-001", "FR-002", "FR-003", "FR-004"],
    issues: &[952],
    checks: &WITH_HELD,
    load: Load::Waiting,
    run: |stage| {
        named(stage, "ingest lock unavailable", code::LOCK_UNAVAILABLE)?;
        let hangs = play(stage, batches([Answer::Hang]))?;
        judge_natural(stage, &hangs)?;
        held(stage)
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
    run: |stage| {
        let words = "another process is refreshing the auth session";
        named(stage, words, code::AUTH_REFRESH_IN_PROGRESS)
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
    run: |stage| named(stage, "websocket gateway offline", code::WEBSOCKET_OFFLINE),
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
    run: |stage| {
        named(stage, "server shutdown in progress", code::EVENT_LOOP_UNAVAILABLE)?;
        let hangs = hanging_at_last(stage)?;
        judge_natural(stage, &hangs)
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
    run: |stage| {
        let play = play(stage, batches([forbidden()]))?;
        judge(stage, &play, &[code::SERVER_AUTH_FAILURE])
    },
    ..Scenario::DEFAULT
};

/// The server names the trouble, so that there is no doubt which code it is.
fn named(stage: &mut Stage<'_>, words: &str, code: &str) -> Result<(), Halt> {
    let play = play(stage, batches([unavailable(words)]))?;
    judge(stage, &play, &[code])
}

/// Another process holds the lock of the daemon, which this command wants to start.
fn held(stage: &mut Stage<'_>) -> Result<(), Halt> {
    let mission = stage.mission(&Recipe::mark_status())?;
    let (hosted, mission) = stage.hosted(&mission, without_socket())?;
    stage.allow_daemon(&mission)?;
    let lock = hold(stage.home_file(&mission, DAEMON_LOCK)?)?;
    let step = mark(stage, &mission, &["T001"])?;
    drop(lock);
    must_have_called(&hosted, &step, &[])?;
    let reading = step.hygiene()?;
    step.check("held-exactly-one-diagnostic", |step| exactly_one(&reading, step));
    step.check("held-right-code", |step| has_code(&reading, &[code::LOCK_UNAVAILABLE], step));
    Ok(())
}

/// Below HOME (facts 1b of hosted sync).
const DAEMON_LOCK: &str = ".spec-kitty/sync-daemon.lock";

/// The last batch of a command hangs. Where a timer syncs before the end, that is not the first.
fn hanging_at_last(stage: &mut Stage<'_>) -> Result<Play, Halt> {
    let second = play(stage, batches([Answer::Healthy, Answer::Hang]))?;
    let hung = |batch: &Request| batch.answer == Some(Given::Hang);
    if second.hosted.asked(Endpoint::Batch).iter().any(hung) {
        return Ok(second);
    }
    play(stage, batches([Answer::Hang]))
}

/// The trouble itself. Which of two codes it leads to depends on whether a timer was first: both
/// are true of it.
fn judge_natural(stage: &Stage<'_>, play: &Play) -> Result<(), Halt> {
    let parts = [exit_zero()(&play.step), play.persisted()?, one_json_document()(&play.step)];
    stage.check("natural-is-a-success", all(parts));
    let reading = play.step.hygiene()?;
    let step = &play.step;
    step.check("natural-exactly-one-diagnostic", |step| exactly_one(&reading, step));
    let codes = [code::LOCK_UNAVAILABLE, code::EVENT_LOOP_UNAVAILABLE];
    step.check("natural-published-code", |step| has_code(&reading, &codes, step));
    Ok(())
}

/// The first that does not hold.
fn all(parts: [Judgement; 3]) -> Judgement {
    let expected = parts.each_ref().map(|part| part.expected.clone()).join("; ");
    let failed = parts.into_iter().find(|part| !part.held());
    failed.unwrap_or_else(|| Judgement::pass(expected, "all of it"))
}
