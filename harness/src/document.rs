//! The run document: what `run.json` and `--json` say about a run. Computed from its events.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use scenarios::context::{Ending, StepRecord};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use support::check::Outcome;
use support::network::Isolation;
use support::product::Release;
use support::skip::SkipReason;

use crate::record::{Ended, Event, Header, PlannedScenario, RunProduct};
use crate::shard::Shard;
use crate::verdict::{Attempt, Verdict, attempts, rule, worst_of};
use crate::whole_file::write_json;

/// The name of the format.
pub const FORMAT: &str = "kitty-gate/run";
/// Its version; raised when a reader of the old one would be misled.
pub const VERSION: u32 = 1;
/// The file's name in the run's folder.
pub const RUN_FILE: &str = "run.json";

/// A run and its verdicts.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct RunDocument {
    /// Always `kitty-gate/run`.
    pub format: String,
    /// Version of the format.
    pub version: u32,
    /// Id of the run.
    pub run_id: String,
    /// The kitty-gate that ran it.
    pub kitty_gate: String,
    /// When it began, RFC 3339 in UTC.
    pub started_at: String,
    /// How it ended.
    pub ended: Ended,
    /// Wall time in milliseconds, without provisioning; `null` when the run was killed.
    pub wall_ms: Option<u64>,
    /// How many scenarios were run at a time.
    pub jobs: usize,
    /// The part of a run that this is; `null` for a whole one.
    #[serde(default)]
    pub shard: Option<Shard>,
    /// How often each scenario was to be run.
    #[serde(default = "once")]
    pub repeat: u32,
    /// How firmly the network was closed; `null` when no worker got so far.
    pub network: Option<Isolation>,
    /// What was driven.
    pub product: RunProduct,
    /// How many scenarios have each verdict; every verdict is listed.
    pub totals: BTreeMap<Verdict, usize>,
    /// Changes seen in the real HOME. Any makes the whole run an error.
    pub home_touched: Vec<PathBuf>,
    /// What the product left in `/tmp` and the like, beside the TMPDIR that it was given; or what somebody
    /// else did who ran it at the same time.
    pub left_outside: Vec<PathBuf>,
    /// The scenarios of the plan, in its order.
    pub scenarios: Vec<ScenarioDocument>,
}

/// What a run comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Overall {
    /// Everything that was run passed.
    Passed,
    /// Nothing failed, but something was not proven.
    Unproven,
    /// A check failed, repeats of a scenario differ, or something was left outside of the sandbox.
    Failed,
    /// kitty-gate itself broke, or the real HOME was touched.
    Broken,
}

/// A scenario and its verdict.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct ScenarioDocument {
    /// Its id.
    pub id: String,
    /// Its promise.
    pub title: String,
    /// The verdict.
    pub verdict: Verdict,
    /// The requirement ids that it covers.
    pub requirements: Vec<String>,
    /// The issues that it covers.
    pub issues: Vec<u32>,
    /// Its checks, in the order in which they were judged.
    pub checks: Vec<CheckDocument>,
    /// The checks that had to be judged and were not, for the scenario did not come so far.
    #[serde(default)]
    pub unjudged: Vec<String>,
    /// Why nothing was proven, for a skip.
    pub skip: Option<SkipReason>,
    /// What broke in kitty-gate, for an error.
    pub error: Option<String>,
    /// Its commands, in order.
    pub steps: Vec<StepDocument>,
    /// How long it took, in milliseconds; 0 when it was not run to its end.
    pub duration_ms: u64,
    /// The verdict of each repeat. Checks and steps above are those of the first that did worst.
    pub repeats: Vec<Verdict>,
    /// When and where each repeat was run, in the order of `repeats`.
    #[serde(default)]
    pub attempts: Vec<AttemptDocument>,
    /// The number of the repeat that checks and steps above are of; `null` when it was not run.
    #[serde(default)]
    pub shown: Option<u32>,
    /// The folders of its sandboxes that were left on disk.
    pub kept: Vec<PathBuf>,
}

/// One repeat of a scenario.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AttemptDocument {
    /// Its number, from 1.
    pub number: u32,
    /// The worker that ran it, from 0.
    pub worker: Option<usize>,
    /// When it began, in milliseconds after the run did.
    pub at_ms: Option<u64>,
    /// How long it took, in milliseconds; `null` when it was cut off.
    pub duration_ms: Option<u64>,
}

