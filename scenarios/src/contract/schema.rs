//! The published JSON Schemas, and how a document breaks them.

use serde_json::Value;

/// A published schema, as it is published.
#[derive(Debug, Clone, Copy)]
pub struct Contract(&'static str);

/// One way in which a document breaks a contract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// Where in the document: a JSON pointer, empty for the document itself.
    pub at: String,
    /// The schema keyword that is broken: `required`, `enum`, `additionalProperties`...
    pub keyword: String,
    /// What the schema demands, as the validator says it.
    pub message: String,
}

impl Contract {
    /// `mark-status --json`, all outcomes (NFR-004).
    pub const MARK_STATUS_RESULT: Self =
        Self(include_str!("../../contracts/mark-status-result.schema.json"));

    /// `merge --dry-run --json` when the mission branch is missing (FR-016, FR-017).
    pub const MERGE_DRY_RUN_BLOCKER: Self =
        Self(include_str!("../../contracts/merge-dry-run-blocker.schema.json"));

    /// Every way in which `document` breaks this contract; none when it keeps it.
    pub fn violations(self, document: &Value) -> Vec<Violation> {
        let unreadable = |message: String| {
            let keyword = "schema-unreadable".to_owned();
            vec![Violation { at: String::new(), keyword, message }]
        };
        let schema = match serde_json::from_str(self.0) {
            Ok(schema) => schema,
            Err(error) => return unreadable(error.to_string()),
        };
        let validator = match jsonschema::draft202012::new(&schema) {
            Ok(validator) => validator,
            Err(error) => return unreadable(error.to_string()),
        };
        let errors = validator.iter_errors(document);
        errors
            .map(|error| Violation {
                at: error.instance_path().to_string(),
                keyword: error.kind().keyword().to_owned(),
                message: error.to_string(),
            })
            .collect()
    }
}

impl std::fmt::Display for Violation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let at = if self.at.is_empty() { "the document" } else { &self.at };
        write!(f, "{at}: {}", self.message)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_published_examples_keep_their_contracts() {
        for contract in [Contract::MARK_STATUS_RESULT, Contract::MERGE_DRY_RUN_BLOCKER] {
            let schema: Value = serde_json::from_str(contract.0).unwrap();
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
        let violations = Contract::MARK_STATUS_RESULT.violations(&document);
        let has = |at: &str, keyword: &str, text: &str| {
            let found = violations.iter().find(|one| one.at == at && one.keyword == keyword);
            found.is_some_and(|found| found.to_string().starts_with(text))
        };
        assert!(
            has("/results/0/outcome", "enum", "/results/0/outcome: \"done\""),
            "{violations:?}"
        );
        assert!(has("", "required", "the document: \"summary\""), "{violations:?}");
    }
}
