//! `kitty-gate env`, and the reasons that it gives.

use crate::World;
use crate::schema::breaches;

/// A registry that refuses: a machine is only fit with one.
const NO_REGISTRY: (&str, &str) = ("PIP_INDEX_URL", "http://127.0.0.1:9/simple");

#[test]
fn what_is_said_of_environments_keeps_its_schema() {
    let world = World::new();
    let say = |args: &[&str]| {
        let output = world.gate().env(NO_REGISTRY.0, NO_REGISTRY.1).args(args).output().unwrap();
        let document = serde_json::from_slice::<serde_json::Value>(&output.stdout).unwrap();
        (output.status.code(), document)
    };
    let create = ["env", "create", "made", "--method", "stdlib", "--json"];
    let (exit, made) = say(&create);
    assert_eq!(exit, Some(0), "{made:#}");
    assert_eq!(made["created"]["method"], "stdlib_venv");
    let (exit, skipped) = say(&create);
    assert_eq!(exit, Some(3));
    assert_eq!(skipped["skip"]["code"], "target-exists");
    for document in [&made, &skipped] {
        assert_eq!(breaches("env", document), Vec::<String>::new());
    }
    assert!(!breaches("env", &serde_json::json!({"format": "kitty-gate/env"})).is_empty());

    let (exit, diagnosis) = say(&["env", "doctor", "--json"]);
    assert_eq!((exit, &diagnosis["fit"]), (Some(3), &false.into()));
    let refused = &diagnosis["registry"]["refused"];
    assert_eq!(refused["code"], "registry-unreachable", "{diagnosis:#}");
    assert_eq!(breaches("doctor", &diagnosis), Vec::<String>::new());
}

#[test]
fn env_refuses_bad_usage() {
    let world = World::new();
    world.gate().args(["env"]).assert().code(2);
    for word in [["env", "create", "x", "--method", "conda"].as_slice(), &["env", "create", ""]] {
        world.gate().args(word).assert().code(2);
    }
    assert!(!world.path("x").exists());
}

/// Whoever reads a reason must find it in the docs.
#[test]
fn every_skip_code_is_documented() {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/skip-reasons.md");
    let page = fs_err::read_to_string(page).unwrap();
    let schema = schemars::schema_for!(support::skip::SkipCode);
    let codes = schema.as_value()["oneOf"].as_array().unwrap();
    assert!(codes.len() > 30);
    for code in codes {
        let row = format!("| `{}` |", code["const"].as_str().unwrap());
        assert!(page.contains(&row), "docs/skip-reasons.md lacks {row}");
    }
}
