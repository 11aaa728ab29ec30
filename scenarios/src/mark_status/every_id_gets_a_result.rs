//! A call with many ids answers for each of them, and one that is missing hides nobody.

use fixtures::Recipe;

use super::MIXED;
use super::reply::{one_entry_each, reports, reports_any, summary_adds_up};
use crate::context::{Abort, TestContext};
use crate::contract::{MarkReply, Reported};
use crate::expect::exit_zero;
use crate::marking::{MarkState, mark};
use crate::scenario::{CheckSpec, Scenario};

const EXITS_ZERO: CheckSpec =
    CheckSpec::new("exits-zero", "FR-009", "a call that marks something succeeds");
const STDOUT_IS_ONE_JSON_DOCUMENT: CheckSpec =
    CheckSpec::new("stdout-is-one-json-document", "FR-002", "--json prints one document");
const ONE_ENTRY_PER_ID_IN_ORDER: CheckSpec = CheckSpec::new(
    "one-entry-per-id-in-order",
    "FR-009",
    "there is one entry for each requested id, in the order of the request",
);
const OPEN_TASKS_ARE_UPDATED: CheckSpec = CheckSpec::new(
    "open-tasks-are-updated",
    "FR-009",
    "the open tasks, in whatever format, are reported as updated",
);
const DONE_TASKS_ARE_FOUND: CheckSpec = CheckSpec::new(
    "done-tasks-are-found",
    "FR-009",
    "the tasks that are done already are reported as such, or as updated",
);
const MISSING_ID_IS_NOT_FOUND: CheckSpec = CheckSpec::new(
    "missing-id-is-not-found",
    "FR-010",
    "the id that is nowhere is reported as not found",
);
const SUMMARY_ADDS_UP: CheckSpec =
    CheckSpec::new("summary-adds-up", "FR-009", "the summary counts the entries");
const A_MISSING_ID_HIDES_NOBODY: CheckSpec = CheckSpec::new(
    "a-missing-id-hides-nobody",
    "FR-010",
    "every id that is reported as updated is read back as done",
);

pub const SCENARIO: Scenario = Scenario {
    id: "mark-status/every-id-gets-a-result",
    promise: "one call with eight ids gives one exact result for each, and a missing id hides nobody",
    requirements: &["FR-009", "FR-010"],
    issues: &[783],
    checks: &[
        EXITS_ZERO,
        STDOUT_IS_ONE_JSON_DOCUMENT,
        ONE_ENTRY_PER_ID_IN_ORDER,
        OPEN_TASKS_ARE_UPDATED,
        DONE_TASKS_ARE_FOUND,
        MISSING_ID_IS_NOT_FOUND,
        SUMMARY_ADDS_UP,
        A_MISSING_ID_HIDES_NOBODY,
    ],
    run,
    ..Scenario::DEFAULT
};

fn run(context: &mut TestContext<'_>) -> Result<(), Abort> {
    let mission = context.mission(&Recipe::mark_status())?;
    let before = MarkState::read(&mission)?;
    let step = mark(context, &mission, &MIXED)?;
    step.check(EXITS_ZERO, exit_zero());
    let reply = MarkReply::read(&step.document(STDOUT_IS_ONE_JSON_DOCUMENT)?);
    let after = MarkState::read(&mission)?;
    let satisfied = [Reported::Updated, Reported::AlreadySatisfied];
    context.check(ONE_ENTRY_PER_ID_IN_ORDER, one_entry_each(&reply, &MIXED));
    context.check(
        OPEN_TASKS_ARE_UPDATED,
        reports(&reply, &["T001", "T003", "T005", "T007"], Reported::Updated),
    );
    context.check(DONE_TASKS_ARE_FOUND, reports_any(&reply, &["T002", "T004"], &satisfied));
    context.check(MISSING_ID_IS_NOT_FOUND, reports(&reply, &["T999"], Reported::NotFound));
    context.check(SUMMARY_ADDS_UP, summary_adds_up(&reply));
    let updated = reply.updated_ids();
    // A work package's mark is a lane, judged by `bare-work-package-id`.
    let tasks: Vec<&str> =
        updated.iter().map(String::as_str).filter(|id| id.starts_with('T')).collect();
    context.check(A_MISSING_ID_HIDES_NOBODY, after.holds(&before, &tasks));
    Ok(())
}
