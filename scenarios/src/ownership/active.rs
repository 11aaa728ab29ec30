//! In a shared lane, the work package that is in progress decides which files may be committed.

use super::guard::{VIOLATION, judge_refusal, made, nothing_committed};
use super::shared_lane::SharedLane;
use super::{NOTHING_COMMITTED, OWNERSHIP};
use crate::context::{Abort, TestContext};
use crate::scenario::{CheckSpec, Scenario};

pub const SCENARIO: Scenario = Scenario {
    id: "ownership/active-package-decides",
    promise: "in a lane that two work packages share, a commit may hold what the active one owns, and not what the other one owns",
    requirements: &[OWNERSHIP],
    issues: &[951],
    checks: &[
        CheckSpec::new(
            "own-file-is-committed",
            OWNERSHIP,
            "the control: a file of the active work package is committed",
        ),
        CheckSpec::new(
            "others-file-is-refused",
            OWNERSHIP,
            "a file of the other one is refused as outside the scope, with the active work package and the file",
        ),
        NOTHING_COMMITTED,
    ],
    run,
    ..Scenario::DEFAULT
};

fn run(context: &mut TestContext<'_>) -> Result<(), Abort> {
    let mut lane = SharedLane::take(context)?;
    let [own, other] = lane.files()?;
    let commit = lane.commit(context, &own)?;
    commit.step.check("own-file-is-committed", |_| made(&commit));
    let commit = lane.commit(context, &other)?;
    let step = &commit.step;
    step.check("others-file-is-refused", |_| {
        judge_refusal(&commit, VIOLATION, &["active_wp=WP01", &other])
    });
    step.check(NOTHING_COMMITTED.id, |_| nothing_committed(&commit));
    Ok(())
}
