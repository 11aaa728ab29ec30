//! A transition that is reported as a success is one event in the log.

use fixtures::dialect::{Ask, Topology};

use crate::expect::exit_zero;
use crate::journey::{Journey, Milestone};
use crate::scenario::{CheckSpec, Load, Scenario};
use crate::stage::{Halt, Stage};

pub const SCENARIO: Scenario = Scenario {
    id: "transitions/success-is-an-event",
    promise: "a transition that is reported as a success is exactly one readable event, and the log's old bytes are untouched",
    requirements: &["STA-001"],
    issues: &[944],
    checks: &[CheckSpec::new(
        "emit-exits-zero",
        "STA-001",
        "a legal transition succeeds",
    )],
    load: Load::Busy,
    run,
};

fn run(stage: &mut Stage<'_>) -> Result<(), Halt> {
    let mission = Journey::pair(Topology::Flat).until(stage, Milestone::Finalised)?;
    let step = stage.ask(
        &mission,
        &Ask::Emit {
            mission: &mission.slug,
            package: "WP01",
            to: "claimed",
            actor: "somebody",
        },
    )?;
    step.check("emit-exits-zero", exit_zero());
    Ok(())
}
