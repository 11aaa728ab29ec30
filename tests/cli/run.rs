//! `kitty-gate run` and `show`: verdicts, and how they are told.

use std::path::Path;

use predicates::prelude::*;
use predicates::str::contains;

use crate::{ONE, World, text};

#[test]
fn a_default_run_folder_is_linked_and_ignored_by_git() {
    let world = World::new();
    let product = world.product("echo '{\"error\": \"blocked\"}'; exit 1");
    world.gate().args(["run", text(&product), ONE]).assert().code(0);
    world
        .gate()
        .args(["show", "latest"])
        .assert()
        .code(0)
        .stdout(contains(format!("PASS   {ONE}")));
    assert_eq!(fs_err::read_to_string(world.path(".kitty-gate/.gitignore")).unwrap(), "*\n");
}

#[test]
fn a_run_of_a_good_product_passes() {
    let world = World::new();
    let product = world.product("echo '{\"error\": \"blocked\"}'; exit 1");
    let (exit, run) = world.run_json(&["run", text(&product), ONE]);
    assert_eq!(exit, 0, "{run:#}");
    assert_eq!(run["scenarios"][0]["verdict"], "pass");
    assert_eq!(run["product"]["release"], "9.9.9");
    assert_eq!(run["totals"]["pass"], 1);
    // The first is the control.
    let step = &run["scenarios"][0]["steps"][1];
    assert_eq!((&step["exit"], &step["signal"]), (&1.into(), &serde_json::Value::Null));
    assert_eq!(step["stdout"], "{\"error\": \"blocked\"}\n");
    assert_eq!(step["argv"][0], "spec-kitty");
}

#[test]
fn a_run_says_what_the_executable_was() {
    let world = World::new();
    let product = world.product("echo '{\"error\": \"blocked\"}'; exit 1");
    let (_, run) = world.run_json(&["run", text(&product), ONE, "--out", "run"]);
    let subject = &run["product"]["subject"];
    assert_eq!(subject["kind"], "installation");
    let digest = subject["executable_sha256"].as_str().unwrap();
    assert_eq!(digest.len(), 64);
    let told = contains(format!("executable sha256 {digest}, packages sha256 none"));
    world.gate().args(["show", "run"]).assert().stdout(told.clone());
    world.gate().args(["decide", "run"]).assert().stdout(told);
}

#[test]
fn a_failed_check_exits_with_1_and_tells_how() {
    let world = World::new();
    let product = world
        .product("echo Traceback '(most recent call last)': >&2; echo 'KeyError: 1' >&2; exit 1");
    world.gate().args(["run", text(&product), ONE, "--out", "run"]).assert().code(1).stdout(
        contains("stdout-is-one-json-document [FR-017]  stdout-empty, traceback: KeyError"),
    );
    let kept = world.gate().args(["show", "run", ONE]).assert().code(1);
    let shown = String::from_utf8(kept.get_output().stdout.clone()).unwrap();
    for piece in [
        "FAILED",
        "expected      one JSON document on stdout",
        "spec-kitty merge --mission",
        "reproduce     kitty-gate repro",
    ] {
        assert!(shown.contains(piece), "{piece} is missing in\n{shown}");
    }
    let folder = shown.lines().find_map(|line| line.strip_prefix("sandbox kept  ")).unwrap();
    assert!(Path::new(folder).join("sandbox-1/world/repo/.git").is_dir());
    fs_err::remove_dir_all(folder).unwrap();
}

#[test]
fn a_missing_command_is_a_skip_and_never_a_pass() {
    let world = World::new();
    let product = world.product("echo 'Error: No such command merge' >&2; exit 2");
    let (exit, run) = world.run_json(&["run", text(&product), ONE, "--keep", "never"]);
    assert_eq!(exit, 3);
    assert_eq!(run["scenarios"][0]["verdict"], "skip");
    assert_eq!(run["scenarios"][0]["skip"]["code"], "command-absent");
    assert_eq!(run["scenarios"][0]["kept"], serde_json::json!([]));
}

#[test]
fn repeats_that_differ_are_flaky() {
    let world = World::new();
    let counter = world.path("counter");
    let product = world.product(&format!(
        "echo x >> {0}; [ $(wc -l < {0}) = 2 ] || {{ echo '{{\"error\": \"no\"}}'; exit; }}",
        text(&counter)
    ));
    let (exit, run) = world.run_json(&[
        "run",
        text(&product),
        ONE,
        "--repeat",
        "3",
        "--jobs",
        "1",
        "--keep",
        "never",
    ]);
    assert_eq!(exit, 1);
    assert_eq!(run["scenarios"][0]["verdict"], "flaky");
    assert_eq!(run["scenarios"][0]["repeats"], serde_json::json!(["pass", "fail", "pass"]));
}

#[test]
fn escape_sequences_of_a_product_do_not_reach_the_terminal() {
    let world = World::new();
    let product = world.product("printf '\\033[31mred\\007'; exit 1");
    world
        .gate()
        .args(["run", text(&product), ONE, "--out", "run", "--keep", "never"])
        .assert()
        .code(1);
    world
        .gate()
        .args(["show", "run", ONE])
        .assert()
        .stdout(contains('\u{1b}').not().and(contains("red")));
}
