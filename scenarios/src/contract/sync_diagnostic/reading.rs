//! What a command printed on stderr, as far as the final sync is concerned.

use std::collections::{BTreeMap, BTreeSet};

use super::diagnostic::{Diagnostic, WORD};
use super::sign::{Sign, level};
use super::terminal::{Line, lines};

/// How many lines of noise are quoted.
const QUOTES_KEPT: usize = 20;

/// How much of a line is quoted, in bytes.
const QUOTE_LIMIT: usize = 300;

/// A whole stream, read for the hygiene of the final sync (FR-001 to FR-006).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StderrReading {
    /// The diagnostics in their order; of what was meant to be one, what is wrong with it.
    pub diagnostics: Vec<Result<Diagnostic, String>>,
    /// Every other line that is not empty, and text before a diagnostic.
    pub noise: Excerpt,
    /// What was seen anywhere in the stream.
    pub signs: BTreeMap<Sign, Excerpt>,
}

/// So many lines, of which the first are quoted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Excerpt {
    /// How many there are.
    pub lines: u64,
    /// The first of them.
    pub quotes: Vec<Quote>,
}

/// The beginning of a line, without its escape sequences.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quote {
    /// Which line, counted from 1.
    pub line: u64,
    /// At most 300 bytes of it.
    pub text: String,
}

impl StderrReading {
    /// Reads a whole stream.
    pub fn of(stream: &[u8]) -> Self {
        let mut reading = Self::default();
        for line in lines(&String::from_utf8_lossy(stream)) {
            reading.add(&line);
        }
        reading
    }

    /// The diagnostics that are well formed.
    pub fn parsed(&self) -> impl Iterator<Item = &Diagnostic> {
        self.diagnostics.iter().flatten()
    }

    fn add(&mut self, line: &Line<'_>) {
        for sign in Sign::of(line).collect::<BTreeSet<_>>() {
            self.signs.entry(sign).or_default().add(line);
        }
        let mut starts = starts(&line.text);
        let head = line.text[..starts.first().copied().unwrap_or(line.text.len())].trim();
        // A logging handler puts its level before a diagnostic.
        let is_prefix = !starts.is_empty() && level(head).is_some();
        if !head.is_empty() && !is_prefix {
            self.noise.add(line);
        }
        starts.push(line.text.len());
        let texts = starts.windows(2).map(|ends| &line.text[ends[0]..ends[1]]);
        self.diagnostics.extend(texts.map(Diagnostic::parse));
    }
}

/// Where diagnostics begin in a line.
///
/// The word alone is not enough, for people write about it and source code holds it: an assignment must follow, and
/// neither a quotation mark nor a part of a longer name may stand before it.
fn starts(line: &str) -> Vec<usize> {
    // The frame that rich draws around a traceback: in it stand source code and the values of variables.
    if line.trim_start().starts_with(['│', '╭', '╰', '┃']) {
        return Vec::new();
    }
    let is_start = |at: &usize| {
        let (before, behind) = (&line[..*at], &line[at + WORD.len()..]);
        let is_quoted = before.ends_with(['"', '\'', '`', '“', '‘', '«', '_']);
        !is_quoted && behind.starts_with(char::is_whitespace) && begins_with_assignment(behind)
    };
    line.match_indices(WORD).map(|(at, _)| at).filter(is_start).collect()
}

/// Whether the first word assigns something, be it to a field that nobody knows.
fn begins_with_assignment(text: &str) -> bool {
    let word = text.split_whitespace().next().and_then(|word| word.split_once('='));
    word.is_some_and(|(name, _)| {
        !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_')
    })
}

impl Excerpt {
    fn add(&mut self, line: &Line<'_>) {
        self.lines += 1;
        if self.quotes.len() < QUOTES_KEPT {
            let text = line.text.trim_end();
            let text = text[..text.floor_char_boundary(QUOTE_LIMIT)].to_owned();
            self.quotes.push(Quote { line: line.number, text });
        }
    }
}

impl std::fmt::Display for Quote {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "line {}: {}", self.line, self.text)
    }
}

#[cfg(test)]
#[path = "reading_tests.rs"]
mod tests;
