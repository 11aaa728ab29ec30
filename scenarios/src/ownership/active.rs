//! In a shared lane, the work package that is in progress decides which files may be committed.

use super::guard::{VIOLATION, judge_refusal, made, nothing_committed};
use super::shared_lane::SharedLane;
use super::{NOTHING_COMMITTED, OWNERSHIP};
use crate::context::{Abort, TestContext};
use crate::scenario::{CheckSpec, Scenario};

const OWN_FILE_IS_COMMITTED: CheckSpec = CheckSpec::new(
    "own-file-is-committed",
    OWNERSHIP,
    "the control: a file of the active work package is committed",
);
const OTHERS_FILE_IS_REFUSED: CheckSpec = CheckSpec::new(
    "others-file-is-refused",
    OWNERSHIP,
    "a file of the other one is refused as outside the scope, with the active work package and the file",
);

pub const SCENARIO: Scenario = Scenario {
    id: "ownership/active-package-decides",
    promise: "in a lane that two work packages share, a commit may hold what the active one owns, and not what the other one owns",
    requirements: &[OWNERSHIP],
    issues: &[951],
    checks: &[OWN_FILE_IS_COMMITTED, OTHERS_FILE_IS_REFUSED, NOTHING_COMMITTED],
    run,
    ..Scenario::DEFAULT
};

fn run(context: &mut TestContext<'_>) -> Result<(), Abort> {
    let mut lane = SharedLane::take(context)?;
    let [own, other] = lane.files()?;
    let commit = lane.commit(context, &own)?;
    commit.step.check(OWN_FILE_IS_COMMITTED, |_| made(&commit));
    let commit = lane.commit(context, &other)?;
    let step = &commit.step;
    step.check(OTHERS_FILE_IS_REFUSED, |_| {
        judge_refusal(&commit, VIOLATION, &["active_wp=WP01", &other])
    });
    step.check(NOTHING_COMMITTED, |_| nothing_committed(&commit));
    Ok(())
}
