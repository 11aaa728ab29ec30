//! The consumer: the product's own rehearsal of sending its event log to a team space, which
//! validates every envelope with the installed package of events (facts A.4, A.5).

use std::collections::BTreeSet;

use fixtures::{CONTRACT_EVENTS, CONTRACT_FIXTURES, Drift};
use serde_json::Value;
use support::check::Judgement;
use support::process::Exit;

use super::not_exercised;
use crate::context::{Abort, Mission, Nested, Step, TestContext};

const COMMAND: [&str; 2] = ["doctor", "mission-state"];
const REHEARSAL: &str = "--teamspace-dry-run";

/// The code that each error must have.
const CODE: &str = "ENVELOPE_INVALID";

/// Ends the scenario where the release has no such consumer.
pub(super) fn must_exist(context: &mut TestContext<'_>) -> Result<(), Abort> {
    if context.offers(&COMMAND, REHEARSAL)? {
        return Ok(());
    }
    let command = COMMAND.join(" ");
    Err(not_exercised(&format!(
        "this release has no consumer of the contract: there is no `{command} {REHEARSAL}`"
    )))
}

/// Lets the consumer of a nested environment read the log.
pub(super) fn consume(
    context: &mut TestContext<'_>,
    nested: &Nested,
    mission: &Mission,
) -> Result<Step, Abort> {
    let fixtures = format!("../{CONTRACT_FIXTURES}");
    let args = [REHEARSAL, "--fixture-dir", &fixtures, "--json"];
    context.command(mission, COMMAND.iter().chain(&args)).nested(nested).run()
}

/// What the consumer made of the log.
#[derive(Debug, PartialEq, Eq)]
enum ConsumerOutcome {
    /// It did not get as far as an answer: a crash, a refusal, or no JSON. Never a detection.
    NoAnswer(String),
    /// It found every envelope valid.
    Valid { envelopes: Option<u64>, version: Option<String> },
    /// It refused envelopes: of each the code, and the field that pydantic named.
    Invalid { errors: Vec<(String, Option<String>)> },
    /// Exit code and answer contradict each other.
    Contradiction(String),
}

fn read(step: &Step) -> ConsumerOutcome {
    reading_of(step.exit(), step.traceback(), step.try_document().ok())
}

fn reading_of(exit: Exit, traceback: Option<String>, document: Option<Value>) -> ConsumerOutcome {
    let document = match (traceback, document) {
        (Some(traceback), _) => return ConsumerOutcome::NoAnswer(traceback),
        (None, None) => return ConsumerOutcome::NoAnswer("no JSON".to_owned()),
        (None, Some(document)) => document,
    };
    // It may refuse to read at all, and say so in JSON.
    if let Some(code) = document["error"].as_str() {
        return ConsumerOutcome::NoAnswer(code.to_owned());
    }
    let errors: Vec<_> = document["errors"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|error| (text(&error["error"]), field_of(&text(&error["message"]))))
        .collect();
    match (exit, document["valid"].as_bool(), errors.is_empty()) {
        (Exit::Code(0), Some(true), true) => ConsumerOutcome::Valid {
            envelopes: document["envelope_count"].as_u64(),
            version: document["events_package_version"].as_str().map(str::to_owned),
        },
        (Exit::Code(1), Some(false), false) => ConsumerOutcome::Invalid { errors },
        (exit, valid, _) => ConsumerOutcome::Contradiction(format!(
            "{exit}, valid={}, errors={}",
            valid.map_or("?".to_owned(), |valid| valid.to_string()),
            errors.len()
        )),
    }
}

/// The second line of what pydantic says is the place of the error. The rest of the message quotes
/// the envelope, in which every field is named.
fn field_of(message: &str) -> Option<String> {
    message.lines().nth(1).map(|line| line.trim().to_owned())
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// The control: the real package, and all is well.
pub(super) fn is_healthy(step: &Step, version: &str) -> Judgement {
    let expected =
        format!("exit 0 and JSON: valid, no errors, {CONTRACT_EVENTS} envelopes, events {version}");
    let healthy = ConsumerOutcome::Valid {
        envelopes: u64::try_from(CONTRACT_EVENTS).ok(),
        version: Some(version.to_owned()),
    };
    let reading = read(step);
    if reading == healthy {
        return Judgement::pass(expected, "all of it");
    }
    let signature = match reading {
        ConsumerOutcome::NoAnswer(why) => format!("no-answer: {why}"),
        ConsumerOutcome::Valid { envelopes, version } => format!(
            "envelopes={}, version={}",
            envelopes.map_or("?".to_owned(), |count| count.to_string()),
            version.as_deref().unwrap_or("?")
        ),
        ConsumerOutcome::Invalid { errors } => format!("errors={}", errors.len()),
        ConsumerOutcome::Contradiction(what) => format!("contradiction: {what}"),
    };
    Judgement::fail(signature, expected, step.quote())
}

/// The consumer noticed the drift, and named its field.
pub(super) fn detects(step: &Step, drift: Drift) -> Judgement {
    let expected = match drift.field() {
        Some(field) => {
            format!("exit 1 and JSON: not valid, {CONTRACT_EVENTS} errors, each {CODE} at {field}")
        }
        None => "exit 1 and JSON: not valid, with an error that says why".to_owned(),
    };
    let expected = format!("{}\nHence {expected}", drift.about());
    match missed(&read(step), drift) {
        None => Judgement::pass(expected, step.quote()),
        Some(signature) => Judgement::fail(signature, expected, step.quote()),
    }
}

/// How a drift was not detected.
fn missed(reading: &ConsumerOutcome, drift: Drift) -> Option<String> {
    let errors = match reading {
        ConsumerOutcome::Invalid { errors } => errors,
        ConsumerOutcome::NoAnswer(why) => return Some(format!("consumer-cannot-start: {why}")),
        ConsumerOutcome::Valid { .. } => return Some("missed: valid".to_owned()),
        ConsumerOutcome::Contradiction(what) => return Some(format!("contradiction: {what}")),
    };
    let codes: BTreeSet<&str> = errors.iter().map(|(code, _)| code.as_str()).collect();
    if codes != BTreeSet::from([CODE]) {
        return Some(format!("codes: {}", join(codes)));
    }
    let field = drift.field()?;
    let named: BTreeSet<&str> =
        errors.iter().map(|(_, field)| field.as_deref().unwrap_or("nothing")).collect();
    if named != BTreeSet::from([field]) {
        return Some(format!("names: {}", join(named)));
    }
    (errors.len() != CONTRACT_EVENTS).then(|| format!("errors={}", errors.len()))
}

fn join(words: BTreeSet<&str>) -> String {
    words.into_iter().collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
#[path = "consumer_tests.rs"]
mod tests;
