//! The whole way with a branch that keeps the status: the default from 3.2.0 on, and so the gate.

use fixtures::dialect::Topology;

use super::{CHECKS, way};
use crate::journey::Journey;
use crate::promised::COORDINATION_BRANCH;
use crate::scenario::Scenario;
use crate::stage::{Halt, Mission, Stage};

pub const SCENARIO: Scenario = Scenario {
    id: "lifecycle/smoke-coordination",
    promise: "a mission in coordination topology goes from init to the pushed target, each step by the command that is there for it",
    requirements: &["reliability/stream-smoke"],
    issues: &[822],
    checks: &CHECKS,
    promised: Some(COORDINATION_BRANCH),
    run,
    ..Scenario::DEFAULT
};

fn run(stage: &mut Stage<'_>) -> Result<(), Halt> {
    let choice = stage.offers(&["agent", "mission", "create"], "--topology")?;
    let topology = if choice { Topology::Coordination } else { Topology::Default };
    way::go_if(stage, &Journey::pair(topology), has_coordination).map(drop)
}

/// A release that gives no choice may know no such topology at all.
fn has_coordination(mission: &Mission) -> Result<(), Halt> {
    if mission.meta()?["coordination_branch"].is_string() {
        return Ok(());
    }
    let why = "a mission of this release has no coordination branch, and none can be chosen";
    let remedy = "nothing: the other topologies are for this release";
    Err(Halt::not_exercised(None, why, remedy))
}
