//! `kitty-gate requirements`.

use predicates::prelude::*;
use predicates::str::contains;

use crate::schema::breaches;
use crate::{ONE, World, text};

#[test]
fn requirements_say_what_covers_them() {
    let world = World::new();
    let (exit, document) = world.run_json(&["requirements"]);
    assert_eq!(exit, 0);
    assert_eq!(breaches("requirements", &document), Vec::<String>::new());
    assert_eq!(document["run"], serde_json::Value::Null);
    let covered = requirement(&document, "FR-016");
    assert_eq!(covered["coverage"], "covered");
    assert_eq!(covered["standing"], serde_json::Value::Null);
    let named = covered["scenarios"].as_array().unwrap();
    assert!(named.contains(&ONE.into()), "{covered}");
    let out_of_reach = requirement(&document, "RPM-001");
    assert_eq!(out_of_reach["coverage"], "unreachable");
    let told = world.gate().arg("requirements").assert().code(0);
    let told = String::from_utf8(told.get_output().stdout.clone()).unwrap();
    assert!(told.contains("  unreachable  RPM-001\n"), "{told}");
    assert!(told.lines().all(|line| line.chars().count() <= 100), "{told}");
    let last = told.lines().last().unwrap();
    assert!(last.contains(" requirements: ") && last.contains(" covered, "), "{last}");
}

#[test]
fn a_recorded_failure_violates_its_requirement() {
    let world = World::new();
    let traceback = "echo Traceback '(most recent call last)': >&2; echo 'KeyError: 1' >&2; exit 1";
    let product = world.product(traceback);
    world
        .gate()
        .args(["run", text(&product), ONE, "--out", "run", "--keep", "never"])
        .assert()
        .code(1);
    let (exit, document) = world.run_json(&["requirements", "run"]);
    assert_eq!(exit, 1);
    assert_eq!(breaches("requirements", &document), Vec::<String>::new());
    let standing = |id| &requirement(&document, id)["standing"];
    assert_eq!(standing("FR-017")["state"], "violated");
    let violation = &standing("FR-017")["violations"][0];
    assert_eq!(violation["scenario"], ONE);
    assert_eq!(violation["check"], "stdout-is-one-json-document");
    assert_eq!(violation["signature"], "stdout-empty, traceback: KeyError");
    assert_eq!(standing("FR-001")["state"], "unproven");
    assert_eq!(standing("FR-001")["gaps"][0]["kind"], "not-run");
    assert_eq!(standing("RPM-001")["state"], "unreachable");
    world.gate().args(["requirements", "run"]).assert().code(1).stdout(
        contains("violated     FR-017").and(contains("stdout-is-one-json-document [FR-017]")),
    );
}

#[test]
fn a_run_that_passed_and_proves_only_a_part_is_not_all_that_is_required() {
    let world = World::new();
    let product = world.product("echo '{\"error\": \"blocked\"}'; exit 1");
    world.gate().args(["run", text(&product), ONE]).assert().code(0);
    let (exit, document) = world.run_json(&["requirements", "latest"]);
    assert_eq!(exit, 3);
    assert_eq!(document["totals"]["states"]["violated"], 0);
}

/// The requirement of this id, in what `requirements --json` prints.
fn requirement<'d>(document: &'d serde_json::Value, id: &str) -> &'d serde_json::Value {
    let sources = document["sources"].as_array().unwrap();
    sources
        .iter()
        .flat_map(|source| source["requirements"].as_array().unwrap())
        .find(|requirement| requirement["id"] == id)
        .unwrap()
}
