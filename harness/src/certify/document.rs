//! The certificate as it is committed.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use support::skip::SkipCode;

use super::{CertifyError, CheckName, Declared, Findings, MEASURING};
use crate::document::ScenarioDocument;
use crate::verdict::Verdict;

/// For each check, by what it was seen to fail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Certificate {
    /// Always `kitty-gate/certificate`.
    pub format: String,
    /// Version of the format; raised when a reader of the old one would be misled.
    pub version: u32,
    /// How many checks there are on the reference.
    pub checks: usize,
    /// How many of them some fault turns red.
    pub killed: usize,
    /// How many faults there are.
    pub faults: usize,
    /// Every scenario that the reference is played with.
    pub scenarios: Vec<CertifiedScenario>,
    /// Every fault.
    pub by_fault: Vec<CertifiedFault>,
    /// Scenarios that the reference cannot be asked: their checks were seen to fail elsewhere.
    pub not_played: Vec<NotPlayed>,
}

/// A scenario, with its checks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CertifiedScenario {
    /// Its id.
    pub id: String,
    /// Its checks.
    pub checks: Vec<CertifiedCheck>,
}

/// A check, and what turns it red.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CertifiedCheck {
    /// Its id.
    pub id: String,
    /// Faults of the reference.
    pub killed_by: Vec<String>,
    /// Releases on which it was seen red.
    pub seen_on: Vec<String>,
}

/// A fault, and what it does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CertifiedFault {
    /// Its name.
    pub name: String,
    /// The requirement or the known defect that it stands for.
    pub violates: String,
    /// What it does.
    pub about: String,
    /// How many checks it turns red.
    pub kills: usize,
}

/// A scenario that the reference cannot be asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NotPlayed {
    /// Its id.
    pub id: String,
    /// Why not. (What it says in words may name places of the machine.)
    pub code: SkipCode,
}

/// What is wrong with what was found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Objections {
    /// Scenarios that the clean reference does not pass.
    pub unclean: Vec<String>,
    /// Checks that no fault turns red.
    pub survivors: Vec<CheckName>,
    /// Faults that turn nothing red.
    pub uncaught: Vec<String>,
    /// What a fault turns red though nobody declared it, or does not though somebody did.
    pub undeclared: Vec<String>,
    /// What broke in kitty-gate itself.
    pub broken: Vec<String>,
}

impl Certificate {
    /// What was found, as a certificate.
    pub fn of(findings: &Findings) -> Result<Self, CertifyError> {
        let book = scenarios::sightings().map_err(CertifyError::Unreadable)?;
        let seen_on = |scenario: &str, check: &str| {
            let seen = book
                .sighting
                .iter()
                .filter(|seen| seen.scenario == scenario && seen.check == check);
            seen.map(|seen| seen.release.clone()).collect()
        };
        let standing = CertifiedScenario {
            id: EVERY_SCENARIO.to_owned(),
            checks: standing_checks(findings),
        };
        let certified: Vec<CertifiedScenario> = played(findings)
            .map(|document| CertifiedScenario {
                id: document.id.clone(),
                checks: own_checks(document)
                    .map(|check| CertifiedCheck {
                        killed_by: killers(findings, &(document.id.clone(), check.to_owned())),
                        seen_on: seen_on(&document.id, check),
                        id: check.to_owned(),
                    })
                    .collect(),
            })
            .chain([standing])
            .collect();
        let checks = || certified.iter().flat_map(|scenario| &scenario.checks);
        Ok(Self {
            format: "kitty-gate/certificate".to_owned(),
            version: 1,
            checks: checks().count(),
            killed: checks().filter(|check| !check.killed_by.is_empty()).count(),
            faults: findings.red.len(),
            by_fault: findings
                .red
                .iter()
                .map(|(fault, red)| CertifiedFault {
                    name: fault.name().to_owned(),
                    violates: fault.violates().to_owned(),
                    about: fault.about().to_owned(),
                    kills: red.len(),
                })
                .collect(),
            not_played: measured()
                .chain(findings.clean.iter().filter_map(not_played))
                .collect(),
            scenarios: certified,
        })
    }

