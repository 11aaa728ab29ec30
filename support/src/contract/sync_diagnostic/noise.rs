//! What a command prints beside its diagnostics.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::cut;

/// How many lines of noise are quoted.
pub const QUOTES_KEPT: usize = 20;

/// How much of a line is quoted, in bytes.
pub const QUOTE_LIMIT: usize = 300;

/// Every non-empty line that is no diagnostic.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Noise {
    /// How many there are.
    pub lines: u64,
    /// The first of them.
    pub quotes: Vec<Quote>,
}

impl Noise {
    pub(super) fn add(&mut self, quote: impl FnOnce() -> Quote) {
        self.lines += 1;
        if self.quotes.len() < QUOTES_KEPT {
            self.quotes.push(quote());
        }
    }
}

/// The beginning of a line, without its escape sequences.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Quote {
    /// Which line, counted from 1.
    pub line: u64,
    /// At most 300 bytes of it.
    pub text: String,
}

impl Quote {
    pub(super) fn new(line: u64, text: &str) -> Self {
        Self { line, text: cut(text.trim_end(), QUOTE_LIMIT).to_owned() }
    }
}

impl std::fmt::Display for Quote {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "line {}: {}", self.line, self.text)
    }
}
