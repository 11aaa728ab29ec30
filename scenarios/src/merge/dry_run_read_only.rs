//! A dry run changes nothing at all.

use fixtures::{Recipe, Script};

use super::{dry_run, nothing_moved, ready};
use crate::control::{MERGES, prove_that_it_merges};
use crate::scenario::{CheckSpec, Scenario};
use crate::stage::{Halt, Stage};

pub const SCENARIO: Scenario = Scenario {
    id: "merge/dry-run-is-read-only",
    promise: "a dry run changes nothing, remote-tracking refs and ignored files included",
    requirements: &["FR-016"],
    issues: &[976],
    checks: &[
        MERGES,
        CheckSpec::new(
            "the-dry-run-answers",
            "FR-016",
            "the control: in a mission that is ready, the dry run is ready",
        ),
        CheckSpec::new(
            "ready",
            "FR-016",
            "in a mission that is ready, with an origin that has moved on",
        ),
        CheckSpec::new("missing-branch", "FR-016", "in a mission whose branch is missing"),
        CheckSpec::new(
            "without-a-status-snapshot",
            "FR-016",
            "in a mission that has no status.json",
        ),
    ],
    run,
    ..Scenario::DEFAULT
};

fn run(stage: &mut Stage<'_>) -> Result<(), Halt> {
    prove_that_it_merges(stage)?;
    let control = stage.mission(&Recipe::merge_ready())?;
    dry_run(stage, &control)?.check("the-dry-run-answers", ready(&control));
    // A fetch is seen only where there is something new to fetch.
    let moved_on = |target: &str| {
        Script::later().remote_commit(target, "NEWS.md", "Somebody else was here.\n", "news")
    };
    let with_origin = Recipe::merge_ready().with_origin();
    prove(stage, "ready", &with_origin, Some(moved_on(&with_origin.mission().target)))?;
    prove(stage, "missing-branch", &Recipe::merge_ready().without_mission_branch(), None)?;
    prove(stage, "without-a-status-snapshot", &Recipe::merge_ready().without_status_json(), None)
}

fn prove(
    stage: &mut Stage<'_>,
    check: &str,
    recipe: &Recipe,
    change: Option<Script>,
) -> Result<(), Halt> {
    let mission = stage.mission(recipe)?;
    if let Some(script) = change {
        stage.change(&mission, script)?;
    }
    let before = stage.snapshot(&mission)?;
    let step = dry_run(stage, &mission)?;
    let after = stage.snapshot(&mission)?;
    step.check(check, |_| nothing_moved(&before, &after));
    Ok(())
}
