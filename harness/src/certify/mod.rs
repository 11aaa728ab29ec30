//! The certificate: for each check, the faults of the reference product that turn it red.
//!
//! First every scenario is played on the clean reference, where it must pass; what its commands come by
//! is written down. Then each fault is switched on, and the scenarios whose commands come by it are
//! played again: in the others it cannot change anything.

mod declared;
mod document;
mod pool;
mod workshop;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use reference::Fault;
use scenarios::Scenario;

use crate::document::ScenarioDocument;
use crate::play::StopSwitch;
use crate::verdict::Verdict;

pub use declared::{Declared, as_declaration, declared};
pub(crate) use document::EVERY_SCENARIO;
pub use document::{
    Certificate, CertifiedCheck, CertifiedFault, CertifiedScenario, NotPlayed, Objections,
    committed,
};
use pool::Job;
use workshop::Workshop;

/// A check, as scenario and check.
pub type CheckName = (String, String);

/// Why there is no certificate.
#[derive(Debug, thiserror::Error)]
pub enum CertifyError {
    /// A file of ours could not be read or written.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// The reference cannot be provisioned.
    #[error("provision the reference product: {0}")]
    Provision(support::nested_env::EnvError),
    /// The operator stopped it.
    #[error("it was stopped")]
    Stopped,
    /// What is committed cannot be read.
    #[error("{0}")]
    Unreadable(String),
}

/// Scenarios that measure time, for which a machine has to be at rest.
const MEASURING: [&str; 2] = ["speed/local-commands", "sync/fast-path"];

/// What was played, and what came of it.
#[derive(Debug)]
pub struct Findings {
    /// On the clean reference.
    pub clean: Vec<ScenarioDocument>,
    /// What each fault turned red, with the signature of each check.
    pub red: BTreeMap<Fault, BTreeMap<CheckName, String>>,
    /// What each fault broke in kitty-gate itself; nothing, if all is well.
    pub broken: Vec<String>,
}

/// Plays everything. `told` hears of each scenario that is done.
pub fn play(
    cache: &Path,
    faults: &[Fault],
    jobs: usize,
    stop: &StopSwitch,
    told: &(dyn Fn(usize, usize) + Sync),
) -> Result<Findings, CertifyError> {
    let workshop = Workshop::open(cache)?;
    let mut all = scenarios::all();
    all.retain(|scenario| !MEASURING.contains(&scenario.id));
    let (clean, reach) = play_clean(&workshop, &all, jobs, stop)?;
    let mut jobs_to_do = Vec::new();
    for &fault in faults {
        let company = workshop.company(Some(fault))?;
        let reaches = |scenario: &&&'static Scenario| {
            let seen = reach.get(scenario.id);
            seen.is_some_and(|faults| faults.contains(fault.name()))
        };
        jobs_to_do.extend(all.iter().filter(reaches).map(|scenario| Job {
            label: Some(fault),
            company: company.clone(),
            scenario,
        }));
    }
    // Hosted sync stands last among the faults, and waits longest: it must not be what is left.
    jobs_to_do.reverse();
    let played = pool::play(jobs_to_do, jobs, workshop.folder(), stop, told)?;
    let (mut red, mut broken) = (BTreeMap::new(), Vec::new());
    for fault in faults {
        red.insert(*fault, BTreeMap::new());
    }
    for (fault, document) in played {
        let Some(fault) = fault else { continue };
        let entry = red.entry(fault).or_default();
        for check in document.failures() {
            let name = (document.id.clone(), check.id.clone());
            entry.insert(name, check.signature.clone().unwrap_or_default());
        }
        broken.extend(
            broke(&document).map(|why| format!("{}: {}: {why}", fault.name(), document.id)),
        );
    }
    Ok(Findings { clean, red, broken })
}

/// A control that fails is what a fault can do; anything else that ends a scenario as an error is ours.
fn broke(document: &ScenarioDocument) -> Option<&str> {
    let error = document.error.as_deref().unwrap_or_default();
    let is_ours = document.verdict == Verdict::Error && !error.starts_with("control-failed");
    is_ours.then_some(error)
}

/// The faults that each scenario's commands came by, by name.
type Reach = BTreeMap<String, BTreeSet<String>>;

fn play_clean(
    workshop: &Workshop,
    all: &[&'static Scenario],
    jobs: usize,
    stop: &StopSwitch,
) -> Result<(Vec<ScenarioDocument>, Reach), CertifyError> {
    let mut jobs_to_do = Vec::new();
    for scenario in all {
        // What prepares a scenario is part of it, so that none uses what was prepared for another.
        let company = workshop.traced(scenario.id)?;
        jobs_to_do.push(Job {
            label: None,
            company,
            scenario,
        });
    }
    let played = pool::play(jobs_to_do, jobs, workshop.folder(), stop, &|_, _| {})?;
    let mut clean: Vec<ScenarioDocument> =
        played.into_iter().map(|(_, document)| document).collect();
    let place = |id: &str| all.iter().position(|scenario| scenario.id == id);
    clean.sort_by_key(|document| place(&document.id));
    let reach = clean
        .iter()
        .map(|document| Ok((document.id.clone(), workshop.trace(&document.id)?)));
    Ok((clean.clone(), reach.collect::<std::io::Result<Reach>>()?))
}
