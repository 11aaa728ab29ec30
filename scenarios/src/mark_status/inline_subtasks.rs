//! Ids that are named only in a `Subtasks:` line are found and marked (the symptom of #783).

use fixtures::Recipe;

use super::reply::reports;
use crate::context::{Abort, TestContext};
use crate::contract::{MarkReply, Reported};
use crate::expect::exit_zero;
use crate::marking::{MarkState, mark};
use crate::scenario::{CheckSpec, Scenario};

const EXITS_ZERO: CheckSpec =
    CheckSpec::new("exits-zero", "FR-007", "marking ids of an inline list succeeds");
const STDOUT_IS_ONE_JSON_DOCUMENT: CheckSpec =
    CheckSpec::new("stdout-is-one-json-document", "FR-002", "--json prints one document");
const BOTH_ARE_UPDATED: CheckSpec =
    CheckSpec::new("both-are-updated", "FR-007", "both are reported as updated, not as unknown");
const BOTH_ARE_PERSISTED: CheckSpec =
    CheckSpec::new("both-are-persisted", "FR-007", "both are read back as done");
const NOTHING_ELSE_MOVES: CheckSpec =
    CheckSpec::new("nothing-else-moves", "FR-011", "no other task is marked");

pub const PLAIN: Scenario = Scenario {
    id: "mark-status/inline-subtasks",
    promise: "ids named only in `Subtasks: T007, T008` are found and marked",
    requirements: &["FR-007"],
    issues: &[783],
    checks: CHECKS,
    run: |context| prove(context, ["T007", "T008"]),
    ..Scenario::DEFAULT
};

pub const BOLD: Scenario = Scenario {
    id: "mark-status/inline-subtasks-bold",
    promise: "ids named only in `**Subtasks**: T005, T006` are found and marked",
    requirements: &["FR-007"],
    issues: &[783],
    checks: CHECKS,
    run: |context| prove(context, ["T005", "T006"]),
    ..Scenario::DEFAULT
};

const CHECKS: &[CheckSpec] = &[
    EXITS_ZERO,
    STDOUT_IS_ONE_JSON_DOCUMENT,
    BOTH_ARE_UPDATED,
    BOTH_ARE_PERSISTED,
    NOTHING_ELSE_MOVES,
];

fn prove(context: &mut TestContext<'_>, ids: [&str; 2]) -> Result<(), Abort> {
    let mission = context.mission(&Recipe::mark_status())?;
    let before = MarkState::read(&mission)?;
    let step = mark(context, &mission, &ids)?;
    step.check(EXITS_ZERO, exit_zero());
    let reply = MarkReply::read(&step.document(STDOUT_IS_ONE_JSON_DOCUMENT)?);
    let after = MarkState::read(&mission)?;
    context.check(BOTH_ARE_UPDATED, reports(&reply, &ids, Reported::Updated));
    context.check(BOTH_ARE_PERSISTED, after.holds(&before, &ids));
    context.check(
        NOTHING_ELSE_MOVES,
        support::check::none_of(
            "only the two ids change",
            &after.stray_changes(&before, &ids),
            |_| "strayed".to_owned(),
        ),
    );
    Ok(())
}
