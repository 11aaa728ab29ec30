//! The two formats that always worked keep working, and nothing else in the file moves.

use fixtures::{Recipe, WorkPackage};
use support::check::Judgement;

use super::reply::reports;
use crate::context::{Abort, TestContext};
use crate::contract::{MarkReply, Reported};
use crate::expect::exit_zero;
use crate::marking::{MarkState, mark, row_id};
use crate::scenario::{CheckSpec, Scenario};

const EXITS_ZERO: CheckSpec = CheckSpec::new(
    "exits-zero",
    "FR-011",
    "marking an open checkbox and an open table row succeeds",
);
const STDOUT_IS_ONE_JSON_DOCUMENT: CheckSpec =
    CheckSpec::new("stdout-is-one-json-document", "FR-002", "--json prints one document");
const BOTH_ARE_UPDATED: CheckSpec =
    CheckSpec::new("both-are-updated", "FR-011", "both are reported as updated");
const BOTH_ARE_PERSISTED: CheckSpec =
    CheckSpec::new("both-are-persisted", "FR-011", "both are read back as done");
const NOTHING_ELSE_MOVES: CheckSpec = CheckSpec::new(
    "nothing-else-moves",
    "FR-011",
    "no other task is marked, no other line changes",
);
const A_MENTION_IS_NOT_A_ROW: CheckSpec = CheckSpec::new(
    "a-mention-is-not-a-row",
    "DM10",
    "a task that another row depends on is marked in its own row only",
);
const ITS_OWN_ROW_IS_MARKED: CheckSpec = CheckSpec::new(
    "its-own-row-is-marked",
    "DM10",
    "a task that other rows mention is marked all the same",
);
const THE_MARK_GOES_TO_ITS_OWNER: CheckSpec = CheckSpec::new(
    "the-mark-goes-to-its-owner",
    "DM10",
    "the mark is filed under the work package that owns the task",
);
const OTHER_CELLS_STAY: CheckSpec =
    CheckSpec::new("other-cells-stay", "DM10", "the other cells of a table row keep their text");

pub const SCENARIO: Scenario = Scenario {
    id: "mark-status/checkbox-and-pipe-table",
    promise: "checkbox rows and pipe-table rows are marked, and nothing else in the file moves",
    requirements: &["FR-011"],
    issues: &[783],
    checks: &[
        EXITS_ZERO,
        STDOUT_IS_ONE_JSON_DOCUMENT,
        BOTH_ARE_UPDATED,
        BOTH_ARE_PERSISTED,
        NOTHING_ELSE_MOVES,
        A_MENTION_IS_NOT_A_ROW,
        ITS_OWN_ROW_IS_MARKED,
        THE_MARK_GOES_TO_ITS_OWNER,
        OTHER_CELLS_STAY,
    ],
    run,
    ..Scenario::DEFAULT
};

/// T003 belongs to WP02, and is a dependency of T001 in WP01's table and of T004 in its own.
const WITH_MENTIONS: &str = "\
# Tasks

## Work Package WP01: alpha

| ID | Description | Depends | Status |
|----|-------------|---------|--------|
| T001 | first | T003 | [ ] |
| T002 | second | | [ ] |

## Work Package WP02: beta

| ID | Description | Depends | Status |
|----|-------------|---------|--------|
| T003 | third | | [ ] |
| T004 | fourth | T003 | [ ] |
";

/// A table as the product's own template draws it: `[P]` says that a task may run in parallel.
const WITH_PARALLEL_COLUMN: &str = "\
# Tasks

## Work Package WP02: beta

| ID | Description | WP | Parallel |
|----|-------------|----|----------|
| T003 | third | WP02 | [P] |
| T004 | fourth | WP02 | [P] |
";

fn run(context: &mut TestContext<'_>) -> Result<(), Abort> {
    plain_rows(context)?;
    rows_with_mentions(context)?;
    rows_with_other_cells(context)
}

