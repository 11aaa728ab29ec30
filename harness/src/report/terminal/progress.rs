//! What a person sees while a run goes on: a line for each scenario that ended, and on a terminal
//! a live line with those under way. A consumer of events, like every other report.

use std::collections::BTreeMap;
use std::io::Write;
use std::sync::{Mutex, PoisonError};

use scenarios::Scenario;

use crate::console::{inert, quoted};
use crate::record::{Event, PlannedScenario};
use crate::verdict::{Attempt, Verdict};

/// Goes to the start of the line and clears it.
const CLEAR: &str = "\r\x1b[2K";

/// Where further lines of a detail begin.
const MARGIN: usize = 6;

/// The progress of one run.
#[derive(Debug)]
pub struct Progress {
    planned: Vec<PlannedScenario>,
    total: usize,
    live: bool,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    done: usize,
    under_way: BTreeMap<(String, u32), Attempt>,
}

impl Progress {
    /// Of a run that executes `plan`, each scenario `repeat` times; `live` where stderr is a terminal.
    pub fn new(plan: &[&'static Scenario], repeat: u32, live: bool) -> Self {
        Self {
            planned: plan.iter().map(|&scenario| PlannedScenario::from(scenario)).collect(),
            total: plan.len() * usize::try_from(repeat).unwrap_or(1),
            live,
            state: Mutex::default(),
        }
    }

    /// Said before there are events: the first provisioning takes a while.
    pub fn provisioning(&self, product: &str) {
        let end = if self.live { "" } else { "\n" };
        print_line(&format!("provisioning {product} ...{end}"));
    }

    /// Shows what has happened.
    pub fn on(&self, event: &Event) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        match event {
            Event::ScenarioStarted { scenario, attempt, .. } => {
                state.under_way.insert((scenario.clone(), *attempt), Attempt::default());
            }
            Event::Observed { scenario, attempt, observation } => {
                if let Some(seen) = state.under_way.get_mut(&(scenario.clone(), *attempt)) {
                    seen.observe(observation);
                }
            }
            Event::ScenarioEnded { scenario, attempt, duration_ms, .. } => {
                state.done += 1;
                if let Some(mut seen) = state.under_way.remove(&(scenario.clone(), *attempt)) {
                    seen.duration_ms = Some(*duration_ms);
                    self.say_ended(scenario, &seen, *duration_ms);
                }
            }
            Event::HomeTouched { .. }
            | Event::LeftOutside { .. }
            | Event::RunEnded { .. }
            | Event::WorkerReady { .. } => {}
        }
        self.redraw(&state, event);
    }

    fn say_ended(&self, id: &str, attempt: &Attempt, duration_ms: u64) {
        let Some(planned) = self.planned.iter().find(|planned| planned.id == id) else {
            return;
        };
        let ruling = attempt.ruling(planned);
        let seconds = std::time::Duration::from_millis(duration_ms).as_secs_f64();
        let detail = match ruling.verdict {
            Verdict::Pass => String::new(),
            Verdict::Skip => ruling.skip.map_or_else(String::new, |reason| reason.code.to_string()),
            Verdict::Error => ruling.error.unwrap_or_default(),
            Verdict::Fail | Verdict::Flaky => failures(attempt),
        };
        let detail = quoted(&inert(&detail), MARGIN);
        let clear = if self.live { CLEAR } else { "" };
        let verdict = ruling.verdict.to_string().to_uppercase();
        print_line(format!("{clear}{verdict:<5} {id} ({seconds:.1} s)  {detail}").trim_end());
        print_line("\n");
    }

    fn redraw(&self, state: &State, event: &Event) {
        if !self.live || matches!(event, Event::Observed { .. }) {
            return;
        }
        if matches!(event, Event::RunEnded { .. }) {
            print_line(CLEAR);
            return;
        }
        let names: Vec<_> = state.under_way.keys().map(|(id, _)| id.as_str()).collect();
        let line: String = format!("[{}/{}] {}", state.done, self.total, names.join(", "))
            .chars()
            .take(100)
            .collect();
        print_line(&format!("{CLEAR}{line}"));
    }
}

fn failures(attempt: &Attempt) -> String {
    let failed: Vec<_> = attempt
        .checks
        .iter()
        .filter(|check| check.failed())
        .map(|check| {
            format!("{}: {}", check.id, check.judgement.signature.as_deref().unwrap_or(""))
        })
        .collect();
    failed.join("; ")
}

/// Progress that cannot be shown must not stop a run.
fn print_line(text: &str) {
    let mut stderr = std::io::stderr().lock();
    let _ = stderr.write_all(text.as_bytes());
    let _ = stderr.flush();
}
