//! Recorded runs that nobody ran: as many scenarios as one likes, the same ones every time.

use std::path::PathBuf;

use kitty_gate::document::RunDocument;
use kitty_gate::record::{
    Closing, Ended, Event, FORMAT, Header, PlannedCheck, PlannedScenario, RunProduct, VERSION,
};
use scenarios::context::{CheckRecord, Ending, Observation, StepRecord, Stopped, StreamRecord};
use support::check::Judgement;
use support::network::Isolation;
use support::product::LockedPackage;
use support::skip::{SkipCode, SkipPhase, SkipReason};

/// A run: what its record holds.
pub struct SampleRun {
    pub header: Header,
    pub events: Vec<Event>,
}

const WORKERS: usize = 4;
const CHECKS: usize = 12;
const STANDS_FOR: [&str; 6] = ["FR-011", "FR-016", "NFR-003", "#976", "DM6", "sandbox"];
const SUITES: [&str; 8] = [
    "merge",
    "mark-status",
    "sync",
    "lifecycle",
    "ship",
    "transitions",
    "ownership",
    "contract-drift",
];

impl SampleRun {
    /// A run of so many scenarios, each with a dozen checks and two to five commands. Of ten, six pass, two
    /// fail, one is skipped; of a hundred, one is flaky and one broke.
    pub fn of(scenarios: usize) -> Self {
        let plan: Vec<_> = (0..scenarios).map(planned).collect();
        let mut events: Vec<Event> = (0..WORKERS)
            .map(|worker| Event::WorkerReady { worker, isolation: Isolation::Isolated })
            .collect();
        let mut clocks = [0_u64; WORKERS];
        for (number, planned) in plan.iter().enumerate() {
            let repeats = if fate(number) == Fate::Flaky { 2 } else { 1 };
            for attempt in 1..=repeats {
                let worker = number % WORKERS;
                clocks[worker] +=
                    executed(number, planned, attempt, worker, clocks[worker], &mut events);
            }
        }
        events.push(Event::RunEnded {
            how: Ended::Completed,
            wall_ms: clocks.into_iter().max().unwrap_or(0),
        });
        Self { header: header(plan), events }
    }

    /// The same, with `text` in the place of whatever a product, a tool or a person wrote.
    pub fn with_text(mut self, text: &str) -> Self {
        text.clone_into(&mut self.header.product.spec);
        self.header.product.python = Some(text.to_owned());
        for planned in &mut self.header.plan {
            text.clone_into(&mut planned.title);
        }
        for event in &mut self.events {
            if let Event::Observed { observation, .. } = event {
                fill_text(observation, text);
            }
        }
        self
    }

    /// Its document.
    pub fn document(&self) -> RunDocument {
        RunDocument::of(&self.header, &self.events)
    }

    /// Its record, as `events.jsonl` has it.
    pub fn record(&self) -> String {
        let mut text = line(&self.header);
        text.extend(self.events.iter().map(line));
        text + &line(&Closing { lines_above: self.events.len() + 1 })
    }
}

fn fill_text(observation: &mut Observation, text: &str) {
    match observation {
        Observation::Step(step) => {
            step.argv.push(text.to_owned());
            text.clone_into(&mut step.stdout.excerpt);
            text.clone_into(&mut step.stderr.excerpt);
        }
        Observation::Check(check) => {
            text.clone_into(&mut check.judgement.expected);
            text.clone_into(&mut check.judgement.observed);
            if let Some(signature) = &mut check.judgement.signature {
                text.clone_into(signature);
            }
        }
        Observation::Stopped(Stopped::Missing { reason }) => text.clone_into(&mut reason.excerpt),
        Observation::Stopped(Stopped::Broken { message }) => text.clone_into(message),
        _ => {}
    }
}