pub(super) fn with_mentions() -> Recipe {
    Recipe::mark_status().with_tasks_md(WITH_MENTIONS).with_work_packages(vec![
        WorkPackage::new("WP01", "alpha", ["T001", "T002"]),
        WorkPackage::new("WP02", "beta", ["T003", "T004"]),
    ])
}

pub(super) fn with_other_cells() -> Recipe {
    Recipe::mark_status().with_tasks_md(WITH_PARALLEL_COLUMN)
}

fn plain_rows(context: &mut TestContext<'_>) -> Result<(), Abort> {
    let ids = ["T001", "T003"];
    let mission = context.mission(&Recipe::mark_status())?;
    let before = MarkState::read(&mission)?;
    let step = mark(context, &mission, &ids)?;
    step.check(EXITS_ZERO, exit_zero());
    let reply = MarkReply::read(&step.document(STDOUT_IS_ONE_JSON_DOCUMENT)?);
    let after = MarkState::read(&mission)?;
    context.check(BOTH_ARE_UPDATED, reports(&reply, &ids, Reported::Updated));
    context.check(BOTH_ARE_PERSISTED, after.holds(&before, &ids));
    context.check(NOTHING_ELSE_MOVES, nothing_strays(&before, &after, &ids));
    Ok(())
}

fn rows_with_mentions(context: &mut TestContext<'_>) -> Result<(), Abort> {
    let ids = ["T003"];
    let mission = context.mission(&with_mentions())?;
    let before = MarkState::read(&mission)?;
    let step = mark(context, &mission, &ids)?;
    let after = MarkState::read(&mission)?;
    step.check(A_MENTION_IS_NOT_A_ROW, |_| nothing_strays(&before, &after, &ids));
    context.check(ITS_OWN_ROW_IS_MARKED, after.holds(&before, &ids));
    context.check(THE_MARK_GOES_TO_ITS_OWNER, filed_under(&after, "T003", "WP02"));
    Ok(())
}

fn rows_with_other_cells(context: &mut TestContext<'_>) -> Result<(), Abort> {
    let mission = context.mission(&with_other_cells())?;
    let step = mark(context, &mission, &["T003", "T004"])?;
    let after = MarkState::read(&mission)?;
    step.check(OTHER_CELLS_STAY, |_| parallel_signs_stay(&after.tasks_md));
    Ok(())
}

fn nothing_strays(before: &MarkState, after: &MarkState, ids: &[&str]) -> Judgement {
    let expected = format!("only {} change", ids.join(", "));
    support::check::none_of(&expected, &after.stray_changes(before, ids), |first| {
        let row = first.split_whitespace().find(|word| word.starts_with('T') && word.len() == 4);
        format!("strayed: {}", row.unwrap_or("a line"))
    })
}

/// A release that keeps marks in `tasks.md` files them by their row: then there is no owner to err.
fn filed_under(after: &MarkState, id: &str, owner: &str) -> Judgement {
    let expected = format!("{id} filed under {owner}, if under any");
    let owners = after.owners_of(id);
    if owners.iter().all(|seen| seen == owner) {
        return Judgement::pass(expected, format!("{owners:?}"));
    }
    let seen: Vec<_> = owners.into_iter().collect();
    Judgement::fail(format!("filed-under: {}", seen.join(" ")), expected, after.summarize())
}

fn parallel_signs_stay(tasks_md: &str) -> Judgement {
    let expected = "both rows keep their [P]";
    let lost: Vec<&str> = ["T003", "T004"]
        .into_iter()
        .filter(|id| !tasks_md.lines().any(|line| row_id(line) == Some(id) && line.contains("[P]")))
        .collect();
    if lost.is_empty() {
        Judgement::pass(expected, "they do")
    } else {
        Judgement::fail(format!("[P]-lost: {}", lost.join(" ")), expected, tasks_md)
    }
}
