//! The certificate as it is committed.

use std::collections::BTreeSet;

use reference::{Edition, Fault};
use scenarios::Scenario;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{CertifiedNull, CertifyError, CheckName, Clean, Declared, Excused, Findings, nulls};
use crate::verdict::Verdict;

/// For each check, by what it was seen to fail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Certificate {
    /// Always `kitty-gate/certificate`.
    pub format: String,
    /// Version of the format; raised when a reader of the old one would be misled.
    pub version: u32,
    /// How many checks there are.
    pub checks: usize,
    /// How many of them some fault or stand-in turns red.
    pub killed: usize,
    /// How many faults there are.
    pub faults: usize,
    /// Every scenario.
    pub scenarios: Vec<CertifiedScenario>,
    /// Every fault.
    pub by_fault: Vec<CertifiedFault>,
    /// Every null product; none in a certificate of an older kitty-gate.
    #[serde(default)]
    pub null_products: Vec<CertifiedNull>,
}

/// A scenario, with its checks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CertifiedScenario {
    /// Its id.
    pub id: String,
    /// On what it was seen to pass, and its checks to fail.
    pub played_on: PlayedOn,
    /// Its checks.
    pub checks: Vec<CertifiedCheck>,
}

/// On what a scenario is certified.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum PlayedOn {
    /// An edition of the reference, by its name.
    Edition(String),
    /// Every edition of the reference: the checks that are judged in every scenario.
    EveryEdition,
    /// What the reference cannot be asked.
    StandIns {
        /// Why it cannot.
        why: String,
        /// The stand-in that passes.
        control: String,
    },
}

/// A check, and what turns it red.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CertifiedCheck {
    /// Its id.
    pub id: String,
    /// Faults of the reference, or the stand-ins that are played in its place.
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

