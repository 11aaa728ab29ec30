//! What the runtime keeps of a run: its saved state, and the index that leads from a mission to it.

use std::collections::BTreeMap;

use serde::Deserialize;

/// The index of runs, below the project's folder.
pub const RUN_INDEX: &str = ".kittify/runtime/feature-runs.json";

/// The folder of each run, below the project's folder, holds one with this name.
pub const RUN_STATE: &str = "state.json";

/// The folder of all runs, below the project's folder.
pub const RUNS: &str = ".kittify/runtime/runs";

/// The two names of a mission that a run must carry (seed 003, WP05).
pub const IDENTITY: [&str; 2] = ["mission_id", "mission_slug"];

/// `state.json` of a run (`MissionRunSnapshot` of seed 003).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct RunSnapshot {
    /// The run.
    pub run_id: String,
    /// The mission's identity as in its `meta.json`, a ULID. Optional: older releases have not
    /// written it.
    pub mission_id: Option<String>,
    /// The mission's handle. Optional likewise.
    pub mission_slug: Option<String>,
    /// The step that is to be done now.
    pub issued_step_id: Option<String>,
    /// The steps that are done, in order.
    #[serde(default)]
    pub completed_steps: Vec<String>,
}

/// An entry of the index (the feature-runs index of seed 003, which carries what `MissionRunRef`
/// does).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct RunEntry {
    /// The run.
    pub run_id: String,
    /// The mission's identity, a ULID. Optional: older releases have not written it.
    pub mission_id: Option<String>,
    /// The mission's handle. Optional likewise.
    pub mission_slug: Option<String>,
}

/// `feature-runs.json`: an entry for each mission that was begun. Which name of the mission is the
/// key has changed from release to release.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct RunIndex {
    /// The entries, by key.
    pub entries: BTreeMap<String, RunEntry>,
}

impl RunIndex {
    /// The entries of one run, with their keys.
    pub fn of_run(&self, run_id: &str) -> Vec<(&str, &RunEntry)> {
        let entries = self.entries.iter();
        entries
            .filter(|(_, entry)| entry.run_id == run_id)
            .map(|(key, entry)| (key.as_str(), entry))
            .collect()
    }

    /// The entries of one mission, by its identity, with their keys.
    pub fn of_mission(&self, mission_id: &str) -> Vec<(&str, &RunEntry)> {
        let is_its = |key: &str, entry: &RunEntry| {
            key == mission_id || entry.mission_id.as_deref() == Some(mission_id)
        };
        let entries = self.entries.iter();
        entries
            .filter(|(key, entry)| is_its(key, entry))
            .map(|(key, entry)| (key.as_str(), entry))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn state_of_before_the_two_names_is_read() {
        let old = json!({"run_id": "r", "mission_key": "software-dev", "issued_step_id": "plan"});
        let state: RunSnapshot = serde_json::from_value(old).unwrap();
        assert_eq!((state.mission_id, state.mission_slug), (None, None));
        assert_eq!(state.issued_step_id.as_deref(), Some("plan"));
    }

    #[test]
    fn a_run_is_found_whatever_the_key() {
        let index = json!({
            "calc-01": {"run_id": "a", "mission_id": "01", "mission_slug": "calc-01"},
            "02": {"run_id": "b", "mission_id": "02", "mission_slug": "calc-02"},
            "calc-03": {"run_id": "c"}
        });
        let index: RunIndex = serde_json::from_value(index).unwrap();
        assert_eq!(index.of_mission("01")[0].1.run_id, "a");
        assert_eq!(index.of_mission("02")[0].0, "02");
        assert!(index.of_mission("03").is_empty());
        assert_eq!(index.of_run("c")[0].0, "calc-03");
    }
}
