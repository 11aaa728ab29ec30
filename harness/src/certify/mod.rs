//! The certificate: for each check, the faults of the reference product that turn it red.
//!
//! First every scenario is played on the clean reference, where it must pass; what its commands come by
//! is written down. One that the first edition of the reference skips is played on the next. Then each
//! fault is switched on, and the scenarios whose commands come by it are played again: in the others it
//! cannot change anything.
//!
//! Last, every scenario is run on every null product, on which none may pass (issue 15).
//!
//! What no edition can be asked is in `harness/stand_ins.toml`, or the certificate is refused: a skip is no
//! pass.

mod declared;
mod document;
mod nulls;
mod pool;
mod stand_ins;
mod workshop;

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use reference::{Edition, Fault};
use scenarios::Scenario;

use crate::document::ScenarioDocument;
use crate::play::StopSwitch;
use crate::reference::Guise;
use crate::verdict::Verdict;

pub use declared::{Declared, as_declaration, declared};
pub(crate) use document::EVERY_SCENARIO;
pub use document::{
    Certificate, CertifiedCheck, CertifiedFault, CertifiedScenario, Objections, PlayedOn, committed,
};
pub use nulls::{CertifiedNull, NullVerdicts};
use pool::Job;
pub use stand_ins::{Excuse, Excused, excused};
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

/// It measures milliseconds, for which a machine has to be at rest: so it is played before all others,
/// alone, and again while the machine is not at rest.
const AT_REST: &str = "sync/fast-path";

/// How often it is played at most. Once where not all faults are played, which makes no certificate.
const TRIES: usize = 30;

/// Scenarios that take too long to be played with each fault that they come by: they are played with those
/// that are declared for them.
const DEAR: [&str; 2] = ["speed/local-commands", AT_REST];

/// Faults that cost time and change nothing else. They are played with the scenarios that are declared for
/// them, too.
const SLOW: [Fault; 3] = [Fault::QuestionsDrag, Fault::ChangesDrag, Fault::SyncLingers];

/// What was played, and what came of it.
#[derive(Debug)]
pub struct Findings {
    /// Without a fault, in the order of the catalogue.
    pub clean: Vec<Clean>,
    /// What each fault turned red, with the signature of each check.
    pub red: BTreeMap<Fault, BTreeMap<CheckName, String>>,
    /// What came of every scenario on each null product; nothing where not all faults were played.
    pub nulls: NullVerdicts,
    /// What each fault broke in kitty-gate itself; nothing, if all is well.
    pub broken: Vec<String>,
}

/// A scenario on the clean reference.
#[derive(Debug, Clone)]
pub struct Clean {
    /// The first edition that did not skip it; else the first.
    pub edition: Edition,
    /// What came of it.
    pub document: ScenarioDocument,
    /// The faults that its commands came by, by name.
    reach: BTreeSet<String>,
}

impl Clean {
    /// Whether it says anything about a fault.
    fn is_played(&self) -> bool {
        self.document.verdict != Verdict::Skip || self.document.id == AT_REST
    }
}

/// Plays everything. `told` hears of each scenario that is done.
pub fn play(
    cache: &Path,
    faults: &[Fault],
    jobs: usize,
    stop: &StopSwitch,
    told: &(dyn Fn(usize, usize) + Sync),
) -> Result<Findings, CertifyError> {
    let is_whole = faults.len() == Fault::ALL.len();
    let player = Player {
        workshop: Workshop::open(cache)?,
        jobs,
        tries: if is_whole { TRIES } else { 1 },
        stop,
    };
    let clean = player.play_clean()?;
    let documents = player.play_faults(&clean, faults, told)?;
    let (nulls, mut broken) = if is_whole {
        player.run_nulls(&clean)?
    } else {
        (NullVerdicts::new(), Vec::new())
    };
    let mut red = BTreeMap::new();
    for fault in faults {
        red.insert(*fault, BTreeMap::new());
    }
    for (guise, document) in documents {
        let Some(fault) = guise.fault else { continue };
        let entry = red.entry(fault).or_default();
        for check in document.failures() {
            let name = (document.id.clone(), check.id.clone());
            entry.insert(name, check.signature.clone().unwrap_or_default());
        }
        broken.extend(
            broke(&document).map(|why| format!("{}: {}: {why}", fault.name(), document.id)),
        );
    }
    Ok(Findings {
        clean,
        red,
        nulls,
        broken,
    })
}

/// A control that fails is what a fault can do; anything else that ends a scenario as an error is ours.
fn broke(document: &ScenarioDocument) -> Option<&str> {
    let error = document.error.as_deref().unwrap_or_default();
    let is_ours = document.verdict == Verdict::Error && !error.starts_with("control-failed");
    is_ours.then_some(error)
}

