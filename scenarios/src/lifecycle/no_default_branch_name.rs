//! The whole way in a project that has neither `main` nor `master`.

use fixtures::adapter::Topology;
use fixtures::{Blueprint, WorkPackage};
use support::check::{Judgement, equal, none_of};

use super::{CHECKS, way};
use crate::context::{Abort, Mission, TestContext};
use crate::scenario::{CheckSpec, Scenario, joined};
use crate::walkthrough::Walkthrough;

const NO_SUCH_BRANCH_APPEARS: CheckSpec = CheckSpec::new(
    "no-such-branch-appears",
    "reliability/no-default-branch-name",
    "neither the checkout nor the origin has a branch main or master afterwards",
);
const TARGET_IS_THE_BRANCH_IT_BEGAN_ON: CheckSpec = CheckSpec::new(
    "target-is-the-branch-it-began-on",
    "reliability/no-default-branch-name",
    "the mission is for the branch that was checked out when it was made",
);

pub const SCENARIO: Scenario = Scenario {
    id: "lifecycle/no-default-branch-name",
    promise: "a mission goes all the way in a project whose default branch is called neither main nor master",
    requirements: &["reliability/no-default-branch-name"],
    issues: &[822],
    checks: &OWN_CHECKS,
    run,
    ..Scenario::DEFAULT
};

const OWN_CHECKS: [CheckSpec; 17] =
    joined(&[&CHECKS, &[NO_SUCH_BRANCH_APPEARS, TARGET_IS_THE_BRANCH_IT_BEGAN_ON]]);

/// The project's default branch.
const TRUNK: &str = "harbour";

fn run(context: &mut TestContext<'_>) -> Result<(), Abort> {
    // One work package is enough here: what several do to each other is not this scenario's.
    let single = Blueprint::new([WorkPackage::new("WP01", "add", ["T001"])]);
    let walkthrough = Walkthrough { trunk: TRUNK, ..Walkthrough::of(single, Topology::Flat) };
    let mission = way::go(context, &walkthrough)?;
    let meta = mission.meta()?;
    let target = meta["target_branch"].as_str();
    context.check(
        TARGET_IS_THE_BRANCH_IT_BEGAN_ON,
        equal("target", &Some(walkthrough.branch), &target),
    );
    context.check(NO_SUCH_BRANCH_APPEARS, nothing_by_that_name(&mission)?);
    Ok(())
}

fn nothing_by_that_name(mission: &Mission) -> Result<Judgement, Abort> {
    let places = [("checkout", mission.repo()), ("origin", mission.root().join(fixtures::ORIGIN))];
    let mut found = Vec::new();
    for (place, repo) in places {
        for name in ["main", "master"] {
            if fixtures::tip(&repo, &format!("refs/heads/{name}"))?.is_some() {
                found.push(format!("{name} in the {place}"));
            }
        }
    }
    Ok(none_of("no such branch", &found, |first| format!("appeared: {first}")))
}
