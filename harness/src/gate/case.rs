//! What is decided on, and by what.

use jiff::civil::Date;

use super::exception::OperatorException;
use super::known_failures::KnownFailures;
use super::policy::Policy;
use crate::document::RunDocument;

/// All that a decision rests on.
#[derive(Debug, Clone, Copy)]
pub struct Case<'a> {
    /// The run, read back from its record.
    pub run: &'a RunDocument,
    /// The SHA-256 of that record.
    pub record_sha256: &'a str,
    /// What is required of its release.
    pub policy: &'a Policy,
    /// The known failures.
    pub known_failures: &'a KnownFailures,
    /// What operators answer for, each of another scenario.
    pub exceptions: &'a [OperatorException],
    /// How often each scenario has to be run, all alike, to count.
    pub repeat: u32,
    /// The day.
    pub today: Date,
    /// What the gate asks beyond that.
    pub bounds: StrictOptions,
}

/// What a gate asks beyond what is required. Nothing of it waives anything.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct StrictOptions {
    /// Whether a known failure that is not true any more closes the gate.
    pub strict: bool,
    /// How many operator exceptions it takes; any number, where nobody says.
    pub max_exceptions: Option<u32>,
}
