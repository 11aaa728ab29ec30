//! The certificate, for programs and reports: what the reference showed, what stands in for it where it cannot be
//! asked, and what was seen on releases.

use std::collections::BTreeSet;

use reference::{Edition, Fault, NullProduct};
use scenarios::Scenario;
use schemars::JsonSchema;
use serde::Serialize;

use super::kill_matrix::full_name;
use super::{CertifyError, Excused, KillMatrix, committed_kills, excused};
use crate::observed::Observations;

/// For each check, by what it was seen to fail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Certificate {
    /// Always `kitty-gate/certificate`.
    pub format: String,
    /// Version of the format; raised when a reader of the old one would be misled.
    pub version: u32,
    /// How many checks there are.
    pub checks: usize,
    /// How many of them some fault or fake product turns red.
    pub killed: usize,
    /// How many faults there are.
    pub faults: usize,
    /// Every scenario.
    pub scenarios: Vec<CertifiedScenario>,
    /// Every fault.
    pub by_fault: Vec<CertifiedFault>,
    /// Every null product. No scenario passes on any.
    pub null_products: Vec<CertifiedNull>,
}

/// A scenario, with its checks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct CertifiedScenario {
    /// Its id.
    pub id: String,
    /// On what it was seen to pass, and its checks to fail.
    pub executed_on: RanOn,
    /// The null products on which it is skipped. On every other it is red.
    pub skipped_on: Vec<String>,
    /// Its checks.
    pub checks: Vec<CertifiedCheck>,
}

/// On what a scenario is certified.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RanOn {
    /// An edition of the reference, by its name.
    Edition(String),
    /// Every edition of the reference: the checks that are judged in every scenario.
    EveryEdition,
    /// What the reference cannot be asked.
    FakeProducts {
        /// Why it cannot.
        why: String,
        /// The fake product that passes.
        control: String,
    },
}

/// A check, and what turns it red.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct CertifiedCheck {
    /// Its id.
    pub id: String,
    /// Faults of the reference, or the fake products that are run in its place.
    pub killed_by: Vec<String>,
    /// Releases on which it was seen red.
    pub seen_on: Vec<String>,
}

/// A fault, and what it does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
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

/// A null product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct CertifiedNull {
    /// Its name.
    pub name: String,
    /// What it does.
    pub about: String,
}

/// The certificate that is committed.
pub fn committed() -> Result<Certificate, CertifyError> {
    Certificate::of(&committed_kills()?, &excused()?)
}

/// The name under which the standing checks are told.
pub(crate) const EVERY_SCENARIO: &str = "every-scenario";

impl Certificate {
    /// What is known, as a certificate.
    pub fn of(kills: &KillMatrix, excused: &Excused) -> Result<Self, CertifyError> {
        let observations = Observations::committed().map_err(CertifyError::Unreadable)?;
        let certified = |scenario: &Scenario| CertifiedScenario {
            id: scenario.id.to_owned(),
            executed_on: executed_on(kills, excused, scenario.id),
            skipped_on: names(kills.skipped_on.get(scenario.id)),
            checks: scenario
                .checks
                .iter()
                .map(|check| CertifiedCheck {
                    id: check.id.to_owned(),
                    killed_by: killers(kills, excused, scenario.id, check.id),
                    seen_on: observations.seen_on(scenario.id, check.id),
                })
                .collect(),
        };
        let scenarios = scenarios::all().into_iter().map(certified);
        let scenarios: Vec<CertifiedScenario> = scenarios.chain([standing(kills)]).collect();
        let checks = || scenarios.iter().flat_map(|scenario| &scenario.checks);
        Ok(Self {
            format: "kitty-gate/certificate".to_owned(),
            version: 2,
            checks: checks().count(),
            killed: checks().filter(|check| !check.killed_by.is_empty()).count(),
            faults: Fault::ALL.len(),
            by_fault: Fault::ALL.iter().map(|fault| CertifiedFault::of(*fault, kills)).collect(),
            null_products: NullProduct::ALL.map(CertifiedNull::of).to_vec(),
            scenarios,
        })
    }

    /// The checks that nothing turns red.
    pub fn survivors(&self) -> Vec<String> {
        let survivors = self.scenarios.iter().flat_map(|scenario| {
            let alive = scenario.checks.iter().filter(|check| check.killed_by.is_empty());
            alive.map(|check| full_name(&scenario.id, &check.id))
        });
        survivors.collect()
    }
}

