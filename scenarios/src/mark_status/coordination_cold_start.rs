//! Right after a mission was created with a coordination branch, no mark is lost.

use std::path::PathBuf;

use fixtures::Recipe;
use support::check::Judgement;
use support::process::Exit;

use crate::context::{Abort, Mission, TestContext};
use crate::contract::MarkReply;
use crate::marking::{MarkState, MarkStore, mark};
use crate::scenario::{CheckSpec, Scenario};

const STDOUT_IS_ONE_JSON_DOCUMENT: CheckSpec =
    CheckSpec::new("stdout-is-one-json-document", "FR-002", "--json prints one document");
const MARKS_ARE_PERSISTED: CheckSpec = CheckSpec::new(
    "marks-are-persisted",
    "DM1",
    "the ids that are reported as updated are read back as done",
);
const MARKS_ARE_IN_ONE_PLACE: CheckSpec =
    CheckSpec::new("marks-are-in-one-place", "DM1", "one event log holds all of them");
const THE_PLACE_IS_A_CHECKOUT: CheckSpec = CheckSpec::new(
    "the-place-is-a-checkout",
    "DM1",
    "that log lies in a checkout, not in a plain folder",
);
const THE_NEXT_CALL_ADDS_TO_IT: CheckSpec =
    CheckSpec::new("the-next-call-adds-to-it", "DM1", "the next call's mark is in the same place");

pub const SCENARIO: Scenario = Scenario {
    id: "mark-status/coordination-cold-start",
    promise: "with a coordination branch and no coordination worktree yet, no mark is lost",
    requirements: &["FR-009"],
    issues: &[783],
    checks: &[
        STDOUT_IS_ONE_JSON_DOCUMENT,
        MARKS_ARE_PERSISTED,
        MARKS_ARE_IN_ONE_PLACE,
        THE_PLACE_IS_A_CHECKOUT,
        THE_NEXT_CALL_ADDS_TO_IT,
    ],
    run,
    ..Scenario::DEFAULT
};

fn run(context: &mut TestContext<'_>) -> Result<(), Abort> {
    let mission = context.mission(&Recipe::mark_status().coordination())?;
    let before = MarkState::read(&mission)?;
    let step = mark(context, &mission, &["T001", "T003"])?;
    let reply = MarkReply::read(&step.document(STDOUT_IS_ONE_JSON_DOCUMENT)?);
    let updated = reply.updated_ids();
    let updated: Vec<&str> = updated.iter().map(String::as_str).collect();
    if updated.is_empty() {
        // A refusal loses no mark; it proves nothing either, and the checks stay unjudged.
        return Ok(());
    }
    let after = MarkState::read(&mission)?;
    let keeper = after.keeper(&before);
    context.check(MARKS_ARE_PERSISTED, after.keeps(keeper, &updated));
    context.check(MARKS_ARE_IN_ONE_PLACE, one_place(keeper, &after.logs_with(&updated)));
    context.check(THE_PLACE_IS_A_CHECKOUT, checkouts(&mission, keeper, &after.logs_with(&updated)));
    let next = mark(context, &mission, &["T007"])?;
    let also =
        next.try_document().map(|reply| MarkReply::read(&reply).updated_ids()).unwrap_or_default();
    let all: Vec<&str> = updated.iter().copied().chain(also.iter().map(String::as_str)).collect();
    let later = MarkState::read(&mission)?;
    let keeper = later.keeper(&before);
    next.check(THE_NEXT_CALL_ADDS_TO_IT, |next| {
        let place = one_place(keeper, &later.logs_with(&all));
        // A call that says that it succeeded has added its mark; one that refuses need not.
        let is_added = place.held() && next.exit() == Exit::Code(0);
        if is_added { later.keeps(keeper, &["T007"]) } else { place }
    });
    Ok(())
}

fn one_place(keeper: MarkStore, logs: &[PathBuf]) -> Judgement {
    let expected = "one place for all marks";
    match (keeper, logs) {
        (MarkStore::TasksMd, _) => Judgement::pass(expected, "tasks.md keeps them"),
        (MarkStore::EventLog, [_]) => Judgement::pass(expected, listed(logs)),
        (MarkStore::EventLog, []) => Judgement::fail("no-log-has-them", expected, "none"),
        (MarkStore::EventLog, _) => Judgement::fail("scattered", expected, listed(logs)),
    }
}

/// A checkout is what git knows: the primary one, or a worktree with its `.git` file.
fn checkouts(mission: &Mission, keeper: MarkStore, logs: &[PathBuf]) -> Judgement {
    let expected = "every log with a mark lies in a checkout";
    let stray = logs.iter().find(|log| {
        let mut parts = log.iter();
        parts.next().is_some_and(|first| first == ".worktrees")
            && parts.next().is_some_and(|name| {
                !mission.repo().join(".worktrees").join(name).join(".git").exists()
            })
    });
    match (keeper, stray) {
        (MarkStore::EventLog, Some(stray)) => Judgement::fail(
            "plain-folder",
            expected,
            format!("{} is in a folder that git knows nothing of", stray.display()),
        ),
        (MarkStore::EventLog | MarkStore::TasksMd, _) => Judgement::pass(expected, listed(logs)),
    }
}

fn listed(logs: &[PathBuf]) -> String {
    logs.iter().map(|log| log.display().to_string()).collect::<Vec<_>>().join("\n")
}
