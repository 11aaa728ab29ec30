//! Smoke evidence as a person would commit it. The same run gives the same page.

pub mod escape;
mod requirements;
pub mod scenario;

use std::collections::BTreeMap;

use super::Evidence;
use super::entry::{Entry, Tone};
use super::subject::{facts, in_a_line};
use super::words::{
    PACKAGE, counted, limitations, overall, product, shortened, time, totals, wheel,
};
use crate::gate::GateDocument;
use crate::matrix::IssueMatrix;
use crate::record::Ended;
use crate::report::words::visible;
use crate::text::put;

use escape::{code, head, prose, row};

/// How much of a reason stands in a table, in characters.
const NOTE: usize = 160;

/// The page.
pub fn render(evidence: &Evidence) -> String {
    let entries = Entry::gravest_first(evidence);
    let mut text = String::new();
    let run = evidence.run();
    put(&mut text, &format!("# Smoke evidence: {}\n", prose(&product(&run.product))));
    verdict(&mut text, evidence);
    what_was_run(&mut text, evidence);
    findings(&mut text, evidence);
    summary(&mut text, evidence, &entries);
    scenario::sections(&mut text, evidence, &entries);
    requirements::section(&mut text, evidence.requirements());
    issues(&mut text, evidence, &entries);
    limits(&mut text, evidence);
    lock(&mut text, evidence);
    text
}

/// What the run is about, where the release does not tell.
pub fn subject(text: &mut String, evidence: &Evidence) {
    if let Some(line) = in_a_line(&evidence.run().product) {
        put(text, &format!("{}\n", prose(&line)));
    }
}

/// The answer first.
pub fn verdict(text: &mut String, evidence: &Evidence) {
    match evidence.gate() {
        Some(gate) => {
            put(
                text,
                &format!(
                    "**The gate is {}: {}.** {}: {} (decided on {}, {})\n",
                    gate.decision.name(),
                    gate.decision.meaning(),
                    gate.judged,
                    prose(&totals(evidence)),
                    prose(&gate.decided_on),
                    each_run(gate.repeat),
                ),
            );
            for why in &gate.because {
                put(text, &format!("- {}", prose(why)));
            }
            if !gate.because.is_empty() {
                text.push('\n');
            }
            promises(text, gate);
            exceptions(text, gate);
        }
        None => put(
            text,
            &format!(
                "**No decision was made. The run says: {}.** {}\n",
                overall(evidence.run().overall()),
                prose(&totals(evidence))
            ),
        ),
    }
}

fn each_run(repeat: u32) -> String {
    match repeat {
        1 => "each scenario run once".to_owned(),
        repeat => format!("each scenario run {repeat} times"),
    }
}

fn promises(text: &mut String, gate: &GateDocument) {
    if gate.core.is_empty() {
        return;
    }
    text.push_str(&head(&["Core", "Stands", "Proven by"]));
    for promise in &gate.core {
        let by: Vec<String> = promise.scenarios.iter().map(|id| code(id)).collect();
        text.push_str(&row(&[
            code(&promise.name),
            marked(promise.standing.into(), &promise.standing.to_string()),
            by.join(", "),
        ]));
    }
    text.push('\n');
}

fn exceptions(text: &mut String, gate: &GateDocument) {
    if gate.exceptions.is_empty() {
        return;
    }
    text.push_str(&head(&[
        "Operator exception",
        "Scenario",
        "Operator",
        "Date",
        "Follow-up",
        "Counts",
    ]));
    for one in &gate.exceptions {
        let counts =
            if one.used { "yes".to_owned() } else { format!("no: {}", code(&one.refused)) };
        text.push_str(&row(&[
            code(&one.file),
            code(&one.scenario),
            code(&one.operator),
            code(&one.date),
            code(&one.follow_up),
            counts,
        ]));
    }
    text.push('\n');
}

fn what_was_run(text: &mut String, evidence: &Evidence) {
    let run = evidence.run();
    put(text, "## What was run\n");
    text.push_str(&head(&["", ""]));
    let mut fact = |name: &str, value: String| text.push_str(&row(&[name.to_owned(), value]));
    fact(
        "Product",
        format!(
            "{}, asked for as {}, by {}",
            prose(&product(&run.product)),
            code(&run.product.spec),
            code(&run.product.method)
        ),
    );
    let digest = wheel(&run.product).and_then(|wheel| wheel.sha256.as_deref());
    fact(
        "Wheel",
        digest.map_or_else(
            || "no digest is known".to_owned(),
            |digest| format!("sha256 {}", code(digest)),
        ),
    );
    for (name, value) in facts(&run.product) {
        fact(name, code(&value));
    }
    fact("Python", run.product.python.as_deref().map_or_else(|| "unknown".to_owned(), prose));
    fact(
        "Network",
        run.network.map_or_else(|| "not closed".to_owned(), |network| network.to_string()),
    );
    fact("Run", format!("{}, begun {}", code(&run.run_id), prose(&run.started_at)));
    let ended = match run.ended {
        Ended::Completed => "completed",
        Ended::Interrupted => "stopped by the operator",
        Ended::Killed => "killed, or still going on",
    };
    let wall = run.wall_ms.map_or_else(String::new, |ms| format!(", after {}", time(ms)));
    fact("Ended", format!("{ended}{wall}"));
    fact(
        "Run by",
        format!(
            "kitty-gate {}, {} at a time, {}",
            prose(&run.kitty_gate),
            run.jobs,
            each_run(run.repeat)
        ),
    );
    text.push('\n');
}

