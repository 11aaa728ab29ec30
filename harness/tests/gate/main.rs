//! The gate, from recorded runs: every decision, every refusal, and what is written for people.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod bench;
mod decisions;
mod exceptions;
mod expectations;
mod issues;
mod outputs;
mod recorded;
mod shards;

/// A scenario that every release promised, and three checks of it.
const SCENARIO: &str = "merge/missing-branch-blocks-dry-run";
const CHECK: &str = "exits-nonzero";
const OTHER_CHECK: &str = "people-exit-nonzero";
const LAST_CHECK: &str = "names-the-branch";
/// A day that is yet to come.
const LIVE: &str = "2999-12-31";

/// An entry of a file of expectations.
fn expectation(check: &str, signature: &str, releases: &str, expires: &str) -> String {
    format!(
        "[[expectation]]\nscenario = {SCENARIO:?}\ncheck = {check:?}\nsignature = {signature:?}\n\
         releases = [{releases:?}]\nreason = \"the branch is not looked at\"\nissue = \"#976\"\n\
         owner = \"us\"\nexpires = {expires:?}\n"
    )
}

/// One for 3.2.7 that is live.
fn known(check: &str, signature: &str) -> String {
    expectation(check, signature, "==3.2.7", LIVE)
}
