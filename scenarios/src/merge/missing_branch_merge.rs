//! The real merge refuses when the mission branch is missing, before it touches anything.

use fixtures::Recipe;
use support::check::Judgement;

use super::{merge, nothing_moved};
use crate::context::{Abort, TestContext};
use crate::control::{MERGES, prove_that_it_merges};
use crate::expect::{exit_nonzero, no_traceback};
use crate::scenario::{CheckSpec, Scenario};

const EXITS_NONZERO: CheckSpec =
    CheckSpec::new("exits-nonzero", "FR-018", "the merge does not succeed");
const NAMES_THE_BRANCH: CheckSpec =
    CheckSpec::new("names-the-branch", "FR-018", "the refusal names the branch");
const NO_TRACEBACK: CheckSpec =
    CheckSpec::new("no-traceback", "FR-018", "it is a refusal, not a crash");
const NOTHING_MOVED: CheckSpec = CheckSpec::new(
    "nothing-moved",
    "FR-018",
    "refs, index, files, worktrees and configuration are as before",
);

pub const SCENARIO: Scenario = Scenario {
    id: "merge/missing-branch-blocks-merge",
    promise: "the real merge refuses when the mission branch is missing, and nothing has moved",
    requirements: &["FR-018"],
    issues: &[976],
    checks: &[MERGES, EXITS_NONZERO, NAMES_THE_BRANCH, NO_TRACEBACK, NOTHING_MOVED],
    run,
    ..Scenario::DEFAULT
};

fn run(context: &mut TestContext<'_>) -> Result<(), Abort> {
    prove_that_it_merges(context)?;
    let mission = context.mission(&Recipe::merge_ready().without_mission_branch())?;
    let before = context.snapshot(&mission)?;
    let step = merge(context, &mission)?;
    step.check(EXITS_NONZERO, exit_nonzero());
    step.check(NO_TRACEBACK, no_traceback());
    step.check(NAMES_THE_BRANCH, |step| {
        let expected = format!("a refusal that names {}", mission.branch);
        if (step.stdout_text() + &step.stderr_text()).contains(&mission.branch) {
            Judgement::pass(expected, step.quote())
        } else {
            Judgement::fail("branch-not-named", expected, step.quote())
        }
    });
    context.check(NOTHING_MOVED, nothing_moved(&before, &context.snapshot(&mission)?));
    Ok(())
}
