//! The certificate: for each check, the faults of the reference product that turn it red.
//!
//! First every scenario is played on the clean reference, where it must pass; what its commands come by
//! is written down. One that the first edition of the reference skips is played on the next. Then each
//! fault is switched on, and the scenarios whose commands come by it are played again: in the others it
//! cannot change anything.
//!
//! Last, every scenario is run on every null product, on which none may pass (issue 15).
//!
//! Whatever comes out otherwise than it must is played once more, alone. On a machine at rest that is what it is;
//! on a busy one it was not measured, and is held against nobody.
//!
//! What no edition can be asked is in `harness/stand_ins.toml`, or the certificate is refused: a skip is no
//! pass.

mod declared;
mod document;
mod nulls;
mod pool;
mod quiet;
mod stand_ins;
mod workshop;

use std::cell::RefCell;
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
use quiet::Came;
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
    /// The machine lacks what scenarios need.
    #[error("{0}")]
    Unfit(Box<support::skip::SkipReason>),
    /// The operator stopped it.
    #[error("it was stopped")]
    Stopped,
    /// What is committed cannot be read.
    #[error("{0}")]
    Unreadable(String),
}

/// It measures milliseconds, for which a machine has to be at rest: so it is played before all others, alone.
const AT_REST: &str = "sync/fast-path";

/// How often something is played alone at most, while others have the machine. Once where not all faults are played,
/// which makes no certificate.
const TRIES: usize = 5;

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
    /// Scenarios of which nothing can be said, because others had the machine, and the fault that was on.
    pub unmeasured: BTreeSet<(String, Option<Fault>)>,
}

impl Findings {
    /// Whether something about this scenario could not be measured.
    fn is_unmeasured(&self, scenario: &str) -> bool {
        self.unmeasured.iter().any(|(id, _)| id == scenario)
    }
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
    /// Whether it says anything about a fault. Who only lacked a machine at rest can be asked all the same.
    fn is_played(&self) -> bool {
        self.document.verdict != Verdict::Skip || quiet::was_disturbed(&self.document)
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
        unmeasured: RefCell::default(),
    };
    let clean = player.play_clean()?;
    let documents = player.play_faults(&clean, faults, told)?;
    let (nulls, mut broken) =
        if is_whole { player.run_nulls(&clean)? } else { (NullVerdicts::new(), Vec::new()) };
    let unmeasured = player.unmeasured.take();
    let mut red = BTreeMap::new();
    for fault in faults {
        red.insert(*fault, BTreeMap::new());
    }
    for (guise, document) in documents {
        let Some(fault) = guise.fault else { continue };
        if unmeasured.contains(&(document.id.clone(), Some(fault))) {
            continue;
        }
        let entry = red.entry(fault).or_default();
        for check in document.failures() {
            let name = (document.id.clone(), check.id.clone());
            entry.insert(name, check.signature.clone().unwrap_or_default());
        }
        broken.extend(
            broke(&document).map(|why| format!("{}: {}: {why}", fault.name(), document.id)),
        );
    }
    Ok(Findings { clean, red, nulls, broken, unmeasured })
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
    /// How often something is played alone, while the machine is not at rest.
    tries: usize,
    stop: &'a StopSwitch,
    /// Of what nothing can be said.
    unmeasured: RefCell<BTreeSet<(String, Option<Fault>)>>,
}

impl Player<'_> {
    /// Every scenario, on the first edition that does not skip it.
    fn play_clean(&self) -> Result<Vec<Clean>, CertifyError> {
        let all = scenarios::all();
        let mut clean: BTreeMap<String, Clean> = BTreeMap::new();
        let at_rest: Vec<&'static Scenario> =
            all.iter().copied().filter(|scenario| scenario.id == AT_REST).collect();
        for first in self.play_edition(Edition::default(), &at_rest)? {
            clean.insert(AT_REST.to_owned(), first);
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
            jobs.push(Job { guise, company, scenario });
        }
        let folder = self.workshop.folder();
        let played = pool::play(jobs.clone(), self.jobs, folder, self.stop, &|_, _| {})?;
        let excused = excused()?;
        let is_well = |_: Guise, document: &ScenarioDocument| match document.verdict {
            Verdict::Pass => true,
            // One edition may leave it to the next. What the last one skips has to be excused.
            Verdict::Skip if Some(&edition) == Edition::ALL.last() => {
                excused.contains_key(&document.id)
            }
            Verdict::Skip => !quiet::was_disturbed(document),
            Verdict::Fail | Verdict::Flaky | Verdict::Error => false,
        };
        let clean = self.until_quiet(&jobs, played, is_well)?;
        let clean = clean.into_iter().map(|(_, document)| {
            Ok(Clean { edition, reach: self.workshop.trace(edition, &document.id)?, document })
        });
        Ok(clean.collect::<std::io::Result<_>>()?)
    }

    /// Plays once more, alone, what did not come out well, while others have the machine. What they have for too
    /// long is not measured.
    fn until_quiet(
        &self,
        jobs: &[Job],
        played: pool::Played,
        is_well: impl Fn(Guise, &ScenarioDocument) -> bool,
    ) -> Result<pool::Played, CertifyError> {
        let mut settled = Vec::new();
        for (guise, document) in played {
            let is_it = |job: &&Job| job.guise == guise && job.scenario.id == document.id;
            let job = jobs.iter().find(is_it);
            let Some(job) = job.filter(|_| !is_well(guise, &document)) else {
                settled.push((guise, document));
                continue;
            };
            let folder = self.workshop.folder();
            let alone = || {
                let mut played = pool::play(vec![job.clone()], 1, folder, self.stop, &|_, _| {})?;
                Ok(played.pop().map(|(_, document)| document))
            };
            let is_well = |document: &ScenarioDocument| is_well(guise, document);
            match quiet::play(self.tries, document, alone, is_well)? {
                Came::Out(document) => settled.push((guise, document)),
                Came::ToNothing(document) => {
                    let name = (document.id.clone(), guise.fault);
                    self.unmeasured.borrow_mut().insert(name);
                    settled.push((guise, document));
                }
            }
        }
        Ok(settled)
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
                let guise = Guise { fault: Some(fault), ..Guise::clean(clean.edition) };
                let company = match companies.entry(guise) {
                    Entry::Occupied(known) => Arc::clone(known.get()),
                    Entry::Vacant(room) => Arc::clone(room.insert(self.workshop.company(guise)?)),
                };
                let scenario =
                    scenarios::all().into_iter().find(|scenario| scenario.id == clean.document.id);
                jobs.extend(scenario.map(|scenario| Job { guise, company, scenario }));
            }
        }
        // What takes long must not be what is left: that is the dear ones, then hosted sync, which stands
        // last among the faults.
        jobs.reverse();
        jobs.sort_by_key(|job| !DEAR.contains(&job.scenario.id));
        let folder = self.workshop.folder();
        let played = pool::play(jobs.clone(), self.jobs, folder, self.stop, told)?;
        self.until_quiet(&jobs, played, |guise, document| {
            let due = guise.fault.and_then(|fault| declared.get(fault.name()));
            let due = due.into_iter().flatten();
            let due: BTreeSet<&str> =
                due.filter(|(of, _)| *of == document.id).map(|(_, check)| check.as_str()).collect();
            let red: BTreeSet<&str> = document.failures().map(|check| &*check.id).collect();
            red == due && broke(document).is_none() && !quiet::was_disturbed(document)
        })
    }
}
