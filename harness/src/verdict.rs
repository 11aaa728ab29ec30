//! From what was observed to a verdict. Pure: the same events give the same verdict.

use std::collections::BTreeSet;

use scenarios::stage::{CheckRecord, Observation, StepRecord, Stopped};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use support::skip::{SkipCode, SkipPhase, SkipReason};

use crate::record::{Event, PlannedScenario};

/// The verdict on a scenario.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Every declared check was judged, and held.
    Pass,
    /// A check failed.
    Fail,
    /// Nothing was proven, for a typed reason.
    Skip,
    /// Repeats of it differ.
    Flaky,
    /// kitty-gate itself broke.
    Error,
}

impl Verdict {
    /// All of them, the worst last.
    pub const ALL: [Self; 5] = [Self::Pass, Self::Skip, Self::Fail, Self::Flaky, Self::Error];
}

impl std::fmt::Display for Verdict {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.serialize(f)
    }
}

/// One attempt at a scenario, put together from its events.
#[derive(Debug, Clone, Default)]
pub struct Attempt {
    /// Its commands, in order.
    pub steps: Vec<StepRecord>,
    /// Its checks, in order.
    pub checks: Vec<CheckRecord>,
    /// Why it could not go on, if so.
    pub stopped: Option<Stopped>,
    /// Everything it did, in order, for the repro script.
    pub observations: Vec<Observation>,
    /// How long it took, in milliseconds; `None` when it never ended.
    pub duration_ms: Option<u64>,
    /// The folder of its sandboxes, when it was left on disk.
    pub kept: Option<std::path::PathBuf>,
}

/// How an attempt is judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ruling {
    /// The verdict.
    pub verdict: Verdict,
    /// The reason of a skip.
    pub skip: Option<SkipReason>,
    /// What broke, for an error.
    pub error: Option<String>,
}

/// The attempts at one scenario, in order.
pub fn attempts_at(scenario: &str, events: &[Event]) -> Vec<Attempt> {
    let mut attempts: Vec<Attempt> = Vec::new();
    let mut numbers: Vec<u32> = Vec::new();
    let mut at = |number: u32, attempts: &mut Vec<Attempt>| {
        numbers
            .iter()
            .position(|&known| known == number)
            .unwrap_or_else(|| {
                numbers.push(number);
                attempts.push(Attempt::default());
                attempts.len() - 1
            })
    };
    for event in events {
        match event {
            Event::ScenarioStarted {
                scenario: id,
                attempt,
                ..
            } if id == scenario => {
                at(*attempt, &mut attempts);
            }
            Event::Observed {
                scenario: id,
                attempt,
                observation,
            } if id == scenario => {
                let index = at(*attempt, &mut attempts);
                attempts[index].observe(observation);
            }
            Event::ScenarioEnded {
                scenario: id,
                attempt,
                duration_ms,
                kept,
            } if id == scenario => {
                let index = at(*attempt, &mut attempts);
                attempts[index].duration_ms = Some(*duration_ms);
                attempts[index].kept.clone_from(kept);
            }
            Event::ScenarioStarted { .. }
            | Event::Observed { .. }
            | Event::ScenarioEnded { .. }
            | Event::WorkerReady { .. }
            | Event::HomeTouched { .. }
            | Event::RunEnded { .. } => {}
        }
    }
    attempts
}

impl Attempt {
    /// Takes in the next thing that happened.
    pub fn observe(&mut self, observation: &Observation) {
        self.observations.push(observation.clone());
        match observation {
            Observation::Step(step) => self.steps.push(step.clone()),
            Observation::Check(check) => self.checks.push(check.clone()),
            Observation::Stopped(stopped) => self.stopped = Some(stopped.clone()),
            Observation::World { .. }
            | Observation::Changed { .. }
            | Observation::StepStarted { .. } => {}
        }
    }

    /// Judges this attempt.
    ///
    /// A failed check is a fact and stands, whatever came after it, unless kitty-gate itself
    /// broke. Without one, only a scenario that judged everything it declared is a pass.
    pub fn ruling(&self, planned: &PlannedScenario) -> Ruling {
        if let Some(message) = self.breakage(planned) {
            return Ruling::new(Verdict::Error).because(message);
        }
        if self.checks.iter().any(CheckRecord::failed) {
            return Ruling::new(Verdict::Fail);
        }
        match self.skip_reason(planned) {
            Some(reason) => Ruling {
                skip: Some(reason),
                ..Ruling::new(Verdict::Skip)
            },
            None => Ruling::new(Verdict::Pass),
        }
    }