impl CertifiedFault {
    fn of(fault: Fault, kills: &KillMatrix) -> Self {
        Self {
            name: fault.name().to_owned(),
            violates: fault.violates().to_owned(),
            about: fault.about().to_owned(),
            kills: kills.killed_by.values().filter(|by| by.contains(fault.name())).count(),
        }
    }
}

impl CertifiedNull {
    fn of(null: NullProduct) -> Self {
        Self { name: null.name().to_owned(), about: null.about().to_owned() }
    }
}

/// Where nothing passes and nothing is excused, that is an objection.
fn executed_on(kills: &KillMatrix, excused: &Excused, id: &str) -> RanOn {
    let edition = kills.edition.get(id).map_or(Edition::default().name(), String::as_str);
    excused.get(id).map_or_else(
        || RanOn::Edition(edition.to_owned()),
        |excuse| RanOn::FakeProducts { why: excuse.why.clone(), control: excuse.control.clone() },
    )
}

fn killers(kills: &KillMatrix, excused: &Excused, scenario: &str, check: &str) -> Vec<String> {
    let fake_products = excused.get(scenario).and_then(|excuse| excuse.red.get(check));
    let kills = || names(kills.killed_by.get(&full_name(scenario, check)));
    fake_products.cloned().unwrap_or_else(kills)
}

/// The checks that are judged in every scenario, each killed where it is red in any.
fn standing(kills: &KillMatrix) -> CertifiedScenario {
    let checks = scenarios::STANDING_CHECKS.iter().map(|check| CertifiedCheck {
        id: check.id.to_owned(),
        killed_by: kills.killers_anywhere(check.id).into_iter().cloned().collect(),
        seen_on: Vec::new(),
    });
    CertifiedScenario {
        id: EVERY_SCENARIO.to_owned(),
        executed_on: RanOn::EveryEdition,
        skipped_on: Vec::new(),
        checks: checks.collect(),
    }
}

fn names(known: Option<&BTreeSet<String>>) -> Vec<String> {
    known.into_iter().flatten().cloned().collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::certify::Substitution;

    const ID: &str = "merge/remediation-works";

    #[test]
    fn a_scenario_is_certified_where_it_was_run() {
        let edition = BTreeMap::from([(ID.to_owned(), "asking".to_owned())]);
        let kills = KillMatrix { edition, ..KillMatrix::default() };
        let of = |excused: &Excused| {
            let certificate = Certificate::of(&kills, excused).unwrap();
            certificate.scenarios.into_iter().find(|known| known.id == ID).unwrap()
        };
        assert_eq!(of(&Excused::new()).executed_on, RanOn::Edition("asking".to_owned()));
        let (why, control) = ("it has none".to_owned(), "sound".to_owned());
        let red = BTreeMap::from([("merge-succeeds".to_owned(), vec!["sick".to_owned()])]);
        let excuse = Substitution { why: why.clone(), control: control.clone(), red };
        let excused = of(&BTreeMap::from([(ID.to_owned(), excuse)]));
        assert_eq!(excused.executed_on, RanOn::FakeProducts { why, control });
        let check = excused.checks.into_iter().find(|check| check.id == "merge-succeeds");
        assert_eq!(check.unwrap().killed_by, ["sick"]);
    }

    #[test]
    fn a_standing_check_is_killed_by_what_kills_it_anywhere() {
        let fault = Fault::ALL[0];
        let name = full_name(ID, "sandbox/answers");
        let killed_by = BTreeMap::from([(name, BTreeSet::from([fault.name().to_owned()]))]);
        let kills = KillMatrix { killed_by, ..KillMatrix::default() };
        let certificate = Certificate::of(&kills, &Excused::new()).unwrap();
        let standing = certificate.scenarios.last().unwrap();
        let killed = standing.checks.iter().filter(|check| !check.killed_by.is_empty());
        let killed: Vec<_> = killed.map(|check| (&*check.id, check.killed_by.clone())).collect();
        assert_eq!(killed, [("sandbox/answers", vec![fault.name().to_owned()])]);
        assert_eq!((certificate.killed, certificate.by_fault[0].kills), (1, 1));
    }
}
