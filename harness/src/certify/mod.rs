//! The certificate: for each check, the faults of the reference product that turn it red.
//!
//! First every scenario is run on the clean reference, where it must pass; what its commands come by
//! is written down. One that the first edition of the reference skips is run on the next. Then each
//! fault is switched on, and the scenarios whose commands come by it are run again: in the others it
//! cannot change anything.
//!
//! Last, every scenario is run on every null product, on which none may pass (issue 15).
//!
//! Whatever comes out otherwise than it must is run once more, alone. On a machine at rest that is what it is;
//! on a busy one it was not measured, and is held against nobody.
//!
//! What no edition can be asked is in `harness/fake_products.toml`, or the certificate is refused: a skip is no
//! pass.

mod document;
mod environment;
mod fake_products;
mod kill_matrix;
mod nulls;
mod objections;
mod pool;
mod quiet;

use std::cell::RefCell;
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use reference::{Edition, Fault};
use scenarios::Scenario;

use crate::document::ScenarioDocument;
use crate::reference::Variant;
use crate::runner::StopSwitch;
use crate::verdict::Verdict;

pub(crate) use document::EVERY_SCENARIO;
pub use document::{
    Certificate, CertifiedCheck, CertifiedFault, CertifiedNull, CertifiedScenario, RanOn, committed,
};
use environment::CertifyEnvironment;
pub use fake_products::{Excused, Substitution, excused};
use kill_matrix::full_name;
pub use kill_matrix::{FILE, KillMatrix, committed_kills};
pub use objections::Objections;
use pool::{Executed, Job};

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

/// It measures milliseconds, for which a machine has to be at rest: so it is run before all others, alone.
const AT_REST: &str = "sync/fast-path";

/// How often something is run alone at most, while others have the machine. Once where not all faults are run,
/// which makes no certificate.
const TRIES: usize = 5;

/// Scenarios that take too long to be run with each fault that they come by: they are run with those
/// that `certificate.toml` names.
const DEAR: [&str; 2] = ["speed/local-commands", AT_REST];

/// Faults that cost time and change nothing else. They are run with the scenarios that `certificate.toml`
/// names, too.
const SLOW: [Fault; 3] = [Fault::QuestionsDrag, Fault::ChangesDrag, Fault::SyncLingers];

/// What was run, and what came of it.
#[derive(Debug, Default)]
pub struct Findings {
    /// Without a fault, in the order of the catalogue.
    pub clean: Vec<Clean>,
    /// The faults that were switched on.
    pub faults: Vec<Fault>,
    /// What they turned red, and what was skipped on which null product.
    pub kills: KillMatrix,
    /// Scenarios that pass on a null product, with it: they prove nothing.
    pub passes_on_null: Vec<String>,
    /// What each fault and null product broke in kitty-gate itself; nothing, if all is well.
    pub broken: Vec<String>,
    /// Scenarios of which nothing can be said, because others had the machine, and the fault that was on.
    pub unmeasured: BTreeSet<(String, Option<Fault>)>,
}

impl Findings {
    /// Whether all faults were switched on. Only then are the null products run.
    pub fn is_whole(&self) -> bool {
        self.faults.len() == Fault::ALL.len()
    }

    /// Whether something about this scenario could not be measured.
    fn is_unmeasured(&self, scenario: &str) -> bool {
        self.unmeasured.iter().any(|(id, _)| id == scenario)
    }

    /// Whether it was measured with this fault on.
    fn measured(&self, scenario: &str, fault: &str) -> bool {
        let fault = self.faults.iter().find(|known| known.name() == fault);
        let is_unmeasured = |on| self.unmeasured.contains(&(scenario.to_owned(), on));
        fault.is_some_and(|fault| !is_unmeasured(None) && !is_unmeasured(Some(*fault)))
    }
}

/// A scenario on the clean reference.
#[derive(Debug, Clone)]
pub struct Clean {
    /// The scenario.
    scenario: &'static Scenario,
    /// The first edition that did not skip it; else the first.
    pub edition: Edition,
    /// What came of it.
    pub document: ScenarioDocument,
    /// The faults that its commands came by, by name.
    reach: BTreeSet<String>,
}

impl Clean {
    /// Whether it says anything about a fault. Who only lacked a machine at rest can be asked all the same.
    fn has_run(&self) -> bool {
        self.document.verdict != Verdict::Skip || quiet::was_disturbed(&self.document)
    }
}

