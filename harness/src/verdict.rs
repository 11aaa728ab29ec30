//! From what was observed to a verdict. Pure: the same events give the same verdict.

use std::collections::{BTreeSet, HashMap};

use scenarios::STANDING_CHECKS;
use scenarios::context::{CheckRecord, Observation, StepRecord, Stopped};
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
    /// kitty-gate itself broke, or a control failed: nothing can be said of the promise.
    Error,
}

impl Verdict {
    /// All of them, the worst last.
    pub const ALL: [Self; 5] = [Self::Pass, Self::Skip, Self::Fail, Self::Flaky, Self::Error];

    /// Whether the checks were evaluated, alike each time.
    pub fn is_judged(self) -> bool {
        matches!(self, Self::Pass | Self::Fail)
    }
}

impl std::fmt::Display for Verdict {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.serialize(f)
    }
}

/// One attempt at a scenario, put together from its events.
#[derive(Debug, Clone, Default)]
pub struct Attempt {
    /// Which repeat it is, from 1.
    pub number: u32,
    /// The worker that ran it, from 0; `None` when nobody began it.
    pub worker: Option<usize>,
    /// When it began, in milliseconds after the run did.
    pub at_ms: Option<u64>,
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
pub struct AttemptVerdict {
    /// The verdict.
    pub verdict: Verdict,
    /// The reason of a skip.
    pub skip: Option<SkipReason>,
    /// What broke, for an error.
    pub error: Option<String>,
}

/// The attempts at every scenario, in order. One pass: a run has as many events as it likes.
pub fn attempts(events: &[Event]) -> HashMap<&str, Vec<Attempt>> {
    let mut all: HashMap<&str, Vec<Attempt>> = HashMap::new();
    for event in events {
        match event {
            Event::ScenarioStarted { scenario, attempt, worker, at_ms } => {
                let begun = numbered(&mut all, scenario, *attempt);
                begun.worker = Some(*worker);
                begun.at_ms = Some(*at_ms);
            }
            Event::Observed { scenario, attempt, observation } => {
                numbered(&mut all, scenario, *attempt).observe(observation);
            }
            Event::ScenarioEnded { scenario, attempt, duration_ms, kept } => {
                let ended = numbered(&mut all, scenario, *attempt);
                ended.duration_ms = Some(*duration_ms);
                ended.kept.clone_from(kept);
            }
            Event::WorkerReady { .. }
            | Event::HomeTouched { .. }
            | Event::LeftOutside { .. }
            | Event::RunEnded { .. } => {}
        }
    }
    all
}

/// The attempts at one scenario, in order.
pub fn attempts_at(scenario: &str, events: &[Event]) -> Vec<Attempt> {
    attempts(events).remove(scenario).unwrap_or_default()
}

/// The attempt of this number at this scenario; a new one where it is first heard of.
fn numbered<'a, 'e>(
    all: &'a mut HashMap<&'e str, Vec<Attempt>>,
    scenario: &'e str,
    number: u32,
) -> &'a mut Attempt {
    let attempts = all.entry(scenario).or_default();
    let known = attempts.iter().position(|attempt| attempt.number == number);
    let index = known.unwrap_or_else(|| {
        attempts.push(Attempt { number, ..Attempt::default() });
        attempts.len() - 1
    });
    &mut attempts[index]
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
            | Observation::Prepared { .. }
            | Observation::Changed { .. }
            | Observation::Nested { .. }
            | Observation::Installed { .. }
            | Observation::Hosted { .. }
            | Observation::Requests { .. }
            | Observation::StepStarted { .. } => {}
        }
    }

    /// Judges this attempt.
    ///
    /// A failed check is a fact and stands, whatever came after it, unless kitty-gate itself
    /// broke. Without one, only a scenario that judged everything it declared is a pass.
    pub fn ruling(&self, planned: &PlannedScenario) -> AttemptVerdict {
        if let Some(message) = self.breakage(planned) {
            return AttemptVerdict::new(Verdict::Error).because(message);
        }
        if self.checks.iter().any(CheckRecord::failed) {
            return AttemptVerdict::new(Verdict::Fail);
        }
        match self.skip_reason(planned) {
            Some(reason) => {
                AttemptVerdict { skip: Some(reason), ..AttemptVerdict::new(Verdict::Skip) }
            }
            None => AttemptVerdict::new(Verdict::Pass),
        }
    }

    fn breakage(&self, planned: &PlannedScenario) -> Option<String> {
        match &self.stopped {
            Some(Stopped::Broken { message }) => return Some(message.clone()),
            Some(Stopped::Control { reason }) => return Some(reason.to_string()),
            Some(Stopped::Missing { .. } | Stopped::OnCheck { .. } | Stopped::Interrupted)
            | None => {}
        }
        self.checks
            .iter()
            .find(|check| planned.checks.iter().all(|declared| declared.id != check.id))
            .map(|check| format!("the scenario judged {:?}, which it does not declare", check.id))
    }

    fn skip_reason(&self, planned: &PlannedScenario) -> Option<SkipReason> {
        match &self.stopped {
            Some(Stopped::Missing { reason }) => return Some(reason.clone()),
            Some(Stopped::Interrupted) => return Some(interrupted("the operator stopped the run")),
            Some(Stopped::OnCheck { .. } | Stopped::Control { .. } | Stopped::Broken { .. })
            | None => {}
        }
        if self.duration_ms.is_none() {
            return Some(interrupted("the run was killed while it was run"));
        }
        let missed = self.unjudged(planned);
        (!missed.is_empty()).then(|| not_exercised(&missed))
    }

    /// The declared checks that had to be judged and were not, in the order of their declaration.
    pub fn unjudged<'p>(&self, planned: &'p PlannedScenario) -> Vec<&'p str> {
        let judged: BTreeSet<&str> = self.checks.iter().map(|check| check.id.as_str()).collect();
        planned
            .checks
            .iter()
            .map(|check| check.id.as_str())
            .filter(|id| !judged.contains(id) && self.owes(id))
            .collect()
    }

    /// Whether a declared check has to be judged. What every command owes, a scenario that only
    /// looks at the installed files cannot: it runs none.
    fn owes(&self, check: &str) -> bool {
        !self.steps.is_empty() || STANDING_CHECKS.iter().all(|standing| standing.id != check)
    }

    /// Whether it was run to its own end. What others on the machine, or the operator, cut off says nothing
    /// for or against the others.
    fn is_whole(&self) -> bool {
        let was_cut_off = match &self.stopped {
            Some(Stopped::Interrupted) => true,
            Some(Stopped::Missing { reason }) => reason.code == SkipCode::MachineBusy,
            Some(Stopped::OnCheck { .. } | Stopped::Control { .. } | Stopped::Broken { .. })
            | None => false,
        };
        self.duration_ms.is_some() && !was_cut_off
    }

    /// What two attempts must share to count as the same: the verdict, the failures, and how far a
    /// failing one came. What kept one from proving anything is the machine's, and may differ.
    fn fingerprint<'p>(&self, planned: &'p PlannedScenario) -> Fingerprint<'p> {
        let failures = self
            .checks
            .iter()
            .filter(|check| check.failed())
            .map(|check| (check.id.clone(), check.judgement.signature.clone().unwrap_or_default()))
            .collect();
        let verdict = self.ruling(planned).verdict;
        let unjudged = match verdict {
            Verdict::Fail => self.unjudged(planned),
            Verdict::Pass | Verdict::Skip | Verdict::Flaky | Verdict::Error => Vec::new(),
        };
        (verdict, failures, unjudged)
    }
}

