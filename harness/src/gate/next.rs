//! What to do next, as commands where there are some: the first of each kind, in the order of their weight.

use std::path::Path;

use super::document::{Decision, GateDocument, GatedScenario, Match, NotJudged, Standing};
use crate::reference;

/// The steps; `dir` is the run's folder.
pub fn next(gate: &GateDocument, dir: &Path) -> Vec<String> {
    let whole = Next { gate, dir: shell_words::quote(&dir.to_string_lossy()).into_owned() };
    let mut steps = whole.wrong();
    let repaired = whole.repaired();
    if gate.strict {
        steps.extend(repaired.clone());
    }
    steps.extend(whole.unproven());
    if steps.is_empty() && gate.decision != Decision::Incomplete {
        steps.push(format!("keep the evidence: kitty-gate report {} --format markdown", whole.dir));
    }
    // A fix keeps nobody from shipping.
    if !gate.strict {
        steps.extend(repaired);
    }
    steps
}

struct Next<'g> {
    gate: &'g GateDocument,
    /// The run's folder, as a shell takes it.
    dir: String,
}

impl Next<'_> {
    fn first(&self, standing: Standing) -> Option<&GatedScenario> {
        let mut those = self.gate.scenarios.iter();
        those.find(|scenario| scenario.standing == standing)
    }

    /// About what closes the gate.
    fn wrong(&self) -> Vec<String> {
        let mut steps = Vec::new();
        if let Some(failed) = self.first(Standing::Fail).or(self.first(Standing::Flaky)) {
            steps.push(self.show(failed));
            steps.push(format!("{} {}", self.command("repro"), failed.id));
        }
        if let Some(entry) = self.first(Standing::Expired).and_then(expired_at) {
            steps.push(format!("edit the known failure at {entry}"));
        }
        steps
    }

    /// About what was not judged. An exception is the last resort: what can be run is run.
    fn unproven(&self) -> Vec<String> {
        let mut steps = Vec::new();
        let unanswered = || {
            let scenarios = self.gate.scenarios.iter();
            scenarios.filter(|scenario| scenario.standing != Standing::Excepted)
        };
        let first = |why| unanswered().find(|scenario| scenario.not_judged == Some(why));
        if let Some(broken) = first(NotJudged::Broken) {
            steps.push(self.show(broken));
        }
        if let Some(unreached) = first(NotJudged::NotReached) {
            steps.push(match known_at(unreached) {
                None => self.show(unreached),
                Some(at) => format!("{}, and say at {at} what is `unjudged`", self.show(unreached)),
            });
        }
        if first(NotJudged::NotRun).is_some() {
            steps.push(format!(
                "run what was not run: {} --repeat {} (without filters), or merge what all machines ran",
                self.command("gate"),
                self.gate.repeat
            ));
        } else if let Some(stopped) = first(NotJudged::NotStarted) {
            steps.push(format!("{}; mend what is named, and run again", self.show(stopped)));
        } else if let Some(prevented) = first(NotJudged::Prevented) {
            steps.push(format!("{}; mend what is named, and run again", self.show(prevented)));
            steps.push(format!(
                "where the machine cannot be mended: kitty-gate exception new {} {}",
                self.dir, prevented.id
            ));
        }
        steps
    }

    /// About the entries that are not true any more.
    fn repaired(&self) -> Option<String> {
        let better =
            |check: &&super::GatedCheck| matches!(check.matched, Match::Fixed | Match::Judged);
        let mut checks = self.gate.scenarios.iter().flat_map(|scenario| &scenario.checks);
        let known = checks.find(better)?.known_failure.as_ref()?;
        let file = known.at.rsplit_once(':').map_or("", |(file, _)| file);
        Some(format!(
            "take out what is repaired: kitty-gate known-failures update {} --from {}",
            shell_words::quote(file),
            self.dir
        ))
    }

    fn command(&self, verb: &str) -> String {
        reference::command(verb, &self.gate.product.spec)
    }

    fn show(&self, scenario: &GatedScenario) -> String {
        format!("kitty-gate show {} {}", self.dir, scenario.id)
    }
}

/// Where the failure is known that left checks unjudged which nobody names.
fn known_at(scenario: &GatedScenario) -> Option<&str> {
    let of = |matched| {
        let those = scenario.checks.iter();
        those.filter(move |check| check.matched == matched)
    };
    of(Match::Unproven).next()?;
    let known = of(Match::Known).next_back()?;
    known.known_failure.as_ref().map(|known| known.at.as_str())
}

fn expired_at(scenario: &GatedScenario) -> Option<&str> {
    let is_expired = |check: &&super::GatedCheck| check.matched == Match::Expired;
    let check = scenario.checks.iter().find(is_expired)?;
    check.known_failure.as_ref().map(|known| known.at.as_str())
}
