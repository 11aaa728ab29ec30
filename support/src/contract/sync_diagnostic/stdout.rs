//! Whether a diagnostic went to stdout.

use serde_json::Value;

use super::escape::shown;
use super::{Code, Field, WORD};
use crate::contract::one_document;

/// Whether stdout holds something that looks like a diagnostic where none may be.
///
/// The contract `sync-diagnostics-output` allows them on stderr and in an explicit JSON field. A
/// document on its own may therefore have a string that is a diagnostic from its first word on;
/// within another text it is a stray, and so it is anywhere in a stream that is no JSON document.
pub fn mentions_diagnostic(stdout: &[u8]) -> bool {
    match one_document(stdout) {
        Ok(document) => strays(&document),
        Err(_) => looks_like_one(&String::from_utf8_lossy(&shown(stdout))),
    }
}

fn strays(value: &Value) -> bool {
    match value {
        Value::String(text) => !text.starts_with(WORD) && looks_like_one(text),
        Value::Array(values) => values.iter().any(strays),
        Value::Object(fields) => {
            fields.iter().any(|(name, value)| looks_like_one(name) || strays(value))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

/// Wider than what counts as a diagnostic on stderr: in quotation marks, torn, or only its tail.
fn looks_like_one(text: &str) -> bool {
    let opens = text.match_indices(WORD).any(|(start, word)| {
        let fields = text[start + word.len()..].trim_start();
        Field::leading(fields).is_some()
    });
    opens || Code::PUBLISHED.iter().any(|code| assigns(text, code))
}

fn assigns(text: &str, code: &Code) -> bool {
    let key = Field::DiagnosticCode.key();
    text.match_indices(key).any(|(start, _)| text[start + key.len()..].starts_with(code.name()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: &str = "sync_diagnostic severity=warning diagnostic_code=sync.websocket_offline fatal=false sync_phase=final_sync message=m";

    #[test]
    fn a_json_field_of_its_own_is_allowed() {
        let nested = serde_json::json!({"result": "success", "diagnostics": {"sync": [LINE]}});
        assert!(!mentions_diagnostic(nested.to_string().as_bytes()));
        let field = serde_json::json!({"diagnostic_code": "sync.websocket_offline"});
        assert!(!mentions_diagnostic(field.to_string().as_bytes()));
        let stray = serde_json::json!({"message": format!("Done. {LINE}")});
        assert!(mentions_diagnostic(stray.to_string().as_bytes()));
    }

    #[test]
    fn anywhere_else_it_is_not() {
        for stdout in [
            format!("{{\"result\": \"success\"}}\n{LINE}\n"),
            format!("{LINE}\n{{}}"),
            format!("Done: '{LINE}'"),
            format!("\u{1b}[33m{}", LINE.replace("sync_d", "sync\u{1b}[0m_d")),
            LINE.replace(' ', "\n    "),
            "fatal=false diagnostic_code=sync.server_auth_failure".to_owned(),
        ] {
            assert!(mentions_diagnostic(stdout.as_bytes()), "{stdout}");
        }
    }

    #[test]
    fn the_word_alone_is_none() {
        for stdout in
            ["", "{}", "grep for sync_diagnostic", "sync_diagnostics severity=x", "\u{ff}"]
        {
            assert!(!mentions_diagnostic(stdout.as_bytes()), "{stdout}");
        }
        assert!(!mentions_diagnostic(b"\xff\x00\x1b["));
    }
}
