//! A dry run changes nothing at all.

use fixtures::{Recipe, Script};

use super::{dry_run, nothing_moved, ready};
use crate::context::{Abort, TestContext};
use crate::control::{MERGES, prove_that_it_merges};
use crate::scenario::{CheckSpec, Scenario};

const THE_DRY_RUN_ANSWERS: CheckSpec = CheckSpec::new(
    "the-dry-run-answers",
    "FR-016",
    "the control: in a mission that is ready, the dry run is ready",
);
const READY: CheckSpec = CheckSpec::new(
    "ready",
    "FR-016",
    "in a mission that is ready, with an origin that has moved on",
);
const MISSING_BRANCH: CheckSpec =
    CheckSpec::new("missing-branch", "FR-016", "in a mission whose branch is missing");
const WITHOUT_A_STATUS_SNAPSHOT: CheckSpec =
    CheckSpec::new("without-a-status-snapshot", "FR-016", "in a mission that has no status.json");

pub const SCENARIO: Scenario = Scenario {
    id: "merge/dry-run-is-read-only",
    promise: "a dry run changes nothing, remote-tracking refs and ignored files included",
    requirements: &["FR-016"],
    issues: &[976],
    checks: &[MERGES, THE_DRY_RUN_ANSWERS, READY, MISSING_BRANCH, WITHOUT_A_STATUS_SNAPSHOT],
    run,
    ..Scenario::DEFAULT
};

fn run(context: &mut TestContext<'_>) -> Result<(), Abort> {
    prove_that_it_merges(context)?;
    let control = context.mission(&Recipe::merge_ready())?;
    dry_run(context, &control)?.check(THE_DRY_RUN_ANSWERS, ready(&control));
    // A fetch is seen only where there is something new to fetch.
    let moved_on = |target: &str| {
        Script::later().remote_commit(target, "NEWS.md", "Somebody else was here.\n", "news")
    };
    let with_origin = Recipe::merge_ready().with_origin();
    prove(context, READY, &with_origin, Some(moved_on(&with_origin.mission().target)))?;
    prove(context, MISSING_BRANCH, &Recipe::merge_ready().without_mission_branch(), None)?;
    prove(context, WITHOUT_A_STATUS_SNAPSHOT, &Recipe::merge_ready().without_status_json(), None)
}

fn prove(
    context: &mut TestContext<'_>,
    check: CheckSpec,
    recipe: &Recipe,
    change: Option<Script>,
) -> Result<(), Abort> {
    let mission = context.mission(recipe)?;
    if let Some(script) = change {
        context.change(&mission, script)?;
    }
    let before = context.snapshot(&mission)?;
    let step = dry_run(context, &mission)?;
    let after = context.snapshot(&mission)?;
    step.check(check, |_| nothing_moved(&before, &after));
    Ok(())
}