/// A judged check.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct CheckDocument {
    /// Its id.
    pub id: String,
    /// Whether it held.
    pub outcome: Outcome,
    /// How it failed, in a short and stable form.
    pub signature: Option<String>,
    /// What was expected.
    pub expected: String,
    /// What was observed.
    pub observed: String,
    /// The requirement or the known defect it stands for.
    pub stands_for: String,
    /// The number of the step that was judged.
    pub step: Option<usize>,
}

/// A command that was run.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct StepDocument {
    /// The command line.
    pub argv: Vec<String>,
    /// Working directory, relative to the world's root.
    pub cwd: PathBuf,
    /// The world it ran in, from 1.
    pub world: usize,
    /// How it ended.
    pub ended: Ending,
    /// Its exit code, when it returned one.
    pub exit: Option<i32>,
    /// The signal that it died of, when it did.
    pub signal: Option<i32>,
    /// When it began, in milliseconds after its scenario did; `null` in records of older versions.
    #[serde(default)]
    pub at_ms: Option<u64>,
    /// Wall time in milliseconds.
    pub duration_ms: u64,
    /// User and system time in milliseconds.
    pub cpu_ms: u64,
    /// Its stdout as text, the middle cut out beyond 4 KiB.
    pub stdout: String,
    /// Its stderr, likewise.
    pub stderr: String,
    /// The file with its whole stdout, relative to the run's folder.
    pub stdout_file: PathBuf,
    /// The file with its whole stderr, likewise.
    pub stderr_file: PathBuf,
}

impl RunDocument {
    /// The release that was driven, where it is known.
    pub fn release(&self) -> Option<Release> {
        self.product.release.as_deref()?.parse().ok()
    }

    /// Computes the document from the record of a run.
    pub fn of(header: &Header, events: &[Event]) -> Self {
        let mut attempts = attempts(events);
        let scenarios: Vec<_> = header
            .plan
            .iter()
            .map(|planned| {
                let attempts = attempts.remove(planned.id.as_str()).unwrap_or_default();
                ScenarioDocument::of(planned, &attempts, header.repeat)
            })
            .collect();
        let mut totals: BTreeMap<Verdict, usize> =
            Verdict::ALL.into_iter().map(|verdict| (verdict, 0)).collect();
        for scenario in &scenarios {
            *totals.entry(scenario.verdict).or_default() += 1;
        }
        let (ended, wall_ms) = how_it_ended(events);
        Self {
            format: FORMAT.to_owned(),
            version: VERSION,
            run_id: header.run_id.clone(),
            kitty_gate: header.kitty_gate.clone(),
            started_at: header.started_at.clone(),
            ended,
            wall_ms,
            jobs: header.jobs,
            shard: header.shard,
            repeat: header.repeat,
            network: weakest_isolation(events),
            product: header.product.clone(),
            totals,
            home_touched: home_touched(events),
            left_outside: left_outside(events),
            scenarios,
        }
    }

    /// Writes the document into the run's folder.
    pub fn write(&self, dir: &Path) -> std::io::Result<()> {
        write_json(&dir.join(RUN_FILE), self)
    }

    /// How many scenarios have this verdict.
    pub fn count(&self, verdict: Verdict) -> usize {
        self.totals.get(&verdict).copied().unwrap_or(0)
    }

    /// What it comes to. What broke outweighs what failed, which outweighs what was not proven.
    pub fn overall(&self) -> Overall {
        let any = |verdict| self.count(verdict) > 0;
        if any(Verdict::Error) || !self.home_touched.is_empty() {
            Overall::Broken
        } else if any(Verdict::Fail) || any(Verdict::Flaky) || !self.left_outside.is_empty() {
            Overall::Failed
        } else if any(Verdict::Skip) || !any(Verdict::Pass) || self.ended == Ended::Killed {
            // What is looked at when a run ends, HOME above all, was not looked at where it was killed.
            Overall::Unproven
        } else {
            Overall::Passed
        }
    }

    /// The scenario with this id.
    pub fn scenario(&self, id: &str) -> Option<&ScenarioDocument> {
        self.scenarios.iter().find(|scenario| scenario.id == id)
    }
}

