//! An empty id, such as an unset variable of a shell script, marks nothing.

use fixtures::Recipe;
use support::check::none_of;

use super::reply::nothing_updated;
use crate::marking::{Truth, mark};
use crate::scenario::{CheckSpec, Scenario};
use crate::stage::{Halt, Stage};

pub const SCENARIO: Scenario = Scenario {
    id: "mark-status/empty-id-touches-nothing",
    promise: "an empty id marks nothing",
    requirements: &["FR-010"],
    issues: &[783],
    checks: &[
        CheckSpec::new("marks-nothing", "DM3", "no task is marked"),
        CheckSpec::new(
            "is-not-reported-as-updated",
            "DM3",
            "the empty id is not reported as updated",
        ),
        CheckSpec::new(
            "the-command-works",
            "FR-011",
            "the control: in the same mission, T001 itself is marked",
        ),
    ],
    run,
    ..Scenario::DEFAULT
};

fn run(stage: &mut Stage<'_>) -> Result<(), Halt> {
    let mission = stage.mission(&Recipe::mark_status())?;
    let before = Truth::read(&mission)?;
    let step = mark(stage, &mission, &[""])?;
    step.check("is-not-reported-as-updated", nothing_updated);
    let strays = Truth::read(&mission)?.stray_changes(&before, &[]);
    stage.check("marks-nothing", none_of("no mark", &strays, |_| "marked".to_owned()));
    let control = mark(stage, &mission, &["T001"])?;
    let after = Truth::read(&mission)?;
    control.check("the-command-works", |_| after.holds(&before, &["T001"]));
    Ok(())
}