    /// The checks that it says can fail on the reference.
    pub fn killed_checks(&self) -> BTreeSet<CheckName> {
        let killed = |scenario: &CertifiedScenario| {
            let checks = scenario
                .checks
                .iter()
                .filter(|check| !check.killed_by.is_empty());
            checks
                .map(|check| (scenario.id.clone(), check.id.clone()))
                .collect::<Vec<_>>()
        };
        self.scenarios.iter().flat_map(killed).collect()
    }
}

/// The certificate that is committed.
pub fn committed() -> Result<Certificate, CertifyError> {
    serde_json::from_str(include_str!("../../../certificate.json"))
        .map_err(|error| CertifyError::Unreadable(format!("certificate.json: {error}")))
}

impl Objections {
    /// What is to be said against what was found.
    pub fn of(findings: &Findings, certificate: &Certificate, declared: &Declared) -> Self {
        let unclean = findings
            .clean
            .iter()
            .filter(|document| !matches!(document.verdict, Verdict::Pass | Verdict::Skip));
        let mut survivors = Vec::new();
        for scenario in &certificate.scenarios {
            let alive = scenario
                .checks
                .iter()
                .filter(|check| check.killed_by.is_empty());
            survivors.extend(alive.map(|check| (scenario.id.clone(), check.id.clone())));
        }
        let uncaught = findings.red.iter().filter(|(_, red)| red.is_empty());
        Self {
            unclean: unclean
                .map(|document| format!("{} ({:?})", document.id, document.verdict))
                .collect(),
            survivors,
            uncaught: uncaught.map(|(fault, _)| fault.name().to_owned()).collect(),
            undeclared: differences(findings, declared),
            broken: findings.broken.clone(),
        }
    }

    /// Whether there is nothing to be said.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

fn differences(findings: &Findings, declared: &Declared) -> Vec<String> {
    let none = BTreeSet::new();
    let mut told = Vec::new();
    for (fault, red) in &findings.red {
        let name = fault.name();
        let due = declared.get(name).unwrap_or(&none);
        let red: BTreeSet<CheckName> = red.keys().cloned().collect();
        told.extend(
            red.difference(due)
                .map(|(scenario, check)| format!("{name} turns {scenario} {check} red")),
        );
        told.extend(
            due.difference(&red)
                .map(|(scenario, check)| format!("{name} does not turn {scenario} {check} red")),
        );
    }
    told
}

fn played(findings: &Findings) -> impl Iterator<Item = &ScenarioDocument> {
    findings
        .clean
        .iter()
        .filter(|document| document.verdict != Verdict::Skip)
}

/// Its checks but for the standing ones, which every scenario has.
fn own_checks(document: &ScenarioDocument) -> impl Iterator<Item = &str> {
    let mut seen = BTreeSet::new();
    document
        .checks
        .iter()
        .map(|check| check.id.as_str())
        .filter(move |id| !id.starts_with("stage/") && seen.insert(*id))
}

/// The name under which the standing checks are told.
pub(crate) const EVERY_SCENARIO: &str = "every-scenario";

/// The checks that are judged in every scenario, each killed where it is red in any.
fn standing_checks(findings: &Findings) -> Vec<CertifiedCheck> {
    let standing = scenarios::STANDING_CHECKS.iter();
    standing
        .map(|check| {
            let kills = findings
                .red
                .iter()
                .filter(|(_, red)| red.keys().any(|(_, red)| red == check.id));
            CertifiedCheck {
                id: check.id.to_owned(),
                killed_by: kills.map(|(fault, _)| fault.name().to_owned()).collect(),
                seen_on: Vec::new(),
            }
        })
        .collect()
}

fn killers(findings: &Findings, check: &CheckName) -> Vec<String> {
    let kills = findings
        .red
        .iter()
        .filter(|(_, red)| red.contains_key(check));
    kills.map(|(fault, _)| fault.name().to_owned()).collect()
}

fn measured() -> impl Iterator<Item = NotPlayed> {
    MEASURING.into_iter().map(|id| NotPlayed {
        id: id.to_owned(),
        code: SkipCode::NotExercised,
    })
}

fn not_played(document: &ScenarioDocument) -> Option<NotPlayed> {
    let skip = document
        .skip
        .as_ref()
        .filter(|_| document.verdict == Verdict::Skip)?;
    Some(NotPlayed {
        id: document.id.clone(),
        code: skip.code,
    })
}