    fn breakage(&self, planned: &PlannedScenario) -> Option<String> {
        if let Some(Stopped::Broken { message }) = &self.stopped {
            return Some(message.clone());
        }
        self.checks
            .iter()
            .find(|check| {
                planned
                    .checks
                    .iter()
                    .all(|declared| declared.id != check.id)
            })
            .map(|check| {
                format!(
                    "the scenario judged {:?}, which it does not declare",
                    check.id
                )
            })
    }

    fn skip_reason(&self, planned: &PlannedScenario) -> Option<SkipReason> {
        match &self.stopped {
            Some(Stopped::Missing { reason }) => return Some(reason.clone()),
            Some(Stopped::Interrupted) => return Some(interrupted("the operator stopped the run")),
            Some(Stopped::OnCheck { .. } | Stopped::Broken { .. }) | None => {}
        }
        if self.duration_ms.is_none() {
            return Some(interrupted("the run was killed while it was played"));
        }
        let judged: BTreeSet<&str> = self.checks.iter().map(|check| check.id.as_str()).collect();
        let missed: Vec<&str> = planned
            .checks
            .iter()
            .map(|check| check.id.as_str())
            .filter(|id| !judged.contains(id))
            .collect();
        (!missed.is_empty()).then(|| not_exercised(&missed))
    }

    /// What two attempts must share to count as the same.
    fn fingerprint(&self, planned: &PlannedScenario) -> (Verdict, BTreeSet<(String, String)>) {
        let failures = self
            .checks
            .iter()
            .filter(|check| check.failed())
            .map(|check| {
                (
                    check.id.clone(),
                    check.judgement.signature.clone().unwrap_or_default(),
                )
            })
            .collect();
        (self.ruling(planned).verdict, failures)
    }
}

/// Judges a scenario by all its attempts.
pub fn rule(planned: &PlannedScenario, attempts: &[Attempt]) -> Ruling {
    let Some(first) = attempts.first() else {
        let reason = interrupted("the run ended before it was played");
        return Ruling {
            skip: Some(reason),
            ..Ruling::new(Verdict::Skip)
        };
    };
    let rulings: Vec<Ruling> = attempts
        .iter()
        .map(|attempt| attempt.ruling(planned))
        .collect();
    if let Some(broken) = rulings
        .iter()
        .find(|ruling| ruling.verdict == Verdict::Error)
    {
        return broken.clone();
    }
    // An attempt that was cut off says nothing for or against the others.
    let mut whole = attempts
        .iter()
        .zip(&rulings)
        .filter(|(attempt, _)| attempt.duration_ms.is_some());
    let Some((reference, ruling)) = whole.next() else {
        return first.ruling(planned);
    };
    let fingerprint = reference.fingerprint(planned);
    if whole.any(|(attempt, _)| attempt.fingerprint(planned) != fingerprint) {
        return Ruling::new(Verdict::Flaky);
    }
    ruling.clone()
}

/// The first attempt with the worst verdict: what a person wants to see.
pub fn worst_of(planned: &PlannedScenario, attempts: &[Attempt]) -> Attempt {
    let rank = |attempt: &Attempt| {
        let verdict = attempt.ruling(planned).verdict;
        Verdict::ALL.iter().position(|&known| known == verdict)
    };
    let worst = attempts.iter().map(rank).max().flatten();
    attempts
        .iter()
        .find(|attempt| rank(attempt) == worst)
        .cloned()
        .unwrap_or_default()
}

impl Ruling {
    fn new(verdict: Verdict) -> Self {
        Self {
            verdict,
            skip: None,
            error: None,
        }
    }

    fn because(self, error: String) -> Self {
        Self {
            error: Some(error),
            ..self
        }
    }
}

fn interrupted(excerpt: &str) -> SkipReason {
    reason(SkipCode::Interrupted, excerpt.to_owned(), "run it again")
}

fn not_exercised(missed: &[&str]) -> SkipReason {
    let excerpt = format!("never judged: {}", missed.join(", "));
    reason(
        SkipCode::NotExercised,
        excerpt,
        "see why the scenario did not reach these checks",
    )
}

fn reason(code: SkipCode, excerpt: String, remediation: &str) -> SkipReason {
    SkipReason {
        code,
        phase: SkipPhase::Scenario,
        tool: "kitty-gate".to_owned(),
        argv: Vec::new(),
        exit: None,
        excerpt,
        interpreter: None,
        remediation: remediation.to_owned(),
    }
}
