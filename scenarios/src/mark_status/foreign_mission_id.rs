//! A task of another mission does not mark this mission's task of the same number.

use fixtures::Recipe;
use support::check::none_of;

use super::reply::nothing_updated;
use crate::context::{Abort, TestContext};
use crate::marking::{MarkState, mark};
use crate::scenario::{CheckSpec, Scenario};

const OWN_TASK_STAYS_OPEN: CheckSpec = CheckSpec::new(
    "own-task-stays-open",
    "DM13",
    "this mission's task of the same number is not marked",
);
const IS_NOT_REPORTED_AS_UPDATED: CheckSpec =
    CheckSpec::new("is-not-reported-as-updated", "DM13", "nothing is reported as updated");
const THE_COMMAND_WORKS: CheckSpec = CheckSpec::new(
    "the-command-works",
    "FR-011",
    "the control: in the same mission, T005 itself is marked",
);

pub const SCENARIO: Scenario = Scenario {
    id: "mark-status/foreign-mission-id",
    promise: "`other-mission/T005` does not mark this mission's T005",
    requirements: &["FR-010"],
    issues: &[783],
    checks: &[OWN_TASK_STAYS_OPEN, IS_NOT_REPORTED_AS_UPDATED, THE_COMMAND_WORKS],
    run,
    ..Scenario::DEFAULT
};

/// A checkbox, the format that every release knows: what is judged is the name before the slash.
const TASKS: &str = "\
# Tasks

## Work Package WP03: gamma

- [ ] T005 fifth
";

pub(super) fn one_task() -> Recipe {
    Recipe::mark_status().with_tasks_md(TASKS)
}

fn run(context: &mut TestContext<'_>) -> Result<(), Abort> {
    let mission = context.mission(&one_task())?;
    let before = MarkState::read(&mission)?;
    let step = mark(context, &mission, &["other-mission/T005"])?;
    step.check(IS_NOT_REPORTED_AS_UPDATED, nothing_updated);
    let strays = MarkState::read(&mission)?.stray_changes(&before, &[]);
    context.check(OWN_TASK_STAYS_OPEN, none_of("no mark", &strays, |_| "marked".to_owned()));
    let control = mark(context, &mission, &["T005"])?;
    let after = MarkState::read(&mission)?;
    control.check(THE_COMMAND_WORKS, |_| after.holds(&before, &["T005"]));
    Ok(())
}