/// Runs everything. `told` hears of each scenario that is done.
pub fn run_all(
    cache: &Path,
    faults: &[Fault],
    jobs: usize,
    stop: &StopSwitch,
    told: &(dyn Fn(usize, usize) + Sync),
) -> Result<Findings, CertifyError> {
    let mut findings = Findings { faults: faults.to_vec(), ..Findings::default() };
    let runner = Runner {
        environment: CertifyEnvironment::open(cache)?,
        known: committed_kills()?,
        jobs,
        tries: if findings.is_whole() { TRIES } else { 1 },
        stop,
        unmeasured: RefCell::default(),
    };
    findings.clean = runner.run_clean()?;
    let others = findings.clean.iter().filter(|clean| clean.edition != Edition::default());
    findings.kills.edition =
        others.map(|clean| (clean.document.id.clone(), clean.edition.name().to_owned())).collect();
    let with_faults = runner.run_faults(&findings.clean, faults, told)?;
    if findings.is_whole() {
        runner.run_nulls(&mut findings)?;
    }
    findings.unmeasured = runner.unmeasured.take();
    for (job, document) in with_faults {
        if let Some(fault) = job.variant.fault {
            findings.take(fault, &document);
        }
    }
    Ok(findings)
}

impl Findings {
    fn take(&mut self, fault: Fault, document: &ScenarioDocument) {
        if !self.measured(&document.id, fault.name()) {
            return;
        }
        for check in document.failures() {
            let killed_by = self.kills.killed_by.entry(full_name(&document.id, &check.id));
            killed_by.or_default().insert(fault.name().to_owned());
        }
        self.take_broken(fault.name(), document);
    }

    fn take_broken(&mut self, product: &str, document: &ScenarioDocument) {
        self.broken.extend(broke(document).map(|why| format!("{product}: {}: {why}", document.id)));
    }
}

/// A control that fails is what a fault can do; anything else that ends a scenario as an error is ours.
fn broke(document: &ScenarioDocument) -> Option<&str> {
    let error = document.error.as_deref().unwrap_or_default();
    let is_ours = document.verdict == Verdict::Error && !error.starts_with("control-failed");
    is_ours.then_some(error)
}

/// The editions differ in when they sync, and in nothing else: what is no fault of that is run on the first.
fn is_seen_on(edition: Edition, fault: Fault) -> bool {
    edition == Edition::default() || fault.name().starts_with("sync-")
}

/// Who runs, where, and until when.
struct Runner<'a> {
    environment: CertifyEnvironment,
    /// What is known to kill what.
    known: KillMatrix,
    jobs: usize,
    /// How often something is run alone, while the machine is not at rest.
    tries: usize,
    stop: &'a StopSwitch,
    /// Of what nothing can be said.
    unmeasured: RefCell<BTreeSet<(String, Option<Fault>)>>,
}

