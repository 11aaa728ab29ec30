//! Every check has been seen to fail: on a stand-in that breaks the promise in a known way.
//!
//! The stand-ins are small shell programs, each bad in its own manner. Together they turn every
//! declared check red; a check that none of them can redden is not a check. (That the checks are
//! green where they should be is proven on real releases, by `.ci/controls`.)

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

/// Reads the command line: `what` is `mark`, `dry` or `merge`, `ids` and `slug` are what they say.
const PRELUDE: &str = r#"#!/bin/sh
case "$*" in --version) echo 'version 9.9.9'; exit;; *--help) echo help; exit;; esac
what=merge ids='' slug=''
[ "$1" = agent ] && what=mark && shift 3
while [ $# -gt 0 ]; do
    case $1 in
    --mission) slug=$2; shift;;
    --status) shift;;
    --dry-run) what=dry;;
    --*|merge) ;;
    *) ids="$ids $1";;
    esac
    shift
done
tasks=kitty-specs/$slug/tasks.md
"#;

/// Says nothing, and calls it a success.
const SILENT: &str = "exit 0";

/// Refuses everything, and calls it a success.
const TIMID: &str = r#"echo '{"error": "not today"}'; exit 0"#;

/// Reports everything as done and does nothing; proposes a command that does not work.
const LIAR: &str = r#"
case $what in
mark)
    results='' count=0
    [ -n "${ids# }" ] || results=',{"id": "", "outcome": "updated", "message": ""}' count=1
    for id in $ids; do
        results="$results,{\"id\": \"$id\", \"outcome\": \"updated\", \"format\": null, \"message\": \"\"}"
        count=$((count + 1))
    done
    echo "{\"results\": [${results#,}], \"summary\": {\"updated\": $count, \"already_satisfied\": 0, \"not_found\": 0}}";;
dry)
    echo '{"ready": false, "blocker": "other", "expected_branch": "kitty/other", "remediation": "git branch other nowhere"}'
    exit 1;;
esac"#;

/// Marks everything that looks like a task and reports in a shape of its own; leaves traces.
const VANDAL: &str = r#"
echo x >> trace
case $what in
mark)
    sed -i 's/\[[ PD]\]/[x]/' "$tasks"
    listed=''
    for id in $ids; do echo "- [x] $id" >> "$tasks"; listed="$listed,\"$id\""; done
    echo "{\"updated\": [${listed#,}], \"not_found\": []}";;
dry)
    echo '{"mission_slug": "x"} {"again": true}'
    printf 'Traceback (most recent call last):\n  here\nSomeError: x\n' >&2;;
merge)
    git checkout -q -- README.md
    printf 'Traceback (most recent call last):\n  here\nSomeError: x\n' >&2
    echo "Run: git branch kitty/mission-$slug HEAD";;
esac
exit 1"#;

/// Keeps marks in event logs, here and there, under nobody's name.
const SCATTERED: &str = r#"
[ "$what" = mark ] || exit 1
here=kitty-specs/$slug/status.events.jsonl
there=.worktrees/$slug-coord/$here
[ -z "$forgetful" ] || forget
mkdir -p "$(dirname "$there")"
log=$there results=''
for id in $ids; do
    echo "{\"kind\": \"annotation\", \"wp_id\": \"WP99\", \"delta\": {\"subtasks\": {\"$id\": \"done\"}}}" >> "$log"
    results="$results,{\"id\": \"$id\", \"outcome\": \"updated\"}"
    log=$here
done
echo '{"work_packages": {}}' | tee "$(dirname "$here")/status.json" > "$(dirname "$there")/status.json"
echo "{\"results\": [${results#,}], \"summary\": {\"updated\": 9, \"already_satisfied\": 9, \"not_found\": 9}}""#;

/// As the scattered one, but forgets everything at the next call.
const FORGETFUL: &str = r#"
forgetful=yes
forget() {
    [ -e "$here" ] || [ -e "$there" ] || return 0
    : > "$here"; : > "$there"
    echo 'where was I?'
    exit 1
}"#;

/// Leaves a process behind, tries to leave the machine, and hangs in the real merge.
const ROUGH: &str = r#"
setsid sleep 600 &
python3 -c 'import socket; socket.socket().connect(("192.0.2.1", 9))' 2>/dev/null
[ "$what" = merge ] && sleep 600
exit 0"#;

#[test]
fn every_check_can_fail() {
    let stand_ins = [
        ("silent", SILENT),
        ("timid", TIMID),
        ("liar", LIAR),
        ("vandal", VANDAL),
        ("scattered", SCATTERED),
    ];
    let mut red = BTreeSet::new();
    for (name, body) in stand_ins {
        red.extend(failed_checks(name, body, &[]));
    }
    red.extend(failed_checks(
        "forgetful",
        &format!("{FORGETFUL}{SCATTERED}"),
        &[],
    ));
    let rough = [
        "merge/missing-branch-blocks-merge",
        "merge/coordination-*",
        "--deadline",
        "1",
    ];
    let standing: BTreeSet<String> = failed_checks("rough", ROUGH, &rough)
        .into_iter()
        .map(|(_, check)| check)
        .collect();
    let survivors: Vec<String> = scenarios::all()
        .iter()
        .flat_map(|scenario| scenario.checks.iter().map(|check| (scenario.id, check.id)))
        .filter(|(scenario, check)| !red.contains(&((*scenario).to_owned(), (*check).to_owned())))
        .map(|(scenario, check)| format!("{scenario} {check}"))
        .chain(
            scenarios::STANDING_CHECKS
                .iter()
                .filter(|check| !standing.contains(check.id))
                .map(|check| check.id.to_owned()),
        )
        .collect();
    assert!(
        survivors.is_empty(),
        "no stand-in makes these fail:\n{}",
        survivors.join("\n")
    );
}

/// The checks that fail on a stand-in, as scenario and check.
fn failed_checks(name: &str, body: &str, args: &[&str]) -> Vec<(String, String)> {
    let world = tempfile::tempdir().unwrap();
    let product = world.path().join(name);
    fs_err::write(&product, format!("{PRELUDE}{body}\n")).unwrap();
    fs_err::set_permissions(&product, std::fs::Permissions::from_mode(0o755)).unwrap();
    let run = run(world.path(), &product, args);
    let scenarios = run["scenarios"].as_array().unwrap();
    let broken: Vec<_> = scenarios
        .iter()
        .filter(|scenario| scenario["verdict"] == "error")
        .collect();
    assert!(broken.is_empty(), "{name} broke the harness: {broken:#?}");
    scenarios
        .iter()
        .flat_map(|scenario| {
            let id = scenario["id"].as_str().unwrap().to_owned();
            let checks = scenario["checks"].as_array().unwrap();
            checks
                .iter()
                .filter(|check| check["outcome"] == "fail")
                .inspect(|check| {
                    assert!(!check["signature"].as_str().unwrap().is_empty(), "{check}");
                })
                .map(|check| (id.clone(), check["id"].as_str().unwrap().to_owned()))
                .collect::<Vec<_>>()
        })
        .collect()
}

fn run(world: &Path, product: &Path, args: &[&str]) -> serde_json::Value {
    let output = Command::new(env!("CARGO_BIN_EXE_kitty-gate"))
        .current_dir(world)
        .env("HOME", world)
        .env("KITTY_GATE_CACHE", world.join("cache"))
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
