//! The product's published contracts: their schemas, as published, and typed readings of them.
//!
//! A schema judges whether a document keeps the contract; a typed reading lets a scenario talk
//! about its parts. Older and newer shapes that say the same are read into the same type, so that
//! a scenario judges the promise and one check (`result-schema`) judges the shape.

mod document;
mod mark_status;
mod merge;
mod review_prompt;
mod run_state;
pub mod sync_diagnostic;

use serde_json::Value;

pub use document::{DocumentFault, one_document};
pub use mark_status::{IdResult, MarkReply, MarkSummary, Reported};
pub use merge::{DryRun, MergeBlocker, ShipBlocker};
pub use review_prompt::{PromptFault, PromptField, REVIEW_PROMPT_CONTRACT, ReviewPrompt};
pub use run_state::{IDENTITY, RUN_INDEX, RUN_STATE, RUNS, RunEntry, RunIndex, RunSnapshot};

/// A published schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Contract {
    /// `mark-status --json`, all outcomes (NFR-004).
    MarkStatusResult,
    /// `merge --dry-run --json` when the mission branch is missing (FR-016, FR-017).
    MergeDryRunBlocker,
}

/// One way in which a document breaks a contract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// Where in the document: a JSON pointer, empty for the document itself.
    pub at: String,
    /// What the schema demands there, as the validator says it.
    pub message: String,
    /// The schema keyword that is broken: `required`, `enum`, `additionalProperties`...
    pub keyword: String,
}

impl std::fmt::Display for Violation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let at = if self.at.is_empty() { "the document" } else { &self.at };
        write!(f, "{at}: {}", self.message)
    }
}

impl Contract {
    /// The schema as published.
    pub fn schema_text(self) -> &'static str {
        match self {
            Self::MarkStatusResult => {
                include_str!("../../contracts/mark-status-result.schema.json")
            }
            Self::MergeDryRunBlocker => {
                include_str!("../../contracts/merge-dry-run-blocker.schema.json")
            }
        }
    }

    /// Every way in which `document` breaks this contract; none when it keeps it.
    pub fn violations(self, document: &Value) -> Vec<Violation> {
        let broken_schema = |message: String| {
            let keyword = "schema-unreadable".to_owned();
            vec![Violation { at: String::new(), message, keyword }]
        };
        let schema: Value = match serde_json::from_str(self.schema_text()) {
            Ok(schema) => schema,
            Err(error) => return broken_schema(error.to_string()),
        };
        let validator = match jsonschema::draft202012::new(&schema) {
            Ok(validator) => validator,
            Err(error) => return broken_schema(error.to_string()),
        };
        validator
            .iter_errors(document)
            .map(|error| Violation {
                at: error.instance_path().to_string(),
                message: error.to_string(),
                keyword: error.kind().keyword().to_owned(),
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_violation_says_where_it_is() {
        let told = |at: &str| {
            let violation = Violation {
                at: at.to_owned(),
                keyword: "required".to_owned(),
                message: "is missing".to_owned(),
            };
            violation.to_string()
        };
        assert_eq!(told("/a/0"), "/a/0: is missing");
        assert_eq!(told(""), "the document: is missing");
    }

    #[test]
    fn the_published_examples_keep_their_contracts() {
        for contract in [Contract::MarkStatusResult, Contract::MergeDryRunBlocker] {
            let schema: Value = serde_json::from_str(contract.schema_text()).unwrap();
            let examples = schema["examples"].as_array().unwrap();
            assert!(!examples.is_empty());
            for example in examples {
                assert_eq!(contract.violations(example), []);
            }
        }
    }

    #[test]
    fn a_breach_is_named_with_its_place() {
        let document = json!({"results": [{"id": "T1", "outcome": "done", "message": ""}]});
        let keywords: Vec<_> = Contract::MarkStatusResult
            .violations(&document)
            .into_iter()
            .map(|violation| (violation.at, violation.keyword))
            .collect();
        assert!(keywords.contains(&("/results/0/outcome".to_owned(), "enum".to_owned())));
        assert!(keywords.contains(&(String::new(), "required".to_owned())));
    }
}
