//! Runs the scenarios of a plan: workers take them from a queue, a journal takes down what
//! happens.

mod queues;
mod run_context;
mod signals;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use scenarios::Scenario;
use scenarios::context::{Abort, ContextConfig, Observation, Recorder, Stopped, TestContext};
use support::canary::Canary;
use support::network::NetworkIsolation;
use support::process::millis;
use support::sandbox::SandboxRoot;
use support::shared_folders::SharedFolders;

use crate::record::{Ended, Event, Journal, STREAMS, ScenarioRecorder};

pub use run_context::RunContext;
pub use signals::StopSwitch;

pub(crate) use queues::Queues;

/// One attempt to be run.
#[derive(Debug, Clone, Copy)]
struct Job {
    scenario: &'static Scenario,
    attempt: u32,
}

/// When to leave a scenario's sandboxes on disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Keep {
    /// Always.
    Always,
    /// When the scenario did not pass.
    Failed,
    /// Never.
    Never,
}

/// How many scenarios that mostly wait are run beside each one that does not.
const WAITERS_FOR_A_JOB: usize = 2;

/// How a plan is run.
#[derive(Debug, Clone)]
pub struct Options {
    /// How many scenarios at a time, those that mostly wait not counted.
    pub jobs: usize,
    /// How often each one.
    pub repeat: u32,
    /// What stays on disk.
    pub keep: Keep,
    /// How long one command may take.
    pub deadline: Duration,
}

/// Runs every scenario of `plan`, in this order, and writes down all that happens.
///
/// `run_dir` is the folder of the run; streams go below it.
pub fn run_plan(
    plan: &[&'static Scenario],
    run_context: &RunContext,
    options: &Options,
    run_dir: &Path,
    journal: &Arc<Journal>,
    stop: &StopSwitch,
) -> std::io::Result<()> {
    let began = Instant::now();
    let canary = run_context.canary()?;
    let outside = SharedFolders::capture();
    // Whole rounds: a run that is stopped early has run everything once before anything twice.
    let rounds = (1..=options.repeat)
        .flat_map(|attempt| plan.iter().map(move |&scenario| Job { scenario, attempt }));
    let queues = Queues::of(rounds, |job| job.scenario.load);
    queues.run(options.jobs, WAITERS_FOR_A_JOB, |number, next| {
        Worker { number, run_context, options, run_dir, journal, stop, began }.work(next);
    });
    announce_touched_home(canary.as_ref(), journal);
    announce_left_outside(&outside, journal);
    let how =
        if stop.flag().load(Ordering::Acquire) { Ended::Interrupted } else { Ended::Completed };
    journal.append(&Event::RunEnded { how, wall_ms: millis(began.elapsed()) });
    Ok(())
}

fn announce_touched_home(canary: Option<&Canary>, journal: &Journal) {
    let paths = canary.map(Canary::touched).unwrap_or_default();
    if !paths.is_empty() {
        journal.append(&Event::HomeTouched { paths });
    }
}

fn announce_left_outside(before: &SharedFolders, journal: &Journal) {
    let paths = SharedFolders::capture().left_since(before);
    if !paths.is_empty() {
        journal.append(&Event::LeftOutside { paths });
    }
}

/// A thread that runs scenarios inside a closed network of its own.
struct Worker<'a> {
    number: usize,
    run_context: &'a RunContext,
    options: &'a Options,
    run_dir: &'a Path,
    journal: &'a Arc<Journal>,
    stop: &'a StopSwitch,
    began: Instant,
}

impl Worker<'_> {
    fn work(&self, next: &dyn Fn() -> Option<Job>) {
        let mut network = NetworkIsolation::enter();
        if let Ok(network) = &network {
            let isolation = network.isolation();
            self.journal.append(&Event::WorkerReady { worker: self.number, isolation });
        }
        while !self.stop.flag().load(Ordering::Acquire) {
            let Some(job) = next() else { return };
            self.run(job, network.as_mut().map_err(|error| error.to_string()));
        }
    }

    fn run(&self, job: Job, network: Result<&mut NetworkIsolation, String>) {
        let (scenario, attempt) = (job.scenario.id.to_owned(), job.attempt);
        let recorder = Arc::new(WatchedRecorder::new(self.journal, &scenario, attempt));
        self.journal.append(&Event::ScenarioStarted {
            scenario: scenario.clone(),
            attempt,
            worker: self.number,
            at_ms: millis(self.began.elapsed()),
        });
        let started = Instant::now();
        let kept = match network {
            Ok(network) => self.perform(job, &recorder, network),
            Err(message) => {
                recorder.record(Observation::Stopped(Stopped::Broken { message }));
                None
            }
        };
        let duration_ms = millis(started.elapsed());
        self.journal.append(&Event::ScenarioEnded { scenario, attempt, duration_ms, kept });
    }

    /// Runs one scenario; the folder of its sandboxes, if it is to stay.
    fn perform(
        &self,
        job: Job,
        recorder: &Arc<WatchedRecorder>,
        network: &mut NetworkIsolation,
    ) -> Option<PathBuf> {
        let streams = streams_dir(job.scenario.id, job.attempt);
        let config = self.run_context.config(
            self.run_dir,
            streams,
            self.options.deadline,
            Arc::clone(recorder) as Arc<dyn Recorder>,
            Arc::clone(self.stop.flag()),
        );
        let sandbox_root = perform(job.scenario, &config, network)?;
        let keep = match self.options.keep {
            Keep::Always => true,
            Keep::Failed => recorder.saw_trouble(),
            Keep::Never => false,
        };
        if !keep {
            return None;
        }
        match sandbox_root.keep() {
            Ok(kept) => Some(kept),
            Err(error) => {
                recorder.record(Observation::Stopped(stopped(error.into())));
                None
            }
        }
    }
}

