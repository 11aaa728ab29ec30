//! The whole way, in each topology.

use fixtures::dialect::{Ask, Topology};

use super::{CHECKS, way};
use crate::journey::Journey;
use crate::promised::{CHOSEN_TOPOLOGY, COORDINATION_BRANCH, Promised};
use crate::scenario::Scenario;
use crate::stage::{Halt, Mission, Stage};

/// Without anything of a topology: the default up to 3.2.0a10.
pub const LEGACY: Scenario = smoke(
    "lifecycle/smoke-legacy",
    "a mission in legacy topology goes from init to the pushed target, each step by the command that is there for it",
    None,
    |stage| way::go(stage, &Journey::pair(Topology::Legacy)).map(drop),
);

/// With a branch for each lane and none for coordination, where that can be chosen.
pub const LANES: Scenario = smoke(
    "lifecycle/smoke-lanes",
    "a mission in lanes topology goes from init to the pushed target, each step by the command that is there for it",
    Some(CHOSEN_TOPOLOGY),
    lanes,
);

/// With a branch that keeps the status: the default from 3.2.0 on, and so the gate.
pub const COORDINATION: Scenario = smoke(
    "lifecycle/smoke-coordination",
    "a mission in coordination topology goes from init to the pushed target, each step by the command that is there for it",
    Some(COORDINATION_BRANCH),
    coordination,
);

const fn smoke(
    id: &'static str,
    promise: &'static str,
    promised: Option<Promised>,
    run: fn(&mut Stage<'_>) -> Result<(), Halt>,
) -> Scenario {
    Scenario {
        id,
        promise,
        requirements: &["reliability/stream-smoke"],
        issues: &[822],
        checks: &CHECKS,
        promised,
        run,
        ..Scenario::DEFAULT
    }
}

fn lanes(stage: &mut Stage<'_>) -> Result<(), Halt> {
    let topology = Topology::Lanes;
    // Whoever cannot choose it is spared the beginning of the way.
    stage.words_for(&Ask::CreateMission { name: "x", topology })?;
    way::go(stage, &Journey::pair(topology)).map(drop)
}

fn coordination(stage: &mut Stage<'_>) -> Result<(), Halt> {
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
