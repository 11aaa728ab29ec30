//! `kitty-gate list`.

use std::fmt::Write;

use serde_json::json;

use super::args::ListArgs;
use super::exit::Exit;
use super::failure::Failure;
use super::run::plan_failure;
use super::{print_json, print_text};
use crate::plan;
use crate::record::PlannedScenario;

pub fn run(args: &ListArgs) -> Result<Exit, Failure> {
    let selected = plan::select(&args.filters).map_err(|error| plan_failure(&error))?;
    let planned = selected.into_iter().map(PlannedScenario::from);
    if args.json {
        let scenarios: Vec<_> = planned.collect();
        print_json(&json!({"format": "kitty-gate/list", "version": 1, "scenarios": scenarios}))?;
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