impl Runner<'_> {
    /// Every scenario, on the first edition that does not skip it.
    fn run_clean(&self) -> Result<Vec<Clean>, CertifyError> {
        let all = scenarios::all();
        let mut clean: BTreeMap<&str, Clean> = BTreeMap::new();
        let mut at_rest = all.clone();
        at_rest.retain(|scenario| scenario.id == AT_REST);
        for first in self.run_edition(Edition::default(), &at_rest)? {
            clean.insert(AT_REST, first);
        }
        for edition in Edition::ALL {
            let mut left = all.clone();
            left.retain(|scenario| !clean.get(scenario.id).is_some_and(Clean::has_run));
            for new in self.run_edition(edition, &left)? {
                if new.has_run() || !clean.contains_key(new.scenario.id) {
                    clean.insert(new.scenario.id, new);
                }
            }
        }
        let in_order = all.iter().filter_map(|scenario| clean.remove(scenario.id));
        Ok(in_order.collect())
    }

    fn run_edition(
        &self,
        edition: Edition,
        scenarios: &[&'static Scenario],
    ) -> Result<Vec<Clean>, CertifyError> {
        let variant = Variant::clean(edition);
        let mut jobs = Vec::new();
        for scenario in scenarios {
            // What prepares a scenario is part of it, so that none uses what was prepared for another.
            let run_context = self.environment.traced(edition, scenario.id)?;
            jobs.push(Job { variant, run_context, scenario });
        }
        let executed = self.run_all(jobs, &|_, _| {})?;
        let excused = excused()?;
        let is_well = |_: &Job, document: &ScenarioDocument| match document.verdict {
            Verdict::Pass => true,
            // One edition may leave it to the next. What the last one skips has to be excused.
            Verdict::Skip if Some(&edition) == Edition::ALL.last() => {
                excused.contains_key(&document.id)
            }
            Verdict::Skip => !quiet::was_disturbed(document),
            Verdict::Fail | Verdict::Flaky | Verdict::Error => false,
        };
        let clean = self.until_quiet(executed, is_well)?;
        let clean = clean.into_iter().map(|(Job { scenario, .. }, document)| {
            let reach = self.environment.trace(edition, scenario.id)?;
            Ok(Clean { scenario, edition, document, reach })
        });
        Ok(clean.collect::<std::io::Result<_>>()?)
    }

    fn run_all(
        &self,
        jobs: Vec<Job>,
        told: &(dyn Fn(usize, usize) + Sync),
    ) -> Result<Executed, CertifyError> {
        pool::run_jobs(jobs, self.jobs, self.environment.folder(), self.stop, told)
    }

    /// Runs once more, alone, what did not come out well, while others have the machine. What they have for too
    /// long is not measured.
    fn until_quiet(
        &self,
        executed: Executed,
        is_well: impl Fn(&Job, &ScenarioDocument) -> bool,
    ) -> Result<Executed, CertifyError> {
        let mut settled = Vec::new();
        for (job, document) in executed {
            if is_well(&job, &document) {
                settled.push((job, document));
                continue;
            }
            let folder = self.environment.folder();
            let alone = || {
                let mut executed =
                    pool::run_jobs(vec![job.clone()], 1, folder, self.stop, &|_, _| {})?;
                Ok(executed.pop().map(|(_, document)| document))
            };
            let is_well = |document: &ScenarioDocument| is_well(&job, document);
            let (document, measured) = quiet::run_alone(self.tries, document, alone, is_well)?;
            if !measured {
                let name = (document.id.clone(), job.variant.fault);
                self.unmeasured.borrow_mut().insert(name);
            }
            settled.push((job, document));
        }
        Ok(settled)
    }

    /// Each fault, with the scenarios that its deviation can be seen in.
    fn run_faults(
        &self,
        clean: &[Clean],
        faults: &[Fault],
        told: &(dyn Fn(usize, usize) + Sync),
    ) -> Result<Executed, CertifyError> {
        let mut wanted = Vec::new();
        for &fault in faults {
            let due = clean.iter().filter(|clean| self.is_worth_it(clean, fault));
            let variant = |edition| Variant { fault: Some(fault), ..Variant::clean(edition) };
            wanted.extend(due.map(|clean| (variant(clean.edition), clean.scenario)));
        }
        let mut jobs = self.jobs_of(wanted)?;
        // What takes long must not be what is left: that is the dear ones, then hosted sync, which stands
        // last among the faults.
        jobs.reverse();
        jobs.sort_by_key(|job| !DEAR.contains(&job.scenario.id));
        let executed = self.run_all(jobs, told)?;
        self.until_quiet(executed, |job, document| {
            let due = job.variant.fault.map(|fault| self.known.red(job.scenario.id, fault.name()));
            let red: BTreeSet<&str> = document.failures().map(|check| &*check.id).collect();
            Some(red) == due && broke(document).is_none() && !quiet::was_disturbed(document)
        })
    }

    fn is_worth_it(&self, clean: &Clean, fault: Fault) -> bool {
        let id = clean.scenario.id;
        let is_dear = SLOW.contains(&fault) || DEAR.contains(&id);
        clean.has_run()
            && is_seen_on(clean.edition, fault)
            && clean.reach.contains(fault.name())
            && (!is_dear || !self.known.red(id, fault.name()).is_empty())
    }

    /// A job for each. Those of the same variant share what it prepares.
    fn jobs_of(
        &self,
        wanted: impl IntoIterator<Item = (Variant, &'static Scenario)>,
    ) -> Result<Vec<Job>, CertifyError> {
        let mut companies = BTreeMap::new();
        let mut jobs = Vec::new();
        for (variant, scenario) in wanted {
            let run_context = match companies.entry(variant) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(room) => room.insert(self.environment.run_context(variant)?),
            };
            jobs.push(Job { variant, run_context: Arc::clone(run_context), scenario });
        }
        Ok(jobs)
    }
}
