//! What a command may say when its final sync failed: one diagnostic, well formed, on stderr, and
//! nothing else (contract `sync-diagnostics-output`).

use support::check::{Judgement, none_of};

use super::attempt::SyncAttempt;
use crate::context::{Abort, Step, TestContext};
use crate::contract::sync_diagnostic::{Diagnostic, Quote, Sign, StderrReading};
use crate::expect::{exit_zero, one_json_document};
use crate::scenario::{CheckSpec, joined};

const EXITS_ZERO: CheckSpec =
    CheckSpec::new("exits-zero", "FR-001", "the local success stays a success");
pub(super) const MUTATION_IS_PERSISTED: CheckSpec =
    CheckSpec::new("mutation-is-persisted", "FR-001", "the task is marked in the repository");
const STDOUT_IS_ONE_JSON_DOCUMENT: CheckSpec =
    CheckSpec::new("stdout-is-one-json-document", "FR-002", "--json prints one document");
const STDOUT_HAS_NO_DIAGNOSTIC: CheckSpec =
    CheckSpec::new("stdout-has-no-diagnostic", "FR-002", "no diagnostic stands on stdout");
const EXACTLY_ONE_DIAGNOSTIC: CheckSpec =
    CheckSpec::new("exactly-one-diagnostic", "FR-003", "stderr has one diagnostic line");
const DIAGNOSTIC_IS_WELL_FORMED: CheckSpec = CheckSpec::new(
    "diagnostic-is-well-formed",
    "seed 000",
    "every diagnostic has its five fields: a warning, not fatal, of the final sync",
);
const RIGHT_CODE: CheckSpec =
    CheckSpec::new("right-code", "FR-004", "the diagnostic's code is the one for this trouble");
const QUIET_OTHERWISE: CheckSpec =
    CheckSpec::new("quiet-otherwise", "FR-003", "strict: nothing else stands on stderr");

/// The checks of [`judge_success`].
pub(super) const SUCCESS: [CheckSpec; 4] =
    [EXITS_ZERO, MUTATION_IS_PERSISTED, STDOUT_IS_ONE_JSON_DOCUMENT, STDOUT_HAS_NO_DIAGNOSTIC];

/// Nothing is wrong, and nothing is told.
pub(super) const NO_DIAGNOSTIC: CheckSpec =
    CheckSpec::new("no-diagnostic", "FR-001", "nothing is told, for nothing is wrong");

/// The checks of [`judge_told`], in the order in which it judges.
pub(super) const TOLD: [CheckSpec; 7] =
    joined(&[&SUCCESS, &[EXACTLY_ONE_DIAGNOSTIC, DIAGNOSTIC_IS_WELL_FORMED, RIGHT_CODE]]);

/// The checks of [`judge`], in the order in which it judges.
pub(super) const CHECKS: [CheckSpec; 8] = joined(&[&TOLD, &[QUIET_OTHERWISE]]);

/// Judges what a command owes its caller, whatever became of its final sync.
pub(super) fn judge_success(context: &TestContext<'_>, attempt: &SyncAttempt) -> Result<(), Abort> {
    judge_local(context, &attempt.step, attempt.persisted()?);
    Ok(())
}

/// The same where nothing is wrong: [`NO_DIAGNOSTIC`] as well.
pub(super) fn judge_silence(
    context: &TestContext<'_>,
    attempt: &SyncAttempt,
) -> Result<StderrReading, Abort> {
    judge_success(context, attempt)?;
    let reading = attempt.step.hygiene()?;
    attempt.step.check(NO_DIAGNOSTIC, |step| no_diagnostic(&reading, step));
    Ok(reading)
}

fn judge_local(context: &TestContext<'_>, step: &Step, persisted: Judgement) {
    step.check(EXITS_ZERO, exit_zero());
    context.check(MUTATION_IS_PERSISTED, persisted);
    step.check(STDOUT_IS_ONE_JSON_DOCUMENT, one_json_document());
    step.check(STDOUT_HAS_NO_DIAGNOSTIC, none_on_stdout);
}

/// Judges a command whose final sync failed; its diagnostic must have one of `codes`.
pub(super) fn judge_hygiene(
    context: &TestContext<'_>,
    attempt: &SyncAttempt,
    codes: &[&str],
) -> Result<(), Abort> {
    judge_told(context, &attempt.step, attempt.persisted()?, codes)?;
    let reading = attempt.step.hygiene()?;
    attempt.step.check(QUIET_OTHERWISE, |_| quiet(&reading));
    Ok(())
}

/// The same for any command, whatever else stands on stderr.
pub(super) fn judge_told(
    context: &TestContext<'_>,
    step: &Step,
    persisted: Judgement,
    codes: &[&str],
) -> Result<(), Abort> {
    judge_local(context, step, persisted);
    let reading = step.hygiene()?;
    step.check(EXACTLY_ONE_DIAGNOSTIC, |step| exactly_one(&reading, step));
    step.check(DIAGNOSTIC_IS_WELL_FORMED, |step| well_formed(&reading, step));
    step.check(RIGHT_CODE, |step| has_code(&reading, codes, step));
    Ok(())
}