/// A verdict, the failures as check and signature, and the checks that were not judged.
type Fingerprint<'p> = (Verdict, BTreeSet<(String, String)>, Vec<&'p str>);

/// Judges a scenario by its attempts, of which `repeat` were asked for.
pub fn rule(planned: &PlannedScenario, attempts: &[Attempt], repeat: u32) -> AttemptVerdict {
    let rulings: Vec<AttemptVerdict> =
        attempts.iter().map(|attempt| attempt.ruling(planned)).collect();
    if let Some(broken) = rulings.iter().find(|ruling| ruling.verdict == Verdict::Error) {
        return broken.clone();
    }
    // An attempt that was cut off says nothing for or against the others.
    let whole: Vec<(&Attempt, &AttemptVerdict)> =
        attempts.iter().zip(&rulings).filter(|(attempt, _)| attempt.is_whole()).collect();
    // A check that failed before the cut did fail.
    let failed = rulings.iter().find(|ruling| ruling.verdict == Verdict::Fail);
    let too_few = |executed| busy(&rulings).unwrap_or_else(|| too_few(executed, repeat));
    let Some((reference, ruling)) = whole.first() else {
        return failed.cloned().unwrap_or_else(|| too_few(0));
    };
    let fingerprint = reference.fingerprint(planned);
    if whole.iter().any(|(attempt, _)| attempt.fingerprint(planned) != fingerprint) {
        return AttemptVerdict::new(Verdict::Flaky);
    }
    if failed.is_some() && ruling.verdict != Verdict::Fail {
        return AttemptVerdict::new(Verdict::Flaky);
    }
    let executed = u32::try_from(whole.len()).unwrap_or(u32::MAX);
    if ruling.verdict == Verdict::Pass && executed < repeat {
        return too_few(executed);
    }
    (*ruling).clone()
}

