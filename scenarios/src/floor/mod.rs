//! What a release must keep before anything else is looked at: the floor of gate 3 of a mission
//! review. A floor promise may be kept by scenarios of other suites; [`PROMISES`] says by which.

mod dependent_wp_planning_lane;
mod promises;
mod uninitialized;

use crate::scenario::Scenario;
pub use promises::{FloorPromise, PROMISES};

/// The suite.
pub const SCENARIOS: &[&Scenario] =
    &[&uninitialized::SCENARIO, &dependent_wp_planning_lane::SCENARIO];
