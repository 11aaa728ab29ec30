//! How far a requirement is covered by the scenarios that there are.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::book::{Book, Requirement};
use super::claim::Claim;

/// How far a requirement is covered.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Coverage {
    /// Scenarios or checks prove it, and none is missing.
    Covered,
    /// Some prove it, others are still to be written.
    Partly,
    /// All that will prove it is still to be written.
    Planned,
    /// Nothing can prove it from outside.
    Unreachable,
}

impl Coverage {
    /// All of them, the best first.
    pub const ALL: [Self; 4] = [Self::Covered, Self::Partly, Self::Planned, Self::Unreachable];

    /// How far `claims` cover `requirement`, directly or through others.
    pub fn of(requirement: &Requirement, book: &Book, claims: &[Claim]) -> Self {
        let parts = requirement.through.iter().filter_map(|name| book.requirement(name));
        let all: Vec<&Requirement> = std::iter::once(requirement).chain(parts).collect();
        let proven = |one: &&Requirement| claims.iter().any(|c| c.bearing(one, book).is_some());
        let has_proof = all.iter().any(proven);
        let is_open = all.iter().any(|one| !one.planned.is_empty());
        match (has_proof, is_open) {
            (true, false) => Self::Covered,
            (true, true) => Self::Partly,
            (false, true) => Self::Planned,
            (false, false) => Self::Unreachable,
        }
    }
}

impl std::fmt::Display for Coverage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.serialize(f)
    }
}
