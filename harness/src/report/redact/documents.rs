//! A document is redacted as the tree of what it is written as: every text in it, whatever field it stands in. A field
//! that is added one day is redacted without anybody thinking of it; what may stay is named here.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{Redactor, paths, secrets};

/// Fields that hold names and words of ours. What has the form of something private goes from them, too; but they stay
/// as they are though somebody, or a machine, may be called so.
const OURS: &[&str] = &[
    "also",
    "by",
    "check",
    "code",
    "commit",
    "coverage",
    "date",
    "decided_on",
    "decision",
    "ended",
    "executable_sha256",
    "expires",
    "format",
    "id",
    "kind",
    "kitty_gate",
    "matched",
    "name",
    "network",
    "not_judged",
    "outcome",
    "packages_sha256",
    "phase",
    "planned",
    "record_sha256",
    "releases",
    "repeats",
    "requirements",
    "run_id",
    "scenario",
    "scenarios",
    "sha256",
    "standing",
    "stands_for",
    "started_at",
    "state",
    "through",
    "title",
    "unjudged",
    "verdict",
    "version",
    "written",
];

/// Fields that say where something lies on the machine; a name may be in its place.
const PLACES: &[&str] = &["executable", "spec"];

/// Redacts every text of `value`, which stands in the field `field`.
pub(super) fn redact(redactor: &Redactor, field: &str, value: &mut Value) {
    match value {
        Value::String(text) => *text = redacted(redactor, field, text),
        Value::Array(all) => {
            for one in all.iter_mut() {
                redact(redactor, field, one);
            }
            take_out_arguments(all);
        }
        Value::Object(fields) => {
            for (field, value) in fields {
                redact(redactor, field, value);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Adds whoever's home folder is told of in `value`, which stands in the field `field`.
pub(super) fn add_users(field: &str, value: &Value, users: &mut BTreeSet<String>) {
    match value {
        Value::String(text) if !OURS.contains(&field) => users.extend(paths::users(text)),
        Value::Array(all) => {
            for one in all {
                add_users(field, one, users);
            }
        }
        Value::Object(fields) => {
            for (field, value) in fields {
                add_users(field, value, users);
            }
        }
        Value::String(_) | Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn redacted(redactor: &Redactor, field: &str, text: &str) -> String {
    if OURS.contains(&field) {
        return redactor.by_form(text);
    }
    let text = redactor.text(text);
    if PLACES.contains(&field) && text.starts_with('/') {
        // Whatever the folder is called, a reader elsewhere needs the name only.
        let name = text.rsplit('/').find(|name| !name.is_empty());
        return format!("<path>/{}", name.unwrap_or_default());
    }
    text
}

/// `--token` and what follows are two words of a command line.
fn take_out_arguments(words: &mut [Value]) {
    let mut asked = false;
    for word in words {
        let Value::String(word) = word else { continue };
        if asked && !word.starts_with('-') {
            secrets::SECRET.clone_into(word);
        }
        asked = secrets::asks_for_one(word);
    }
}
