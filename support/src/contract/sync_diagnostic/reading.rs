//! What a command printed on stderr, as far as the final sync is concerned.

use std::collections::BTreeMap;
use std::io::{self, BufRead, ErrorKind};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::lines::Lines;
use super::sort::Sorter;
use super::{Diagnostic, Malformed, Noise, Quote, Sighting, Sign};

/// How many diagnostics are kept; a sound command prints one at most (FR-003).
pub const DIAGNOSTICS_KEPT: usize = 64;

/// A whole stream, read for the hygiene of the final sync (FR-001 to FR-006).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct StderrReading {
    /// The first diagnostics, in their order.
    pub diagnostics: Vec<Found>,
    /// How many there are in all.
    pub diagnostic_count: u64,
    /// Every other line that is not empty.
    pub noise: Noise,
    /// What was seen anywhere in the stream.
    pub signs: BTreeMap<Sign, Sighting>,
}

/// A diagnostic in a stream.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Found {
    /// The line on which it begins, counted from 1.
    pub line: u64,
    /// On how many lines it stands: more than one when a handler wrapped it.
    pub lines: u32,
    /// Whether it stands behind other text on its line. That text is counted as noise, unless it is
    /// another diagnostic.
    pub glued: bool,
    /// What it says.
    pub content: Content,
}

/// A diagnostic, or what was meant to be one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Content {
    /// It is well formed.
    Parsed(Diagnostic),
    /// It is not.
    Malformed {
        /// Why not.
        why: Malformed,
        /// Its beginning.
        quote: String,
    },
}

impl StderrReading {
    /// Reads a stream to its end, in bounded memory; fails only when the stream does.
    pub fn read(mut stream: impl BufRead) -> io::Result<Self> {
        let mut lines = Lines::default();
        let mut sorter = Sorter::default();
        loop {
            let bytes = match stream.fill_buf() {
                Ok(bytes) => bytes,
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            if bytes.is_empty() {
                break;
            }
            lines.push(bytes, &mut |piece| sorter.take(piece));
            let read = bytes.len();
            stream.consume(read);
        }
        lines.finish(&mut |piece| sorter.take(piece));
        Ok(sorter.finish())
    }

    /// Reads a stream that is in memory.
    pub fn of(stream: &[u8]) -> Self {
        let mut lines = Lines::default();
        let mut sorter = Sorter::default();
        lines.push(stream, &mut |piece| sorter.take(piece));
        lines.finish(&mut |piece| sorter.take(piece));
        sorter.finish()
    }

    /// The diagnostics that are well formed.
    pub fn parsed(&self) -> impl Iterator<Item = &Diagnostic> {
        self.diagnostics.iter().filter_map(Found::diagnostic)
    }

    pub(super) fn add(&mut self, found: Found) {
        self.diagnostic_count += 1;
        if self.diagnostics.len() < DIAGNOSTICS_KEPT {
            self.diagnostics.push(found);
        }
    }
}

impl Found {
    /// The diagnostic, when it is well formed.
    pub fn diagnostic(&self) -> Option<&Diagnostic> {
        match &self.content {
            Content::Parsed(diagnostic) => Some(diagnostic),
            Content::Malformed { .. } => None,
        }
    }

    pub(super) fn new(line: u64, text: &str, lines: u32, glued: bool) -> Self {
        let content = match Diagnostic::parse(text) {
            Ok(diagnostic) => Content::Parsed(diagnostic),
            Err(why) => Content::Malformed { why, quote: Quote::new(line, text).text },
        };
        Self { line, lines, glued, content }
    }
}

#[cfg(test)]
#[path = "reading_tests.rs"]
mod tests;

#[cfg(test)]
#[path = "property_tests.rs"]
mod property_tests;