impl ScenarioDocument {
    pub(crate) fn of(planned: &PlannedScenario, attempts: &[Attempt], repeat: u32) -> Self {
        let ruling = rule(planned, attempts, repeat);
        let repeats: Vec<Verdict> =
            attempts.iter().map(|attempt| attempt.ruling(planned).verdict).collect();
        let shown = worst_of(planned, attempts);
        Self {
            id: planned.id.clone(),
            title: planned.title.clone(),
            verdict: ruling.verdict,
            requirements: planned.requirements.clone(),
            issues: planned.issues.clone(),
            checks: shown.checks.iter().map(|check| CheckDocument::of(planned, check)).collect(),
            unjudged: shown.unjudged(planned).into_iter().map(str::to_owned).collect(),
            skip: ruling.skip,
            error: ruling.error,
            steps: shown.steps.iter().map(StepDocument::of).collect(),
            duration_ms: shown.duration_ms.unwrap_or(0),
            repeats,
            attempts: attempts.iter().map(AttemptDocument::of).collect(),
            shown: (shown.number > 0).then_some(shown.number),
            kept: attempts.iter().filter_map(|attempt| attempt.kept.clone()).collect(),
        }
    }

    /// One of which nothing is known but its id, and that it passed.
    #[cfg(test)]
    pub(crate) fn bare(id: &str) -> Self {
        Self {
            id: id.to_owned(),
            title: String::new(),
            verdict: Verdict::Pass,
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
        }
    }

    /// The checks that did not hold.
    pub fn failures(&self) -> impl Iterator<Item = &CheckDocument> {
        self.checks.iter().filter(|check| check.outcome == Outcome::Fail)
    }
}

impl AttemptDocument {
    fn of(attempt: &Attempt) -> Self {
        Self {
            number: attempt.number,
            worker: attempt.worker,
            at_ms: attempt.at_ms,
            duration_ms: attempt.duration_ms,
        }
    }
}

impl CheckDocument {
    fn of(planned: &PlannedScenario, check: &scenarios::context::CheckRecord) -> Self {
        let stands_for = planned
            .checks
            .iter()
            .find(|declared| declared.id == check.id)
            .map_or_else(String::new, |declared| declared.stands_for.clone());
        let judgement = check.judgement.clone();
        Self {
            id: check.id.clone(),
            outcome: judgement.outcome,
            signature: judgement.signature,
            expected: judgement.expected,
            observed: judgement.observed,
            stands_for,
            step: check.step,
        }
    }
}

impl StepDocument {
    fn of(step: &StepRecord) -> Self {
        Self {
            argv: step.argv.clone(),
            cwd: step.cwd.clone(),
            world: step.world,
            ended: step.ended,
            exit: step.exit,
            signal: step.signal,
            at_ms: step.at_ms,
            duration_ms: step.duration_ms,
            cpu_ms: step.cpu_ms,
            stdout: step.stdout.excerpt.clone(),
            stderr: step.stderr.excerpt.clone(),
            stdout_file: step.stdout.file.clone(),
            stderr_file: step.stderr.file.clone(),
        }
    }
}

/// What records of older versions mean.
fn once() -> u32 {
    1
}

fn how_it_ended(events: &[Event]) -> (Ended, Option<u64>) {
    events
        .iter()
        .find_map(|event| match event {
            Event::RunEnded { how, wall_ms } => Some((*how, Some(*wall_ms))),
            _ => None,
        })
        .unwrap_or((Ended::Killed, None))
}

/// Guarded if any worker was.
fn weakest_isolation(events: &[Event]) -> Option<Isolation> {
    let mut seen = events.iter().filter_map(|event| match event {
        Event::WorkerReady { isolation, .. } => Some(*isolation),
        _ => None,
    });
    let first = seen.next()?;
    Some(if seen.any(|isolation| isolation == Isolation::Guarded) {
        Isolation::Guarded
    } else {
        first
    })
}

fn left_outside(events: &[Event]) -> Vec<PathBuf> {
    let left = events.iter().filter_map(|event| match event {
        Event::LeftOutside { paths } => Some(paths.clone()),
        _ => None,
    });
    left.flatten().collect()
}

fn home_touched(events: &[Event]) -> Vec<PathBuf> {
    events
        .iter()
        .filter_map(|event| match event {
            Event::HomeTouched { paths } => Some(paths.clone()),
            _ => None,
        })
        .flatten()
        .collect()
}
