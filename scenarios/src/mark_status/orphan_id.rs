//! An id that belongs to no work package does not stop the others.

use fixtures::Recipe;

use super::reply::reports;
use crate::context::{Abort, TestContext};
use crate::contract::{MarkReply, Reported};
use crate::marking::{MarkState, mark};
use crate::scenario::{CheckSpec, Scenario};

const STDOUT_IS_ONE_JSON_DOCUMENT: CheckSpec =
    CheckSpec::new("stdout-is-one-json-document", "FR-002", "--json prints one document");
const OTHERS_ARE_UPDATED: CheckSpec = CheckSpec::new(
    "others-are-updated",
    "DM4",
    "the ids beside the orphan are reported as updated",
);
const OTHERS_ARE_PERSISTED: CheckSpec = CheckSpec::new(
    "others-are-persisted",
    "DM4",
    "the ids beside the orphan are read back as done",
);
const THE_ORPHAN_IS_ANSWERED: CheckSpec =
    CheckSpec::new("the-orphan-is-answered", "FR-009", "the orphan gets a result, whatever it is");

pub const SCENARIO: Scenario = Scenario {
    id: "mark-status/orphan-id-hides-nobody",
    promise: "an id that belongs to no work package does not stop the others",
    requirements: &["FR-009", "FR-010"],
    issues: &[783],
    checks: &[
        STDOUT_IS_ONE_JSON_DOCUMENT,
        OTHERS_ARE_UPDATED,
        OTHERS_ARE_PERSISTED,
        THE_ORPHAN_IS_ANSWERED,
    ],
    run,
    ..Scenario::DEFAULT
};

/// T010 stands before every work package, and no work package's file lists it.
const WITH_ORPHAN: &str = "\
# Tasks

- [ ] T010 belongs to nobody

## Work Package WP01: alpha

- [ ] T001 first
- [x] T002 second

## Work Package WP02: beta

| ID | Description | Status |
|----|-------------|--------|
| T003 | third | [ ] |
| T004 | fourth | [D] |
";

pub(super) fn with_orphan() -> Recipe {
    Recipe::mark_status().with_tasks_md(WITH_ORPHAN)
}

fn run(context: &mut TestContext<'_>) -> Result<(), Abort> {
    let others = ["T001", "T003"];
    let mission = context.mission(&with_orphan())?;
    let before = MarkState::read(&mission)?;
    let step = mark(context, &mission, &["T010", "T001", "T003"])?;
    let reply = MarkReply::read(&step.document(STDOUT_IS_ONE_JSON_DOCUMENT)?);
    let after = MarkState::read(&mission)?;
    context.check(OTHERS_ARE_UPDATED, reports(&reply, &others, Reported::Updated));
    context.check(OTHERS_ARE_PERSISTED, after.holds(&before, &others));
    let any = [Reported::Updated, Reported::AlreadySatisfied, Reported::NotFound];
    context.check(THE_ORPHAN_IS_ANSWERED, super::reply::reports_any(&reply, &["T010"], &any));
    Ok(())
}
