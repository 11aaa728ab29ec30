//! A work package's id gets an answer of its own.

use fixtures::Recipe;
use support::check::Judgement;

use super::reply::one_entry_each;
use crate::context::{Abort, Step, TestContext};
use crate::contract::{MarkReply, Reported};
use crate::control::{MARKS, prove_that_it_marks};
use crate::marking::{MarkState, mark, mark_as_text};
use crate::scenario::{CheckSpec, Scenario};

const STDOUT_IS_ONE_JSON_DOCUMENT: CheckSpec =
    CheckSpec::new("stdout-is-one-json-document", "FR-002", "--json prints one document");
const GETS_A_RESULT_ENTRY: CheckSpec =
    CheckSpec::new("gets-a-result-entry", "FR-008", "the reply has one entry, for WP02");
const IS_NOT_UNKNOWN_TO_PEOPLE: CheckSpec = CheckSpec::new(
    "is-not-unknown-to-people",
    "FR-008",
    "without --json the answer is not \"No task IDs found\"",
);
const UPDATED_IS_TRUE: CheckSpec = CheckSpec::new(
    "updated-is-true",
    "FR-008",
    "if it is reported as updated, WP02 is in lane done",
);

pub const SCENARIO: Scenario = Scenario {
    id: "mark-status/bare-work-package-id",
    promise: "`WP02` gets a result entry of its own, never \"No task IDs found\"",
    requirements: &["FR-008"],
    issues: &[783],
    checks: &[
        MARKS,
        STDOUT_IS_ONE_JSON_DOCUMENT,
        GETS_A_RESULT_ENTRY,
        IS_NOT_UNKNOWN_TO_PEOPLE,
        UPDATED_IS_TRUE,
    ],
    run,
    ..Scenario::DEFAULT
};

fn run(context: &mut TestContext<'_>) -> Result<(), Abort> {
    prove_that_it_marks(context)?;
    let mission = context.mission(&Recipe::mark_status())?;
    let for_people = mark_as_text(context, &mission, &["WP02"])?;
    for_people.check(IS_NOT_UNKNOWN_TO_PEOPLE, is_not_unknown());

    let mission = context.mission(&Recipe::mark_status())?;
    let step = mark(context, &mission, &["WP02"])?;
    let reply = MarkReply::read(&step.document(STDOUT_IS_ONE_JSON_DOCUMENT)?);
    context.check(GETS_A_RESULT_ENTRY, one_entry_each(&reply, &["WP02"]));
    context.check(UPDATED_IS_TRUE, updated_is_true(&reply, &MarkState::read(&mission)?));
    Ok(())
}

fn is_not_unknown() -> impl FnOnce(&Step) -> Judgement {
    |step| {
        let expected = "an answer about WP02 other than \"No task IDs found\"";
        let said = format!("{}{}", step.stdout_text(), step.stderr_text());
        if said.contains("No task IDs found") {
            Judgement::fail("no-task-ids-found", expected, step.quote())
        } else if said.contains("WP02") {
            Judgement::pass(expected, said.trim())
        } else {
            Judgement::fail("wp-not-mentioned", expected, step.quote())
        }
    }
}

fn updated_is_true(reply: &MarkReply, truth: &MarkState) -> Judgement {
    let expected = "WP02 in lane done, if it is reported as updated";
    if reply.outcome_of("WP02") != Some(Reported::Updated) {
        return Judgement::pass(expected, "it is not reported as updated");
    }
    match truth.lane_of("WP02") {
        Some("done") => Judgement::pass(expected, "it is"),
        lane => {
            Judgement::fail("updated-but-not-done", expected, format!("WP02 is in lane {lane:?}"))
        }
    }
}
