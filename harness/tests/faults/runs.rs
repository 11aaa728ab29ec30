//! Stand-ins for the identity of runs, for refusals, and for what keeps people waiting.

use std::os::unix::fs::PermissionsExt;

use crate::{Red, red_checks};

/// Offers nothing, and says so.
const PRELUDE: &str = r#"#!/bin/sh
case "$*" in --version) echo 'version 9.9.9'; exit;; *--help) echo help; exit;; esac
"#;

/// Says nothing, and calls it a success.
const SILENT: &str = "exit 0";

/// Says nothing, and fails.
const MUTE: &str = "exit 1";

/// Waits for nobody knows what.
const SLEEPY: &str = "sleep 3";

/// Begins a run at each call, whoever asks, and succeeds only once.
const RESTLESS: &str = r#"
case "$*" in *--result*) ;; *) exit 0;; esac
while [ $# -gt 0 ]; do [ "$1" = --mission ] && mission=$2; shift; done
runs=.kittify/runtime/runs
count=$(ls $runs 2>/dev/null | wc -l)
mkdir -p $runs/r$count
echo "{\"run_id\": \"r$count\", \"issued_step_id\": \"one\", \"completed_steps\": []}" > $runs/r$count/state.json
echo "{\"$mission\": {\"run_id\": \"r$count\"}}" > .kittify/runtime/feature-runs.json
[ $count = 0 ]"#;

/// Has one run that gets nowhere, and calls the mission by another name.
const STUCK: &str = r#"
case "$*" in *--result*) ;; *) exit 0;; esac
run=.kittify/runtime/runs/r
mkdir -p $run
echo '{"run_id": "r", "issued_step_id": "one", "completed_steps": [], "mission_id": "x", "mission_slug": "x"}' > $run/state.json
echo '{"x": {"run_id": "r", "mission_id": "x", "mission_slug": "x"}}' > .kittify/runtime/feature-runs.json"#;

/// What each of the stand-ins turns red.
pub fn red() -> Red {
    let refusals = "mission-status/refusals-are-json";
    let played = [
        ("silent", SILENT, ["run-identity", refusals]),
        ("mute", MUTE, ["speed", refusals]),
        ("restless", RESTLESS, ["run-identity", refusals]),
        ("stuck", STUCK, ["run-identity", refusals]),
        ("sleepy", SLEEPY, ["speed", "--jobs=1"]),
    ];
    let red = played.map(|(name, body, args)| checks_of(name, body, &args));
    red.into_iter().flatten().collect()
}

fn checks_of(name: &str, body: &str, args: &[&str]) -> Red {
    let world = tempfile::tempdir().unwrap();
    let product = world.path().join(name);
    fs_err::write(&product, format!("{PRELUDE}{body}\n")).unwrap();
    fs_err::set_permissions(&product, std::fs::Permissions::from_mode(0o755)).unwrap();
    red_checks(&crate::play(world.path(), &product, args, &[]))
}
