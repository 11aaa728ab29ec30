//! A run that is killed at any moment can still be shown, and claims nothing that it did not see.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

/// Answers each command after a moment, so that a run of the suite lasts about a second.
const PRODUCT: &str =
    "#!/bin/sh\n[ \"$1\" = --version ] && echo 'version 9.9.9' && exit\nsleep 0.03\necho '{}'\n";

#[test]
fn a_killed_run_can_be_shown() {
    let world = tempfile::tempdir().unwrap();
    let product = world.path().join("product");
    fs_err::write(&product, PRODUCT).unwrap();
    fs_err::set_permissions(&product, std::fs::Permissions::from_mode(0o755)).unwrap();
    let (whole, _) = run_for(world.path(), "whole", Duration::from_secs(120));
    assert_eq!(whole["ended"], "completed");
    let wall = Duration::from_millis(whole["wall_ms"].as_u64().unwrap());

    let mut killed = 0;
    for tenth in 1..10 {
        let name = format!("killed-{tenth}");
        let (run, exit) = run_for(world.path(), &name, wall * tenth / 10);
        if run.is_null() {
            continue;
        }
        killed += usize::from(run["ended"] == "killed");
        let scenarios = run["scenarios"].as_array().unwrap();
        assert_eq!(
            scenarios.len(),
            whole["scenarios"].as_array().unwrap().len()
        );
        let total: u64 = run["totals"]
            .as_object()
            .unwrap()
            .values()
            .map(|n| n.as_u64().unwrap())
            .sum();
        assert_eq!(total, scenarios.len() as u64);
        for (seen, reference) in scenarios.iter().zip(whole["scenarios"].as_array().unwrap()) {
            let verdict = &seen["verdict"];
            assert!(
                *verdict == reference["verdict"] || *verdict == "skip" || *verdict == "fail",
                "{name}: {} is {verdict}, and {} when it is played to its end",
                seen["id"],
                reference["verdict"]
            );
        }
        assert_ne!(exit, 0, "{name}: what was cut off must not look green");
    }
    assert!(
        killed >= 5,
        "only {killed} of 19 runs were killed while they played"
    );
}

/// Starts a run, kills it after `time`, and shows it; null when it had not begun its record.
fn run_for(world: &Path, name: &str, time: Duration) -> (serde_json::Value, i32) {
    let out = world.join(name);
    let mut child = gate(world)
        .args(["run", "./product", "merge", "--keep", "never", "--out"])
        .arg(&out)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    // The clock of the run begins with its record.
    while !out.join("events.jsonl").exists() && child.try_wait().unwrap().is_none() {
        std::thread::sleep(Duration::from_millis(1));
    }
    let began = std::time::Instant::now();
    while began.elapsed() < time && child.try_wait().unwrap().is_none() {
        std::thread::sleep(Duration::from_millis(1));
    }
    let _ = child.kill();
    child.wait().unwrap();
    let shown = gate(world)
        .args(["show", "--json"])
        .arg(&out)
        .output()
        .unwrap();
    let exit = shown.status.code().unwrap();
    if exit == 2 {
        let record = fs_err::read(out.join("events.jsonl")).unwrap_or_default();
        assert!(
            !record.contains(&b'\n'),
            "{}",
            String::from_utf8_lossy(&shown.stderr)
        );
        return (serde_json::Value::Null, exit);
    }
    (serde_json::from_slice(&shown.stdout).unwrap(), exit)
}

fn gate(world: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kitty-gate"));
    command
        .current_dir(world)
        .env("HOME", world)
        .env("KITTY_GATE_CACHE", world.join("cache"));
    command
}
