//! What a scenario says that it proves.

use super::book::{Book, Meaning, Requirement};
use crate::scenario::{STANDING_CHECKS, Scenario};

/// What one scenario claims, whether it stands in the catalogue or in an old record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// The scenario's id.
    pub scenario: String,
    /// The requirements that it covers as a whole.
    pub requirements: Vec<String>,
    /// The issues that it covers.
    pub issues: Vec<u32>,
    /// Its checks, the standing ones included.
    pub checks: Vec<ClaimedCheck>,
}

/// What one check claims.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimedCheck {
    /// The check's id.
    pub id: String,
    /// What it stands for.
    pub stands_for: String,
}

/// How a scenario bears on a requirement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClaimKind {
    /// It covers the requirement: only the whole scenario, its controls included, proves it.
    Whole,
    /// It is about something else, but these checks of it stand for the requirement.
    Checks(Vec<String>),
}

impl Claim {
    /// How this scenario bears on `requirement`, if it does.
    pub fn bearing(&self, requirement: &Requirement, book: &Book) -> Option<ClaimKind> {
        if self.names(requirement) || requirement.scenarios.contains(&self.scenario) {
            return Some(ClaimKind::Whole);
        }
        let checks: Vec<String> = self
            .checks
            .iter()
            .filter(|check| self.is_about(check, requirement, book))
            .map(|check| check.id.clone())
            .collect();
        (!checks.is_empty()).then_some(ClaimKind::Checks(checks))
    }

    /// Whether a check of this scenario is about `requirement`: what breaks the check violates it.
    pub fn is_about(&self, check: &ClaimedCheck, requirement: &Requirement, book: &Book) -> bool {
        self.stands_for(check, requirement, book)
            || requirement.checks.contains(&self.name_of(check))
            || (requirement.scenarios.contains(&self.scenario) && !check.is_standing())
    }

    /// Whether the scenario itself names `requirement`.
    pub fn names(&self, requirement: &Requirement) -> bool {
        let mut names = self.requirements.iter();
        names.any(|name| requirement.is_called(name))
    }

    /// Whether the check itself says that it is about `requirement`: by name, or by a defect that breaks
    /// it. A check that stands for an issue is about all that the scenario covers.
    pub fn stands_for(&self, check: &ClaimedCheck, requirement: &Requirement, book: &Book) -> bool {
        match book.meaning(&check.stands_for) {
            Some(Meaning::Requirement(meant)) => meant.id == requirement.id,
            Some(Meaning::Defect(defect)) => {
                let mut broken = defect.breaks.iter();
                broken.any(|name| requirement.is_called(name))
            }
            Some(Meaning::Issue(_)) => self.names(requirement),
            None => false,
        }
    }

    /// The check as the book calls it: `suite/name: check`.
    pub fn name_of(&self, check: &ClaimedCheck) -> String {
        format!("{}: {}", self.scenario, check.id)
    }
}

impl ClaimedCheck {
    /// Whether it is one of those that the context judges in every scenario.
    fn is_standing(&self) -> bool {
        STANDING_CHECKS.iter().any(|check| check.id == self.id)
    }
}

impl From<&Scenario> for Claim {
    fn from(scenario: &Scenario) -> Self {
        let checks = scenario.declared_checks().map(|check| ClaimedCheck {
            id: check.id.to_owned(),
            stands_for: check.stands_for.to_owned(),
        });
        Self {
            scenario: scenario.id.to_owned(),
            requirements: scenario.requirements.iter().map(ToString::to_string).collect(),
            issues: scenario.issues.to_vec(),
            checks: checks.collect(),
        }
    }
}
