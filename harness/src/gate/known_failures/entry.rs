//! A known failure while its file is brought up to a run.

use std::collections::BTreeSet;

use support::product::{Release, ReleaseRange};

use super::{KnownFailure, KnownFailures};
use crate::document::ScenarioDocument;

/// A known failure while the file is brought up to a run.
pub(super) struct Entry<'a> {
    /// The place of its group in the file.
    pub group: usize,
    /// What it is in the file, where it stands there already.
    pub known: Option<&'a KnownFailure>,
    pub scenario: &'a str,
    pub check: &'a str,
    pub signature: &'a str,
    /// None, where it is to be taken out.
    pub releases: Vec<ReleaseRange>,
    pub unjudged: Vec<String>,
}

impl<'a> Entry<'a> {
    /// Those of a file; `groups` are the places of their groups.
    pub fn all(known: &'a KnownFailures, groups: Vec<usize>) -> Vec<Self> {
        let entry = |(known, group): (&'a KnownFailure, usize)| Self {
            group,
            known: Some(known),
            scenario: &known.scenario,
            check: &known.check,
            signature: &known.signature,
            releases: known.releases.clone(),
            unjudged: known.unjudged.clone(),
        };
        known.failures.iter().zip(groups).map(entry).collect()
    }

    pub fn is_for(&self, release: &Release) -> bool {
        self.releases.iter().any(|range| range.contains(release))
    }

    /// Whether the run shows it, or shows nothing against it.
    pub fn holds(&self, scenario: &ScenarioDocument) -> bool {
        let judged = scenario.checks.iter().filter(|check| check.id == self.check);
        let mut judged = judged.peekable();
        judged.peek().is_none()
            || judged.any(|check| check.signature.as_deref() == Some(self.signature))
    }

    pub fn leaves_unjudged(&self, ids: &[&str]) -> bool {
        let told: BTreeSet<&str> = self.unjudged.iter().map(String::as_str).collect();
        told == ids.iter().copied().collect()
    }

    /// Takes a release out; whether it stands there by itself. A range that holds others, too, is left to a person.
    pub fn take_out(&mut self, release: &ReleaseRange) -> bool {
        let count = self.releases.len();
        self.releases.retain(|range| range != release);
        self.releases.len() < count
    }

    pub fn place(&self, file: &str) -> String {
        let line = self.known.map_or(0, |known| known.line);
        format!("{file}:{line} {} {}", self.scenario, self.check)
    }

    /// Whether the file does not say it so.
    pub fn is_changed(&self) -> bool {
        let is_as_known = |known: &KnownFailure| {
            (&known.releases, &known.unjudged) == (&self.releases, &self.unjudged)
        };
        !self.known.is_some_and(is_as_known)
    }
}
