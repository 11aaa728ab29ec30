//! The whole way without anything of a topology: the default up to 3.2.0a10.

use fixtures::dialect::Topology;

use super::{CHECKS, way};
use crate::journey::Journey;
use crate::scenario::Scenario;
use crate::stage::{Halt, Stage};

pub const SCENARIO: Scenario = Scenario {
    id: "lifecycle/smoke-legacy",
    promise: "a mission in legacy topology goes from init to the pushed target, each step by the command that is there for it",
    requirements: &["reliability/stream-smoke"],
    issues: &[822],
    checks: &CHECKS,
    run,
    ..Scenario::DEFAULT
};

fn run(stage: &mut Stage<'_>) -> Result<(), Halt> {
    way::go(stage, &Journey::pair(Topology::Legacy)).map(drop)
}
