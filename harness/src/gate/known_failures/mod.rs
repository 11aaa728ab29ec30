//! Known failures, each of one check, that a gate accepts for a while.
//!
//! A known failure says exactly how a check fails, and on which releases. Its group says why that is accepted, where
//! it is followed up, who answers for it and until when. Whatever differs from it is red.

mod edit;
mod entry;
mod read;
mod update;

use std::rc::Rc;

use jiff::civil::Date;
use support::check::Outcome;
use support::product::{Release, ReleaseRange};

use crate::document::CheckDocument;

pub use read::Catalogue;
pub use update::{Update, update};

/// A known failure of one check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownFailure {
    /// The line of the file on which it begins, from 1; no other begins there.
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
    /// What is said once of it and of others.
    pub group: Rc<Group>,
}

/// Why failures are accepted, and until when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Why they are accepted for now.
    pub reason: String,
    /// Where they are followed up: an issue number or an address.
    pub issue: String,
    /// Who answers for them.
    pub owner: String,
    /// The day on which it was written.
    pub written: Date,
    /// The last day on which they count.
    pub expires: Date,
}

/// A file of known failures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownFailures {
    /// The file, as it was given.
    pub file: String,
    /// Its failures, in order.
    pub failures: Vec<KnownFailure>,
}

impl KnownFailure {
    /// Whether it is about this release.
    pub fn is_for(&self, release: &Release) -> bool {
        self.releases.iter().any(|range| range.contains(release))
    }

    /// Whether the check fails exactly as is known.
    pub fn matches(&self, check: &CheckDocument) -> bool {
        check.outcome == Outcome::Fail
            && self.check == check.id
            && Some(&self.signature) == check.signature.as_ref()
    }

    /// Whether its last day is over.
    pub fn has_expired(&self, today: Date) -> bool {
        self.group.expires < today
    }
}

impl KnownFailures {
    /// No known failures: every failure is unexpected.
    pub fn none() -> Self {
        Self { file: String::new(), failures: Vec::new() }
    }

    /// Those of one scenario.
    pub fn of<'a>(&'a self, scenario: &'a str) -> impl Iterator<Item = &'a KnownFailure> {
        self.failures.iter().filter(move |known| known.scenario == scenario)
    }
}
