//! Recorded runs made up in code: every scenario that a release promised, all of them passed, and what
//! a test changes of that.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use kitty_gate::gate::policy::Policy;
use kitty_gate::observed::Observations;
use kitty_gate::record::{
    Ended, Event, FORMAT, Header, Journal, PlannedScenario, RunProduct, VERSION,
};
use kitty_gate::shard::{self, Shard};
use scenarios::Scenario;
use scenarios::context::{CheckRecord, Observation, Stopped};
use support::check::Judgement;
use support::product::Subject;
use support::skip::{SkipCode, SkipPhase, SkipReason};

/// What becomes of one attempt at a scenario.
#[derive(Debug, Clone)]
enum AttemptOutcome {
    Fails(Vec<(String, String)>),
    Skips(SkipCode, &'static str),
    Breaks,
    IsCutOff,
}

/// A run to be recorded.
pub struct Recorded {
    release: String,
    plan: Vec<&'static Scenario>,
    repeat: u32,
    /// By scenario and attempt.
    fates: BTreeMap<(String, u32), AttemptOutcome>,
    /// What a scenario did not come to judge.
    unjudged: BTreeSet<(&'static str, &'static str)>,
    at_the_end: Vec<Event>,
    shard: Option<Shard>,
    subject: Option<Subject>,
    /// Whether nothing of the plan was begun.
    idle: bool,
}

impl Recorded {
    /// All that `release` promised, run three times, and all of it passed.
    pub fn of(release: &str) -> Self {
        let policy = Policy::of(release.parse().ok().as_ref());
        let mut plan = scenarios::all();
        plan.retain(|scenario| policy.requires(scenario.id));
        Self {
            release: release.to_owned(),
            plan,
            repeat: 3,
            fates: BTreeMap::new(),
            unjudged: BTreeSet::new(),
            at_the_end: vec![Event::RunEnded { how: Ended::Completed, wall_ms: 1 }],
            shard: None,
            subject: None,
            idle: false,
        }
    }

    pub fn repeat(mut self, repeat: u32) -> Self {
        self.repeat = repeat;
        self
    }

    pub fn fails(self, scenario: &str, check: &str, signature: &str) -> Self {
        (1..=self.repeat)
            .fold(self, |run, attempt| run.fails_once(attempt, scenario, check, signature))
    }

    pub fn fails_once(
        mut self,
        attempt: u32,
        scenario: &str,
        check: &str,
        signature: &str,
    ) -> Self {
        let fate = self.fates.entry((scenario.to_owned(), attempt));
        let fate = fate.or_insert_with(|| AttemptOutcome::Fails(Vec::new()));
        if let AttemptOutcome::Fails(failures) = fate {
            failures.push((check.to_owned(), signature.to_owned()));
        }
        self
    }

    pub fn leaves(mut self, scenario: &'static str, unjudged: &'static str) -> Self {
        self.unjudged.insert((scenario, unjudged));
        self
    }

    pub fn skips(self, scenario: &str, code: SkipCode) -> Self {
        self.skips_of(scenario, code, "uv")
    }

    /// A skip of which this tool is the cause.
    pub fn skips_of(self, scenario: &str, code: SkipCode, tool: &'static str) -> Self {
        self.fate(scenario, &AttemptOutcome::Skips(code, tool))
    }

    pub fn skips_once(mut self, attempt: u32, scenario: &str, code: SkipCode) -> Self {
        let fate = AttemptOutcome::Skips(code, "uv");
        self.fates.insert((scenario.to_owned(), attempt), fate);
        self
    }

    pub fn breaks(self, scenario: &str) -> Self {
        self.fate(scenario, &AttemptOutcome::Breaks)
    }

    pub fn cut_off(self, scenario: &str) -> Self {
        self.fate(scenario, &AttemptOutcome::IsCutOff)
    }

    fn fate(mut self, scenario: &str, fate: &AttemptOutcome) -> Self {
        for attempt in 1..=self.repeat {
            self.fates.insert((scenario.to_owned(), attempt), fate.clone());
        }
        self
    }

    pub fn without(mut self, scenario: &str) -> Self {
        self.plan.retain(|planned| planned.id != scenario);
        self
    }

    pub fn also(mut self, scenario: &str) -> Self {
        self.plan.extend(scenarios::all().into_iter().filter(|known| known.id == scenario));
        self
    }

    /// The part of it that one of several machines runs.
    pub fn part(mut self, index: usize, of: usize) -> Self {
        let known = Observations::committed().unwrap();
        self.plan = shard::cut(&self.plan, of, &known).swap_remove(index - 1).scenarios;
        self.shard = Some(Shard { index, of });
        self
    }