/// Where a busy machine cut one off, that is why too few were run to the end.
fn busy(rulings: &[AttemptVerdict]) -> Option<AttemptVerdict> {
    let is_busy = |reason: &SkipReason| reason.code == SkipCode::MachineBusy;
    let cut_off = |ruling: &&AttemptVerdict| ruling.skip.as_ref().is_some_and(is_busy);
    rulings.iter().find(cut_off).cloned()
}

fn too_few(executed: u32, repeat: u32) -> AttemptVerdict {
    let text = format!("the run ended when {executed} of {repeat} were run to the end");
    AttemptVerdict { skip: Some(interrupted(&text)), ..AttemptVerdict::new(Verdict::Skip) }
}

/// The first attempt with the worst verdict: what a person wants to see.
pub fn worst_of(planned: &PlannedScenario, attempts: &[Attempt]) -> Attempt {
    let rank = |attempt: &Attempt| {
        let verdict = attempt.ruling(planned).verdict;
        Verdict::ALL.iter().position(|&known| known == verdict)
    };
    let worst = attempts.iter().map(rank).max().flatten();
    attempts.iter().find(|attempt| rank(attempt) == worst).cloned().unwrap_or_default()
}

impl AttemptVerdict {
    fn new(verdict: Verdict) -> Self {
        Self { verdict, skip: None, error: None }
    }

    fn because(self, error: String) -> Self {
        Self { error: Some(error), ..self }
    }
}

fn interrupted(excerpt: &str) -> SkipReason {
    reason(SkipCode::Interrupted, excerpt.to_owned(), "run it again")
}

