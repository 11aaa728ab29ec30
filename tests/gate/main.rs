//! The gate, from recorded runs: every decision, every refusal, and what is written for people.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod bench;
mod case;
mod decisions;
mod exceptions;
mod issues;
mod known_failures;
mod observe;
mod outputs;
mod recorded;
mod repaired;
mod shards;

/// A scenario that every release promised, and three checks of it.
const SCENARIO: &str = "merge/missing-branch-blocks-dry-run";
const CHECK: &str = "exits-nonzero";
const OTHER_CHECK: &str = "people-exit-nonzero";
const LAST_CHECK: &str = "names-the-branch";
/// Another scenario.
const OTHER: &str = "core/uninitialized-repo-fails-loud";

/// The day, in UTC.
fn today() -> jiff::civil::Date {
    jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date()
}

/// How long known failures of tests last, in days.
const LASTS: i32 = 100;

/// The last day of a known failure that is written today.
fn live() -> String {
    (today() + jiff::ToSpan::days(LASTS)).to_string()
}

/// A group of one known failure that lasts until `expires`. The failure stands on its ninth line.
fn known_failure(check: &str, signature: &str, releases: &str, expires: &str) -> String {
    let last: jiff::civil::Date = expires.parse().unwrap();
    let written = last - jiff::ToSpan::days(LASTS);
    format!(
        "[[group]]\nreason = \"the branch is not looked at\"\nissue = \"#976\"\nowner = \"the owners\"\n\
         written = {written}\nexpires = {expires:?}\nreleases = [{releases:?}]\nfailures = [\n    \
         {{ check = \"{SCENARIO} {check}\", signature = {signature:?} }},\n]\n"
    )
}

/// One of 3.2.7 that is live.
fn known(check: &str, signature: &str) -> String {
    known_failure(check, signature, "==3.2.7", &live())
}

/// It is known that the check fails with `exit=0`, and leaves these unjudged.
fn leaving(unjudged: &str) -> String {
    let whole = known(CHECK, "exit=0");
    whole.replace("\" },", &format!("\", unjudged = [{unjudged:?}] }},"))
}