/// The repository has changed, in so many places.
pub(super) fn changed(changes: usize) -> Judgement {
    let expected = "a change in the repository";
    if changes > 0 {
        Judgement::pass(expected, format!("{changes} changes"))
    } else {
        Judgement::fail("unchanged", expected, "none")
    }
}

/// How many codes a signature names; a sound command prints one diagnostic at most.
const CODES_NAMED: usize = 64;

/// No diagnostic on stdout.
pub(super) fn none_on_stdout(step: &Step) -> Judgement {
    let expected = "no diagnostic on stdout";
    if step.stdout_mentions_diagnostic() {
        Judgement::fail("on-stdout", expected, step.quote())
    } else {
        Judgement::pass(expected, "none")
    }
}

/// One diagnostic, whatever it says.
pub(super) fn exactly_one(reading: &StderrReading, step: &Step) -> Judgement {
    let expected = "one diagnostic on stderr";
    match reading.diagnostics.len() {
        1 => Judgement::pass(expected, step.stderr_text()),
        count => Judgement::fail(
            format!("diagnostics={count}{}", codes_of(reading)),
            expected,
            step.quote(),
        ),
    }
}

/// No diagnostic at all.
pub(super) fn no_diagnostic(reading: &StderrReading, step: &Step) -> Judgement {
    let expected = "no diagnostic on stderr";
    match reading.diagnostics.len() {
        0 => Judgement::pass(expected, "none"),
        count => Judgement::fail(
            format!("diagnostics={count}{}", codes_of(reading)),
            expected,
            step.quote(),
        ),
    }
}

fn codes_of(reading: &StderrReading) -> String {
    let codes = reading.parsed().map(|diagnostic| &*diagnostic.code);
    let codes: Vec<&str> = codes.take(CODES_NAMED).collect();
    if codes.is_empty() { String::new() } else { format!(": {}", codes.join(", ")) }
}

/// Each is a warning of the final sync that is not fatal. Where there is none, there is nothing
/// well formed either.
pub(super) fn well_formed(reading: &StderrReading, step: &Step) -> Judgement {
    let expected = "severity=warning, fatal=false, sync_phase=final_sync, a code and a message";
    if reading.diagnostics.is_empty() {
        return Judgement::fail("no-diagnostic", expected, step.quote());
    }
    let fault = reading.diagnostics.iter().find_map(|found| match found {
        Err(why) => Some(format!("malformed: {why}")),
        Ok(Diagnostic { severity, .. }) if severity != "warning" => {
            Some(format!("severity={severity}"))
        }
        Ok(Diagnostic { fatal: true, .. }) => Some("fatal=true".to_owned()),
        Ok(Diagnostic { phase, .. }) if phase != "final_sync" => {
            Some(format!("sync_phase={phase}"))
        }
        Ok(_) => None,
    });
    match fault {
        None => Judgement::pass(expected, step.stderr_text()),
        Some(fault) => Judgement::fail(fault, expected, step.quote()),
    }
}

/// Every diagnostic that there is has one of `codes`, and there is one.
pub(super) fn has_code(reading: &StderrReading, codes: &[&str], step: &Step) -> Judgement {
    let expected = format!("diagnostic_code {}", codes.join(" or "));
    let mut found = reading.parsed().map(|diagnostic| &*diagnostic.code).peekable();
    if found.peek().is_none() {
        return Judgement::fail("no-diagnostic", expected, step.quote());
    }
    match found.find(|code| !codes.contains(code)) {
        None => Judgement::pass(expected, step.stderr_text()),
        Some(code) => Judgement::fail(format!("code: {code}"), expected, step.quote()),
    }
}

/// Nothing but diagnostics.
pub(super) fn quiet(reading: &StderrReading) -> Judgement {
    quiet_beyond(reading, &StderrReading::default())
}

/// Nothing but diagnostics, and what the same command says with sync off.
pub(super) fn quiet_beyond(reading: &StderrReading, without_sync: &StderrReading) -> Judgement {
    let said_anyway = &without_sync.noise;
    let is_new = |quote: &&Quote| said_anyway.quotes.iter().all(|old| old.text != quote.text);
    let mut new: Vec<String> =
        reading.noise.quotes.iter().filter(is_new).map(Quote::to_string).collect();
    let more = reading.noise.lines.saturating_sub(said_anyway.lines);
    if new.is_empty() && more > 0 {
        new.push(format!("{more} more lines"));
    }
    none_of("no other line on stderr", &new, |_| format!("noise: {}", kinds_of(reading)))
}

fn kinds_of(reading: &StderrReading) -> String {
    // The claim of success stands in the diagnostic itself.
    let signs = reading.signs.keys().copied();
    let kinds: Vec<&str> =
        signs.filter(|sign| *sign != Sign::SuccessClaim).map(Sign::name).collect();
    if kinds.is_empty() { "other".to_owned() } else { kinds.join(", ") }
}
