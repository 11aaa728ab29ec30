//! The gate, from recorded runs: every decision, every refusal, and what is written for people.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod bench;
mod decisions;
mod exceptions;
mod expectations;
mod issues;
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
/// The day, in UTC.
fn today() -> jiff::civil::Date {
    jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date()
}

/// How long entries of tests last, in days.
const LASTS: i32 = 100;

/// The last day of an entry that is written today.
fn live() -> String {
    (today() + jiff::ToSpan::days(LASTS)).to_string()
}

/// An entry of a file of expectations that lasts until `expires`.
fn expectation(check: &str, signature: &str, releases: &str, expires: &str) -> String {
    let last: jiff::civil::Date = expires.parse().unwrap();
    let written = last - jiff::ToSpan::days(LASTS);
    format!(
        "[[expectation]]\nscenario = {SCENARIO:?}\ncheck = {check:?}\nsignature = {signature:?}\n\
         releases = [{releases:?}]\nreason = \"the branch is not looked at\"\nissue = \"#976\"\n\
         owner = \"the owners\"\nwritten = {written}\nexpires = {expires:?}\n"
    )
}

/// One for 3.2.7 that is live.
fn known(check: &str, signature: &str) -> String {
    expectation(check, signature, "==3.2.7", &live())
}

/// An expectation that the check fails with `exit=0`, and leaves these unjudged.
fn leaving(unjudged: &str) -> String {
    let whole = known(CHECK, "exit=0");
    whole.replace("releases =", &format!("unjudged = [{unjudged:?}]\nreleases ="))
}
