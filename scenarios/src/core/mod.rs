//! What a release must keep before anything else is looked at: the core of gate 3 of a mission
//! review. Scenarios of other suites prove promises of the core as well; each says so.

mod dependent_wp_planning_lane;
mod uninitialized;

use crate::scenario::Scenario;

/// The suite.
pub const SCENARIOS: &[&Scenario] =
    &[&uninitialized::SCENARIO, &dependent_wp_planning_lane::SCENARIO];