/// Runs one scenario in a context of its own, and gives back the root of its sandboxes; none where
/// there was no context. What it reports, and why it stopped, is for the recorder of the config.
pub(crate) fn perform(
    scenario: &Scenario,
    config: &ContextConfig,
    network: &mut NetworkIsolation,
) -> Option<SandboxRoot> {
    let stop_at = |abort| config.recorder.record(Observation::Stopped(stopped(abort)));
    // Before anything is run: half a scenario proves nothing, and takes its time.
    if let Some(reason) = config.machine.refusal_of(scenario.needs) {
        stop_at(Abort::Missing(Box::new(reason.clone())));
        return None;
    }
    let mut context = match TestContext::new(scenario.id, scenario.needs, config, network) {
        Ok(context) => context,
        Err(abort) => {
            stop_at(abort);
            return None;
        }
    };
    // A panic in a scenario is our fault, and must not take the others with it.
    let executed = catch_unwind(AssertUnwindSafe(|| (scenario.run)(&mut context)));
    let abort = match executed {
        Ok(Ok(())) => None,
        Ok(Err(abort)) => Some(abort),
        Err(panic) => {
            Some(Abort::Broken(format!("the scenario panicked: {}", panic_text(&*panic))))
        }
    };
    if let Some(abort) = abort {
        stop_at(context.blame(abort));
    }
    Some(context.close())
}

/// Where the streams of one attempt are kept, relative to the run's folder.
fn streams_dir(scenario: &str, attempt: u32) -> PathBuf {
    Path::new(STREAMS).join(scenario.replace('/', ".")).join(attempt.to_string())
}

fn stopped(abort: Abort) -> Stopped {
    match abort {
        Abort::Missing(reason) => Stopped::Missing { reason: *reason },
        Abort::Control(reason) => Stopped::Control { reason: *reason },
        Abort::OnCheck(check) => Stopped::OnCheck { check },
        Abort::Interrupted => Stopped::Interrupted,
        Abort::Useless(message) | Abort::Broken(message) => Stopped::Broken { message },
    }
}

/// Passes everything on, and remembers whether anything was wrong.
#[derive(Debug)]
struct WatchedRecorder {
    inner: ScenarioRecorder,
    standing: AtomicBool,
}

impl WatchedRecorder {
    fn new(journal: &Arc<Journal>, scenario: &str, attempt: u32) -> Self {
        let inner = ScenarioRecorder::new(Arc::clone(journal), scenario, attempt);
        Self { inner, standing: AtomicBool::new(false) }
    }

    fn saw_trouble(&self) -> bool {
        self.standing.load(Ordering::Acquire)
    }
}

impl Recorder for WatchedRecorder {
    fn record(&self, observation: Observation) {
        let trouble = match &observation {
            Observation::Check(check) => check.failed(),
            Observation::Stopped(_) => true,
            Observation::World { .. }
            | Observation::Prepared { .. }
            | Observation::Changed { .. }
            | Observation::Nested { .. }
            | Observation::Installed { .. }
            | Observation::Hosted { .. }
            | Observation::Requests { .. }
            | Observation::StepStarted { .. }
            | Observation::Step(_) => false,
        };
        self.standing.fetch_or(trouble, Ordering::AcqRel);
        self.inner.record(observation);
    }

    fn not_kept(&self, error: std::io::Error) -> Abort {
        self.inner.not_kept(error)
    }
}

fn panic_text(panic: &(dyn std::any::Any + Send)) -> String {
    panic
        .downcast_ref::<&str>()
        .map(ToString::to_string)
        .or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "without a word".to_owned())
}
