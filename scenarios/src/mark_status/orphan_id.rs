//! An id that belongs to no work package does not stop the others.

use fixtures::Recipe;

use super::reply::reports;
use crate::context::{Abort, TestContext};
use crate::contract::{MarkReply, Reported};
use crate::marking::{MarkState, mark};
use crate::scenario::{CheckSpec, Scenario};

pub const SCENARIO: Scenario = Scenario {
    id: "mark-status/orphan-id-hides-nobody",
    promise: "an id that belongs to no work package does not stop the others",
    requirements: &["FR-009", "FR-010"],
    issues: &[783],
    checks: &[
        CheckSpec::new("stdout-is-one-json-document", "FR-002", "--json prints one document"),
        CheckSpec::new(
            "others-are-updated",
            "DM4",
            "the ids beside the orphan are reported as updated",
        ),
        CheckSpec::new(
            "others-are-persisted",
            "DM4",
            "the ids beside the orphan are read back as done",
        ),
        CheckSpec::new(
            "the-orphan-is-answered",
            "FR-009",
            "the orphan gets a result, whatever it is",
        ),
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
    let reply = MarkReply::read(&step.document("stdout-is-one-json-document")?);
    let after = MarkState::read(&mission)?;
    context.check("others-are-updated", reports(&reply, &others, Reported::Updated));
    context.check("others-are-persisted", after.holds(&before, &others));
    let any = [Reported::Updated, Reported::AlreadySatisfied, Reported::NotFound];
    context.check("the-orphan-is-answered", super::reply::reports_any(&reply, &["T010"], &any));
    Ok(())
}
