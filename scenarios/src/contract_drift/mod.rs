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

use fixtures::{Drift, Package};
use support::skip::{SkipCode, SkipPhase, SkipReason};

use crate::scenario::Scenario;
use crate::stage::{Halt, Nested, PRODUCT, Stage};

/// The suite.
pub const SCENARIOS: &[&Scenario] = &[
    &caught::SCENARIO,
    &schema_snapshot::SCENARIO,
    &resolver::SCENARIO,
];

/// The package that holds the contract.
const EVENTS: &str = "spec-kitty-events";

/// The release in a nested environment, and its real package of events.
fn nested(stage: &mut Stage<'_>) -> Result<(Nested, Package), Halt> {
    let nested = stage.nested()?;
    if nested.version_of(EVENTS).is_none() {
        return Err(not_exercised(format!("this release does not use {EVENTS}")));
    }
    let real = nested.package(EVENTS)?;
    Ok((nested, real))
}

/// Puts the real package with a drift in its place.
fn drift(stage: &mut Stage<'_>, nested: &Nested, real: &Package, drift: Drift) -> Result<(), Halt> {
    stage.replace(nested, real, &real.drifted(drift)?, drift.id())
}

fn not_exercised(why: String) -> Halt {
    Halt::Missing(Box::new(SkipReason {
        code: SkipCode::NotExercised,
        phase: SkipPhase::Scenario,
        tool: PRODUCT.to_owned(),
        argv: Vec::new(),
        exit: None,
        excerpt: why,
        interpreter: None,
        remediation: "nothing to mend: the promise is younger than this release".to_owned(),
    }))
}
