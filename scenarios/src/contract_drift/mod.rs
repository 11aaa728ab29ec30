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

use crate::context::{Abort, Mission, Nested, TestContext};
use crate::control::prove_that_it_marks;
use crate::scenario::Scenario;

/// The suite.
pub const SCENARIOS: &[&Scenario] =
    &[&caught::SCENARIO, &schema_snapshot::SCENARIO, &resolver::SCENARIO];

/// The package that holds the contract.
const EVENTS: &str = "spec-kitty-events";

/// The release in a nested environment, and its real package of events.
fn nested(context: &mut TestContext<'_>) -> Result<(Nested, Package), Abort> {
    let nested = context.nested()?;
    if nested.version_of(EVENTS).is_none() {
        return Err(not_exercised(&format!("this release does not use {EVENTS}")));
    }
    let real = nested.package(EVENTS)?;
    Ok((nested, real))
}

/// The same, and a mission with a log that keeps the contract. What is judged are the packages of a
/// product that works.
fn at_work(context: &mut TestContext<'_>) -> Result<(Nested, Package, Mission), Abort> {
    let (nested, real) = nested(context)?;
    prove_that_it_marks(context)?;
    Ok((nested, real, context.mission(&Recipe::contract_log())?))
}

/// Puts the real package with a drift in its place.
fn drift(
    context: &mut TestContext<'_>,
    nested: &Nested,
    real: &Package,
    drift: Drift,
) -> Result<(), Abort> {
    context.replace(nested, real, &real.drifted(drift)?, drift.id())
}

fn not_exercised(why: &str) -> Abort {
    let remediation = "nothing to mend: the promise is younger than this release";
    Abort::not_exercised(None, why, remediation)
}
