//! Whether a diagnostic went to stdout.

use serde_json::Value;

use super::diagnostic::{WORD, code};
use super::terminal::lines;
use crate::contract::one_document;

/// Whether stdout holds something that looks like a diagnostic where none may be.
///
/// The contract `sync-diagnostics-output` allows them on stderr and in an explicit JSON field. A
/// document on its own may therefore have a string that is a diagnostic from its first word on;
/// within another text it is a stray, and so it is anywhere in a stream that is no JSON document.
pub fn mentions_diagnostic(stdout: &[u8]) -> bool {
    if let Ok(document) = one_document(stdout) {
        return has_stray(&document);
    }
    let stream = String::from_utf8_lossy(stdout);
    let shown: Vec<_> = lines(&stream).map(|line| line.text).collect();
    looks_like_one(&shown.join("\n"))
}

fn has_stray(value: &Value) -> bool {
    match value {
        Value::String(text) => !text.starts_with(WORD) && looks_like_one(text),
        Value::Array(values) => values.iter().any(has_stray),
        Value::Object(fields) => {
            fields.iter().any(|(name, value)| looks_like_one(name) || has_stray(value))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

/// Wider than what counts as a diagnostic on stderr: in quotation marks, torn, or only its tail.
fn looks_like_one(text: &str) -> bool {
    let words: Vec<&str> = text.split_whitespace().collect();
    let begins = words.windows(2).any(|pair| pair[0].ends_with(WORD) && pair[1].contains('='));
    let assigns = |code| text.contains(&format!("diagnostic_code={code}"));
    begins || code::PUBLISHED.into_iter().any(assigns)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const LINE: &str = "sync_diagnostic severity=warning diagnostic_code=sync.websocket_offline fatal=false sync_phase=final_sync message=m";

    #[test]
    fn a_json_field_of_its_own_is_allowed() {
        let mentions = |document: Value| mentions_diagnostic(document.to_string().as_bytes());
        assert!(!mentions(json!({"result": "success", "diagnostics": {"sync": [LINE]}})));
        assert!(!mentions(json!({"diagnostic_code": "sync.websocket_offline"})));
        assert!(mentions(json!({"message": format!("Done. {LINE}")})));
    }

    #[test]
    fn anywhere_else_it_is_not() {
        for stdout in [
            format!("{{\"result\": \"success\"}}\n{LINE}\n"),
            format!("{LINE}\n{{}}"),
            format!("Done: '{LINE}'"),
            format!("\u{1b}[33m{}", LINE.replace("sync_d", "sync\u{1b}[0m_d")),
            LINE.replace(' ', "\n    "),
            "{\"a\": \"sync_diagnostic severity=".to_owned(),
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
