//! The whole way, in each topology.

use fixtures::adapter::{Operation, Topology};

use super::{CHECKS, way};
use crate::context::{Abort, Mission, TestContext};
use crate::promised::{CHOSEN_TOPOLOGY, COORDINATION_BRANCH, Promised};
use crate::scenario::Scenario;
use crate::walkthrough::Walkthrough;

/// Without anything of a topology: the default up to 3.2.0a10.
pub const LEGACY: Scenario = smoke(
    "lifecycle/smoke-legacy",
    "a mission in legacy topology goes from init to the pushed target, each step by the command that is there for it",
    None,
    |context| way::go(context, &Walkthrough::pair(Topology::Legacy)).map(drop),
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
    run: fn(&mut TestContext<'_>) -> Result<(), Abort>,
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

fn lanes(context: &mut TestContext<'_>) -> Result<(), Abort> {
    let topology = Topology::Lanes;
    // Whoever cannot choose it is spared the beginning of the way.
    context.words_for(&Operation::CreateMission { name: "x", topology })?;
    way::go(context, &Walkthrough::pair(topology)).map(drop)
}

fn coordination(context: &mut TestContext<'_>) -> Result<(), Abort> {
    let choice = context.offers(&["agent", "mission", "create"], "--topology")?;
    let topology = if choice { Topology::Coordination } else { Topology::Default };
    way::go_if(context, &Walkthrough::pair(topology), has_coordination).map(drop)
}

/// A release that gives no choice may know no such topology at all.
fn has_coordination(mission: &Mission) -> Result<(), Abort> {
    if mission.meta()?["coordination_branch"].is_string() {
        return Ok(());
    }
    let why = "a mission of this release has no coordination branch, and none can be chosen";
    let remedy = "nothing: the other topologies are for this release";
    Err(Abort::not_exercised(None, why, remedy))
}
