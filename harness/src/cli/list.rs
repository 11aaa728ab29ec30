//! `kitty-gate list`.

use std::fmt::Write;

use scenarios::{FLOOR, FloorPromise};
use schemars::JsonSchema;
use serde::Serialize;

use super::args::ListArgs;
use super::exit::Exit;
use super::failure::Failure;
use super::selection::plan_failure;
use super::{print_json, print_text};
use crate::certify::{CertifiedCheck, CertifiedScenario, PlayedOn, committed};
use crate::plan;
use crate::record::PlannedScenario;

/// The scenarios as `list --json` prints them.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ListDocument {
    /// Always `kitty-gate/list`.
    pub format: String,
    /// Version of the format; raised when a reader of the old one would be misled.
    pub version: u32,
    /// The scenarios, in the order of the catalogue.
    pub scenarios: Vec<PlannedScenario>,
    /// The promises of the floor, without which nothing else counts; all of them, whatever is
    /// selected.
    pub floor: Vec<FloorEntry>,
    /// By what the checks of these scenarios were seen to fail, as the certificate has it.
    pub certified: Vec<CertifiedScenario>,
}

/// A promise of the floor.
#[derive(Debug, Serialize, JsonSchema)]
pub struct FloorEntry {
    /// Its name in gate 3 of a mission review.
    pub name: String,
    /// The ids of the scenarios that prove it.
    pub scenarios: Vec<String>,
    /// Those of them that this kitty-gate does not have. Any makes the promise unprovable.
    pub missing: Vec<String>,
}

pub fn run(args: &ListArgs) -> Result<Exit, Failure> {
    let selected = plan::select(&args.filters).map_err(|error| plan_failure(&error))?;
    let wanted = selected.into_iter().filter(|scenario| !args.floor || is_floor(scenario.id));
    let planned: Vec<PlannedScenario> = wanted.map(PlannedScenario::from).collect();
    let mut certified = committed().map_err(Failure::broken)?.scenarios;
    certified.retain(|known| planned.iter().any(|scenario| scenario.id == known.id));
    let floor: Vec<FloorEntry> = FLOOR.iter().map(FloorEntry::of).collect();
    if args.json {
        print_json(&ListDocument {
            format: "kitty-gate/list".to_owned(),
            version: 1,
            scenarios: planned,
            floor,
            certified,
        })?;
    } else if args.floor {
        let lines: String = floor.iter().map(|promise| promise.text(&planned)).collect();
        print_text(&lines)?;
    } else {
        let checks = |scenario| {
            if args.checks { checks_of(scenario, &certified) } else { String::new() }
        };
        let lines: String =
            planned.iter().map(|scenario| entry(scenario) + &checks(scenario)).collect();
        print_text(&lines)?;
    }
    Ok(Exit::Passed)
}

fn is_floor(id: &str) -> bool {
    FLOOR.iter().any(|promise| promise.scenarios.contains(&id))
}

impl FloorEntry {
    fn of(promise: &FloorPromise) -> Self {
        let there = scenarios::all();
        let is_missing = |id: &&&str| there.iter().all(|scenario| scenario.id != **id);
        let missing = promise.scenarios.iter().filter(is_missing);
        Self {
            name: promise.name.to_owned(),
            missing: missing.map(ToString::to_string).collect(),
            scenarios: promise.scenarios.iter().map(ToString::to_string).collect(),
        }
    }

    /// Its name, and below it those of its scenarios that were selected, and those that are not
    /// there; nothing where there are neither.
    fn text(&self, selected: &[PlannedScenario]) -> String {
        let mut text = String::new();
        for scenario in selected.iter().filter(|scenario| self.scenarios.contains(&scenario.id)) {
            // Writing into a String cannot fail.
            let _ = writeln!(text, "    {}  {}", scenario.id, scenario.title);
        }
        for id in &self.missing {
            let _ = writeln!(text, "    {id}  MISSING: nothing proves this promise");
        }
        if text.is_empty() { text } else { format!("{}\n{text}", self.name) }
    }
}

fn entry(scenario: &PlannedScenario) -> String {
    let mut covers = scenario.requirements.clone();
    covers.extend(scenario.issues.iter().map(|issue| format!("#{issue}")));
    let mut text = String::new();
    // Writing into a String cannot fail.
    let _ = writeln!(text, "{}  [{}]", scenario.id, covers.join(", "));
    let _ = writeln!(text, "    {}", scenario.title);
    text
}

/// What a scenario judges, and what made each check fail: on the reference, and on releases.
fn checks_of(scenario: &PlannedScenario, certified: &[CertifiedScenario]) -> String {
    let certified = certified.iter().find(|known| known.id == scenario.id);
    let played_on = certified.map(|known| &known.played_on);
    let mut text = String::new();
    if let Some(PlayedOn::StandIns { why, control }) = played_on {
        // Writing into a String cannot fail.
        let _ = writeln!(text, "    not played on the reference: {why}; `{control}` passes it");
    }
    // The standing checks are those of every scenario.
    let own = scenario.checks.iter().filter(|check| !check.id.starts_with("stage/"));
    for check in own {
        let known =
            certified.and_then(|known| known.checks.iter().find(|known| known.id == check.id));
        let by = by_what(played_on, known);
        // Writing into a String cannot fail.
        let _ = writeln!(
            text,
            "    - {} [{}]: {}\n      {by}",
            check.id, check.stands_for, check.about
        );
    }
    text
}

/// By what a check was seen to fail, for people.
fn by_what(played_on: Option<&PlayedOn>, known: Option<&CertifiedCheck>) -> String {
    let known = known.filter(|known| !known.killed_by.is_empty() || !known.seen_on.is_empty());
    let Some(known) = known else {
        return "NOT certified: nothing is known to make it fail".to_owned();
    };
    let mut parts = Vec::new();
    match (known.killed_by.as_slice(), played_on) {
        ([], _) => {}
        (names, Some(PlayedOn::StandIns { .. })) => {
            parts.push(format!("certified by the stand-ins {}", names.join(" ")));
        }
        ([name], _) => parts.push(format!("certified by the reference's fault {name}")),
        ([first, rest @ ..], _) => parts
            .push(format!("certified by the reference's faults {first} and {} more", rest.len())),
    }
    if !known.seen_on.is_empty() {
        parts.push(format!("seen to fail on {}", known.seen_on.join(" ")));
    }
    parts.join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_promise_without_its_scenario_is_told() {
        let promise = FloorPromise {
            name: "a_promise",
            scenarios: &["contract-drift/caught", "floor/nowhere"],
        };
        let entry = FloorEntry::of(&promise);
        assert_eq!(entry.missing, ["floor/nowhere"]);
        let text = entry.text(&[]);
        assert!(text.contains("a_promise\n    floor/nowhere  MISSING"), "{text}");
    }

    #[test]
    fn nothing_of_the_floor_is_missing() {
        for entry in FLOOR.iter().map(FloorEntry::of) {
            assert!(entry.missing.is_empty(), "{entry:?}");
        }
    }
}
