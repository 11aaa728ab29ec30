//! All is well, and nothing is said.
//!
//! That each event is delivered is not judged: a release may replace an artifact event that still
//! waits by a later one, under a new id, and may leave what is queued last to the next command.

use std::collections::BTreeMap;

use fixtures::hosted::{Endpoint, Given, Request};
use support::check::{Judgement, none_of};

use super::attempt::{mark_against, without_socket};
use super::hygiene::{NO_DIAGNOSTIC, SUCCESS, judge_silence, quiet};
use crate::context::{Abort, TestContext};
use crate::marking::mark;
use crate::promised::EVENT_BATCHES;
use crate::scenario::{CheckSpec, Core, Load, Scenario, joined};

const QUIET: CheckSpec = CheckSpec::new("quiet", "FR-001", "strict: stderr is empty");
const EVENTS_ARE_DELIVERED: CheckSpec =
    CheckSpec::new("events-are-delivered", "C-002", "the service got events in a batch");
const NONE_TWICE: CheckSpec = CheckSpec::new(
    "none-twice",
    "C-002",
    "after a second command no event has been delivered twice",
);

pub const SCENARIO: Scenario = Scenario {
    id: "sync/healthy",
    promise: "with a healthy service a command syncs silently, and delivers its events, none twice",
    requirements: &["FR-001", "FR-002", "C-002"],
    issues: &[952],
    checks: &joined::<8>(&[&SUCCESS, &[NO_DIAGNOSTIC, QUIET, EVENTS_ARE_DELIVERED, NONE_TWICE]]),
    load: Load::Waiting,
    run,
    promised: Some(EVENT_BATCHES),
    core: Some(Core::SaasSyncEnabled),
    ..Scenario::DEFAULT
};

fn run(context: &mut TestContext<'_>) -> Result<(), Abort> {
    let attempt = mark_against(context, without_socket())?;
    let reading = judge_silence(context, &attempt)?;
    attempt.step.check(QUIET, |_| quiet(&reading));
    attempt.step.check(EVENTS_ARE_DELIVERED, |_| {
        some_delivered(&attempt.hosted.requests_to(Endpoint::Batch))
    });
    let next = mark(context, &attempt.mission, &["T003"])?;
    next.check(NONE_TWICE, |_| none_twice(&attempt.hosted.requests_to(Endpoint::Batch)));
    Ok(())
}

/// The ids of events in batches that were answered well, and how often each came.
pub(super) fn delivered(batches: &[Request]) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    let taken = batches.iter().filter(|batch| batch.answer == Some(Given::Status(200)));
    for event in taken.flat_map(Request::events) {
        *counts.entry(event.id).or_default() += 1;
    }
    counts
}

/// Something was delivered.
pub(super) fn some_delivered(batches: &[Request]) -> Judgement {
    let expected = "at least one event delivered";
    match delivered(batches).len() {
        0 => Judgement::fail("none-delivered", expected, format!("{} batches", batches.len())),
        count => Judgement::pass(expected, format!("{count} events")),
    }
}

fn none_twice(batches: &[Request]) -> Judgement {
    let twice: Vec<String> = delivered(batches)
        .into_iter()
        .filter(|(_, count)| *count > 1)
        .map(|(id, count)| format!("{id} came {count} times"))
        .collect();
    none_of("no event delivered twice", &twice, |_| "delivered-again".to_owned())
}
