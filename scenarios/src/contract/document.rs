//! Whether a stream is exactly one JSON document.

use serde_json::Value;

/// Why a stream is not exactly one JSON document. The `Display` text is a stable signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DocumentFault {
    /// Nothing but white space.
    #[error("stdout-empty")]
    Empty,
    /// Too large to be read into memory.
    #[error("stdout-too-large")]
    TooLarge,
    /// Not UTF-8.
    #[error("stdout-not-utf8")]
    NotUtf8,
    /// A document, with text before it.
    #[error("text-before-json")]
    TextBefore,
    /// A document, with text or another document after it.
    #[error("text-after-json")]
    TextAfter,
    /// No JSON document in it.
    #[error("stdout-not-json")]
    NotJson,
}

/// Reads the one JSON document of a stream (FR-002); white space around it is fine.
pub fn one_document(stream: &[u8]) -> Result<Value, DocumentFault> {
    let text = std::str::from_utf8(stream).map_err(|_| DocumentFault::NotUtf8)?.trim();
    if text.is_empty() {
        return Err(DocumentFault::Empty);
    }
    match serde_json::from_str(text) {
        Ok(document) => Ok(document),
        Err(_) => Err(fault_of(text)),
    }
}

fn fault_of(text: &str) -> DocumentFault {
    let mut documents = serde_json::Deserializer::from_str(text).into_iter::<Value>();
    if matches!(documents.next(), Some(Ok(Value::Object(_) | Value::Array(_)))) {
        return DocumentFault::TextAfter;
    }
    let later_document = text.lines().enumerate().skip(1).any(|(number, line)| {
        line.starts_with(['{', '['])
            && serde_json::from_str::<Value>(
                &text.lines().skip(number).collect::<Vec<_>>().join("\n"),
            )
            .is_ok()
    });
    if later_document { DocumentFault::TextBefore } else { DocumentFault::NotJson }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn faults_are_told_apart() {
        assert_eq!(one_document(b" \n"), Err(DocumentFault::Empty));
        assert_eq!(one_document(b"\xff{}"), Err(DocumentFault::NotUtf8));
        assert_eq!(one_document(b"{} {}"), Err(DocumentFault::TextAfter));
        assert_eq!(one_document(b"{\n}\nDone."), Err(DocumentFault::TextAfter));
        assert_eq!(one_document(b"Resuming.\n{\"a\":\n1}"), Err(DocumentFault::TextBefore));
        assert_eq!(one_document(b"Error: no"), Err(DocumentFault::NotJson));
        assert_eq!(one_document(b"Error:\n{no"), Err(DocumentFault::NotJson));
        assert_eq!(one_document(b"Error:\n1"), Err(DocumentFault::NotJson));
        assert_eq!(one_document(b"{\"a\": "), Err(DocumentFault::NotJson));
    }

    proptest! {
        #[test]
        fn any_stream_is_read_or_refused_without_panic(stream: Vec<u8>) {
            let _ = one_document(&stream);
        }

        #[test]
        fn a_document_with_a_tail_is_never_one_document(word in "[a-z]{1,9}") {
            prop_assert_eq!(
                one_document(format!("{{\"a\": 1}}\n{word}").as_bytes()),
                Err(DocumentFault::TextAfter)
            );
        }
    }
}
