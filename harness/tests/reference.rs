//! The reference product inside the binary: clean it keeps every promise, with a fault it breaks one.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use assert_cmd::Command;
use predicates::prelude::PredicateBooleanExt;
use predicates::str::contains;
use tempfile::TempDir;

/// What the reference can be asked.
const SUITES: [&str; 9] = [
    "mark-status",
    "merge",
    "transitions",
    "review-prompts",
    "ownership",
    "ship",
    "mission-status",
    "run-identity",
    "lifecycle",
];

/// The binary in a HOME of its own, with nothing of ours in its environment.
fn gate(home: &TempDir) -> Command {
    let mut gate = Command::cargo_bin("kitty-gate").unwrap();
    gate.current_dir(home)
        .env("HOME", home.path())
        .env("KITTY_GATE_CACHE", home.path().join("cache"))
        .env_remove(reference::FAULT_VARIABLE);
    gate
}

#[test]
fn the_clean_reference_keeps_every_promise() {
    let home = tempfile::tempdir().unwrap();
    gate(&home)
        .args(["run", "reference"])
        .args(SUITES)
        .assert()
        .code(0)
        .stdout(contains("spec-kitty-cli 0.1.0 (reference").and(contains("FAIL").not()));
}

#[test]
fn a_fault_breaks_one() {
    let home = tempfile::tempdir().unwrap();
    gate(&home)
        .env(reference::FAULT_VARIABLE, "dry-run-misses-branch")
        .args(["run", "reference", "merge"])
        .assert()
        .code(1)
        .stdout(
            contains("exits-nonzero [FR-016]  exit=0")
                .and(contains("PASS   merge/missing-branch-blocks-merge")),
        );
}

#[test]
fn a_fault_that_there_is_not_is_told() {
    let home = tempfile::tempdir().unwrap();
    gate(&home)
        .env(reference::FAULT_VARIABLE, "no-fault-of-mine")
        .args(["run", "reference", "merge"])
        .assert()
        .code(2)
        .stderr(contains("error[no-such-fault]").and(contains("kitty-reference")));
    gate(&home)
        .args(["certify", "no-fault-of-mine"])
        .assert()
        .code(2)
        .stderr(contains("error[no-such-fault]"));
}

/// A certificate of one fault: it turns red what was declared, and nothing else.
#[test]
fn a_fault_does_what_was_declared() {
    let home = tempfile::tempdir().unwrap();
    gate(&home)
        .args(["certify", "dry-run-misses-branch"])
        .assert()
        .code(0)
        .stderr(contains("faults: 1;").and(contains("not as declared").not()));
}
