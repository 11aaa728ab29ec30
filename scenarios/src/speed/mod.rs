//! A command that needs nothing but this machine does not keep a person waiting (seed 004).

mod figures;
mod local_commands;

use crate::scenario::Scenario;

/// The suite.
pub const SCENARIOS: &[&Scenario] = &[&local_commands::SCENARIO];
