//! Two work packages of a lane are in progress: the guard says that it cannot tell, and does not
//! guess.

use super::guard::{AMBIGUOUS, judge_refusal, made, nothing_committed};
use super::shared_lane::SharedLane;
use super::{NOTHING_COMMITTED, OWNERSHIP};
use crate::context::{Abort, TestContext};
use crate::scenario::{CheckSpec, Scenario};

const OWN_FILE_IS_COMMITTED: CheckSpec = CheckSpec::new(
    "own-file-is-committed",
    OWNERSHIP,
    "the control: while one is in progress, its file is committed",
);
const AMBIGUITY_IS_SAID: CheckSpec = CheckSpec::new(
    "ambiguity-is-said",
    OWNERSHIP,
    "the same file is refused then as ambiguous, and both work packages are named",
);
const OTHERS_FILE_IS_AMBIGUOUS_TOO: CheckSpec =
    CheckSpec::new("others-file-is-ambiguous-too", OWNERSHIP, "so is a file of the other one");

pub const SCENARIO: Scenario = Scenario {
    id: "ownership/ambiguous-is-not-a-violation",
    promise: "where two work packages of a lane are in progress, the guard says that it cannot tell which one is active, and calls nothing a violation",
    requirements: &[OWNERSHIP],
    issues: &[951],
    checks: &[
        OWN_FILE_IS_COMMITTED,
        AMBIGUITY_IS_SAID,
        OTHERS_FILE_IS_AMBIGUOUS_TOO,
        NOTHING_COMMITTED,
    ],
    run,
    ..Scenario::DEFAULT
};

fn run(context: &mut TestContext<'_>) -> Result<(), Abort> {
    let mut lane = SharedLane::take(context)?;
    let [own, other] = lane.files()?;
    let commit = lane.commit(context, &own)?;
    commit.step.check(OWN_FILE_IS_COMMITTED, |_| made(&commit));
    lane.begin_both(context)?;
    let candidates = ["WP01", "WP02"];
    let one = lane.commit(context, &own)?;
    one.step.check(AMBIGUITY_IS_SAID, |_| judge_refusal(&one, AMBIGUOUS, &candidates));
    let two = lane.commit(context, &other)?;
    two.step.check(OTHERS_FILE_IS_AMBIGUOUS_TOO, |_| judge_refusal(&two, AMBIGUOUS, &candidates));
    let moved = if one.moved() { &one } else { &two };
    moved.step.check(NOTHING_COMMITTED, |_| nothing_committed(moved));
    Ok(())
}