    pub fn plays(&self, scenario: &str) -> bool {
        self.plan.iter().any(|planned| planned.id == scenario)
    }

    /// It was no published release.
    pub fn about(mut self, subject: Subject) -> Self {
        self.subject = Some(subject);
        self
    }

    pub fn idle(mut self) -> Self {
        self.idle = true;
        self
    }

    pub fn killed(mut self) -> Self {
        self.at_the_end.clear();
        self
    }

    pub fn then(mut self, event: Event) -> Self {
        self.at_the_end.insert(0, event);
        self
    }

    /// Writes the record below `dir`, and gives back the run's folder.
    pub fn write(&self, dir: &Path) -> PathBuf {
        let run = dir.join("run");
        fs_err::create_dir_all(&run).unwrap();
        let header = Header {
            format: FORMAT.to_owned(),
            version: VERSION,
            run_id: "made-up".to_owned(),
            started_at: "2026-11-21T00:00:00Z".to_owned(),
            kitty_gate: env!("CARGO_PKG_VERSION").to_owned(),
            product: self.product(),
            plan: self.plan.iter().map(|&scenario| PlannedScenario::from(scenario)).collect(),
            repeat: self.repeat,
            jobs: 1,
            shard: self.shard,
        };
        let journal = Journal::begin(&run, &header, Box::new(|_| {})).unwrap();
        for attempt in 1..=if self.idle { 0 } else { self.repeat } {
            for scenario in &self.plan {
                self.run(&journal, scenario, attempt);
            }
        }
        for event in &self.at_the_end {
            journal.append(event);
        }
        run
    }

    fn product(&self) -> RunProduct {
        RunProduct {
            spec: self.release.clone(),
            subject: self.subject.clone(),
            release: Some(self.release.clone()),
            executable: PathBuf::from("spec-kitty"),
            method: "made up".to_owned(),
            python: None,
            lock: Vec::new(),
            findings: Vec::new(),
        }
    }

    fn run(&self, journal: &Journal, scenario: &Scenario, attempt: u32) {
        let id = || scenario.id.to_owned();
        let fate = self.fates.get(&(id(), attempt));
        journal.append(&Event::ScenarioStarted { scenario: id(), attempt, worker: 0, at_ms: 0 });
        for observation in observations(scenario, fate) {
            if let Observation::Check(check) = &observation
                && self.unjudged.contains(&(scenario.id, check.id.as_str()))
            {
                continue;
            }
            journal.append(&Event::Observed {
                scenario: id(),
                attempt,
                observation: Box::new(observation),
            });
        }
        if !matches!(fate, Some(AttemptOutcome::IsCutOff)) {
            journal.append(&Event::ScenarioEnded {
                scenario: id(),
                attempt,
                duration_ms: 1,
                kept: None,
            });
        }
    }
}

fn observations(scenario: &Scenario, fate: Option<&AttemptOutcome>) -> Vec<Observation> {
    let failures: &[(String, String)] = match fate {
        None | Some(AttemptOutcome::IsCutOff) => &[],
        Some(AttemptOutcome::Fails(failures)) => failures,
        Some(AttemptOutcome::Skips(code, tool)) => {
            let reason = reason(*code, tool);
            return vec![Observation::Stopped(Stopped::Missing { reason })];
        }
        Some(AttemptOutcome::Breaks) => {
            let message = "the disk is full".to_owned();
            return vec![Observation::Stopped(Stopped::Broken { message })];
        }
    };
    for (check, _) in failures {
        let known = scenario.declared_checks().any(|declared| declared.id == check);
        assert!(known, "{} has no check {check}", scenario.id);
    }
    let judged = scenario.declared_checks().map(|declared| {
        let failure = failures.iter().find(|(check, _)| check == declared.id);
        let judgement = match failure {
            None => Judgement::pass("what is promised", "that"),
            Some((_, signature)) => {
                Judgement::fail(signature, "what is promised", "something else")
            }
        };
        Observation::Check(CheckRecord { id: declared.id.to_owned(), step: None, judgement })
    });
    judged.collect()
}

fn reason(code: SkipCode, tool: &str) -> SkipReason {
    SkipReason {
        code,
        phase: SkipPhase::Scenario,
        tool: tool.to_owned(),
        argv: vec![tool.to_owned(), "--help".to_owned()],
        exit: Some(1),
        excerpt: "it could not be asked".to_owned(),
        interpreter: None,
        remediation: code.remediation().to_owned(),
    }
}