fn not_exercised(missed: &[&str]) -> SkipReason {
    let excerpt = format!("never judged: {}", missed.join(", "));
    reason(SkipCode::NotExercised, excerpt, "see why the scenario did not reach these checks")
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

#[cfg(test)]
mod tests {
    use scenarios::context::CheckRecord;
    use support::check::Judgement;

    use super::*;
    use crate::record::PlannedCheck;

    fn planned(checks: &[&str]) -> PlannedScenario {
        let check = |id: &&str| PlannedCheck {
            id: (*id).to_owned(),
            stands_for: "FR-001".to_owned(),
            about: String::new(),
        };
        PlannedScenario {
            id: "suite/name".to_owned(),
            title: String::new(),
            requirements: Vec::new(),
            issues: Vec::new(),
            checks: checks.iter().map(check).collect(),
        }
    }

    fn check(id: &str, signature: Option<&str>) -> CheckRecord {
        let judgement = match signature {
            None => Judgement::pass("", ""),
            Some(signature) => Judgement::fail(signature, "", ""),
        };
        CheckRecord { id: id.to_owned(), step: None, judgement }
    }

    fn attempt(checks: Vec<CheckRecord>) -> Attempt {
        Attempt { checks, duration_ms: Some(1), ..Attempt::default() }
    }

    fn verdict(attempt: &Attempt) -> Verdict {
        attempt.ruling(&planned(&["a", "b"])).verdict
    }

    #[test]
    fn only_everything_declared_and_held_is_a_pass() {
        assert_eq!(verdict(&attempt(vec![check("a", None), check("b", None)])), Verdict::Pass);
        assert_eq!(verdict(&attempt(vec![check("a", None), check("b", Some("x"))])), Verdict::Fail);
        for incomplete in [attempt(vec![]), attempt(vec![check("a", None)])] {
            let ruling = incomplete.ruling(&planned(&["a", "b"]));
            assert_eq!(ruling.verdict, Verdict::Skip);
            assert_eq!(ruling.skip.unwrap().code, SkipCode::NotExercised);
        }
    }

    #[test]
    fn a_failure_stands_though_the_scenario_could_not_go_on() {
        let mut seen = attempt(vec![check("a", Some("x"))]);
        seen.stopped = Some(Stopped::OnCheck { check: "a".to_owned() });
        assert_eq!(verdict(&seen), Verdict::Fail);
        seen.stopped = Some(Stopped::Interrupted);
        assert_eq!(verdict(&seen), Verdict::Fail);
        seen.stopped = Some(Stopped::Broken { message: "disk full".to_owned() });
        assert_eq!(verdict(&seen), Verdict::Error, "what we broke, we cannot judge");
    }

    #[test]
    fn only_a_scenario_that_runs_commands_owes_the_standing_checks() {
        let standing = STANDING_CHECKS[0].id;
        let of = |seen: &Attempt| seen.ruling(&planned(&["a", standing])).verdict;
        let looked = attempt(vec![check("a", None)]);
        assert_eq!(of(&looked), Verdict::Pass);
        assert_eq!(of(&attempt(vec![check(standing, None)])), Verdict::Skip);
        assert_eq!(of(&attempt(vec![])), Verdict::Skip);
        let ran = Attempt { steps: vec![a_step()], ..looked };
        assert_eq!(of(&ran), Verdict::Skip);
    }

    fn a_step() -> StepRecord {
        let stream = serde_json::json!({"file": "x", "bytes": 0, "excerpt": ""});
        let step = serde_json::json!({
            "index": 0, "world": 1, "argv": [], "cwd": "", "ended": "exit", "exit": 0,
            "signal": null, "duration_ms": 0, "cpu_ms": 0, "stdout": stream, "stderr": stream,
            "attempts": [], "leaks": [],
        });
        serde_json::from_value(step).unwrap()
    }

    #[test]
    fn an_undeclared_check_is_our_own_fault() {
        let seen = attempt(vec![check("a", None), check("b", None), check("c", None)]);
        let ruling = seen.ruling(&planned(&["a", "b"]));
        assert_eq!(ruling.verdict, Verdict::Error);
        assert!(ruling.error.unwrap().contains("\"c\""));
    }

    #[test]
    fn what_was_cut_off_is_not_proven() {
        let cut =
            Attempt { duration_ms: None, ..attempt(vec![check("a", None), check("b", None)]) };
        assert_eq!(cut.ruling(&planned(&["a", "b"])).skip.unwrap().code, SkipCode::Interrupted);
        assert_eq!(rule(&planned(&["a"]), &[], 1).skip.unwrap().code, SkipCode::Interrupted);
    }

    #[test]
    fn repeats_must_agree_on_verdict_and_signatures() {
        let good = attempt(vec![check("a", None), check("b", None)]);
        let bad = |signature| attempt(vec![check("a", None), check("b", Some(signature))]);
        let of = |attempts: &[Attempt]| rule(&planned(&["a", "b"]), attempts, 2).verdict;
        assert_eq!(of(&[good.clone(), good.clone()]), Verdict::Pass);
        assert_eq!(of(&[bad("x"), bad("x")]), Verdict::Fail);
        assert_eq!(of(&[good.clone(), bad("x")]), Verdict::Flaky);
        assert_eq!(of(&[bad("x"), bad("y")]), Verdict::Flaky, "fails, but in another way");
        assert_eq!(
            of(&[bad("x"), attempt(vec![check("b", Some("x"))])]),
            Verdict::Flaky,
            "fails alike, but did not come as far"
        );
        let cut = Attempt { duration_ms: None, ..Attempt::default() };
        assert_eq!(of(&[bad("x"), cut.clone()]), Verdict::Fail);
        assert_eq!(of(&[bad("x"), starved()]), Verdict::Fail);
        assert_eq!(of(&[good, cut]), Verdict::Skip, "one of two is not what was asked for");
    }

    /// One that a busy machine cut off.
    fn starved() -> Attempt {
        let code = SkipCode::MachineBusy;
        let reason = reason(code, "others had it".to_owned(), code.remediation());
        Attempt { stopped: Some(Stopped::Missing { reason }), ..attempt(vec![check("a", None)]) }
    }

    #[test]
    fn what_a_busy_machine_cut_off_makes_nothing_flaky_and_nothing_proven() {
        let good = attempt(vec![check("a", None), check("b", None)]);
        for attempts in [&[good.clone(), starved()][..], &[starved(), good], &[starved()]] {
            let ruling = rule(&planned(&["a", "b"]), attempts, 2);
            assert_eq!(ruling.verdict, Verdict::Skip);
            assert_eq!(ruling.skip.unwrap().code, SkipCode::MachineBusy);
        }
    }
}
