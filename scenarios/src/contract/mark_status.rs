//! What `mark-status --json` says, in every shape that a release has used for it.

use serde::Deserialize;
use serde_json::Value;

/// What a release reports about one requested id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reported {
    /// The mark was made.
    Updated,
    /// The mark was there already.
    AlreadySatisfied,
    /// The id is in no supported format.
    NotFound,
}

impl std::fmt::Display for Reported {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Updated => "updated",
            Self::AlreadySatisfied => "already_satisfied",
            Self::NotFound => "not_found",
        })
    }
}

/// The entry for one requested id (`TaskIdResult` of seed 000).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct IdResult {
    /// The id as the release names it.
    pub id: String,
    /// What it reports.
    pub outcome: Reported,
    /// Which strategy found it, as the release names it; `None` before 3.2.0rc2.
    #[serde(default)]
    pub format: Option<String>,
    /// What it says to a person; empty before 3.2.0rc2.
    #[serde(default)]
    pub message: String,
}

/// The counts of a reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct MarkSummary {
    /// Ids reported as updated.
    pub updated: usize,
    /// Ids reported as satisfied already.
    pub already_satisfied: usize,
    /// Ids reported as not found.
    pub not_found: usize,
}

/// A reply of `mark-status --json`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MarkReply {
    /// The published shape: an entry for each id, and a summary.
    PerId {
        /// In the order of the request, if the promise is kept.
        results: Vec<IdResult>,
        /// The counts that the release gives.
        summary: MarkSummary,
    },
    /// The shape before 3.2.0rc2: two lists.
    Lists {
        /// Ids that were marked.
        updated: Vec<String>,
        /// Ids that were not found.
        not_found: Vec<String>,
    },
    /// A refusal of the whole call: `{"error": ...}`.
    Refused(String),
    /// JSON of a shape that no release we know has printed.
    Unknown,
}

impl MarkReply {
    /// Reads a reply from its document.
    pub fn read(document: &Value) -> Self {
        if let (Ok(results), Ok(summary)) = (
            Vec::<IdResult>::deserialize(&document["results"]),
            MarkSummary::deserialize(&document["summary"]),
        ) {
            return Self::PerId { results, summary };
        }
        let list = |name: &str| Vec::<String>::deserialize(&document[name]);
        if let (Ok(updated), Ok(not_found)) = (list("updated"), list("not_found")) {
            return Self::Lists { updated, not_found };
        }
        match document.get("error") {
            Some(Value::String(error)) => Self::Refused(error.clone()),
            Some(error) => Self::Refused(error.to_string()),
            None => Self::Unknown,
        }
    }

    /// What is reported for `id`; `None` when the reply is silent about it.
    pub fn outcome_of(&self, id: &str) -> Option<Reported> {
        match self {
            Self::PerId { results, .. } => {
                results.iter().find(|result| result.id == id).map(|result| result.outcome)
            }
            Self::Lists { updated, not_found } => {
                if updated.iter().any(|updated| updated == id) {
                    Some(Reported::Updated)
                } else if not_found.iter().any(|missing| missing == id) {
                    Some(Reported::NotFound)
                } else {
                    None
                }
            }
            Self::Refused(_) | Self::Unknown => None,
        }
    }

    /// The ids reported as updated, in the order of the reply.
    pub fn updated_ids(&self) -> Vec<String> {
        match self {
            Self::PerId { results, .. } => results
                .iter()
                .filter(|result| result.outcome == Reported::Updated)
                .map(|result| result.id.clone())
                .collect(),
            Self::Lists { updated, .. } => updated.clone(),
            Self::Refused(_) | Self::Unknown => Vec::new(),
        }
    }
}

impl std::fmt::Display for MarkReply {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::PerId { results, summary } => {
                for IdResult { id, outcome, format, message } in results {
                    let format = format.as_deref().unwrap_or("no format");
                    writeln!(f, "{id:?}: {outcome} ({format}): {message}")?;
                }
                let MarkSummary { updated, already_satisfied, not_found } = summary;
                write!(
                    f,
                    "summary: {updated} updated, {already_satisfied} already satisfied, {not_found} not found"
                )
            }
            Self::Lists { updated, not_found } => {
                write!(f, "updated: {updated:?}\nnot found: {not_found:?}")
            }
            Self::Refused(error) => write!(f, "refused: {error}"),
            Self::Unknown => write!(f, "JSON of a shape that no known release has printed"),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_shape_is_read() {
        let per_id = MarkReply::read(&json!({
            "results": [{"id": "T001", "outcome": "updated", "format": "checkbox", "message": "m"}],
            "summary": {"updated": 1, "already_satisfied": 0, "not_found": 0}
        }));
        assert_eq!(per_id.outcome_of("T001"), Some(Reported::Updated));
        assert_eq!(per_id.outcome_of("T002"), None);
        assert_eq!(per_id.updated_ids(), ["T001"]);
        let lists = MarkReply::read(&json!({
            "result": "success", "updated": ["T001"], "not_found": ["T009"], "count": 1
        }));
        assert_eq!(lists.outcome_of("T009"), Some(Reported::NotFound));
        assert_eq!(lists.updated_ids(), ["T001"]);
        let refused = MarkReply::read(&json!({"error": "No task IDs found in tasks.md: T005"}));
        assert_eq!(refused, MarkReply::Refused("No task IDs found in tasks.md: T005".to_owned()));
        assert_eq!(MarkReply::read(&json!([1])), MarkReply::Unknown);
    }

    #[test]
    fn only_what_was_updated_counts_as_updated() {
        let reply = MarkReply::read(&json!({
            "results": [
                {"id": "T001", "outcome": "already_satisfied"},
                {"id": "T002", "outcome": "updated"},
                {"id": "T003", "outcome": "not_found"},
            ],
            "summary": {"updated": 1, "already_satisfied": 1, "not_found": 1}
        }));
        assert_eq!(reply.updated_ids(), ["T002"]);
    }

    #[test]
    fn a_reply_is_told_in_words() {
        let reply = MarkReply::read(&json!({
            "results": [{"id": "T009", "outcome": "not_found", "message": "m"}],
            "summary": {"updated": 0, "already_satisfied": 2, "not_found": 1}
        }));
        assert_eq!(
            reply.to_string(),
            "\"T009\": not_found (no format): m\n\
             summary: 0 updated, 2 already satisfied, 1 not found"
        );
        assert_eq!(Reported::AlreadySatisfied.to_string(), "already_satisfied");
    }
}
