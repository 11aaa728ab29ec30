//! A dry run sees that the mission branch is missing, and says what to do.

use fixtures::Recipe;
use support::check::Judgement;

use super::{dry_run, dry_run_with};
use crate::context::{Abort, Step, TestContext};
use crate::contract::Contract;
use crate::control::{MERGES, prove_that_it_merges};
use crate::expect::{exit_nonzero, keeps};
use crate::scenario::{CheckSpec, Scenario};

const EXITS_NONZERO: CheckSpec =
    CheckSpec::new("exits-nonzero", "FR-016", "the dry run does not succeed");
const STDOUT_IS_ONE_JSON_DOCUMENT: CheckSpec =
    CheckSpec::new("stdout-is-one-json-document", "FR-002", "--json prints one document");
const KEEPS_THE_BLOCKER_SCHEMA: CheckSpec = CheckSpec::new(
    "keeps-the-blocker-schema",
    "FR-017",
    "ready, blocker, expected_branch and remediation are as published",
);
const NAMES_THE_BRANCH: CheckSpec =
    CheckSpec::new("names-the-branch", "FR-017", "expected_branch is the mission's branch");
const PEOPLE_EXIT_NONZERO: CheckSpec = CheckSpec::new(
    "people-exit-nonzero",
    "FR-016",
    "without --json the dry run does not succeed either",
);
const PEOPLE_ARE_TOLD: CheckSpec = CheckSpec::new(
    "people-are-told",
    "FR-016",
    "without --json the output names the branch and the fix",
);

pub const SCENARIO: Scenario = Scenario {
    id: "merge/missing-branch-blocks-dry-run",
    promise: "a dry run is blocked by a missing mission branch, and names the branch and the fix",
    requirements: &["FR-016", "FR-017"],
    issues: &[976],
    checks: &[
        MERGES,
        EXITS_NONZERO,
        STDOUT_IS_ONE_JSON_DOCUMENT,
        KEEPS_THE_BLOCKER_SCHEMA,
        NAMES_THE_BRANCH,
        PEOPLE_EXIT_NONZERO,
        PEOPLE_ARE_TOLD,
    ],
    run,
    ..Scenario::DEFAULT
};

fn run(context: &mut TestContext<'_>) -> Result<(), Abort> {
    prove_that_it_merges(context)?;
    let recipe = Recipe::merge_ready().without_mission_branch();
    let mission = context.mission(&recipe)?;
    let for_people = dry_run_with(context, &mission, &[])?;
    for_people.check(PEOPLE_EXIT_NONZERO, exit_nonzero());
    for_people.check(PEOPLE_ARE_TOLD, |step| tells(step, &mission.branch));

    let mission = context.mission(&recipe)?;
    let step = dry_run(context, &mission)?;
    step.check(EXITS_NONZERO, exit_nonzero());
    let document = step.document(STDOUT_IS_ONE_JSON_DOCUMENT)?;
    step.check(KEEPS_THE_BLOCKER_SCHEMA, keeps(Contract::MERGE_DRY_RUN_BLOCKER));
    step.check(NAMES_THE_BRANCH, |_| {
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
