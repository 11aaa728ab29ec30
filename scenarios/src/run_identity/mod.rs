//! A run says of which mission it is, and a mission leads to its run (seed 003, WP05).

mod identity;
mod kept;
mod old_state;
mod reverse_lookup;

use crate::scenario::Scenario;

/// The suite.
pub const SCENARIOS: &[&Scenario] =
    &[&identity::SNAPSHOT, &identity::INDEX, &old_state::SCENARIO, &reverse_lookup::SCENARIO];
