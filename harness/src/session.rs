//! One run from product to document: the way that every command which runs scenarios takes.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use scenarios::Scenario;
use scenarios::context::{Observation, Stopped};
use support::machine::Machine;
use support::nested_env::EnvError;
use support::product::{
    Options as ProvisionOptions, Product, ProductSpec, Store, Subject, provision,
};
use support::skip::SkipReason;

use crate::observed::Observations;
use crate::record::{
    Ended, Event, FORMAT, Header, Journal, PlannedScenario, ReadError, RunProduct, VERSION,
};
use crate::recorded::RecordedRun;
use crate::runner::{Options, RunContext, StopSwitch, run_plan};
use crate::shard::Shard;

/// Told of every event of a run.
pub type Listener = Box<dyn Fn(&Event) + Send + Sync>;

/// What a run needs to know.
#[derive(Debug)]
pub struct Request {
    /// The product, as it was asked for.
    pub product: String,
    /// The product, as it is understood.
    pub spec: ProductSpec,
    /// The scenarios, in the order of the catalogue.
    pub plan: Vec<&'static Scenario>,
    /// The part of a run that they are; nothing for a whole one.
    pub shard: Option<Shard>,
    /// How to run them.
    pub options: Options,
    /// What the product's commands see beyond the environment of every sandbox.
    pub env: BTreeMap<String, OsString>,
    /// How to provision the product.
    pub provision: ProvisionOptions,
    /// The store's folder.
    pub cache: PathBuf,
    /// The run's folder; exists and is empty.
    pub out: PathBuf,
    /// Id of the run.
    pub run_id: String,
    /// When it begins, RFC 3339 in UTC.
    pub started_at: String,
    /// The caller's own HOME, to be watched.
    pub real_home: Option<PathBuf>,
}

