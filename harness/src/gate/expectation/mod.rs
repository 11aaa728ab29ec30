//! Expectations: known failures, each of one check, that a gate accepts for a while.
//!
//! An expectation says exactly how a check fails, on which releases, why that is accepted, where it
//! is followed up, who answers for it and until when. Whatever differs from it is red.

mod read;
mod table;
mod update;

use jiff::civil::Date;
use support::product::{Release, ReleaseRange};

pub use read::Catalogue;
pub use update::{Defaults, Update, update};

/// A known failure of one check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expectation {
    /// The line of the file on which it begins, from 1.
    pub line: usize,
    /// The scenario.
    pub scenario: String,
    /// The check.
    pub check: String,
    /// How it fails, exactly.
    pub signature: String,
    /// The checks that are not judged while it fails: the scenario does not come so far.
    pub unjudged: Vec<String>,
    /// The releases, as PEP 440 specifiers; it is for those that any of them contains.
    pub releases: Vec<ReleaseRange>,
    /// Why it is accepted for now.
    pub reason: String,
    /// Where it is followed up: an issue number or an address.
    pub issue: String,
    /// Who answers for it.
    pub owner: String,
    /// The day on which it was written.
    pub written: Date,
    /// The last day on which it counts.
    pub expires: Date,
}

/// A file of expectations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expectations {
    /// The file, as it was given.
    pub file: String,
    /// Its entries, in order.
    pub entries: Vec<Expectation>,
}

impl Expectation {
    /// Whether it speaks of this release.
    pub fn is_for(&self, release: &Release) -> bool {
        self.releases.iter().any(|range| range.contains(release))
    }

    /// Whether its last day is over.
    pub fn has_expired(&self, today: Date) -> bool {
        self.expires < today
    }
}

impl Expectations {
    /// No expectations: every failure is unexpected.
    pub fn none() -> Self {
        Self { file: String::new(), entries: Vec::new() }
    }

    /// Those of one scenario.
    pub fn of<'a>(&'a self, scenario: &'a str) -> impl Iterator<Item = &'a Expectation> {
        self.entries.iter().filter(move |entry| entry.scenario == scenario)
    }
}
