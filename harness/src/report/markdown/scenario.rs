//! One scenario: what it promised, what failed, and each command with what was seen.

use super::escape::{code, fenced, head, prose, row};
use crate::document::{CheckDocument, ScenarioDocument, StepDocument};
use crate::report::Evidence;
use crate::report::entry::{Entry, Tone};
use crate::report::words::{command, covers, ending, first_lines, repro, shortened, time, visible};
use crate::text::put;

/// How many lines of an observation are quoted.
const LINES: usize = 24;
/// How much of a line stands in a table, in characters.
const CELL: usize = 140;
/// How many commands of one scenario are listed.
const STEPS: usize = 60;

/// What did not pass in full, what was repaired, and then the core, though it passed: it is what smoke is about.
pub fn sections(text: &mut String, evidence: &Evidence, entries: &[Entry<'_>]) {
    let is_whole = |entry: &&Entry<'_>| entry.tone() == Tone::Good || is_repaired(entry);
    let (passed, not): (Vec<&Entry<'_>>, Vec<_>) = entries.iter().partition(is_whole);
    if !not.is_empty() {
        put(text, "## What did not pass\n");
    }
    for entry in not {
        section(text, evidence, entry);
    }
    repaired(text, &passed);
    let core = passed.into_iter().filter(|entry| is_core(entry.id));
    let mut any = false;
    for (entry, executed) in core.filter_map(|entry| Some((entry, entry.executed?))) {
        if !any {
            put(text, "## The core, command by command\n");
            any = true;
        }
        put(text, &format!("### {}: {}\n", code(entry.id), prose(&entry.word())));
        put(text, &format!("{}\n", prose(&executed.title)));
        steps(text, executed);
    }
}

/// Whether it passed, and is said to fail.
fn is_repaired(entry: &Entry<'_>) -> bool {
    entry.tone() == Tone::Repaired && entry.passed()
}

/// Good news, and what has to be taken out of the file for it.
fn repaired(text: &mut String, passed: &[&Entry<'_>]) {
    let mut any = false;
    for entry in passed.iter().filter(|entry| is_repaired(entry)) {
        if !any {
            put(text, "## What was repaired\n");
            any = true;
        }
        put(text, &format!("- {}: {}", code(entry.id), code(&entry.because())));
    }
    if any {
        text.push('\n');
    }
}

fn is_core(id: &str) -> bool {
    scenarios::all().into_iter().any(|scenario| scenario.id == id && scenario.core.is_some())
}

/// One scenario in full.
pub fn section(text: &mut String, evidence: &Evidence, entry: &Entry<'_>) {
    put(text, &format!("### {}: {}\n", code(entry.id), prose(&entry.word())));
    let Some(executed) = entry.executed else {
        return put(text, &format!("{}.\n", prose(&entry.because())));
    };
    let covered: Vec<String> = covers(executed).iter().map(|name| code(name)).collect();
    put(text, &format!("Promise: {} ({})\n", prose(&executed.title), covered.join(", ")));
    if let Some(because) = entry.stands_because() {
        put(text, &format!("Stands so because: {}\n", code(because)));
    }
    if let Some(reason) = &executed.skip {
        put(text, &format!("Not proven: {}\n", code(&reason.to_string())));
    }
    if let Some(error) = &executed.error {
        put(text, &format!("Broken:\n\n{}", fenced(&first_lines(error, LINES))));
    }
    if executed.repeats.len() > 1 {
        let repeats: Vec<String> = executed.repeats.iter().map(ToString::to_string).collect();
        put(text, &format!("Repeats: {}\n", repeats.join(", ")));
    }
    for check in entry.failures() {
        failure(text, evidence, entry, check);
    }
    if !executed.unjudged.is_empty() {
        let ids: Vec<String> = executed.unjudged.iter().map(|id| code(id)).collect();
        put(text, &format!("Not judged: {}\n", ids.join(", ")));
    }
    steps(text, executed);
    put(text, &format!("Reproduce: {}\n", code(&repro(evidence.run(), entry.id))));
}

fn failure(text: &mut String, evidence: &Evidence, entry: &Entry<'_>, check: &CheckDocument) {
    let signature = check.signature.as_deref().unwrap_or_default();
    put(
        text,
        &format!("- **{}** ({}): {}", prose(&check.id), code(&check.stands_for), code(signature)),
    );
    if let Some(known) = known_failure(evidence, entry, check) {
        put(text, &format!("  - {known}"));
    }
    put(text, &format!("  - expected: {}", code(&shortened(&visible(&check.expected), 3 * CELL))));
    if check.observed.trim().contains('\n') {
        put(text, "  - observed:\n");
        let quoted = fenced(&first_lines(&check.observed, LINES));
        for line in quoted.lines() {
            put(text, format!("    {line}").trim_end());
        }
        text.push('\n');
    } else {
        put(
            text,
            &format!("  - observed: {}\n", code(&shortened(&visible(&check.observed), 3 * CELL))),
        );
    }
}

/// The known failure that a failed check was compared with.
fn known_failure(evidence: &Evidence, entry: &Entry<'_>, check: &CheckDocument) -> Option<String> {
    let gated = evidence.gated(entry.id)?;
    let checked = gated.checks.iter().find(|gated| gated.id == check.id)?;
    let expected = checked.known_failure.as_ref()?;
    Some(format!(
        "{}: {} ({}, {}, until {}, {})",
        prose(&checked.matched.to_string()),
        code(&expected.reason),
        code(&expected.issue),
        code(&expected.owner),
        code(&expected.expires),
        code(&expected.at),
    ))
}

fn steps(text: &mut String, executed: &ScenarioDocument) {
    if executed.steps.is_empty() {
        return;
    }
    text.push_str(&head(&["Step", "Command", "Exit", "What was seen"]));
    for (number, step) in executed.steps.iter().enumerate().take(STEPS) {
        text.push_str(&row(&[
            (number + 1).to_string(),
            code(&shortened(&visible(&command(step)), 2 * CELL)),
            prose(&ending(step)),
            seen(executed, number, step),
        ]));
    }
    if executed.steps.len() > STEPS {
        text.push_str(&row(&[
            String::new(),
            format!("{} more", executed.steps.len() - STEPS),
            String::new(),
            String::new(),
        ]));
    }
    text.push('\n');
}

/// What failed there; else what held, and the first thing that was printed.
fn seen(executed: &ScenarioDocument, number: usize, step: &StepDocument) -> String {
    let checks = || executed.checks.iter().filter(|check| check.step == Some(number));
    let failed: Vec<String> = checks()
        .filter(|check| check.signature.is_some())
        .map(|check| format!("**{} failed**", prose(&check.id)))
        .collect();
    let held = checks().count() - failed.len();
    let printed = [&step.stdout, &step.stderr]
        .into_iter()
        .filter_map(|stream| stream.lines().find(|line| !line.trim().is_empty()))
        .map(|line| code(&shortened(&visible(line.trim()), CELL)))
        .next();
    let mut told = failed;
    if held > 0 {
        told.push(format!("{held} held"));
    }
    told.extend(printed);
    told.push(time(step.duration_ms));
    told.join("; ")
}