/// Why a run has no document. Any of these is kitty-gate's own failure.
#[derive(Debug, thiserror::Error)]
pub enum SessionError {
    /// A file of ours could not be read or written.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// Provisioning broke, as opposed to being prevented.
    #[error("provision the product: {0}")]
    Provision(EnvError),
    /// The run's folder could not take a record or a stream. What was run afterwards is not known.
    #[error("keep the run in {}: {source}", out.display())]
    NotKept {
        /// The run's folder.
        out: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The record could not be read back.
    #[error("read the record back: {0}")]
    Record(#[from] ReadError),
}

/// Provisions, runs, records, and computes the document from the record.
pub fn run(
    request: &Request,
    stop: &StopSwitch,
    listener: Listener,
) -> Result<RecordedRun, SessionError> {
    let machine = Machine::probe(&request.out).map_err(SessionError::Provision)?;
    if let Some(reason) = machine.refusal() {
        return skipped(request, None, reason, stop, listener);
    }
    let store = Store::at(&request.cache);
    let subject = Subject::of(&request.spec, &store, &request.provision.caller)
        .map_err(SessionError::Provision)?;
    match provision(&request.spec, &store, &request.provision) {
        Ok(product) => {
            let run_context = RunContext::gather(
                product,
                &store,
                &request.provision.caller,
                request.real_home.clone(),
                Arc::new(machine),
            )?
            .with_env(request.env.clone());
            let product = run_product(request, subject, run_context.product(), &store);
            let journal = begin(request, product, listener, stop)?;
            // So that no worker is left alone with a long one at the end.
            let mut order = request.plan.clone();
            if let Ok(known) = Observations::committed() {
                known.longest_first(&mut order);
            }
            run_plan(&order, &run_context, &request.options, &request.out, &journal, stop)?;
            conclude(request, &journal)
        }
        Err(EnvError::Prevented(reason)) => skipped(request, subject, &reason, stop, listener),
        Err(error @ (EnvError::Io(_) | EnvError::Process(_))) => {
            Err(SessionError::Provision(error))
        }
    }
}

/// The record of a run that cannot take place.
fn skipped(
    request: &Request,
    subject: Option<Subject>,
    reason: &SkipReason,
    stop: &StopSwitch,
    listener: Listener,
) -> Result<RecordedRun, SessionError> {
    let journal = begin(request, unprovisioned(request, subject), listener, stop)?;
    skip_everything(request, reason, &journal);
    conclude(request, &journal)
}

/// Where provisioned products are kept when nobody says otherwise: the user's folder for caches.
pub fn default_cache() -> Option<PathBuf> {
    std::env::var_os("XDG_CACHE_HOME")
        .map(PathBuf::from)
        .filter(|dir| dir.is_absolute())
        .or_else(|| std::env::home_dir().map(|home| home.join(".cache")))
        .map(|caches| caches.join("kitty-gate"))
}

fn begin(
    request: &Request,
    product: RunProduct,
    listener: Listener,
    stop: &StopSwitch,
) -> Result<Arc<Journal>, SessionError> {
    let header = Header {
        format: FORMAT.to_owned(),
        version: VERSION,
        run_id: request.run_id.clone(),
        started_at: request.started_at.clone(),
        kitty_gate: env!("CARGO_PKG_VERSION").to_owned(),
        product,
        plan: request.plan.iter().map(|&scenario| PlannedScenario::from(scenario)).collect(),
        repeat: request.options.repeat,
        shard: request.shard,
        jobs: request.options.jobs,
    };
    let journal = Journal::begin(&request.out, &header, listener).map_err(not_kept(request))?;
    Ok(Arc::new(journal.stopping(Arc::clone(stop.flag()))))
}

/// Computed from what was written, not from what is in memory: the record is the only truth.
fn conclude(request: &Request, journal: &Journal) -> Result<RecordedRun, SessionError> {
    if let Some(failure) = journal.failure() {
        return Err(not_kept(request)(failure));
    }
    let run = RecordedRun::read(&request.out)?;
    run.document.write(&request.out).map_err(not_kept(request))?;
    Ok(run)
}

fn not_kept(request: &Request) -> impl Fn(io::Error) -> SessionError {
    |source| SessionError::NotKept { out: request.out.clone(), source }
}

/// No product, nothing proven: each scenario says why.
fn skip_everything(request: &Request, reason: &SkipReason, journal: &Journal) {
    for scenario in &request.plan {
        let (scenario, attempt) = (scenario.id.to_owned(), 1);
        journal.append(&Event::ScenarioStarted {
            scenario: scenario.clone(),
            attempt,
            worker: 0,
            at_ms: 0,
        });
        journal.append(&Event::Observed {
            scenario: scenario.clone(),
            attempt,
            observation: Box::new(Observation::Stopped(Stopped::Missing {
                reason: reason.clone(),
            })),
        });
        journal.append(&Event::ScenarioEnded { scenario, attempt, duration_ms: 0, kept: None });
    }
    journal.append(&Event::RunEnded { how: Ended::Completed, wall_ms: 0 });
}

fn run_product(
    request: &Request,
    subject: Option<Subject>,
    product: &Product,
    store: &Store,
) -> RunProduct {
    RunProduct {
        spec: request.product.clone(),
        subject,
        release: Some(product.release.to_string()),
        executable: portable(&product.executable, store.root()),
        method: product.method.to_string(),
        python: product.interpreter.as_ref().map(|python| python.version.clone()),
        lock: product.lock.clone(),
        findings: product.findings.clone(),
    }
}

fn unprovisioned(request: &Request, subject: Option<Subject>) -> RunProduct {
    RunProduct {
        spec: request.product.clone(),
        subject,
        release: None,
        executable: PathBuf::new(),
        method: "none".to_owned(),
        python: None,
        lock: Vec::new(),
        findings: Vec::new(),
    }
}

/// A path in the store, without saying where on this machine the store is.
fn portable(path: &Path, store: &Path) -> PathBuf {
    path.strip_prefix(store)
        .map_or_else(|_| path.to_owned(), |below| Path::new("$KITTY_GATE_CACHE").join(below))
}
