//! What a release must keep before anything else is looked at: the floor of gate 3 of a mission
//! review. A floor promise may be kept by scenarios of other suites; [`PROMISES`] says by which.

mod promises;
mod uninitialized;

use crate::scenario::Scenario;
pub use promises::{FloorPromise, PROMISES};

/// The suite.
pub const SCENARIOS: &[&Scenario] = &[&uninitialized::SCENARIO];
