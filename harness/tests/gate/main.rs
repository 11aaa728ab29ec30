//! The gate, from recorded runs: every decision, every refusal, and what is written for people.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod bench;
mod decisions;
mod exceptions;
mod expectations;
mod issues;
mod recorded;
mod shards;

/// A scenario that every release promised, and two checks of it.
const SCENARIO: &str = "merge/missing-branch-blocks-dry-run";
const CHECK: &str = "exits-nonzero";
const OTHER_CHECK: &str = "people-exit-nonzero";
