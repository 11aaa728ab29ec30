//! Closed issues that must not come back (NFR-002).

mod installed_pins;
mod requirement;
mod task_board;

use crate::scenario::Scenario;

/// The suite.
pub const SCENARIOS: &[&Scenario] = &[&task_board::SCENARIO, &installed_pins::SCENARIO];
