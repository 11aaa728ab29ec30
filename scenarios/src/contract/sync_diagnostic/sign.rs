//! Words and colours that a successful command should not print.

use super::terminal::Line;

/// What is looked for in every line, be it a diagnostic or not (facts of hosted sync, section 3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
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
    /// A line that begins with `WARNING`.
    LogWarning,
    /// A line that begins with `ERROR`.
    LogError,
    /// A line that begins with `CRITICAL`.
    LogCritical,
    /// A claim that the local command succeeded: a lie when it did not (DS7).
    SuccessClaim,
}

/// Words that are looked for as they are printed.
const EXACT: [(&str, Sign); 5] = [
    ("Traceback (most recent", Sign::Traceback),
    ("Exception ignored in", Sign::ExceptionIgnored),
    ("Exception ignored while", Sign::ExceptionIgnored),
    ("Task was destroyed but", Sign::TaskDestroyed),
    ("Task exception was never", Sign::TaskExceptionLost),
];

/// Words in any case.
const ANY_CASE: [(&str, Sign); 2] =
    [("connection failed", Sign::ConnectionFailed), ("local command succe", Sign::SuccessClaim)];

/// The levels that a logging handler begins a line with.
const LEVELS: [(&str, Sign); 3] =
    [("WARNING", Sign::LogWarning), ("ERROR", Sign::LogError), ("CRITICAL", Sign::LogCritical)];

impl Sign {
    /// Its name in a signature.
    pub fn name(self) -> &'static str {
        match self {
            Self::Traceback => "traceback",
            Self::ExceptionIgnored => "exception-ignored",
            Self::TaskDestroyed => "task-destroyed",
            Self::TaskExceptionLost => "task-exception-lost",
            Self::FailureStyled => "failure-styled",
            Self::ConnectionFailed => "connection-failed",
            Self::LogWarning => "log-warning",
            Self::LogError => "log-error",
            Self::LogCritical => "log-critical",
            Self::SuccessClaim => "success-claim",
        }
    }

    /// Whether Python itself complains: an exception that nobody handled.
    pub fn is_unhandled(self) -> bool {
        use Sign::{ExceptionIgnored, TaskDestroyed, TaskExceptionLost, Traceback};
        matches!(self, Traceback | ExceptionIgnored | TaskDestroyed | TaskExceptionLost)
    }

    /// The signs of one line; one may come twice.
    pub(super) fn of(line: &Line<'_>) -> impl Iterator<Item = Self> {
        let lower = line.text.to_ascii_lowercase();
        let exact = EXACT.into_iter().filter(|(words, _)| line.text.contains(words));
        let any_case = ANY_CASE.into_iter().filter(move |(words, _)| lower.contains(words));
        let words = exact.chain(any_case).map(|(_, sign)| sign);
        let first = line.text.trim_start().split(|c: char| !c.is_alphanumeric() && c != '_').next();
        let level = first.and_then(level);
        words.chain(level).chain(line.is_red.then_some(Self::FailureStyled))
    }
}

/// What a level is a sign of; `None` where the word is none.
pub(super) fn level(word: &str) -> Option<Sign> {
    LEVELS.into_iter().find(|(level, _)| *level == word).map(|(_, sign)| sign)
}
