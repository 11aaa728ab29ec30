//! In a shared lane, the work package that is in progress decides which files may be committed.

use super::guard::{VIOLATION, made, nothing_committed, refused};
use super::shared_lane::SharedLane;
use super::{NOTHING_COMMITTED, OWNERSHIP};
use crate::scenario::{CheckSpec, Scenario};
use crate::stage::{Halt, Stage};

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

fn run(stage: &mut Stage<'_>) -> Result<(), Halt> {
    let mut lane = SharedLane::take(stage)?;
    let [own, other] = lane.files()?;
    let commit = lane.commit(stage, &own)?;
    commit.step.check("own-file-is-committed", |_| made(&commit));
    let commit = lane.commit(stage, &other)?;
    let step = &commit.step;
    step.check("others-file-is-refused", |_| {
        refused(&commit, VIOLATION, &["active_wp=WP01", &other])
    });
    step.check(NOTHING_COMMITTED.id, |_| nothing_committed(&commit));
    Ok(())
}
