//! A run as text for a person at a terminal. Pure functions of the run document.

use std::fmt::Write;
use std::path::Path;

use support::check::Outcome;
use support::skip::SkipReason;

use crate::console::{inert, quoted};
use crate::document::{CheckDocument, RunDocument, ScenarioDocument, StepDocument};
use crate::record::{Ended, STREAMS};
use crate::report::subject::in_a_line;
use crate::report::words::{covers, repro};
use crate::verdict::Verdict;

/// How many lines of an observation are shown.
const LINES: usize = 30;

/// Where further lines of a quotation begin: their mark stands before the column of the first.
const INDENT: usize = 14;

/// The whole run: a line for each scenario, failures with their signatures, what to do next.
pub fn summary(run: &RunDocument, dir: &Path) -> String {
    let mut text = String::new();
    head(&mut text, run);
    match skipped_as_one(run) {
        Some(reason) => put(&mut text, &format!("nothing was proven: {reason}")),
        None => {
            for scenario in &run.scenarios {
                scenario_line(&mut text, scenario);
            }
        }
    }
    foot(&mut text, run, dir);
    inert(&text)
}

/// The reason that all scenarios share, when none could be run.
fn skipped_as_one(run: &RunDocument) -> Option<&SkipReason> {
    let first = run.scenarios.first()?.skip.as_ref()?;
    let same = |scenario: &ScenarioDocument| scenario.skip.as_ref() == Some(first);
    run.scenarios.iter().all(same).then_some(first)
}

/// One scenario: what was run, what was judged, and for each failure all one needs to act on it.
pub fn scenario(run: &RunDocument, scenario: &ScenarioDocument, dir: &Path) -> String {
    let mut text = String::new();
    put(&mut text, &format!("{}: {}", scenario.id, scenario.verdict));
    put(&mut text, &format!("  promise       {}", scenario.title));
    put(&mut text, &format!("  covers        {}", covers(scenario).join(", ")));
    put(&mut text, &format!("  product       {}", product(run)));
    if let Some(subject) = in_a_line(&run.product) {
        put(&mut text, &format!("  which is      {subject}"));
    }
    if let Some(reason) = &scenario.skip {
        put(&mut text, &format!("  not proven    {reason}"));
    }
    if let Some(error) = &scenario.error {
        put(&mut text, &format!("  broken        {error}"));
    }
    for check in &scenario.checks {
        check_block(&mut text, check, scenario);
    }
    if !scenario.unjudged.is_empty() {
        put(&mut text, &format!("\nnot judged    {}", scenario.unjudged.join(", ")));
    }
    put(&mut text, "\ncommands");
    for (number, step) in scenario.steps.iter().enumerate() {
        put(&mut text, &format!("  {number:>2}  {}", step_line(step)));
    }
    for kept in &scenario.kept {
        put(&mut text, &format!("\nsandbox kept  {}", kept.display()));
    }
    put(&mut text, &format!("\nstreams       {}", dir.join(STREAMS).display()));
    put(&mut text, &format!("reproduce     {}", repro(run, &scenario.id)));
    inert(&text)
}

fn head(text: &mut String, run: &RunDocument) {
    put(text, &format!("\n{}", product(run)));
    if let Some(subject) = in_a_line(&run.product) {
        put(text, &format!("  which is {subject}"));
    }
    for finding in &run.product.findings {
        put(text, &format!("  finding  {}: {} {}", finding.code, finding.about, finding.detail));
    }
    match run.ended {
        Ended::Completed => {}
        Ended::Interrupted => put(text, "  the operator stopped this run"),
        Ended::Killed => put(
            text,
            "  this run has not ended: it was killed, or it is still going on; this is what it has recorded",
        ),
    }
    text.push('\n');
}

fn scenario_line(text: &mut String, scenario: &ScenarioDocument) {
    let verdict = scenario.verdict.to_string().to_uppercase();
    put(text, &format!("{verdict:<5}  {}", scenario.id));
    match scenario.verdict {
        Verdict::Pass => {}
        Verdict::Fail => {
            for check in scenario.failures() {
                put(
                    text,
                    &format!("         {} [{}]  {}", check.id, check.stands_for, signature(check)),
                );
            }
        }
        Verdict::Flaky => {
            let repeats: Vec<_> = scenario.repeats.iter().map(ToString::to_string).collect();
            put(text, &format!("         repeats: {}", repeats.join(", ")));
        }
        Verdict::Skip => {
            if let Some(reason) = &scenario.skip {
                put(text, &format!("         not proven: {reason}"));
            }
        }
        Verdict::Error => {
            put(text, &format!("         {}", scenario.error.as_deref().unwrap_or("no message")));
        }
    }
}

