//! No reason without a row: the codes are taken from the schema, so that a new one is missed here.

use std::collections::BTreeSet;

use libtest_mimic::Failed;
use serde_json::Value;
use support::skip::SkipCode;

use crate::table::ROWS;

/// Codes that no environment can lead to, and why.
const ELSEWHERE: [(SkipCode, &str); 11] = [
    (SkipCode::NotExercised, "a scenario did not get to its promise"),
    (SkipCode::CommandAbsent, "a scenario found no such command"),
    (SkipCode::ControlFailed, "a scenario's own control failed"),
    // Looked at before anything is installed; provoked by the tests of machines.
    (SkipCode::NoExec, "of the place of sandboxes"),
    (SkipCode::GitAbsent, "a need of scenarios"),
    (SkipCode::GitBroken, "a need of scenarios"),
    (SkipCode::GitTooOld, "a need of scenarios"),
    (SkipCode::ToolMissing, "a need of scenarios"),
    (SkipCode::MemoryShort, "a need of scenarios"),
    (SkipCode::LimitTooLow, "a need of scenarios"),
    (SkipCode::ClockWrong, "a need of scenarios"),
];

pub fn check() -> Result<(), Failed> {
    let all = codes();
    let dumb = all.iter().find(|code| code.remediation().trim().is_empty());
    if let Some(code) = dumb {
        return Err(format!("{code} has no remediation").into());
    }
    let elsewhere = ELSEWHERE.iter().map(|(code, _)| *code);
    let in_rows = ROWS.iter().flat_map(|row| [Some(row.code), row.also]).flatten();
    let covered: BTreeSet<String> = elsewhere.chain(in_rows).map(|code| code.to_string()).collect();
    let named: BTreeSet<String> = all.iter().map(ToString::to_string).collect();
    let missing: Vec<_> = named.difference(&covered).collect();
    if missing.is_empty() && named.len() > ELSEWHERE.len() {
        Ok(())
    } else {
        Err(format!("without a row: {missing:?} of {named:?}").into())
    }
}

/// Every code that there is, as its schema lists them.
fn codes() -> Vec<SkipCode> {
    let schema = schemars::schema_for!(SkipCode);
    let mut names = Vec::new();
    collect(schema.as_value(), &mut names);
    let code = |name: Value| serde_json::from_value(name).unwrap();
    names.into_iter().map(code).collect()
}

/// The values of all `const` and `enum` in a schema.
fn collect(schema: &Value, names: &mut Vec<Value>) {
    match schema {
        Value::Object(members) => {
            for (key, value) in members {
                match (key.as_str(), value) {
                    ("const", name) => names.push(name.clone()),
                    ("enum", Value::Array(all)) => names.extend(all.iter().cloned()),
                    (_, below) => collect(below, names),
                }
            }
        }
        Value::Array(all) => all.iter().for_each(|below| collect(below, names)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
