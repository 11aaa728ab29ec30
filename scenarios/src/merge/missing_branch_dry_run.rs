//! A dry run sees that the mission branch is missing, and says what to do.

use fixtures::Recipe;
use support::check::Judgement;

use super::{dry_run, dry_run_with};
use crate::context::{Abort, Step, TestContext};
use crate::contract::Contract;
use crate::control::{MERGES, prove_that_it_merges};
use crate::expect::{exit_nonzero, keeps};
use crate::scenario::{CheckSpec, Scenario};

pub const SCENARIO: Scenario = Scenario {
    id: "merge/missing-branch-blocks-dry-run",
    promise: "a dry run is blocked by a missing mission branch, and names the branch and the fix",
    requirements: &["FR-016", "FR-017"],
    issues: &[976],
    checks: &[
        MERGES,
        CheckSpec::new("exits-nonzero", "FR-016", "the dry run does not succeed"),
        CheckSpec::new("stdout-is-one-json-document", "FR-002", "--json prints one document"),
        CheckSpec::new(
            "keeps-the-blocker-schema",
            "FR-017",
            "ready, blocker, expected_branch and remediation are as published",
        ),
        CheckSpec::new("names-the-branch", "FR-017", "expected_branch is the mission's branch"),
        CheckSpec::new(
            "people-exit-nonzero",
            "FR-016",
            "without --json the dry run does not succeed either",
        ),
        CheckSpec::new(
            "people-are-told",
            "FR-016",
            "without --json the output names the branch and the fix",
        ),
    ],
    run,
    ..Scenario::DEFAULT
};

fn run(context: &mut TestContext<'_>) -> Result<(), Abort> {
    prove_that_it_merges(context)?;
    let recipe = Recipe::merge_ready().without_mission_branch();
    let mission = context.mission(&recipe)?;
    let for_people = dry_run_with(context, &mission, &[])?;
    for_people.check("people-exit-nonzero", exit_nonzero());
    for_people.check("people-are-told", |step| tells(step, &mission.branch));

    let mission = context.mission(&recipe)?;
    let step = dry_run(context, &mission)?;
    step.check("exits-nonzero", exit_nonzero());
    let document = step.document("stdout-is-one-json-document")?;
    step.check("keeps-the-blocker-schema", keeps(Contract::MERGE_DRY_RUN_BLOCKER));
    step.check("names-the-branch", |_| {
        support::check::equal(
            "expected-branch",
            &Some(mission.branch.as_str()),
            &document["expected_branch"].as_str(),
        )
    });
    Ok(())
}

/// The branch is named outside of the command that makes it, too, or in it; the command is there.
fn tells(step: &Step, branch: &str) -> Judgement {
    let expected = format!("the name {branch} and the command `git branch {branch} ...`");
    let said = step.stdout_text() + &step.stderr_text();
    if !said.contains(branch) {
        Judgement::fail("branch-not-named", expected, step.quote())
    } else if !said.contains("git branch") {
        Judgement::fail("no-fix", expected, step.quote())
    } else {
        Judgement::pass(expected, said.trim())
    }
}
