//! Requirements as text for a person at a terminal. Pure functions of the document.

use std::collections::BTreeMap;

use scenarios::requirements::Coverage;

use super::wrapped;
use crate::report::words::counted;
use crate::requirements::{
    Gap, GapKind, JudgedRun, RequirementDocument, RequirementsDocument, SourceDocument, Standing,
    State, Totals, Violation,
};
use crate::text::put;

/// How wide a line gets, like the help pages.
const WIDTH: usize = 100;
/// Where what is said of a requirement begins.
const INDENT: usize = 15;
/// How many names of a list are told; JSON has them all.
const NAMES: usize = 6;

/// Every requirement, then a table of the sources, then one line that sums up.
pub fn render(document: &RequirementsDocument) -> String {
    let mut text = String::new();
    for source in &document.sources {
        put(&mut text, &source.topic);
        for one in &source.requirements {
            requirement(&mut text, one);
        }
        text.push('\n');
    }
    if !document.unassigned.is_empty() {
        put(&mut text, "failed checks that stand for no known requirement");
        for lost in &document.unassigned {
            put(&mut text, &wrapped("  ", 2, &violation(lost), WIDTH));
        }
        text.push('\n');
    }
    if let Some(JudgedRun { run_id, product, release }) = &document.run {
        let release = release.as_deref().unwrap_or("not provisioned");
        put(&mut text, &format!("spec-kitty-cli {release} ({product}), run {run_id}\n"));
    }
    table(&mut text, document);
    put(&mut text, &format!("\n{}", last_line(document)));
    text
}

fn requirement(text: &mut String, one: &RequirementDocument) {
    let state = one
        .standing
        .as_ref()
        .map_or_else(|| one.coverage.to_string(), |standing| standing.state.to_string());
    put(text, &format!("  {state:<11}  {}", one.id));
    line(text, &one.text);
    match &one.standing {
        None => proofs(text, one),
        Some(standing) => write_violations(text, standing),
    }
    if let Some(reason) = &one.unreachable {
        line(text, &format!("- {reason}"));
    }
}

fn proofs(text: &mut String, one: &RequirementDocument) {
    if !one.scenarios.is_empty() {
        line(text, &format!("- by {}", names(&one.scenarios)));
    }
    if !one.checks.is_empty() {
        let amount = counted(one.checks.len(), "check");
        let of = one.checks.iter().map(|check| check.scenario.clone());
        let mut of: Vec<String> = of.collect();
        of.dedup();
        line(text, &format!("- by {amount} of {}", names(&of)));
    }
    if !one.through.is_empty() {
        line(text, &format!("- through {}", names(&one.through)));
    }
    if !one.planned.is_empty() {
        line(text, &format!("- not written yet: {}", names(&one.planned)));
    }
}

fn write_violations(text: &mut String, standing: &Standing) {
    for one in &standing.violations {
        line(text, &format!("- {}", violation(one)));
    }
    let mut alike: BTreeMap<(GapKind, &str), Vec<String>> = BTreeMap::new();
    for Gap { kind, why, by } in &standing.gaps {
        alike.entry((*kind, why)).or_default().push(by.clone());
    }
    for ((kind, why), by) in alike {
        let kind = kind.words();
        let why = if why.is_empty() { String::new() } else { format!(" ({why})") };
        line(text, &format!("- {kind}{why}: {}", names(&by)));
    }
}

fn violation(one: &Violation) -> String {
    let Violation { scenario, check, stands_for, signature, known } = one;
    let known = known.as_ref();
    let known = known.map_or_else(String::new, |at| format!("  (known: {at})"));
    format!("{scenario}  {check} [{stands_for}]  {signature}{known}")
}

fn table(text: &mut String, document: &RequirementsDocument) {
    let topics = document.sources.iter().map(|source| source.topic.chars().count());
    let width = topics.max().unwrap_or(0);
    let heads: Vec<String> = columns(&document.totals).into_iter().map(|(head, _)| head).collect();
    put(text, &format!("{:width$}  {}", "", heads.join("  ")));
    let mut row = |topic: &str, totals: &Totals| {
        let cells: Vec<String> = columns(totals)
            .into_iter()
            .map(|(head, count)| format!("{count:>0$}", head.len()))
            .collect();
        put(text, &format!("{topic:<width$}  {}", cells.join("  ")));
    };
    for SourceDocument { topic, totals, .. } in &document.sources {
        row(topic, totals);
    }
}

/// What is counted: states after a run, else coverage.
fn columns(totals: &Totals) -> Vec<(String, usize)> {
    let count = |found: Option<&usize>| found.copied().unwrap_or(0);
    match &totals.states {
        Some(states) => {
            State::ALL.iter().map(|state| (state.to_string(), count(states.get(state)))).collect()
        }
        None => Coverage::ALL
            .iter()
            .map(|coverage| (coverage.to_string(), count(totals.coverage.get(coverage))))
            .collect(),
    }
}

fn last_line(document: &RequirementsDocument) -> String {
    let columns = columns(&document.totals);
    let all: usize = columns.iter().map(|(_, count)| count).sum();
    let counts: Vec<String> =
        columns.iter().map(|(head, count)| format!("{count} {head}")).collect();
    format!("{}: {}", counted(all, "requirement"), counts.join(", "))
}

fn names(all: &[String]) -> String {
    let shown = all.iter().take(NAMES).cloned().collect::<Vec<_>>().join(", ");
    match all.len().saturating_sub(NAMES) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

/// Breaks `line` between words; what follows a dash is indented below it.
fn line(text: &mut String, line: &str) {
    let hang = if line.starts_with("- ") { 2 } else { 0 };
    put(text, &wrapped(&" ".repeat(INDENT), INDENT + hang, line, WIDTH));
}
