//! Nothing private comes through, whatever field it stands in and whatever form the report has.

use std::path::Path;

use kitty_gate::certify;
use kitty_gate::document::RunDocument;
use kitty_gate::gate::GateDocument;
use kitty_gate::report::{Evidence, Known, Material, render};
use kitty_gate::requirements;
use serde_json::Value;

use crate::FORMATS;
use crate::decided::decided;
use crate::sample_run::SampleRun;

/// What nobody may read, each with a word that stands nowhere else.
const CANARIES: [&str; 13] = [
    "/home/c4nary-a/x",
    "/Users/c4nary-b/x",
    "by c4nary-c@corp.io today",
    "token=c4nary-d",
    "Authorization: Bearer c4nary-e-0123456789",
    "eyJc4naryf012.eyJzdWIiOiIxIn0.c2ln",
    "ghp_c4naryg0123456789",
    r#"{"session_id": "c4nary-h"}"#,
    "https://c4nary-i:pw@corp.io/x",
    "password: c4nary-j",
    "on c4nary-k-7.internal now",
    "in /data/c4nary-l/store",
    "as c4nary-m, at c4nary-n:",
];

/// These have no form; the machine says them.
fn known() -> Known {
    Known::default()
        .path(Path::new("/data/c4nary-l"), "<cache>")
        .word("c4nary-m", "<user>")
        .word("c4nary-n", "<host>")
}

/// Fields that hold one word of a list of ours, not text.
const WORDS: [&str; 13] = [
    "verdict",
    "outcome",
    "ended",
    "network",
    "code",
    "phase",
    "repeats",
    "decision",
    "standing",
    "matched",
    "not_judged",
    "format",
    "digest",
];

/// Puts `canary` into every text of a document, also into those that are added one day.
fn planted(value: &mut Value, canary: &str) {
    match value {
        Value::String(text) => *text = format!("{text} {canary}"),
        Value::Array(all) => {
            for one in all.iter_mut() {
                planted(one, canary);
            }
        }
        Value::Object(fields) => {
            for (name, value) in fields.iter_mut() {
                if !WORDS.contains(&name.as_str()) {
                    planted(value, canary);
                }
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Names of ours are kept by what is known of the machine, so they get no canary of that kind.
const IDS: [&str; 14] = [
    "id",
    "run_id",
    "kitty_gate",
    "name",
    "title",
    "stands_for",
    "requirements",
    "version",
    "started_at",
    "sha256",
    "record_sha256",
    "scenarios",
    "scenario",
    "unjudged",
];

fn planted_run(made: &SampleRun, canary: &str) -> RunDocument {
    let mut value = serde_json::to_value(made.document()).unwrap();
    planted(&mut value, canary);
    let mut run: RunDocument = serde_json::from_value(value).unwrap();
    run.scenarios.truncate(12);
    // The attestation is about a wheel, which has to be found.
    for package in &mut run.product.lock {
        package.name = package.name.split(' ').next().unwrap_or_default().to_owned();
    }
    run
}

#[test]
fn no_canary_is_found_in_any_report() {
    let made = SampleRun::of(60);
    let book = scenarios::requirements::ours().unwrap();
    let certificate = certify::committed().unwrap();
    for canary in CANARIES {
        let by_form = !["c4nary-l", "c4nary-m"].iter().any(|known| canary.contains(known));
        let run = if by_form { planted_run(&made, canary) } else { known_in_texts(&made, canary) };
        let gate = planted_gate(&made, canary, by_form);
        let material = Material {
            run: &run,
            record_sha256: None,
            gate: Some(&gate),
            requirements: &requirements::document(&book, Some((&made.header, &run)), Some(&gate)),
            certificate: &certificate,
        };
        // The control: it is there, a hundred times, before it is taken out.
        let before = serde_json::to_string(&run).unwrap() + &serde_json::to_string(&gate).unwrap();
        assert!(before.matches("c4nary").count() > 100, "{canary}");
        let evidence = Evidence::of(&material, &known()).unwrap();
        for format in FORMATS {
            let text = render(format, &evidence).unwrap();
            let found = text.find("c4nary");
            let around = found
                .map(|at| text[at.saturating_sub(120)..].chars().take(240).collect::<String>());
            assert_eq!(around, None, "{canary} in {format:?}");
        }
        let annotations = kitty_gate::report::github::annotations(&evidence);
        assert!(!annotations.contains("c4nary"), "{annotations}");
    }
}

/// In every text, but not in the names of ours.
fn known_in_texts(made: &SampleRun, canary: &str) -> RunDocument {
    let mut value = serde_json::to_value(made.document()).unwrap();
    in_texts(&mut value, canary);
    let mut run: RunDocument = serde_json::from_value(value).unwrap();
    run.scenarios.truncate(12);
    run
}

fn in_texts(value: &mut Value, canary: &str) {
    match value {
        Value::Array(all) => all.iter_mut().for_each(|one| match one {
            Value::String(_) => planted(one, canary),
            other => in_texts(other, canary),
        }),
        Value::Object(fields) => {
            for (name, value) in fields.iter_mut() {
                let is_text = value.is_string() || value[0].is_string();
                if !is_text {
                    in_texts(value, canary);
                } else if !WORDS.contains(&name.as_str()) && !IDS.contains(&name.as_str()) {
                    planted(value, canary);
                }
            }
        }
        _ => {}
    }
}

fn planted_gate(made: &SampleRun, canary: &str, by_form: bool) -> GateDocument {
    let mut gate = serde_json::to_value(decided(made)).unwrap();
    let ids = ["date", "decided_on", "releases", "written", "expires"];
    if by_form {
        planted(&mut gate, canary);
    } else {
        in_texts(&mut gate, canary);
        // Days and releases are ours, too.
        let clean = serde_json::to_value(decided(made)).unwrap();
        restore(&mut gate, &clean, &ids);
    }
    serde_json::from_value(gate).unwrap()
}

fn restore(value: &mut Value, clean: &Value, ids: &[&str]) {
    match (value, clean) {
        (Value::Array(all), Value::Array(clean)) => {
            for (one, clean) in all.iter_mut().zip(clean) {
                restore(one, clean, ids);
            }
        }
        (Value::Object(fields), Value::Object(clean)) => {
            for (name, value) in fields.iter_mut() {
                if ids.contains(&name.as_str()) {
                    value.clone_from(&clean[name]);
                } else {
                    restore(value, &clean[name], ids);
                }
            }
        }
        _ => {}
    }
}
