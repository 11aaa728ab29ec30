//! Plays scenarios, each with a company of its own, and keeps nothing but what they saw.

use std::collections::VecDeque;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use scenarios::stage::{Observation, Recorder};
use scenarios::{Load, Scenario};
use support::network::Enclosure;

use super::CertifyError;
use crate::document::{RunDocument, ScenarioDocument};
use crate::play::{Company, StopSwitch, perform};
use crate::record::{Event, FORMAT, Header, PlannedScenario, RunProduct, VERSION};
use crate::reference::{Guise, WORD};

/// One scenario to be played.
#[derive(Clone)]
pub(super) struct Job {
    /// Which reference plays.
    pub guise: Guise,
    pub company: Arc<Company>,
    pub scenario: &'static Scenario,
}

impl Job {
    /// Whether it mostly waits. Hosted sync always does, here: what the reference owes a service is done in
    /// milliseconds, and no crowd makes it miss a moment. So does a reference that is told to be slow.
    fn waits(&self) -> bool {
        self.scenario.load == Load::Waiting || ["sync", "speed"].contains(&self.scenario.suite())
    }
}

/// What came of each job, in no order.
pub(super) type Played = Vec<(Job, ScenarioDocument)>;

/// How long one command may take. The reference takes milliseconds.
const DEADLINE: Duration = Duration::from_secs(30);

/// How many scenarios that mostly wait are played beside each one that does not.
const WAITERS_FOR_A_JOB: usize = 3;

/// Plays all jobs: so many at a time, those that mostly wait not counted.
pub(super) fn play(
    jobs: Vec<Job>,
    workers: usize,
    folder: &Path,
    stop: &StopSwitch,
    told: &(dyn Fn(usize, usize) + Sync),
) -> Result<Played, CertifyError> {
    let all = jobs.len();
    let done = AtomicUsize::new(0);
    let (waiting, busy): (Queue, Queue) =
        jobs.into_iter().enumerate().partition(|(_, job)| job.waits());
    let (waiting, busy) = (Mutex::new(waiting), Mutex::new(busy));
    let played = Mutex::new(Vec::new());
    let work = |next: &dyn Fn() -> Option<(usize, Job)>| -> Result<(), CertifyError> {
        let mut enclosure = Enclosure::enter()?;
        while !stop.flag().load(Ordering::Acquire) {
            let Some((number, job)) = next() else { break };
            let document = play_one(&job, number, folder, stop, &mut enclosure)?;
            lock(&played).push((job, document));
            told(done.fetch_add(1, Ordering::AcqRel) + 1, all);
        }
        Ok(())
    };
    let any = || lock(&busy).pop_front().or_else(|| lock(&waiting).pop_front());
    let waits = || lock(&waiting).pop_front();
    let workers = workers.max(1);
    std::thread::scope(|scope| {
        let mut threads = Vec::new();
        for _ in 0..workers {
            threads.push(scope.spawn(|| work(&any)));
        }
        for _ in 0..workers * WAITERS_FOR_A_JOB {
            threads.push(scope.spawn(|| work(&waits)));
        }
        for thread in threads {
            let panicked = |_| Err(std::io::Error::other("a worker panicked").into());
            thread.join().unwrap_or_else(panicked)?;
        }
        Ok::<(), CertifyError>(())
    })?;
    if stop.flag().load(Ordering::Acquire) {
        return Err(CertifyError::Stopped);
    }
    Ok(played.into_inner().unwrap_or_else(PoisonError::into_inner))
}

/// Jobs with their numbers.
type Queue = VecDeque<(usize, Job)>;

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn play_one(
    job: &Job,
    number: usize,
    folder: &Path,
    stop: &StopSwitch,
    enclosure: &mut Enclosure,
) -> Result<ScenarioDocument, CertifyError> {
    let streams = Path::new("streams").join(number.to_string());
    let notes = Arc::new(Notes::of(job.scenario));
    let recorder = Arc::clone(&notes) as Arc<dyn Recorder>;
    let setting =
        job.company.setting(folder, streams.clone(), DEADLINE, recorder, Arc::clone(stop.flag()));
    drop(perform(job.scenario, &setting, enclosure));
    let _ = std::fs::remove_dir_all(folder.join(streams));
    notes.document().ok_or_else(|| std::io::Error::other("a scenario without a document").into())
}

/// Takes down what a scenario reports.
#[derive(Debug)]
struct Notes {
    scenario: &'static Scenario,
    events: Mutex<Vec<Event>>,
}

impl Notes {
    fn of(scenario: &'static Scenario) -> Self {
        let begun = Event::ScenarioStarted {
            scenario: scenario.id.to_owned(),
            attempt: 1,
            worker: 0,
            at_ms: 0,
        };
        Self { scenario, events: Mutex::new(vec![begun]) }
    }

    /// As a run of this scenario alone would have it.
    fn document(&self) -> Option<ScenarioDocument> {
        let mut events = std::mem::take(&mut *lock(&self.events));
        events.push(Event::ScenarioEnded {
            scenario: self.scenario.id.to_owned(),
            attempt: 1,
            duration_ms: 0,
            kept: None,
        });
        RunDocument::of(&header(self.scenario), &events).scenarios.pop()
    }
}

impl Recorder for Notes {
    fn record(&self, observation: Observation) {
        lock(&self.events).push(Event::Observed {
            scenario: self.scenario.id.to_owned(),
            attempt: 1,
            observation: Box::new(observation),
        });
    }
}

fn header(scenario: &Scenario) -> Header {
    Header {
        format: FORMAT.to_owned(),
        version: VERSION,
        run_id: String::new(),
        started_at: String::new(),
        kitty_gate: String::new(),
        product: RunProduct {
            spec: WORD.to_owned(),
            subject: None,
            release: None,
            executable: std::path::PathBuf::new(),
            method: String::new(),
            python: None,
            lock: Vec::new(),
            findings: Vec::new(),
        },
        plan: vec![PlannedScenario::from(scenario)],
        repeat: 1,
        jobs: 1,
        shard: None,
    }
}