/// What would run, load, close, or hide something, wherever a report does not take care.
pub const HOSTILE: &str = "</script></pre></code></details><script>document.title='owned';alert(1)</script>\
    <img src=x onerror=\"document.title='owned'\"><iframe src=//example.invalid></iframe>\
    <a href=\"javascript:alert(1)\">x</a>\"'><svg onload=alert(1)> ]]> --> &amp; &#60;b&#62;\n\
    ```\n````\n# heading\n| a | b \\| c |\n| --- | --- |\n@somebody #1 [x](javascript:alert(1)) ![x](http://example.invalid/x.png)\n\
    ::error title=owned::owned\n::set-output name=x::y\r::warning::z %0A %25\n\
    \u{1b}[31mred\u{1b}[0m \u{1b}]0;owned\u{7} \0 \u{8} \u{202e}gnp.exe \u{2066}x\u{2069} \u{fffe} \u{feff} \u{85}\n";

fn line(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).unwrap() + "\n"
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    Pass,
    Fail,
    Skip,
    Flaky,
    Broken,
}

/// What becomes of the scenario of this number.
pub fn fate(number: usize) -> Fate {
    match (number % 100, number % 10) {
        (99, _) => Fate::Broken,
        (49, _) => Fate::Flaky,
        (_, 3 | 7) => Fate::Fail,
        (_, 5) => Fate::Skip,
        _ => Fate::Pass,
    }
}

fn header(plan: Vec<PlannedScenario>) -> Header {
    let package = |name: &str, version: &str, digit: &str| LockedPackage {
        name: name.to_owned(),
        version: version.to_owned(),
        sha256: Some(digit.repeat(64)),
    };
    Header {
        format: FORMAT.to_owned(),
        version: VERSION,
        run_id: "20261121T120000.000000Z-3.2.7".to_owned(),
        started_at: "2026-11-21T12:00:00Z".to_owned(),
        kitty_gate: "0.1.0".to_owned(),
        product: RunProduct {
            spec: "3.2.7".to_owned(),
            subject: None,
            release: Some("3.2.7".to_owned()),
            executable: PathBuf::from("$KITTY_GATE_CACHE/products/3.2.7/env/bin/spec-kitty"),
            method: "uv".to_owned(),
            python: Some("3.12.4".to_owned()),
            lock: vec![
                package("click", "8.3.3", "a"),
                package("spec-kitty-cli", "3.2.7", "b"),
                package("spec-kitty-events", "4.0.1", "c"),
            ],
            findings: Vec::new(),
        },
        plan,
        repeat: 1,
        jobs: WORKERS,
        shard: None,
    }
}

fn planned(number: usize) -> PlannedScenario {
    let check = |check: usize| PlannedCheck {
        id: check_id(check),
        stands_for: STANDS_FOR[check % STANDS_FOR.len()].to_owned(),
        about: format!("what number {check} states holds afterwards"),
    };
    PlannedScenario {
        id: format!("{}/made-{number:04}", SUITES[number % SUITES.len()]),
        title: format!("a promise, number {number}, that a person can read in one line"),
        requirements: vec!["FR-016".to_owned()],
        issues: vec![976 - u32::try_from(number % 30).unwrap()],
        checks: (0..CHECKS).map(check).collect(),
    }
}

fn check_id(check: usize) -> String {
    const NAMES: [&str; CHECKS] = [
        "exits-zero",
        "stdout-is-one-json-document",
        "blocked-is-told",
        "nothing-moves",
        "refs-stay",
        "remediation-is-a-command",
        "no-lock-left",
        "sandbox/can-be-asked",
        "sandbox/ends-in-time",
        "sandbox/stays-on-this-machine",
        "sandbox/leaves-no-process",
        "answers",
    ];
    NAMES[check].to_owned()
}