/// The editions differ in when they sync, and in nothing else: what is no fault of that is played on the first.
fn is_seen_on(edition: Edition, fault: Fault) -> bool {
    edition == Edition::default() || fault.name().starts_with("sync-")
}

/// Who plays, where, and until when.
struct Player<'a> {
    workshop: Workshop,
    jobs: usize,
    /// How often it is looked whether the machine is at rest.
    tries: usize,
    stop: &'a StopSwitch,
}

impl Player<'_> {
    /// Every scenario, on the first edition that does not skip it.
    fn play_clean(&self) -> Result<Vec<Clean>, CertifyError> {
        let all = scenarios::all();
        let mut clean: BTreeMap<String, Clean> = BTreeMap::new();
        for scenario in all.iter().filter(|scenario| scenario.id == AT_REST) {
            clean.insert(AT_REST.to_owned(), self.play_at_rest(scenario)?);
        }
        for edition in Edition::ALL {
            let mut left = all.clone();
            left.retain(|scenario| !clean.get(scenario.id).is_some_and(Clean::is_played));
            for new in self.play_edition(edition, &left)? {
                let id = new.document.id.clone();
                if new.is_played() || !clean.contains_key(&id) {
                    clean.insert(id, new);
                }
            }
        }
        let in_order = all.iter().filter_map(|scenario| clean.remove(scenario.id));
        Ok(in_order.collect())
    }

    /// Until it is not skipped, or it is plain that the machine will not be at rest.
    fn play_at_rest(&self, scenario: &'static Scenario) -> Result<Clean, CertifyError> {
        let mut left = self.tries;
        loop {
            left = left.saturating_sub(1);
            let mut played = self.play_edition(Edition::default(), &[scenario])?;
            match played.pop() {
                Some(clean) if left == 0 || clean.document.verdict != Verdict::Skip => {
                    return Ok(clean);
                }
                _ => {}
            }
        }
    }

    fn play_edition(
        &self,
        edition: Edition,
        scenarios: &[&'static Scenario],
    ) -> Result<Vec<Clean>, CertifyError> {
        let guise = Guise::clean(edition);
        let mut jobs = Vec::new();
        for scenario in scenarios {
            // What prepares a scenario is part of it, so that none uses what was prepared for another.
            let company = self.workshop.traced(edition, scenario.id)?;
            jobs.push(Job {
                guise,
                company,
                scenario,
            });
        }
        let folder = self.workshop.folder();
        let played = pool::play(jobs, self.jobs, folder, self.stop, &|_, _| {})?;
        let clean = played.into_iter().map(|(_, document)| {
            Ok(Clean {
                edition,
                reach: self.workshop.trace(edition, &document.id)?,
                document,
            })
        });
        Ok(clean.collect::<std::io::Result<_>>()?)
    }

    /// Each fault, with the scenarios that its deviation can be seen in.
    fn play_faults(
        &self,
        clean: &[Clean],
        faults: &[Fault],
        told: &(dyn Fn(usize, usize) + Sync),
    ) -> Result<pool::Played, CertifyError> {
        let declared = declared()?;
        let mut jobs = Vec::new();
        for &fault in faults {
            let due = declared.get(fault.name());
            let is_worth_it = |clean: &Clean| {
                let id = &clean.document.id;
                let is_dear = SLOW.contains(&fault) || DEAR.contains(&id.as_str());
                let is_declared = due.is_some_and(|due| due.iter().any(|(of, _)| of == id));
                clean.is_played()
                    && is_seen_on(clean.edition, fault)
                    && clean.reach.contains(fault.name())
                    && (!is_dear || is_declared)
            };
            let mut companies = BTreeMap::new();
            for clean in clean.iter().filter(|clean| is_worth_it(clean)) {
                let guise = Guise {
                    fault: Some(fault),
                    ..Guise::clean(clean.edition)
                };
                let company = match companies.entry(guise) {
                    Entry::Occupied(known) => Arc::clone(known.get()),
                    Entry::Vacant(room) => Arc::clone(room.insert(self.workshop.company(guise)?)),
                };
                let scenario = scenarios::all()
                    .into_iter()
                    .find(|scenario| scenario.id == clean.document.id);
                jobs.extend(scenario.map(|scenario| Job {
                    guise,
                    company,
                    scenario,
                }));
            }
        }
        // What takes long must not be what is left: that is the dear ones, then hosted sync, which stands
        // last among the faults.
        jobs.reverse();
        jobs.sort_by_key(|job| !DEAR.contains(&job.scenario.id));
        pool::play(jobs, self.jobs, self.workshop.folder(), self.stop, told)
    }
}
