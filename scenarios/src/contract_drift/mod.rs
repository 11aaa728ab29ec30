//! Contract drift: a candidate of `spec-kitty-events` that no longer keeps the contract is noticed
//! before it ships (FR-012 to FR-015, #975).
//!
//! Each scenario installs the very release in a nested environment, and puts drifted wheels in the
//! place of the real package (facts A).

mod caught;
mod consumer;
mod resolver;
mod schema;
mod schema_snapshot;

use fixtures::{Drift, Package, Recipe};

use crate::control::prove_that_it_marks;
use crate::scenario::Scenario;
use crate::stage::{Halt, Mission, Nested, Stage};

/// The suite.
pub const SCENARIOS: &[&Scenario] =
    &[&caught::SCENARIO, &schema_snapshot::SCENARIO, &resolver::SCENARIO];

/// The package that holds the contract.
const EVENTS: &str = "spec-kitty-events";

/// The release in a nested environment, and its real package of events.
fn nested(stage: &mut Stage<'_>) -> Result<(Nested, Package), Halt> {
    let nested = stage.nested()?;
    if nested.version_of(EVENTS).is_none() {
        return Err(not_exercised(&format!("this release does not use {EVENTS}")));
    }
    let real = nested.package(EVENTS)?;
    Ok((nested, real))
}

/// The same, and a mission with a log that keeps the contract. What is judged are the packages of a
/// product that works.
fn at_work(stage: &mut Stage<'_>) -> Result<(Nested, Package, Mission), Halt> {
    let (nested, real) = nested(stage)?;
    prove_that_it_marks(stage)?;
    Ok((nested, real, stage.mission(&Recipe::contract_log())?))
}

/// Puts the real package with a drift in its place.
fn drift(stage: &mut Stage<'_>, nested: &Nested, real: &Package, drift: Drift) -> Result<(), Halt> {
    stage.replace(nested, real, &real.drifted(drift)?, drift.id())
}

fn not_exercised(why: &str) -> Halt {
    let remediation = "nothing to mend: the promise is younger than this release";
    Halt::not_exercised(None, why, remediation)
}
