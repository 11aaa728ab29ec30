//! `kitty-gate list`.

use std::fmt::Write;

use clap::Args;
use scenarios::Core;
use schemars::JsonSchema;
use serde::Serialize;

use super::exit::Exit;
use super::failure::Failure;
use super::selection::plan_failure;
use super::{print_json, print_text};
use crate::certify::{CertifiedCheck, CertifiedScenario, RanOn, committed};
use crate::plan;
use crate::record::PlannedScenario;

/// Arguments of `list`.
#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag")]
pub struct ListArgs {
    /// Suites, ids or globs; everything when there is none.
    #[arg(value_name = "FILTER")]
    pub filters: Vec<String>,
    /// Only the core: the promises without which nothing else counts, and the scenarios that prove
    /// them.
    #[arg(long)]
    pub core: bool,
    /// The old name of `--core`.
    #[arg(long, hide = true)]
    pub floor: bool,
    /// What each scenario judges, and by what each check was seen to fail.
    #[arg(long)]
    pub checks: bool,
    /// Print JSON.
    #[arg(long)]
    pub json: bool,
}

/// The scenarios as `list --json` prints them.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ListDocument {
    /// Always `kitty-gate/list`.
    pub format: String,
    /// Version of the format; raised when a reader of the old one would be misled.
    pub version: u32,
    /// The scenarios, in the order of the catalogue.
    pub scenarios: Vec<PlannedScenario>,
    /// The promises of the core, without which nothing else counts; all of them, whatever is
    /// selected.
    pub core: Vec<CoreEntry>,
    /// By what the checks of these scenarios were seen to fail, as the certificate has it.
    pub certified: Vec<CertifiedScenario>,
}

/// A promise of the core.
#[derive(Debug, Serialize, JsonSchema)]
pub struct CoreEntry {
    /// Its name in gate 3 of a mission review.
    pub name: String,
    /// The ids of the scenarios that prove it.
    pub scenarios: Vec<String>,
}

pub fn run(args: &ListArgs) -> Result<Exit, Failure> {
    if args.floor {
        return Err(Failure::usage("option-renamed", "`--floor` is called `--core`")
            .hint("kitty-gate list --core"));
    }
    let selected = plan::select(&args.filters).map_err(|error| plan_failure(&error))?;
    let wanted = selected.into_iter().filter(|scenario| !args.core || scenario.core.is_some());
    let planned: Vec<PlannedScenario> = wanted.map(PlannedScenario::from).collect();
    let mut certified = committed()?.scenarios;
    certified.retain(|known| planned.iter().any(|scenario| scenario.id == known.id));
    let core: Vec<CoreEntry> = Core::ALL.into_iter().map(CoreEntry::of).collect();
    if args.json {
        print_json(&ListDocument {
            format: "kitty-gate/list".to_owned(),
            version: 2,
            scenarios: planned,
            core,
            certified,
        })?;
    } else if args.core {
        let lines: String = core.iter().map(|promise| promise.text(&planned)).collect();
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

impl CoreEntry {
    fn of(promise: Core) -> Self {
        Self {
            name: promise.name().to_owned(),
            scenarios: promise.scenarios().map(|scenario| scenario.id.to_owned()).collect(),
        }
    }

    /// Its name, and below it those of its scenarios that were selected; nothing where none was.
    fn text(&self, selected: &[PlannedScenario]) -> String {
        let mut text = String::new();
        for scenario in selected.iter().filter(|scenario| self.scenarios.contains(&scenario.id)) {
            // Writing into a String cannot fail.
            let _ = writeln!(text, "    {}  {}", scenario.id, scenario.title);
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
    let executed_on = certified.map(|known| &known.executed_on);
    let mut text = String::new();
    if let Some(RanOn::FakeProducts { why, control }) = executed_on {
        // Writing into a String cannot fail.
        let _ = writeln!(text, "    not run on the reference: {why}; `{control}` passes it");
    }
    // The standing checks are those of every scenario.
    let own = scenario.checks.iter().filter(|check| !check.id.starts_with("sandbox/"));
    for check in own {
        let known =
            certified.and_then(|known| known.checks.iter().find(|known| known.id == check.id));
        let by = by_what(executed_on, known);
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
fn by_what(executed_on: Option<&RanOn>, known: Option<&CertifiedCheck>) -> String {
    let known = known.filter(|known| !known.killed_by.is_empty() || !known.seen_on.is_empty());
    let Some(known) = known else {
        return "NOT certified: nothing is known to make it fail".to_owned();
    };
    let mut parts = Vec::new();
    match (known.killed_by.as_slice(), executed_on) {
        ([], _) => {}
        (names, Some(RanOn::FakeProducts { .. })) => {
            parts.push(format!("certified by the fake products {}", names.join(" ")));
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
