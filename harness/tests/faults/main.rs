//! Every check has been seen to fail: on the reference product with a fault (`certificate.json`, which
//! `.ci/run` makes anew), on a real release (`scenarios/sightings.toml`), or, where the reference has no
//! such thing to be asked about, on a stand-in that is played here. A check that was never seen red is
//! not a check yet.
//!
//! The stand-ins are small programs, each bad in its own manner.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod installed;
mod sync;
#[path = "../env_matrix/uv.rs"]
mod uv;
mod waiting;
mod wheels;

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::path::Path;
use std::process::Command;

use kitty_gate::certify::committed;
use serde_json::Value;

/// Failed checks, as scenario and check.
type Red = BTreeSet<(String, String)>;

#[test]
fn every_check_can_fail() {
    let mut red = std::thread::scope(|scope| {
        let others = [
            scope.spawn(wheels::red),
            scope.spawn(sync::red),
            scope.spawn(installed::red),
            scope.spawn(waiting::red),
        ];
        let mut red = Red::new();
        for other in others {
            red.extend(other.join().unwrap());
        }
        red
    });
    red.extend(committed().unwrap().killed_checks());
    let sighted = scenarios::sightings().unwrap().sighting.into_iter();
    red.extend(sighted.map(|seen| (seen.scenario, seen.check)));
    let is_red = |id: &str, scenario: Option<&str>| {
        red.iter()
            .any(|(of, check)| check == id && scenario.is_none_or(|scenario| of == scenario))
    };
    let own = scenarios::all().into_iter().flat_map(|scenario| {
        let checks = scenario.checks.iter();
        checks.map(|check| (check.id, Some(scenario.id)))
    });
    let standing = scenarios::STANDING_CHECKS.iter();
    let survivors: BTreeSet<String> = own
        .chain(standing.map(|check| (check.id, None)))
        .filter(|(check, scenario)| !is_red(check, *scenario))
        .map(|(check, scenario)| format!("{} {check}", scenario.unwrap_or("every-scenario")))
        .collect();
    assert!(
        survivors.is_empty(),
        "nothing makes these fail: {survivors:#?}"
    );
}

/// FR-013: an environment that cannot be had is a skip with its reason, before anything is judged.
#[test]
fn without_its_environment_nothing_is_judged() {
    let run = wheels::without_nested();
    for scenario in run["scenarios"].as_array().unwrap() {
        assert_eq!(scenario["verdict"], "skip", "{scenario:#}");
        assert_eq!(scenario["checks"], serde_json::json!([]));
        let skip = &scenario["skip"];
        assert_eq!(skip["code"], "environment-not-created");
        assert_eq!(
            (&skip["phase"], &skip["tool"]),
            (&"create".into(), &"uv".into())
        );
        assert!(
            skip["excerpt"]
                .as_str()
                .unwrap()
                .contains("Failed to create")
        );
    }
    assert_eq!(run["scenarios"].as_array().unwrap().len(), 3);
}

/// The failed checks of a run. What broke kitty-gate itself is no failure of a stand-in.
fn red_checks(run: &Value) -> Red {
    let mut red = Red::new();
    for scenario in run["scenarios"].as_array().unwrap() {
        let error = scenario["error"].as_str().unwrap_or_default();
        assert!(
            scenario["verdict"] != "error" || error.starts_with("control-failed"),
            "kitty-gate broke: {scenario:#}"
        );
        for check in scenario["checks"].as_array().unwrap() {
            if check["outcome"] == "fail" {
                assert!(!check["signature"].as_str().unwrap().is_empty(), "{check}");
                let word = |value: &Value| value.as_str().unwrap().to_owned();
                red.insert((word(&scenario["id"]), word(&check["id"])));
            }
        }
    }
    red
}

/// Plays against a stand-in in `world`, a folder that is also HOME.
fn play(world: &Path, product: &Path, args: &[&str], env: &[(&str, &OsStr)]) -> Value {
    let output = Command::new(env!("CARGO_BIN_EXE_kitty-gate"))
        .current_dir(world)
        .env("HOME", world)
        .env("KITTY_GATE_CACHE", world.join("cache"))
        .envs(env.iter().copied())
        .arg("run")
        .arg(product)
        .args(args)
        .args(["--json", "--keep", "never", "--out", "run"])
        .output()
        .unwrap();
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| {
        panic!("{error}\n{}", String::from_utf8_lossy(&output.stderr));
    })
}
