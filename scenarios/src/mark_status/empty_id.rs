//! An empty id, such as an unset variable of a shell script, marks nothing.

use fixtures::Recipe;
use support::check::none_of;

use super::reply::nothing_updated;
use crate::context::{Abort, TestContext};
use crate::marking::{MarkState, mark};
use crate::scenario::{CheckSpec, Scenario};

const MARKS_NOTHING: CheckSpec = CheckSpec::new("marks-nothing", "DM3", "no task is marked");
const IS_NOT_REPORTED_AS_UPDATED: CheckSpec =
    CheckSpec::new("is-not-reported-as-updated", "DM3", "the empty id is not reported as updated");
const THE_COMMAND_WORKS: CheckSpec = CheckSpec::new(
    "the-command-works",
    "FR-011",
    "the control: in the same mission, T001 itself is marked",
);

pub const SCENARIO: Scenario = Scenario {
    id: "mark-status/empty-id-touches-nothing",
    promise: "an empty id marks nothing",
    requirements: &["FR-010"],
    issues: &[783],
    checks: &[MARKS_NOTHING, IS_NOT_REPORTED_AS_UPDATED, THE_COMMAND_WORKS],
    run,
    ..Scenario::DEFAULT
};

fn run(context: &mut TestContext<'_>) -> Result<(), Abort> {
    let mission = context.mission(&Recipe::mark_status())?;
    let before = MarkState::read(&mission)?;
    let step = mark(context, &mission, &[""])?;
    step.check(IS_NOT_REPORTED_AS_UPDATED, nothing_updated);
    let strays = MarkState::read(&mission)?.stray_changes(&before, &[]);
    context.check(MARKS_NOTHING, none_of("no mark", &strays, |_| "marked".to_owned()));
    let control = mark(context, &mission, &["T001"])?;
    let after = MarkState::read(&mission)?;
    control.check(THE_COMMAND_WORKS, |_| after.holds(&before, &["T001"]));
    Ok(())
}