fn foot(text: &mut String, run: &RunDocument, dir: &Path) {
    let totals: Vec<_> = Verdict::ALL
        .iter()
        .filter(|&&verdict| run.count(verdict) > 0)
        .map(|&verdict| format!("{} {verdict}", run.count(verdict)))
        .collect();
    let time = run.wall_ms.map_or_else(String::new, |ms| {
        format!(" in {:.1} s", std::time::Duration::from_millis(ms).as_secs_f64())
    });
    put(text, &format!("\n{}{time}", totals.join(", ")));
    for path in &run.home_touched {
        put(text, &format!("the real HOME was touched: {}", path.display()));
    }
    for path in &run.left_outside {
        put(text, &format!("left outside of its sandbox: {}", path.display()));
    }
    for scenario in run.scenarios.iter().filter(|scenario| !scenario.kept.is_empty()) {
        for kept in &scenario.kept {
            put(text, &format!("sandbox kept: {}  {}", kept.display(), scenario.id));
        }
    }
    if run.count(Verdict::Skip) > 0 {
        put(text, "what was skipped is not proven");
    }
    put(text, &format!("recorded in {}", dir.display()));
    let worst = Verdict::ALL
        .iter()
        .rev()
        .find_map(|&verdict| run.scenarios.iter().find(|scenario| scenario.verdict == verdict));
    if let Some(failed) = worst.filter(|scenario| scenario.verdict != Verdict::Pass) {
        put(
            text,
            &format!(
                "look closer: kitty-gate show {} {}",
                shell_words::quote(&dir.to_string_lossy()),
                failed.id
            ),
        );
    }
}

fn check_block(text: &mut String, check: &CheckDocument, scenario: &ScenarioDocument) {
    let mark = match check.outcome {
        Outcome::Pass => "held  ",
        Outcome::Fail => "FAILED",
    };
    put(text, &format!("\n{mark} {}  [{}]", check.id, check.stands_for));
    if check.outcome == Outcome::Pass {
        return;
    }
    let step = check.step.and_then(|number| scenario.steps.get(number));
    line(text, "signature", signature(check));
    if let Some(step) = step {
        line(text, "command", &step_line(step));
    }
    line(text, "expected", &check.expected);
    line(text, "observed", &check.observed);
    let Some(step) = step else { return };
    for (name, stream) in [("stdout", &step.stdout), ("stderr", &step.stderr)] {
        // What the observation quotes already is not shown twice.
        if !stream.trim().is_empty() && !check.observed.contains(stream.trim()) {
            line(text, name, stream.trim_end());
        }
    }
}

/// A name and what belongs to it, further lines of which are indented as far.
fn line(text: &mut String, name: &str, value: &str) {
    put(text, &format!("  {name:<14}{}", beginning(value)));
}

fn step_line(step: &StepDocument) -> String {
    let how = match (step.exit, step.signal) {
        (Some(code), _) => format!("exit {code}"),
        (None, Some(signal)) => format!("signal {signal}"),
        (None, None) => format!("{:?}", step.ended),
    };
    let words = shell_words::join(&step.argv);
    format!(
        "{words}  ({how}, {} ms, in world {} {})",
        step.duration_ms,
        step.world,
        step.cwd.display()
    )
}

fn product(run: &RunDocument) -> String {
    let release = run.product.release.as_deref().unwrap_or("not provisioned");
    format!("spec-kitty-cli {release} ({}, by {})", run.product.spec, run.product.method)
}

fn signature(check: &CheckDocument) -> &str {
    check.signature.as_deref().unwrap_or("")
}

fn beginning(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let shown = lines.iter().take(LINES).copied().collect::<Vec<_>>().join("\n");
    if lines.len() > LINES { format!("{shown}\n[...]") } else { shown }
}

/// Puts a line of ours. What it quotes may have several: the further ones are marked as not ours.
fn put(text: &mut String, line: &str) {
    let told = line.trim_start_matches('\n');
    let gap = &line[..line.len() - told.len()];
    // Writing into a String cannot fail.
    let _ = writeln!(text, "{gap}{}", quoted(told, INDENT));
}
