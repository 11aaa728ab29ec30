//! A run that is killed at any moment can still be shown, and claims nothing that it did not see.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

/// Answers each command after a moment, so that a run of the suite lasts for about a second.
const PRODUCT: &str = "#!/bin/sh\n[ \"$1\" = --version ] && echo 'spec-kitty-cli version 9.9.9' && exit\nsleep 0.03\necho '{}'\n";

/// How often a run may get to its end before it is killed. That is a matter of luck, and of who else wants the
/// machine.
const TRIES: usize = 50;

#[test]
fn a_killed_run_can_be_shown() {
    let world = tempfile::tempdir().unwrap();
    let product = world.path().join("product");
    fs_err::write(&product, PRODUCT).unwrap();
    fs_err::set_permissions(&product, std::fs::Permissions::from_mode(0o755)).unwrap();
    let (whole, _) = run_until(world.path(), "whole", u64::MAX);
    assert_eq!(whole["ended"], "completed");
    let record = fs_err::metadata(world.path().join("whole/events.jsonl")).unwrap();

    for tenth in 0..10 {
        let (run, exit) = killed_at(world.path(), tenth, record.len() * tenth / 10);
        let scenarios = run["scenarios"].as_array().unwrap();
        assert_eq!(scenarios.len(), whole["scenarios"].as_array().unwrap().len());
        let total: u64 =
            run["totals"].as_object().unwrap().values().map(|n| n.as_u64().unwrap()).sum();
        assert_eq!(total, scenarios.len() as u64);
        for (seen, reference) in scenarios.iter().zip(whole["scenarios"].as_array().unwrap()) {
            let verdict = &seen["verdict"];
            assert!(
                *verdict == reference["verdict"] || *verdict == "skip" || *verdict == "fail",
                "{tenth} tenths: {} is {verdict}, and {} when it is run to its end",
                seen["id"],
                reference["verdict"]
            );
        }
        assert_ne!(exit, 0, "{tenth} tenths: what was cut off must not look green");
    }
}

/// A run that was killed while it ran, when its record was so long; tried until one was.
fn killed_at(world: &Path, tenth: u64, length: u64) -> (serde_json::Value, i32) {
    for number in 0..TRIES {
        let (run, exit) = run_until(world, &format!("killed-{tenth}-{number}"), length);
        if run["ended"] == "killed" {
            return (run, exit);
        }
    }
    panic!("none of {TRIES} runs was killed while it ran, at {tenth} tenths of its record");
}

/// Starts a run, kills it once its record is longer than this, and shows it; null when it had not begun its
/// record.
fn run_until(world: &Path, name: &str, length: u64) -> (serde_json::Value, i32) {
    let out = world.join(name);
    let mut child = gate(world)
        .args(["run", "./product", "merge", "--keep", "never", "--out"])
        .arg(&out)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let record = out.join("events.jsonl");
    let is_long = || fs_err::metadata(&record).is_ok_and(|record| record.len() > length);
    while !is_long() && child.try_wait().unwrap().is_none() {
        std::thread::sleep(Duration::from_millis(1));
    }
    let _ = child.kill();
    child.wait().unwrap();
    let shown = gate(world).args(["show", "--json"]).arg(&out).output().unwrap();
    let exit = shown.status.code().unwrap();
    if exit == 2 {
        let record = fs_err::read(out.join("events.jsonl")).unwrap_or_default();
        assert!(!record.contains(&b'\n'), "{}", String::from_utf8_lossy(&shown.stderr));
        return (serde_json::Value::Null, exit);
    }
    (serde_json::from_slice(&shown.stdout).unwrap(), exit)
}

fn gate(world: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kitty-gate"));
    command.current_dir(world).env("HOME", world).env("KITTY_GATE_CACHE", world.join("cache"));
    command
}
