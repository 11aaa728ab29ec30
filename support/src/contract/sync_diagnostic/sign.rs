//! Words and colours that a successful command should not print.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Quote;
use super::lines::Piece;
use super::prefix::level_sign;

/// What was seen in a stream, in noise and diagnostics alike (facts of hosted sync, section 3).
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Sign {
    /// A Python traceback, in the plain form or in rich's frame (DS1 to DS3).
    Traceback,
    /// `Exception ignored in`: Python could not even raise it (DS3, DS8).
    ExceptionIgnored,
    /// `Task was destroyed but it is pending!` (asyncio, at exit).
    TaskDestroyed,
    /// `Task exception was never retrieved` (asyncio; DS1).
    TaskExceptionLost,
    /// Something written in red (FR-006; DS2).
    FailureStyled,
    /// `connection failed` in any case (FR-006; DS4).
    ConnectionFailed,
    /// `Connection failed`, exactly as FR-006 spells it.
    ConnectionFailedExact,
    /// A line that begins with `WARNING`.
    LogWarning,
    /// A line that begins with `ERROR`.
    LogError,
    /// A line that begins with `CRITICAL`.
    LogCritical,
    /// A claim that the local command succeeded: a lie when it did not (DS7).
    SuccessClaim,
}

impl Sign {
    /// Whether Python itself complains: an exception that nobody handled.
    pub fn is_unhandled(self) -> bool {
        matches!(
            self,
            Self::Traceback
                | Self::ExceptionIgnored
                | Self::TaskDestroyed
                | Self::TaskExceptionLost
        )
    }
}

/// Where a sign was seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Sighting {
    /// On how many lines.
    pub lines: u64,
    /// The first of them.
    pub first: Quote,
}

/// Looks for signs, line by line.
#[derive(Debug, Default)]
pub(super) struct Signs {
    pub(super) seen: BTreeMap<Sign, Sighting>,
    this_line: BTreeSet<Sign>,
    head: Quote,
    /// The end of the line before.
    tail: String,
}

impl Signs {
    pub(super) fn look(&mut self, piece: &Piece<'_>) {
        if piece.is_first {
            self.head = Quote::new(piece.line, piece.text);
            self.this_line.extend(level_sign(piece.text));
            self.look_at_break(piece.text);
        }
        self.this_line.extend(phrases(piece.text));
        if piece.is_red {
            self.this_line.insert(Sign::FailureStyled);
        }
        if piece.is_last {
            self.end_line(piece.text);
        }
    }

    /// A handler wraps phrases too: `Sync WebSocket connection` / `         failed: ...`.
    fn look_at_break(&mut self, line: &str) {
        if !line.starts_with(' ') || self.tail.is_empty() {
            return;
        }
        let head = ends(line.trim()).0;
        let alone: BTreeSet<_> = phrases(&self.tail).chain(phrases(head)).collect();
        let joined = format!("{} {head}", self.tail);
        let across = phrases(&joined).filter(|sign| !alone.contains(sign));
        self.this_line.extend(across);
    }

    fn end_line(&mut self, text: &str) {
        self.tail.clear();
        self.tail.push_str(ends(text.trim_end()).1);
        for sign in std::mem::take(&mut self.this_line) {
            let first = || Sighting { lines: 0, first: self.head.clone() };
            self.seen.entry(sign).or_insert_with(first).lines += 1;
        }
    }
}

/// Phrases that are looked for as they are printed. They are short, for the end of one may be
/// wrapped away.
const EXACT: [(&str, Sign); 6] = [
    ("Traceback (most recent", Sign::Traceback),
    ("Exception ignored in", Sign::ExceptionIgnored),
    ("Exception ignored while", Sign::ExceptionIgnored),
    ("Task was destroyed but", Sign::TaskDestroyed),
    ("Task exception was never", Sign::TaskExceptionLost),
    ("Connection failed", Sign::ConnectionFailedExact),
];

/// Phrases in any case.
const ANY_CASE: [(&str, Sign); 2] =
    [("connection failed", Sign::ConnectionFailed), ("local command succe", Sign::SuccessClaim)];

fn phrases(text: &str) -> impl Iterator<Item = Sign> {
    let lower = text.to_ascii_lowercase();
    let exact = EXACT.into_iter().filter(|(phrase, _)| text.contains(phrase)).map(|(_, sign)| sign);
    exact.chain(
        ANY_CASE
            .into_iter()
            .filter(move |(phrase, _)| lower.contains(phrase))
            .map(|(_, sign)| sign),
    )
}

/// The first and the last few characters.
fn ends(text: &str) -> (&str, &str) {
    const ENOUGH: usize = 64;
    let mut start = text.len().saturating_sub(ENOUGH);
    while !text.is_char_boundary(start) {
        start += 1;
    }
    (super::cut(text, ENOUGH), &text[start..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_line_is_short_wherever_it_is_cut() {
        let (head, tail) = ends("été");
        assert_eq!((head, tail), ("été", "été"));
        assert_eq!(ends(&("é".repeat(40) + "x")).1.len(), 63);
    }

    #[test]
    fn an_exception_that_nobody_handled_is_no_warning() {
        let unhandled =
            [Sign::Traceback, Sign::ExceptionIgnored, Sign::TaskDestroyed, Sign::TaskExceptionLost];
        assert!(unhandled.into_iter().all(Sign::is_unhandled));
        let others = [
            Sign::FailureStyled,
            Sign::ConnectionFailed,
            Sign::ConnectionFailedExact,
            Sign::LogWarning,
            Sign::LogError,
            Sign::LogCritical,
            Sign::SuccessClaim,
        ];
        assert!(!others.into_iter().any(Sign::is_unhandled));
    }
}
