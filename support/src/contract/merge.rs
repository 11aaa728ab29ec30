//! What `merge --dry-run --json` says.

use serde::Deserialize;
use serde_json::Value;

/// The blocker for a missing mission branch (`MergeDryRunBlockerPayload` of seed 000).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct MergeBlocker {
    /// Always false.
    pub ready: bool,
    /// `missing_mission_branch`.
    pub blocker: String,
    /// The full local branch name that was expected.
    pub expected_branch: String,
    /// A complete shell command that creates the branch.
    pub remediation: String,
}

/// A dry run's answer, in every shape that a release has used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DryRun {
    /// The document itself.
    pub document: Value,
    /// The names of the blockers it reports, whatever the shape; empty when it reports none.
    pub blockers: Vec<String>,
}

impl DryRun {
    /// Reads the blockers out of a document. Releases have used three unrelated shapes:
    /// `blocker` (missing branch), `diagnostic_code` (target not synchronised, and the whole of a
    /// review conflict), and `blockers[]` (review conflicts one by one).
    pub fn read(document: Value) -> Self {
        let mut blockers: Vec<String> = Vec::new();
        let mut add = |value: Option<&Value>| {
            if let Some(name) = value.and_then(Value::as_str)
                && !blockers.iter().any(|known| known == name)
            {
                blockers.push(name.to_owned());
            }
        };
        add(document.get("blocker"));
        add(document.get("diagnostic_code"));
        for entry in document
            .get("blockers")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
        {
            add(Some(entry));
            for name in ["blocker", "diagnostic_code", "code"] {
                add(entry.get(name));
            }
        }
        Self { document, blockers }
    }

    /// Whether the document itself says that the merge is not ready.
    pub fn says_not_ready(&self) -> bool {
        self.document.get("ready") == Some(&Value::Bool(false)) || !self.blockers.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn blockers_of_every_shape_are_named() {
        let missing = json!({"ready": false, "blocker": "missing_mission_branch"});
        assert_eq!(DryRun::read(missing).blockers, ["missing_mission_branch"]);
        let sync = json!({"diagnostic_code": "TARGET_BRANCH_NOT_SYNCHRONIZED", "state": "x"});
        assert_eq!(
            DryRun::read(sync).blockers,
            ["TARGET_BRANCH_NOT_SYNCHRONIZED"]
        );
        let review = json!({
            "blocked": true, "diagnostic_code": "REJECTED",
            "blockers": [{"diagnostic_code": "REJECTED"}, {"blocker": "missing_mission_branch"}]
        });
        assert_eq!(
            DryRun::read(review).blockers,
            ["REJECTED", "missing_mission_branch"]
        );
        let preview = json!({"mission_slug": "x", "target_branch": "main"});
        assert!(!DryRun::read(preview).says_not_ready());
    }
}
