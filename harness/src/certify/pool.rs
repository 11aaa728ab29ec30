//! Runs scenarios, each with a run context of its own, and keeps nothing but what they saw.

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use scenarios::context::{Observation, Recorder};
use scenarios::{Load, Scenario};
use support::network::NetworkIsolation;

use super::CertifyError;
use crate::document::ScenarioDocument;
use crate::record::PlannedScenario;
use crate::reference::Variant;
use crate::runner::{Queues, RunContext, StopSwitch, perform};
use crate::verdict::Attempt;

/// One scenario to be run.
#[derive(Clone)]
pub(super) struct Job {
    /// Which reference runs.
    pub variant: Variant,
    pub run_context: Arc<RunContext>,
    pub scenario: &'static Scenario,
}

impl Job {
    /// Hosted sync always waits, here: what the reference owes a service is done in milliseconds, and no crowd makes
    /// it miss a moment. So does a reference that is told to be slow.
    fn load(&self) -> Load {
        let waits = ["sync", "speed"].contains(&self.scenario.suite());
        if waits { Load::Waiting } else { self.scenario.load }
    }
}

/// What came of each job, in no order.
pub(super) type Executed = Vec<(Job, ScenarioDocument)>;

/// How long one command may take. The reference takes milliseconds.
const DEADLINE: Duration = Duration::from_secs(30);

/// How many scenarios that mostly wait are run beside each one that does not.
const WAITERS_FOR_A_JOB: usize = 3;

/// Runs all jobs: so many at a time, those that mostly wait not counted.
pub(super) fn run_jobs(
    jobs: Vec<Job>,
    workers: usize,
    folder: &Path,
    stop: &StopSwitch,
    told: &(dyn Fn(usize, usize) + Sync),
) -> Result<Executed, CertifyError> {
    let all = jobs.len();
    let done = AtomicUsize::new(0);
    let jobs = Queues::of(jobs.into_iter().enumerate(), |(_, job)| job.load());
    let (executed, failed) = (Mutex::new(Vec::new()), Mutex::new(None));
    let work = |next: &dyn Fn() -> Option<(usize, Job)>| -> Result<(), CertifyError> {
        let mut network = NetworkIsolation::enter()?;
        while !stop.flag().load(Ordering::Acquire) {
            let Some((number, job)) = next() else { break };
            let document = run_one(&job, number, folder, stop, &mut network);
            lock(&executed).push((job, document));
            told(done.fetch_add(1, Ordering::AcqRel) + 1, all);
        }
        Ok(())
    };
    jobs.run(workers.max(1), WAITERS_FOR_A_JOB, |_, next| {
        if let Err(error) = work(next) {
            *lock(&failed) = Some(error);
        }
    });
    if stop.flag().load(Ordering::Acquire) {
        return Err(CertifyError::Stopped);
    }
    match failed.into_inner().unwrap_or_else(PoisonError::into_inner) {
        Some(error) => Err(error),
        None => Ok(executed.into_inner().unwrap_or_else(PoisonError::into_inner)),
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn run_one(
    job: &Job,
    number: usize,
    folder: &Path,
    stop: &StopSwitch,
    network: &mut NetworkIsolation,
) -> ScenarioDocument {
    let streams = Path::new("streams").join(number.to_string());
    let notes = Arc::new(Notes::default());
    let recorder = Arc::clone(&notes) as Arc<dyn Recorder>;
    let config = job.run_context.config(
        folder,
        streams.clone(),
        DEADLINE,
        recorder,
        Arc::clone(stop.flag()),
    );
    drop(perform(job.scenario, &config, network));
    let _ = std::fs::remove_dir_all(folder.join(streams));
    let attempt =
        Attempt { number: 1, duration_ms: Some(0), ..std::mem::take(&mut *lock(&notes.0)) };
    ScenarioDocument::of(&PlannedScenario::from(job.scenario), &[attempt], 1)
}

/// Takes down what a scenario reports.
#[derive(Debug, Default)]
struct Notes(Mutex<Attempt>);

impl Recorder for Notes {
    fn record(&self, observation: Observation) {
        lock(&self.0).observe(&observation);
    }
}
