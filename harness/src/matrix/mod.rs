//! The issue matrix: for each issue of the product, how it stands on a release, and what says so.
//!
//! It is gate 4 of a mission review (`issue-matrix.md`, or `issue-matrix.json`), and the issue
//! traceability review of seed 004.

mod check;
mod read;

use std::collections::BTreeMap;
use std::fmt::Write;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use check::objections;
pub use read::{ReadRow, read};

use crate::document::{RunDocument, ScenarioDocument};
use crate::gate::{GateDocument, GatedScenario, Match, Standing};
use crate::verdict::Verdict;

/// The name of the format.
pub const FORMAT: &str = "kitty-gate/issues";
/// Its version; raised when a reader of the old one would be misled.
pub const VERSION: u32 = 1;

/// Verified on the release: every scenario of the issue passed.
pub const VERIFIED: &str = "verified-already-fixed";
/// Put off, with a handle in the evidence.
pub const DEFERRED: &str = "deferred-with-followup";
/// Nobody has decided; refused.
pub const UNKNOWN: &str = "unknown";

/// How the issues of the product stand after a run. What `issues --json` prints.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct IssueMatrix {
    /// Always `kitty-gate/issues`.
    pub format: String,
    /// Version of the format.
    pub version: u32,
    /// Id of the run.
    pub run_id: String,
    /// The release that was driven; `null` when it would not say.
    pub release: Option<String>,
    /// A row for each issue that a scenario of the run covers, by number.
    pub rows: Vec<IssueRow>,
}

/// A row, with the columns that the form has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct IssueRow {
    /// The issue: `#976`.
    pub issue: String,
    /// What of it is looked at: the suites.
    pub scope: String,
    /// `verified-already-fixed`, `deferred-with-followup`, or `unknown` until a person decides.
    pub verdict: String,
    /// What says so.
    pub evidence_ref: String,
}

impl IssueMatrix {
    /// The matrix of a run; `gate` is the decision on it, which knows what is expected.
    pub fn of(run: &RunDocument, gate: &GateDocument) -> Self {
        let mut issues: BTreeMap<u32, Vec<&ScenarioDocument>> = BTreeMap::new();
        for scenario in &run.scenarios {
            for issue in &scenario.issues {
                issues.entry(*issue).or_default().push(scenario);
            }
        }
        let rows = issues.iter().map(|(issue, those)| row(*issue, those, run, gate));
        Self {
            format: FORMAT.to_owned(),
            version: VERSION,
            run_id: run.run_id.clone(),
            release: run.product.release.clone(),
            rows: rows.collect(),
        }
    }

    /// Whether somebody has yet to decide about a row.
    pub fn is_open(&self) -> bool {
        self.rows.iter().any(|row| row.verdict == UNKNOWN)
    }

    /// The table, as it is committed.
    pub fn markdown(&self) -> String {
        let mut text = "| issue | scope | verdict | evidence_ref |\n|---|---|---|---|\n".to_owned();
        for row in &self.rows {
            let [issue, scope, verdict, evidence] =
                [&row.issue, &row.scope, &row.verdict, &row.evidence_ref].map(|cell| in_cell(cell));
            // Writing into a String cannot fail.
            let _ = writeln!(text, "| {issue} | {scope} | {verdict} | {evidence} |");
        }
        text
    }
}

fn row(
    issue: u32,
    those: &[&ScenarioDocument],
    run: &RunDocument,
    gate: &GateDocument,
) -> IssueRow {
    let mut suites: Vec<&str> = those
        .iter()
        .filter_map(|scenario| scenario.id.split_once('/'))
        .map(|(suite, _)| suite)
        .collect();
    suites.dedup();
    let (verdict, evidence_ref) = stands(those, run, gate);
    IssueRow {
        issue: format!("#{issue}"),
        scope: suites.join(", "),
        verdict: verdict.to_owned(),
        evidence_ref,
    }
}

fn stands(
    those: &[&ScenarioDocument],
    run: &RunDocument,
    gate: &GateDocument,
) -> (&'static str, String) {
    let gated = |scenario: &&ScenarioDocument| {
        gate.scenarios.iter().find(|gated| gated.id == scenario.id && gated.required)
    };
    let counted: Vec<&GatedScenario> = those.iter().filter_map(gated).collect();
    let is_open = |scenario: &&&GatedScenario| !is_passed(scenario) && !is_known(scenario);
    let passed = counted.iter().filter(|one| is_passed(one)).count();
    let known = counted.iter().filter(|one| is_known(one)).count();
    let release = run.product.release.as_deref().unwrap_or("an unknown release");
    if counted.is_empty() {
        return (UNKNOWN, format!("nothing of it was promised by {release}"));
    }
    if passed == counted.len() {
        let those = if passed == 1 { "its scenario" } else { &format!("all {passed} scenarios") };
        let repaired = repaired(&counted);
        let text = format!("{those} passed on {release}, run {}{repaired}", run.run_id);
        return (VERIFIED, text);
    }
    if passed + known == counted.len() {
        let mut handles: Vec<&str> = counted
            .iter()
            .filter(|one| is_known(one))
            .flat_map(|scenario| &scenario.checks)
            .filter(|check| matches!(check.matched, Match::Known | Match::Unjudged))
            .filter_map(|check| check.known_failure.as_ref())
            .map(|known| known.issue.as_str())
            .collect();
        handles.sort_unstable();
        handles.dedup();
        let text = format!(
            "{known} of {} scenarios fail as known on {release}{}; followed up in {}",
            counted.len(),
            repaired(&counted),
            handles.join(", ")
        );
        return (DEFERRED, text);
    }
    let open = counted.iter().filter(is_open);
    let open: Vec<String> =
        open.map(|scenario| format!("{} ({})", scenario.id, scenario.standing)).collect();
    (UNKNOWN, format!("on {release}: {}", open.join(", ")))
}

/// Whether it passed, as expected or better than that.
fn is_passed(scenario: &GatedScenario) -> bool {
    match scenario.standing {
        Standing::Pass => true,
        Standing::Fixed => scenario.verdict == Some(Verdict::Pass),
        _ => false,
    }
}

/// Whether it fails as known, or less than that.
fn is_known(scenario: &GatedScenario) -> bool {
    match scenario.standing {
        Standing::Known => true,
        Standing::Fixed => !is_passed(scenario),
        _ => false,
    }
}

/// How many of them do better than is known.
fn repaired(counted: &[&GatedScenario]) -> String {
    let repaired = counted.iter().filter(|scenario| scenario.standing == Standing::Fixed);
    match repaired.count() {
        0 => String::new(),
        count => format!("; {count} repaired"),
    }
}

/// A pipe would end the cell, a line break the row.
fn in_cell(text: &str) -> String {
    crate::console::inert(text).replace('\n', " ").replace('|', "\\|")
}
