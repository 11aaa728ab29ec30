//! Where a mission stands is told from where the mission keeps it, or not at all: a stale or empty
//! answer that looks like a success is worse than a refusal (seed 003, #1619).

mod coordination;
mod coordination_gone;
mod coordination_is_read;
mod lanes;
mod legacy_mission_unaffected;
mod refusal;
mod refusals_are_json;
mod same_from_every_directory;
mod status_command;

use crate::scenario::Scenario;

/// The suite.
pub const SCENARIOS: &[&Scenario] = &[
    &same_from_every_directory::SCENARIO,
    &coordination_is_read::SCENARIO,
    &coordination_gone::WORKTREE,
    &coordination_gone::BRANCH,
    &coordination_gone::DIRECTORY,
    &legacy_mission_unaffected::SCENARIO,
    &refusals_are_json::SCENARIO,
];
