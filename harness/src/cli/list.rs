//! `kitty-gate list`.

use std::fmt::Write;

use schemars::JsonSchema;
use serde::Serialize;

use super::args::ListArgs;
use super::exit::Exit;
use super::failure::Failure;
use super::run::plan_failure;
use super::{print_json, print_text};
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
}

pub fn run(args: &ListArgs) -> Result<Exit, Failure> {
    let selected = plan::select(&args.filters).map_err(|error| plan_failure(&error))?;
    let planned = selected.into_iter().map(PlannedScenario::from);
    if args.json {
        print_json(&ListDocument {
            format: "kitty-gate/list".to_owned(),
            version: 1,
            scenarios: planned.collect(),
        })?;
    } else {
        let lines: String = planned.map(|scenario| entry(&scenario)).collect();
        print_text(&lines)?;
    }
    Ok(Exit::Passed)
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
