//! What is wrong with a file that a person wrote, each with its line.

use std::fmt;

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong, naming the field, and what to do.
    pub message: String,
}

/// A file that cannot be used, and everything that is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// The file, as it was given.
    pub file: String,
    /// What is wrong; never empty.
    pub problems: Vec<Problem>,
}

impl Problem {
    /// A problem on `line`.
    pub fn at(line: usize, message: impl Into<String>) -> Self {
        Self { line, message: message.into() }
    }
}

impl std::error::Error for Refused {}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, problem) in self.problems.iter().enumerate() {
            if number > 0 {
                f.write_str("\n  ")?;
            }
            write!(f, "{}:{}: {}", self.file, problem.line, problem.message)?;
        }
        Ok(())
    }
}

/// The line, from 1, on which the byte `at` of `text` stands.
pub(super) fn line_of(text: &str, at: usize) -> usize {
    let before = text.get(..at).unwrap_or(text);
    before.bytes().filter(|&byte| byte == b'\n').count() + 1
}

/// Whether `text` says where something is followed up: `#976`, `owner/name#976`, or an address.
pub(crate) fn is_handle(text: &str) -> bool {
    text.split(|c: char| c.is_whitespace() || "()<>[],;".contains(c))
        .any(|word| is_address(word) || is_issue(word.trim_end_matches(['.', ':'])))
}

fn is_address(word: &str) -> bool {
    ["https://", "http://"]
        .iter()
        .any(|scheme| word.strip_prefix(scheme).is_some_and(|rest| rest.contains('.')))
}

fn is_issue(word: &str) -> bool {
    let Some((repository, number)) = word.split_once('#') else {
        return false;
    };
    let named =
        repository.is_empty() || repository.split('/').filter(|p| !p.is_empty()).count() == 2;
    named && !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
}

/// What a draft leaves for a person to fill in.
pub(super) fn is_placeholder(text: &str) -> bool {
    let text = text.trim();
    text.is_empty()
        || text.to_uppercase().contains("TODO")
        || ["...", "tbd", "unknown", "n/a", "none"].contains(&text.to_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_handle_leads_somewhere() {
        for text in [
            "#976",
            "spec-kitty/spec-kitty#976",
            "see https://example.org/issues/1.",
            "deferred: (#12)",
        ] {
            assert!(is_handle(text), "{text}");
        }
        for text in ["", "976", "#", "#x", "later", "https://", "a#1", "one of these days"] {
            assert!(!is_handle(text), "{text}");
        }
    }

    #[test]
    fn lines_count_from_one() {
        assert_eq!(line_of("a\nb\n", 0), 1);
        assert_eq!(line_of("a\nb\n", 2), 2);
        assert_eq!(line_of("a\nb\n", 99), 3);
    }
}