fn findings(text: &mut String, evidence: &Evidence) {
    let findings = &evidence.run().product.findings;
    if findings.is_empty() {
        return;
    }
    put(text, "## Findings about the release\n");
    text.push_str(&head(&["Finding", "About", "What was seen"]));
    for finding in findings {
        text.push_str(&row(&[
            code(&finding.code.to_string()),
            code(&finding.about),
            code(&finding.detail),
        ]));
    }
    text.push('\n');
}

/// What did not pass, a row each, and what did, by name.
pub fn summary(text: &mut String, evidence: &Evidence, entries: &[Entry<'_>]) {
    put(text, "## Summary\n");
    put(text, &format!("{}: {}.\n", counted(entries.len(), "scenario"), prose(&totals(evidence))));
    let graver = entries.iter().filter(|entry| entry.tone() != Tone::Good);
    let mut any = false;
    for entry in graver {
        if !any {
            text.push_str(&head(&["Smoke", "Result", "Notes"]));
            any = true;
        }
        text.push_str(&row(&[
            code(entry.id),
            marked(entry.tone(), &entry.word()),
            code(&shortened(&visible(&entry.because()), NOTE)),
        ]));
    }
    if any {
        text.push('\n');
    }
    passed(text, entries);
}

/// What passed, by suite: nobody reads two thousand rows of it.
fn passed(text: &mut String, entries: &[Entry<'_>]) {
    let mut suites: Vec<(&str, Vec<String>)> = Vec::new();
    let mut places: BTreeMap<&str, usize> = BTreeMap::new();
    for entry in entries.iter().filter(|entry| entry.tone() == Tone::Good) {
        let place = *places.entry(entry.suite()).or_insert_with(|| {
            suites.push((entry.suite(), Vec::new()));
            suites.len() - 1
        });
        suites[place].1.push(code(entry.name()));
    }
    if suites.is_empty() {
        return;
    }
    put(text, "Passed:\n");
    for (suite, names) in suites {
        put(text, &format!("- {} ({}): {}", code(suite), names.len(), names.join(", ")));
    }
    text.push('\n');
}

/// The verdict of an issue is that of the issue matrix, where there is a decision that it follows from.
fn issues(text: &mut String, evidence: &Evidence, entries: &[Entry<'_>]) {
    let mut issues: BTreeMap<u32, Vec<&Entry<'_>>> = BTreeMap::new();
    for entry in entries {
        for issue in entry.executed.into_iter().flat_map(|executed| &executed.issues) {
            issues.entry(*issue).or_default().push(entry);
        }
    }
    if issues.is_empty() {
        return;
    }
    put(text, "## Issues\n");
    text.push_str(&head(&["Issue", "Verdict", "Scenarios"]));
    let matrix = evidence.gate().map(|gate| IssueMatrix::of(evidence.run(), gate));
    for (issue, by) in issues {
        let issue = format!("#{issue}");
        let known =
            matrix.as_ref().and_then(|matrix| matrix.rows.iter().find(|row| row.issue == issue));
        // They come the gravest first.
        let worst = by.first().map(|entry| (entry.tone(), entry.word()));
        let verdict = worst.map_or_else(String::new, |(tone, word)| {
            known.map_or_else(|| marked(tone, &word), |row| row.verdict.clone())
        });
        let not: Vec<String> = by
            .iter()
            .filter(|entry| entry.tone() != Tone::Good)
            .map(|entry| code(entry.id))
            .collect();
        let good = by.len() - not.len();
        let mut told = shown(&not);
        if good > 0 {
            told.push(format!("{good} passed"));
        }
        // In code, or every run would be linked to from the issue.
        text.push_str(&row(&[code(&issue), verdict, told.join(", ")]));
    }
    text.push('\n');
}

/// How many names of a list are told.
const NAMES: usize = 12;

fn shown(names: &[String]) -> Vec<String> {
    let mut shown: Vec<String> = names.iter().take(NAMES).cloned().collect();
    if names.len() > NAMES {
        shown.push(format!("{} more", names.len() - NAMES));
    }
    shown
}

/// What keeps a reader from taking the run for more than it is.
pub fn limits(text: &mut String, evidence: &Evidence) {
    put(text, "## Limitations\n");
    for limit in limitations(evidence) {
        put(text, &format!("- {}", prose(&limit)));
    }
    put(
        text,
        "- Streams are quoted in part; the run's folder has them whole.\n\
         - Paths, names, addresses and secrets of the machine are left out; `<home>`, `<tmp>` and the like stand for them.\n",
    );
}

fn lock(text: &mut String, evidence: &Evidence) {
    let lock = &evidence.run().product.lock;
    if lock.is_empty() {
        return;
    }
    put(text, "## Lock\n");
    text.push_str(&head(&["Package", "Version", "sha256"]));
    for package in lock {
        let name = if package.name == PACKAGE {
            format!("**{}**", prose(&package.name))
        } else {
            prose(&package.name)
        };
        text.push_str(&row(&[
            name,
            prose(&package.version),
            package.sha256.as_deref().map_or_else(String::new, code),
        ]));
    }
}

/// A word that is not to be missed where it is not good.
fn marked(tone: Tone, word: &str) -> String {
    match tone {
        Tone::Good | Tone::Aside | Tone::Known | Tone::Repaired => prose(word),
        Tone::Unproven | Tone::Broken | Tone::Bad => format!("**{}**", prose(word)),
    }
}
