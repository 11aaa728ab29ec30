//! The guard of a lane that two work packages share: the product's own pre-commit hook, with plain
//! git commits, as a person or an agent makes them (#951).

mod active;
mod ambiguous;
mod guard;
mod missing_context;
mod shared_lane;
mod stale;

use crate::scenario::Scenario;

/// The suite.
pub const SCENARIOS: &[&Scenario] =
    &[&active::SCENARIO, &stale::SCENARIO, &ambiguous::SCENARIO, &missing_context::SCENARIO];