/// Appends what one attempt recorded; how long it took, in milliseconds.
fn executed(
    number: usize,
    planned: &PlannedScenario,
    attempt: u32,
    worker: usize,
    at_ms: u64,
    events: &mut Vec<Event>,
) -> u64 {
    let scenario = || planned.id.clone();
    events.push(Event::ScenarioStarted { scenario: scenario(), attempt, worker, at_ms });
    let mut observe = |observation| {
        events.push(Event::Observed {
            scenario: scenario(),
            attempt,
            observation: Box::new(observation),
        });
    };
    let mut took = 40;
    let steps = 2 + number % 4;
    for index in 0..steps {
        let step = step(number, index, took);
        took += step.duration_ms + 15;
        observe(Observation::Step(step));
    }
    match (fate(number), attempt) {
        (Fate::Skip, _) => observe(Observation::Stopped(Stopped::Missing { reason: reason() })),
        (Fate::Broken, _) => observe(Observation::Stopped(Stopped::Broken {
            message: "write the record: no space left on device".to_owned(),
        })),
        (Fate::Fail, _) => checks(number, steps, &[2, 5], &mut observe),
        (Fate::Flaky, 1) => checks(number, steps, &[3], &mut observe),
        (Fate::Flaky | Fate::Pass, _) => checks(number, steps, &[], &mut observe),
    }
    events.push(Event::ScenarioEnded {
        scenario: scenario(),
        attempt,
        duration_ms: took,
        kept: None,
    });
    took
}

fn checks(number: usize, steps: usize, red: &[usize], observe: &mut impl FnMut(Observation)) {
    for check in 0..CHECKS {
        let expected = format!("as promised: {}", check_id(check));
        let judgement = if red.contains(&check) {
            Judgement::fail(
                format!("exit=0; blockers={}", number % 3),
                expected,
                format!("exit 0\nstdout:\n{}", stdout(number, 0)),
            )
        } else {
            Judgement::pass(expected, "as expected")
        };
        observe(Observation::Check(CheckRecord {
            id: check_id(check),
            step: Some(check % steps),
            judgement,
        }));
    }
}

fn step(number: usize, index: usize, at_ms: u64) -> StepRecord {
    let stream = |name: &str, text: String| StreamRecord {
        file: PathBuf::from(format!("streams/made.{number:04}/1/{index:02}.{name}")),
        bytes: text.len() as u64,
        excerpt: text,
    };
    let exit = i32::from(index % 3 == 1);
    StepRecord {
        index,
        world: 1,
        argv: ["spec-kitty", "merge", "--mission", "gate-fixture-01KQW4DF", "--dry-run", "--json"]
            .map(ToOwned::to_owned)
            .to_vec(),
        cwd: PathBuf::from("repo"),
        env: std::collections::BTreeMap::new(),
        ended: Ending::Exit,
        exit: Some(exit),
        signal: None,
        at_ms: Some(at_ms),
        duration_ms: 400 + (number as u64 * 37 + index as u64 * 91) % 2600,
        interrupted_ms: None,
        cpu_ms: 390,
        stdout: stream("stdout", stdout(number, index)),
        stderr: stream("stderr", "warning: the coordination worktree is stale\n".repeat(index)),
        attempts: Vec::new(),
        leaks: Vec::new(),
    }
}

fn stdout(number: usize, index: usize) -> String {
    let commit = format!("{:040x}", 0x1619_u64 * (number as u64 + 1));
    format!(
        "{{\"spec_kitty_version\": \"3.2.7\", \"mission\": \"gate-fixture-01KQW4DF\", \"blocked\": false, \
         \"step\": {index}, \"head\": \"{commit}\", \"blockers\": [], \"would_merge\": [\"WP01\", \"WP02\"], \
         \"remediation\": \"git branch kitty/mission-{number} main\"}}\n"
    )
}

fn reason() -> SkipReason {
    SkipReason {
        code: SkipCode::CommandAbsent,
        phase: SkipPhase::Scenario,
        tool: "spec-kitty".to_owned(),
        argv: vec!["spec-kitty".to_owned(), "sync".to_owned(), "--help".to_owned()],
        exit: Some(2),
        excerpt: "error: No such command 'sync'.".to_owned(),
        interpreter: Some("python 3.12.4".to_owned()),
        remediation: SkipCode::CommandAbsent.remediation().to_owned(),
    }
}
