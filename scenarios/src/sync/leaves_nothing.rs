//! When the command has ended, nothing of its sync is left. (That no process is left is a standing
//! check, and with its processes a command loses its locks and connections.)

use std::collections::BTreeSet;

use fixtures::hosted::{Endpoint, Request};
use support::check::{Judgement, none_of};
use support::process::Exit;

use super::attempt::{mark_against, without_socket};
use super::healthy::delivered;
use super::hygiene::MUTATION_IS_PERSISTED;
use crate::context::{Abort, Step, TestContext};
use crate::marking::mark;
use crate::promised::EVENT_BATCHES;
use crate::scenario::{CheckSpec, Load, Scenario};

const NO_DAEMON: CheckSpec = CheckSpec::new(
    "no-daemon",
    "FR-001",
    "no state file of a sync daemon is there, where daemons are manual",
);
const THE_NEXT_COMMAND_SYNCS: CheckSpec = CheckSpec::new(
    "the-next-command-syncs",
    "FR-005",
    "the next command delivers its own events, and has no diagnostic",
);

pub const SCENARIO: Scenario = Scenario {
    id: "sync/leaves-nothing-behind",
    promise: "a command that has ended leaves no daemon, and nothing that stands in the way of the next one",
    requirements: &["FR-001", "FR-005"],
    issues: &[952],
    checks: &[MUTATION_IS_PERSISTED, NO_DAEMON, THE_NEXT_COMMAND_SYNCS],
    promised: Some(EVENT_BATCHES),
    load: Load::Waiting,
    run,
    ..Scenario::DEFAULT
};

/// Where a daemon says how it is reached, below HOME (facts 1 and 1d of hosted sync).
const DAEMON: [&str; 2] = [".spec-kitty/sync-daemon", ".spec-kitty/sync/daemon/owner.json"];

fn run(context: &mut TestContext<'_>) -> Result<(), Abort> {
    let attempt = mark_against(context, without_socket())?;
    let persisted = attempt.persisted()?;
    attempt.step.check(MUTATION_IS_PERSISTED, |_| persisted);
    let mut left = Vec::new();
    for file in DAEMON {
        if context.home_file(&attempt.mission, file)?.exists() {
            left.push(file);
        }
    }
    attempt.step.check(NO_DAEMON, |_| {
        none_of("no state file of a daemon", &left, |_| "daemon-state".to_owned())
    });
    let first = attempt.hosted.requests_to(Endpoint::Batch);
    let next = mark(context, &attempt.mission, &["T003"])?;
    let later = attempt.hosted.requests_to(Endpoint::Batch).split_off(first.len());
    let known = sent(&first);
    let own = sent(&later).into_iter().filter(|id| !known.contains(id));
    let taken = delivered(&later);
    let arrived = own.filter(|id| taken.contains_key(id)).count();
    let diagnostics = next.hygiene()?.diagnostics.len();
    next.check(THE_NEXT_COMMAND_SYNCS, |step| syncs(arrived, diagnostics, step));
    Ok(())
}

/// The ids of all events in batches, however they were answered.
fn sent(batches: &[Request]) -> BTreeSet<String> {
    let events = batches.iter().flat_map(Request::events);
    events.map(|event| event.id).collect()
}

fn syncs(arrived: usize, diagnostics: usize, step: &Step) -> Judgement {
    let expected = "exit 0, no traceback, its own events delivered, no diagnostic";
    let fault = if step.exit() != Exit::Code(0) {
        step.exit().to_string()
    } else if let Some(crash) = step.traceback() {
        crash
    } else if arrived == 0 {
        "not-delivered".to_owned()
    } else if diagnostics > 0 {
        format!("diagnostics={diagnostics}")
    } else {
        return Judgement::pass(expected, format!("{arrived} events of its own"));
    };
    Judgement::fail(fault, expected, step.quote())
}
