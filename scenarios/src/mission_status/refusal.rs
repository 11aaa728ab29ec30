//! A refusal in JSON, in every shape that releases have given it.

use serde_json::Value;

/// What a refusal says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Refusal {
    /// What is wrong, for people.
    pub(super) error: Option<String>,
    /// The stable word for it.
    pub(super) code: Option<String>,
}

impl Refusal {
    /// Reads it out of a document: releases have used several names, and a document in the document.
    pub(super) fn read(document: &Value) -> Self {
        let nested = document.get("error").filter(|error| error.is_object());
        let text = |names: &[&str]| {
            let places = [Some(document), nested];
            places.into_iter().flatten().find_map(|place| {
                let mut values = names.iter().filter_map(|name| place.get(name)?.as_str());
                values.find(|value| !value.is_empty()).map(str::to_owned)
            })
        };
        let error = text(&["error", "message", "reason", "next_step", "remediation"]);
        // Some releases say the code and nothing else.
        let bare = error.clone().filter(|error| is_code(error));
        Self { code: text(&["error_code", "diagnostic_code", "code"]).or(bare), error }
    }
}

fn is_code(text: &str) -> bool {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.' || c == '-';
    text.contains('_') && text.chars().all(is_part)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_shape_is_read() {
        let flat = Refusal::read(&json!({"error": "no", "error_code": "NO"}));
        let nested = Refusal::read(&json!({"error": {"message": "no", "code": "NO"}}));
        assert_eq!(flat, nested);
        assert_eq!(flat.code.as_deref(), Some("NO"));
        let worded = Refusal::read(&json!({"error": "no"}));
        assert_eq!((worded.error.as_deref(), worded.code), (Some("no"), None));
        let bare = Refusal::read(&json!({"error": "not_found"}));
        assert_eq!(bare.code.as_deref(), Some("not_found"));
    }
}
