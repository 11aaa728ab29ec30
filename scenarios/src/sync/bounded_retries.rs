//! A service that fails for a moment gets the events all the same, and one that goes on failing is
//! not asked for ever.

use std::collections::BTreeMap;

use fixtures::hosted::{Answer, Endpoint, Request};
use support::check::Judgement;

use super::attempt::{batches, mark_against, unavailable};
use super::healthy::delivered;
use super::unreachable::in_time;
use crate::context::{Abort, TestContext};
use crate::promised::EVENT_BATCHES;
use crate::scenario::{CheckSpec, Load, Scenario};

const DELIVERED_AFTER_TWO_FAILURES: CheckSpec = CheckSpec::new(
    "delivered-after-two-failures",
    "FR-005",
    "after two refusals the events are delivered",
);
const RETRIED: CheckSpec = CheckSpec::new(
    "retried",
    "FR-005",
    "a service that goes on failing gets the same event more than once",
);
const RETRIES_ARE_BOUNDED: CheckSpec =
    CheckSpec::new("retries-are-bounded", "FR-005", "and no more than nine times");
const RETRIES_END_IN_TIME: CheckSpec = CheckSpec::new(
    "retries-end-in-time",
    "FR-005",
    "and the command takes less than half of its deadline",
);
const EXITS_ZERO: CheckSpec = CheckSpec::new(
    "exits-zero",
    "FR-001",
    "the command succeeds, and keeps its mark, though nothing was delivered",
);

/// More than this many batches for one command are no longer a bounded number of retries: a sync
/// on a timer and two final syncs, of three attempts each.
const MOST: usize = 9;

pub const SCENARIO: Scenario = Scenario {
    id: "sync/bounded-retries",
    promise: "a service that fails twice and then answers gets the events; one that goes on failing is asked a bounded number of times",
    requirements: &["FR-005"],
    issues: &[952],
    checks: &[
        DELIVERED_AFTER_TWO_FAILURES,
        RETRIED,
        RETRIES_ARE_BOUNDED,
        RETRIES_END_IN_TIME,
        EXITS_ZERO,
    ],
    promised: Some(EVENT_BATCHES),
    load: Load::Waiting,
    run,
    ..Scenario::DEFAULT
};

fn run(context: &mut TestContext<'_>) -> Result<(), Abort> {
    let busy = || unavailable("try again later");
    let recovers = mark_against(context, batches([busy(), busy(), Answer::Healthy]))?;
    let asked = recovers.hosted.requests_to(Endpoint::Batch);
    recovers.step.check(DELIVERED_AFTER_TWO_FAILURES, |_| arrived(&asked));

    let fails = mark_against(context, batches([busy()]))?;
    let asked = fails.hosted.requests_to(Endpoint::Batch);
    let success = fails.succeeded()?;
    fails.step.check(EXITS_ZERO, |_| success);
    fails.step.check(RETRIED, |_| {
        let expected = "an event that was sent more than once";
        if most_often_sent(&asked) > 1 {
            Judgement::pass(expected, spacing(&asked))
        } else {
            Judgement::fail("not-retried", expected, spacing(&asked))
        }
    });
    fails.step.check(RETRIES_ARE_BOUNDED, |_| {
        let expected = format!("at most {MOST} batches");
        if asked.len() > MOST {
            Judgement::fail("too-many-batches", expected, spacing(&asked))
        } else {
            Judgement::pass(expected, spacing(&asked))
        }
    });
    let limit = context.deadline() / 2;
    fails.step.check(RETRIES_END_IN_TIME, |step| in_time(step, limit));
    Ok(())
}

/// Two batches of different events are no retry.
fn most_often_sent(asked: &[Request]) -> usize {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for event in asked.iter().flat_map(Request::events) {
        *counts.entry(event.id).or_default() += 1;
    }
    counts.into_values().max().unwrap_or(0)
}

fn arrived(asked: &[Request]) -> Judgement {
    let expected = "events in a batch that was answered";
    if delivered(asked).is_empty() {
        Judgement::fail("not-delivered", expected, spacing(asked))
    } else {
        Judgement::pass(expected, spacing(asked))
    }
}

/// When each batch came, and what it was given.
fn spacing(asked: &[Request]) -> String {
    let lines = asked.iter().map(|batch| {
        let answer = batch.answer.as_ref();
        let answer = answer.map_or_else(|| "nothing".to_owned(), ToString::to_string);
        format!("at {} ms: {answer}", batch.at_ms)
    });
    let lines: Vec<String> = lines.collect();
    format!("{} batches\n{}", asked.len(), lines.join("\n"))
}
