//! An in-toto statement with the test-result predicate, to be signed by whoever ran it.
//!
//! The predicate knows passed, warned and failed. What was not proven is none of these and stands in no list:
//! a policy that needs a test asks for it among the passed. The result is `FAILED` then, for a reader of the
//! result alone must not take the release for proven.

use std::fmt::Write;

use data_encoding::{BASE64, HEXLOWER};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use support::product::{Checkout, Subject};

use super::entry::{Entry, Tone};
use super::subject::{facts, property};
use super::words::{PACKAGE, wheel};
use super::{Evidence, Unreportable};
use crate::document::Overall;
use crate::gate::{Decision, Standing};
use crate::record::{EVENTS_FILE, RunProduct};

/// The statement as JSON; an error where the run does not know the digest of what it judged.
pub fn render(evidence: &Evidence) -> Result<String, Unreportable> {
    let entries = Entry::all(evidence);
    let statement = json!({
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [subject(&evidence.run().product)?],
        "predicateType": "https://in-toto.io/attestation/test-result/v0.1",
        "predicate": {
            "result": result(evidence),
            "configuration": [record(evidence), lock(evidence)],
            "passedTests": names(&entries, is_passed),
            "warnedTests": names(&entries, is_answered),
            "failedTests": names(&entries, |entry| matches!(entry.tone(), Tone::Bad | Tone::Broken)),
        },
    });
    let mut text = String::new();
    // Writing into a String cannot fail.
    let _ = writeln!(text, "{statement:#}");
    Ok(text)
}

/// What was judged: the wheel of the release, or what the run says that it was.
fn subject(product: &RunProduct) -> Result<Value, Unreportable> {
    let facts: Map<String, Value> =
        facts(product).into_iter().map(|(name, value)| (property(name), json!(value))).collect();
    let digest = match &product.subject {
        None => wheel(product)
            .and_then(|wheel| wheel.sha256.as_ref())
            .map(|digest| json!({"sha256": digest}))
            .ok_or(Unreportable::NoDigest)?,
        Some(Subject::Wheel { sha256 }) => json!({"sha256": sha256}),
        Some(Subject::Installation { executable_sha256, .. }) => {
            json!({"sha256": executable_sha256})
        }
        Some(Subject::Checkout(checkout)) => of_checkout(checkout),
    };
    let mut subject = json!({"name": PACKAGE, "digest": digest});
    if let Some(release) = wheel(product).filter(|_| product.subject.is_none()) {
        subject["uri"] = json!(format!("pkg:pypi/{PACKAGE}@{}", release.version));
    }
    if !facts.is_empty() {
        subject["annotations"] = Value::Object(facts);
    }
    Ok(subject)
}

/// A commit is what was judged only where nothing differs from it. The digest of the content is of our own making, and
/// has a name of its own.
fn of_checkout(checkout: &Checkout) -> Value {
    let mut digest = json!({"kittyGateContent": checkout.sha256});
    let clean = checkout.git.as_ref().filter(|git| !git.dirty);
    if let Some(commit) = clean.and_then(|git| git.commit.as_ref()) {
        digest["gitCommit"] = json!(commit);
    }
    digest
}

fn result(evidence: &Evidence) -> &'static str {
    let Some(gate) = evidence.gate() else {
        return match evidence.run().overall() {
            Overall::Passed => "PASSED",
            Overall::Unproven | Overall::Failed | Overall::Broken => "FAILED",
        };
    };
    let count = |standing| gate.totals.get(&standing).copied().unwrap_or(0);
    match gate.decision {
        Decision::Open if count(Standing::Known) + count(Standing::Fixed) > 0 => "WARNED",
        Decision::Open => "PASSED",
        Decision::OpenWithExceptions => "WARNED",
        Decision::Incomplete | Decision::Closed => "FAILED",
    }
}

/// What the release never promised passes, too, where it was run and passed.
fn is_passed(entry: &Entry<'_>) -> bool {
    let is_fine = matches!(entry.tone(), Tone::Good | Tone::Aside | Tone::Repaired);
    entry.passed() && !is_answered(entry) && is_fine
}

/// Whether it did not pass, and somebody answers for it.
fn is_answered(entry: &Entry<'_>) -> bool {
    let standing = entry.gated.map(|gated| gated.standing);
    match standing {
        Some(Standing::Known | Standing::Excepted) => true,
        // Repaired in part: what is left fails as known.
        Some(Standing::Fixed) => !entry.passed(),
        _ => false,
    }
}

fn names(entries: &[Entry<'_>], which: impl Fn(&Entry<'_>) -> bool) -> Vec<String> {
    let of = entries.iter().filter(|entry| which(entry));
    of.map(|entry| entry.id.to_owned()).collect()
}

/// The record that everything was computed from.
fn record(evidence: &Evidence) -> Value {
    let run = evidence.run();
    let mut record = Map::new();
    record.insert("name".to_owned(), json!(EVENTS_FILE));
    record.insert("uri".to_owned(), json!(format!("urn:kitty-gate:run:{}", run.run_id)));
    if let Some(digest) = evidence.record_sha256() {
        record.insert("digest".to_owned(), json!({"sha256": digest}));
    }
    let mut told = json!({
        "kitty-gate": run.kitty_gate,
        "startedAt": run.started_at,
        "repeat": run.repeat,
    });
    if let Some(gate) = evidence.gate() {
        told["decision"] = json!(gate.decision.name());
        told["judged"] = json!(gate.judged.to_string());
        told["because"] = json!(gate.because);
        told["decidedOn"] = json!(gate.decided_on);
    }
    record.insert("annotations".to_owned(), told);
    Value::Object(record)
}

/// What was installed beside the product, whole: nobody has to keep another file.
fn lock(evidence: &Evidence) -> Value {
    let lock = serde_json::to_vec(&evidence.run().product.lock).unwrap_or_default();
    json!({
        "name": "lock.json",
        "mediaType": "application/json",
        "digest": {"sha256": HEXLOWER.encode(&Sha256::digest(&lock))},
        "content": BASE64.encode(&lock),
    })
}
