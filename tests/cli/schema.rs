//! What is written is as the schemas have it.

use crate::{World, text};

#[test]
fn the_committed_schemas_are_those_of_the_types() {
    for format in [
        "run",
        "events",
        "list",
        "requirements",
        "certificate",
        "env",
        "doctor",
        "gate",
        "issues",
        "plan",
    ] {
        let committed = format!("{}/../schemas/{format}.schema.json", env!("CARGO_MANIFEST_DIR"));
        let output = World::new().gate().args(["schema", format]).output().unwrap();
        assert!(
            output.stdout == fs_err::read(committed).unwrap(),
            "run: cargo run -- schema {format} > schemas/{format}.schema.json"
        );
    }
}

#[test]
fn what_is_written_keeps_its_schema() {
    let world = World::new();
    let product = world.product("echo '{\"error\": \"blocked\"}'; exit 1");
    let (_, run) =
        world.run_json(&["run", text(&product), "merge", "--keep", "never", "--out", "run"]);
    assert_eq!(breaches("run", &run), Vec::<String>::new());
    let record = fs_err::read_to_string(world.path("run/events.jsonl")).unwrap();
    for line in record.lines() {
        assert_eq!(
            breaches("events", &serde_json::from_str(line).unwrap()),
            Vec::<String>::new(),
            "{line}"
        );
    }
    let list = world.gate().args(["list", "--json"]).output().unwrap();
    assert_eq!(
        breaches("list", &serde_json::from_slice(&list.stdout).unwrap()),
        Vec::<String>::new()
    );
    assert!(!breaches("run", &serde_json::json!({"format": "kitty-gate/run"})).is_empty());
}

/// What breaks a format's own schema.
pub fn breaches(format: &str, document: &serde_json::Value) -> Vec<String> {
    let output = World::new().gate().args(["schema", format]).output().unwrap();
    let schema = serde_json::from_slice(&output.stdout).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    validator.iter_errors(document).map(|error| error.to_string()).collect()
}
