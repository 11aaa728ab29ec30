//! `kitty-gate run` with a product that does not keep to its place.

use crate::{ONE, World, text};

#[test]
fn a_command_that_hangs_is_ended_and_fails() {
    let world = World::new();
    let product = world.product("trap '' TERM; sleep 600");
    let (exit, run) =
        world.run_json(&["run", text(&product), ONE, "--deadline", "5", "--keep", "never"]);
    assert_eq!(exit, 1);
    let failed: Vec<_> = run["scenarios"][0]["checks"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|check| check["outcome"] == "fail")
        .map(|check| check["signature"].as_str().unwrap())
        .collect();
    assert_eq!(failed, ["stdout-empty", "did-not-end"]);
    assert_eq!(run["scenarios"][0]["steps"][1]["ended"], "timed-out");
}

#[test]
fn a_process_left_behind_fails() {
    let world = World::new();
    let product = world.product("setsid sleep 600 & echo '{}'");
    let (exit, run) = world.run_json(&["run", text(&product), ONE, "--keep", "never"]);
    assert_eq!(exit, 1);
    assert!(run.to_string().contains("left-a-process"));
}

#[test]
fn an_attempt_to_leave_the_machine_fails_and_is_named() {
    let world = World::new();
    let product = world.product(
        "python3 -c 'import urllib.request as r; r.urlopen(\"https://example.invalid/x\")' 2>/dev/null; echo '{}'",
    );
    let (exit, run) = world.run_json(&["run", text(&product), ONE, "--keep", "never"]);
    assert_eq!(exit, 1);
    let check = run["scenarios"][0]["checks"]
        .as_array()
        .unwrap()
        .iter()
        .find(|check| check["id"] == "sandbox/stays-on-this-machine")
        .unwrap();
    assert!(check["observed"].as_str().unwrap().contains("example.invalid:443"), "{check}");
}

#[test]
fn a_touched_home_breaks_the_run() {
    let world = World::new();
    let real = world.path("home");
    // It fills its own HOME at first, and writes past it later.
    let product = world.product("echo x > REAL/.product-state; echo '{}'");
    let script = fs_err::read_to_string(&product)
        .unwrap()
        .replace("REAL", text(&real))
        .replace("echo help;", "echo x > \"$HOME/.product-state\"; echo help;");
    fs_err::write(&product, script).unwrap();
    let (exit, run) = world.run_json(&["run", text(&product), ONE, "--keep", "never"]);
    assert_eq!(exit, 4);
    assert_eq!(run["home_touched"], serde_json::json!([".product-state"]));
}
