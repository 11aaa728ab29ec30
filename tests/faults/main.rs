//! Every check has been seen to fail: on the reference product with a fault, or on a fake product where the
//! reference has no such thing to be asked about. `certificate.toml` says which, `.ci/run` makes it anew, and
//! here the fake products are held against `harness/fake_products.toml`, which the certificate has them from. A check
//! that was never seen red is not a check yet.
//!
//! The fake products are small programs, each bad in its own manner; and two that are not, as controls.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod installed;
#[path = "../env_matrix/uv.rs"]
mod uv;
mod wheels;

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::path::Path;
use std::process::Command;

use kitty_gate::certify::{committed, excused};
use serde_json::Value;

/// The reference product, wherever it is called from, once it is called `spec-kitty`.
const REFERENCE: &str = env!("CARGO_BIN_EXE_kitty-gate");

/// What became of the scenarios that a fake product was run with.
struct Executed {
    name: &'static str,
    passed: BTreeSet<String>,
    /// Failed checks, as scenario and check.
    red: BTreeSet<(String, String)>,
}

#[test]
fn every_check_can_fail() {
    let certified = committed().unwrap().scenarios;
    let can_fail = |scenario: &str, check: &str| {
        let known = certified.iter().find(|known| known.id == scenario);
        let known = known.and_then(|known| known.checks.iter().find(|known| known.id == check));
        known.is_some_and(|known| !known.killed_by.is_empty())
    };
    let own = scenarios::all().into_iter().flat_map(|scenario| {
        let checks = scenario.checks.iter();
        checks.map(|check| (scenario.id, check.id))
    });
    let standing = scenarios::STANDING_CHECKS.iter();
    let survivors: Vec<(&str, &str)> = own
        .chain(standing.map(|check| ("every-scenario", check.id)))
        .filter(|(scenario, check)| !can_fail(scenario, check))
        .collect();
    assert!(survivors.is_empty(), "nothing makes these fail: {survivors:#?}");
}

/// What is said of the fake products is what they do: no check more or less, and the controls pass.
#[test]
fn the_fake_products_do_what_is_declared() {
    let executed: Vec<Executed> = std::thread::scope(|scope| {
        let all = [scope.spawn(wheels::executed), scope.spawn(installed::executed)];
        all.into_iter().flat_map(|executed| executed.join().unwrap()).collect()
    });
    let mut told: BTreeMap<String, BTreeMap<String, Vec<String>>> = BTreeMap::new();
    for executed in &executed {
        for (scenario, check) in &executed.red {
            let checks = told.entry(scenario.clone()).or_default();
            let names = checks.entry(check.clone()).or_default();
            names.push(executed.name.to_owned());
        }
    }
    let excused = excused().unwrap();
    let declared: BTreeMap<_, _> =
        excused.iter().map(|(scenario, excuse)| (scenario.clone(), excuse.red.clone())).collect();
    assert_eq!(told, declared, "this is what they did: {told:#?}");
    for (scenario, excuse) in &excused {
        let control = executed.iter().find(|executed| executed.name == excuse.control);
        let passed = control.is_some_and(|executed| executed.passed.contains(scenario));
        assert!(passed, "{} does not pass {scenario}", excuse.control);
    }
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
        assert_eq!((&skip["phase"], &skip["tool"]), (&"create".into(), &"uv".into()));
        assert!(skip["excerpt"].as_str().unwrap().contains("Failed to create"));
    }
    assert_eq!(run["scenarios"].as_array().unwrap().len(), 3);
}

impl Executed {
    /// What breaks kitty-gate itself is no failure of a fake product.
    fn of(name: &'static str, run: &Value) -> Self {
        let word = |value: &Value| value.as_str().unwrap().to_owned();
        let (mut passed, mut red) = (BTreeSet::new(), BTreeSet::new());
        for scenario in run["scenarios"].as_array().unwrap() {
            let error = scenario["error"].as_str().unwrap_or_default();
            assert!(
                scenario["verdict"] != "error" || error.starts_with("control-failed"),
                "kitty-gate broke: {scenario:#}"
            );
            if scenario["verdict"] == "pass" {
                passed.insert(word(&scenario["id"]));
            }
            for check in scenario["checks"].as_array().unwrap() {
                if check["outcome"] == "fail" {
                    assert!(!check["signature"].as_str().unwrap().is_empty(), "{check}");
                    red.insert((word(&scenario["id"]), word(&check["id"])));
                }
            }
        }
        Self { name, passed, red }
    }
}

/// Runs against a fake product in `world`, a folder that is also HOME.
fn run_against(world: &Path, product: &Path, args: &[&str], env: &[(&str, &OsStr)]) -> Value {
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
