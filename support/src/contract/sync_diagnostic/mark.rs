//! Where diagnostics begin in a line.

use super::lines::Piece;
use super::prefix::is_handler_prefix;
use super::{DIAGNOSTIC_LIMIT, Diagnostic, Field, WORD, cut};

/// A diagnostic within a piece of a line.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Mark<'a> {
    pub(super) start: usize,
    /// From its first word to the next diagnostic, or to the end of the line.
    pub(super) text: &'a str,
    /// Whether other text stands before it on the line.
    pub(super) is_glued: bool,
}

/// Every diagnostic that begins in the ripe part of `piece`.
///
/// The word alone is not enough, for people write about it and source code holds it: a field must
/// follow, and neither a quotation mark nor a part of a word may stand before it. A letter or digit
/// may when the rest is well formed: so it looks when another writer did not end its line.
pub(super) fn marks<'a>(piece: &Piece<'a>) -> Vec<Mark<'a>> {
    if is_box(piece.text) {
        return Vec::new();
    }
    let mut starts: Vec<usize> = Vec::new();
    for (start, _) in piece.text.match_indices(WORD) {
        let known_before = piece.is_first || start > 0;
        if known_before && is_start(piece, start) {
            starts.push(start);
        }
    }
    let ends = starts.iter().skip(1).copied().chain([piece.text.len()]);
    starts
        .iter()
        .zip(ends)
        .filter(|(start, _)| **start <= piece.ripe)
        .map(|(start, end)| Mark {
            start: *start,
            text: cut(&piece.text[*start..end], DIAGNOSTIC_LIMIT),
            is_glued: !(piece.is_first && is_handler_prefix(&piece.text[..*start])),
        })
        .collect()
}

/// Whether `line` holds only the word: its fields may follow on the next line.
pub(super) fn is_word_alone(line: &str) -> bool {
    line.trim_end().strip_suffix(WORD).is_some_and(is_handler_prefix)
}

/// Whether `line` is part of the frame that rich draws around a traceback: what stands in it is
/// source code and the values of variables.
fn is_box(line: &str) -> bool {
    line.trim_start().starts_with(['│', '╭', '╰', '┃'])
}

fn is_start(piece: &Piece<'_>, start: usize) -> bool {
    let (before, text) = piece.text.split_at(start);
    let behind = &text[WORD.len()..];
    let fields = behind.trim_start();
    if fields.len() == behind.len() {
        return false;
    }
    if piece.is_first && is_handler_prefix(before) {
        return has_assignment(fields);
    }
    if Field::leading(fields).is_none() {
        return false;
    }
    match before.chars().next_back() {
        Some('"' | '\'' | '`' | '“' | '‘' | '«' | '_') => false,
        Some(c) if c.is_alphanumeric() => {
            let end = text[WORD.len()..].find(WORD).map(|at| at + WORD.len());
            Diagnostic::parse(cut(&text[..end.unwrap_or(text.len())], DIAGNOSTIC_LIMIT)).is_ok()
        }
        _ => true,
    }
}

/// Whether the first word assigns something, be it to a field that nobody knows.
fn has_assignment(text: &str) -> bool {
    text.split_whitespace().next().and_then(|word| word.split_once('=')).is_some_and(|(key, _)| {
        !key.is_empty() && key.chars().all(|c| c.is_alphanumeric() || c == '_')
    })
}
