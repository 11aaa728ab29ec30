//! Two work packages of a lane are in progress: the guard says that it cannot tell, and does not
//! guess.

use super::guard::{AMBIGUOUS, made, nothing_committed, refused};
use super::shared_lane::SharedLane;
use super::{NOTHING_COMMITTED, OWNERSHIP};
use crate::scenario::{CheckSpec, Scenario};
use crate::stage::{Halt, Stage};

pub const SCENARIO: Scenario = Scenario {
    id: "ownership/ambiguous-is-not-a-violation",
    promise: "where two work packages of a lane are in progress, the guard says that it cannot tell which one is active, and calls nothing a violation",
    requirements: &[OWNERSHIP],
    issues: &[951],
    checks: &[
        CheckSpec::new(
            "own-file-is-committed",
            OWNERSHIP,
            "the control: while one is in progress, its file is committed",
        ),
        CheckSpec::new(
            "ambiguity-is-said",
            OWNERSHIP,
            "the same file is refused then as ambiguous, and both work packages are named",
        ),
        CheckSpec::new("others-file-is-ambiguous-too", OWNERSHIP, "so is a file of the other one"),
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
    lane.begin_both(stage)?;
    let candidates = ["WP01", "WP02"];
    let one = lane.commit(stage, &own)?;
    one.step.check("ambiguity-is-said", |_| refused(&one, AMBIGUOUS, &candidates));
    let two = lane.commit(stage, &other)?;
    two.step.check("others-file-is-ambiguous-too", |_| refused(&two, AMBIGUOUS, &candidates));
    let moved = if one.moved() { &one } else { &two };
    moved.step.check(NOTHING_COMMITTED.id, |_| nothing_committed(moved));
    Ok(())
}