/// What is wrong with what was found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Objections {
    /// Scenarios that the clean reference does not pass. To skip one is not to pass it, unless
    /// `harness/stand_ins.toml` says why.
    pub unclean: Vec<String>,
    /// What is excused there, and passes all the same.
    pub needless: Vec<String>,
    /// Scenarios that could not be measured, because the machine was not at rest, and the fault that was on.
    pub unmeasured: BTreeSet<(String, Option<Fault>)>,
    /// Scenarios that pass on a null product, with it: they prove nothing.
    pub passes_on_null: Vec<String>,
    /// Checks that nothing turns red.
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
    pub fn of(findings: &Findings, excused: &Excused) -> Result<Self, CertifyError> {
        let book = scenarios::sightings().map_err(CertifyError::Unreadable)?;
        let seen_on = |scenario: &str, check: &str| {
            let seen = book
                .sighting
                .iter()
                .filter(|seen| seen.scenario == scenario && seen.check == check);
            seen.map(|seen| seen.release.clone()).collect()
        };
        let certified = |scenario: &Scenario| {
            let excuse = excused.get(scenario.id);
            let stand_ins = |check: &str| excuse.and_then(|excuse| excuse.red.get(check)).cloned();
            let checks = scenario.checks.iter().map(|check| CertifiedCheck {
                killed_by: stand_ins(check.id)
                    .unwrap_or_else(|| killers(findings, scenario.id, check.id)),
                seen_on: seen_on(scenario.id, check.id),
                id: check.id.to_owned(),
            });
            CertifiedScenario {
                id: scenario.id.to_owned(),
                played_on: played_on(findings, excused, scenario.id),
                checks: checks.collect(),
            }
        };
        let standing = CertifiedScenario {
            id: EVERY_SCENARIO.to_owned(),
            played_on: PlayedOn::EveryEdition,
            checks: standing_checks(findings),
        };
        let certified: Vec<CertifiedScenario> =
            scenarios::all().into_iter().map(certified).chain([standing]).collect();
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
            scenarios: certified,
            null_products: nulls::certified(&findings.nulls),
        })
    }

    /// Whether it says the same of what was measured.
    pub fn agrees_with(&self, other: &Self, findings: &Findings) -> bool {
        if findings.unmeasured.is_empty() {
            return self == other;
        }
        let measured = |certificate: &Self| -> Vec<CertifiedScenario> {
            let scenarios = certificate.scenarios.iter();
            let measured = scenarios.filter(|scenario| !findings.is_unmeasured(&scenario.id));
            measured.filter(|scenario| scenario.id != EVERY_SCENARIO).cloned().collect()
        };
        measured(self) == measured(other)
    }

    /// The checks that it says can fail.
    pub fn killed_checks(&self) -> BTreeSet<CheckName> {
        let killed = |scenario: &CertifiedScenario| {
            let checks = scenario.checks.iter().filter(|check| !check.killed_by.is_empty());
            checks.map(|check| (scenario.id.clone(), check.id.clone())).collect::<Vec<_>>()
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
    pub fn of(
        findings: &Findings,
        certificate: &Certificate,
        declared: &Declared,
        excused: &Excused,
    ) -> Self {
        let mut told = Self::default();
        for known in &findings.clean {
            let (id, verdict) = (&known.document.id, known.document.verdict);
            if findings.is_unmeasured(id) {
                continue;
            }
            match (verdict, excused.contains_key(id)) {
                (Verdict::Pass, false) | (Verdict::Skip, true) => {}
                (Verdict::Pass, true) => told.needless.push(id.clone()),
                _ => told.unclean.push(format!("{id} ({verdict:?})")),
            }
        }
        told.unmeasured.clone_from(&findings.unmeasured);
        let mut survivors = Vec::new();
        let measured = certificate.scenarios.iter();
        for scenario in measured.filter(|scenario| !findings.is_unmeasured(&scenario.id)) {
            let alive = scenario.checks.iter().filter(|check| check.killed_by.is_empty());
            survivors.extend(alive.map(|check| (scenario.id.clone(), check.id.clone())));
        }
        let is_unknown = |fault: &Fault| {
            let due = declared.get(fault.name()).into_iter().flatten();
            due.map(|(id, _)| id).any(|id| findings.is_unmeasured(id))
        };
        let uncaught =
            findings.red.iter().filter(|(fault, red)| red.is_empty() && !is_unknown(fault));
        Self {
            survivors,
            passes_on_null: nulls::passed(&findings.nulls),
            uncaught: uncaught.map(|(fault, _)| fault.name().to_owned()).collect(),
            undeclared: differences(findings, declared),
            broken: findings.broken.clone(),
            ..told
        }
    }

    /// Whether nothing is wrong. What could not be measured is not wrong, but it is not right either.
    pub fn is_empty(&self) -> bool {
        let unmeasured = self.unmeasured.clone();
        *self == Self { unmeasured, ..Self::default() }
    }
}

fn differences(findings: &Findings, declared: &Declared) -> Vec<String> {
    let none = BTreeSet::new();
    let mut told = Vec::new();
    let measured = |check: &&CheckName| !findings.is_unmeasured(&check.0);
    for (fault, red) in &findings.red {
        let name = fault.name();
        let due = declared.get(name).unwrap_or(&none).iter();
        let due: BTreeSet<CheckName> = due.filter(measured).cloned().collect();
        let red: BTreeSet<CheckName> = red.keys().filter(measured).cloned().collect();
        told.extend(
            red.difference(&due)
                .map(|(scenario, check)| format!("{name} turns {scenario} {check} red")),
        );
        told.extend(
            due.difference(&red)
                .map(|(scenario, check)| format!("{name} does not turn {scenario} {check} red")),
        );
    }
    told
}

/// Where nothing passes and nothing is excused, that is an objection.
fn played_on(findings: &Findings, excused: &Excused, id: &str) -> PlayedOn {
    let known = findings.clean.iter().find(|known| known.document.id == id);
    let edition = known.map_or(Edition::default(), |known: &Clean| known.edition);
    excused.get(id).map_or_else(
        || PlayedOn::Edition(edition.name().to_owned()),
        |excuse| PlayedOn::StandIns { why: excuse.why.clone(), control: excuse.control.clone() },
    )
}

/// The name under which the standing checks are told.
pub(crate) const EVERY_SCENARIO: &str = "every-scenario";

/// The checks that are judged in every scenario, each killed where it is red in any.
fn standing_checks(findings: &Findings) -> Vec<CertifiedCheck> {
    let standing = scenarios::STANDING_CHECKS.iter();
    standing
        .map(|check| {
            let kills =
                findings.red.iter().filter(|(_, red)| red.keys().any(|(_, red)| red == check.id));
            CertifiedCheck {
                id: check.id.to_owned(),
                killed_by: kills.map(|(fault, _)| fault.name().to_owned()).collect(),
                seen_on: Vec::new(),
            }
        })
        .collect()
}

fn killers(findings: &Findings, scenario: &str, check: &str) -> Vec<String> {
    let name = (scenario.to_owned(), check.to_owned());
    let kills = findings.red.iter().filter(|(_, red)| red.contains_key(&name));
    kills.map(|(fault, _)| fault.name().to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use reference::Fault;

    use super::*;
    use crate::certify::Excuse;
    use crate::document::ScenarioDocument;

    const ID: &str = "merge/remediation-works";

    fn clean(id: &str, verdict: Verdict) -> Clean {
        Clean {
            edition: Edition::Asking,
            document: ScenarioDocument {
                id: id.to_owned(),
                title: String::new(),
                verdict,
                requirements: Vec::new(),
                issues: Vec::new(),
                checks: Vec::new(),
                unjudged: Vec::new(),
                skip: None,
                error: None,
                steps: Vec::new(),
                duration_ms: 0,
                repeats: Vec::new(),
                attempts: Vec::new(),
                shown: None,
                kept: Vec::new(),
            },
            reach: BTreeSet::new(),
        }
    }

    fn excuse() -> Excused {
        let red = BTreeMap::from([("merge-succeeds".to_owned(), vec!["sick".to_owned()])]);
        let excuse = Excuse { why: "it has none".to_owned(), control: "sound".to_owned(), red };
        BTreeMap::from([(ID.to_owned(), excuse)])
    }

    fn objections(clean: Clean, excused: &Excused) -> (Objections, Certificate) {
        objections_with(clean, excused, &[])
    }

    fn objections_with(
        clean: Clean,
        excused: &Excused,
        unmeasured: &[(&str, Option<Fault>)],
    ) -> (Objections, Certificate) {
        let findings = Findings {
            clean: vec![clean],
            red: BTreeMap::from([(Fault::ALL[0], BTreeMap::new())]),
            nulls: BTreeMap::new(),
            broken: Vec::new(),
            unmeasured: unmeasured.iter().map(|(id, fault)| ((*id).to_owned(), *fault)).collect(),
        };
        let certificate = Certificate::of(&findings, excused).unwrap();
        let declared = Declared::new();
        let told = Objections::of(&findings, &certificate, &declared, excused);
        (told, certificate)
    }

    #[test]
    fn a_skip_is_no_pass_unless_it_is_excused() {
        let told = |verdict, excused| objections(clean(ID, verdict), &excused).0;
        let nothing: &[String] = &[];
        assert_eq!(told(Verdict::Pass, Excused::new()).unclean, nothing);
        let skipped = told(Verdict::Skip, Excused::new());
        assert_eq!(skipped.unclean, [format!("{ID} (Skip)")]);
        assert_eq!(told(Verdict::Skip, excuse()).unclean, nothing);
        assert_eq!(told(Verdict::Pass, excuse()).needless, [ID]);
        for excused in [Excused::new(), excuse()] {
            assert_eq!(told(Verdict::Fail, excused).unclean, [format!("{ID} (Fail)")]);
        }
    }

    #[test]
    fn what_could_not_be_measured_is_told_and_not_held_against_anybody() {
        let survives = |told: &Objections| told.survivors.iter().any(|(id, _)| id == ID);
        for verdict in [Verdict::Skip, Verdict::Fail] {
            for fault in [None, Some(Fault::ALL[0])] {
                let unmeasured = [(ID, fault)];
                let (told, _) = objections_with(clean(ID, verdict), &Excused::new(), &unmeasured);
                assert_eq!(told.unmeasured, BTreeSet::from([(ID.to_owned(), fault)]));
                assert_eq!(told.unclean, Vec::<String>::new());
                assert!(!survives(&told));
                let told = Objections { survivors: Vec::new(), uncaught: Vec::new(), ..told };
                assert!(told.is_empty());
            }
            let (told, _) = objections(clean(ID, verdict), &Excused::new());
            assert!(survives(&told) && !told.unclean.is_empty());
        }
    }

    #[test]
    fn a_certificate_is_current_where_it_was_measured() {
        let findings = |unmeasured| Findings {
            nulls: BTreeMap::new(),
            clean: Vec::new(),
            red: BTreeMap::new(),
            broken: Vec::new(),
            unmeasured,
        };
        let (_, made) = objections(clean(ID, Verdict::Pass), &Excused::new());
        let mut other = made.clone();
        let scenario = other.scenarios.iter_mut().find(|known| known.id == ID);
        scenario.unwrap().checks.clear();
        assert!(made.agrees_with(&made, &findings(BTreeSet::new())));
        assert!(!made.agrees_with(&other, &findings(BTreeSet::new())));
        let without = |id: &str| findings(BTreeSet::from([(id.to_owned(), None)]));
        assert!(made.agrees_with(&other, &without(ID)));
        assert!(!made.agrees_with(&other, &without("merge/another")));
    }

    #[test]
    fn a_scenario_is_certified_where_it_was_played() {
        let of = |excused| {
            let (_, certificate) = objections(clean(ID, Verdict::Pass), &excused);
            let known = certificate.scenarios.into_iter().find(|known| known.id == ID);
            known.unwrap()
        };
        let edition = PlayedOn::Edition("asking".to_owned());
        assert_eq!(of(Excused::new()).played_on, edition);
        let excused = of(excuse());
        let control = "sound".to_owned();
        let why = "it has none".to_owned();
        assert_eq!(excused.played_on, PlayedOn::StandIns { why, control });
        let check = excused.checks.into_iter().find(|check| check.id == "merge-succeeds");
        assert_eq!(check.unwrap().killed_by, ["sick"]);
    }

    #[test]
    fn what_nothing_turns_red_survives_and_an_idle_fault_is_uncaught() {
        let (told, _) = objections(clean(ID, Verdict::Pass), &Excused::new());
        let check = (ID.to_owned(), "merge-succeeds".to_owned());
        assert!(told.survivors.contains(&check));
        assert_eq!(told.uncaught, [Fault::ALL[0].name()]);
        assert!(!told.is_empty());
    }
}
