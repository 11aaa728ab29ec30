//! The whole way with a branch for each lane and none for coordination, where that can be chosen.

use fixtures::dialect::{Ask, Topology};

use super::{CHECKS, way};
use crate::journey::Journey;
use crate::promised::CHOSEN_TOPOLOGY;
use crate::scenario::Scenario;
use crate::stage::{Halt, Stage};

pub const SCENARIO: Scenario = Scenario {
    id: "lifecycle/smoke-lanes",
    promise: "a mission in lanes topology goes from init to the pushed target, each step by the command that is there for it",
    requirements: &["reliability/stream-smoke"],
    issues: &[822],
    checks: &CHECKS,
    promised: Some(CHOSEN_TOPOLOGY),
    run,
    ..Scenario::DEFAULT
};

fn run(stage: &mut Stage<'_>) -> Result<(), Halt> {
    let topology = Topology::Lanes;
    // Whoever cannot choose it is spared the beginning of the way.
    stage.words_for(&Ask::CreateMission { name: "x", topology })?;
    way::go(stage, &Journey::pair(topology)).map(drop)
}
