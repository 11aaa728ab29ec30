//! The command line as a user meets it, without a real product: usage errors, listing, schema, and
//! runs of small executables that stand in for `spec-kitty`.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use predicates::prelude::*;
use predicates::str::{contains, is_empty, starts_with};

/// A folder of its own for store, runs and programs.
struct World {
    root: tempfile::TempDir,
}

impl World {
    fn new() -> Self {
        Self {
            root: tempfile::tempdir().unwrap(),
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.root.path().join(name)
    }

    /// `kitty-gate` in this world, with a HOME of its own.
    fn gate(&self) -> Command {
        let home = self.path("home");
        fs_err::create_dir_all(&home).unwrap();
        let mut command = Command::cargo_bin("kitty-gate").unwrap();
        command
            .current_dir(self.root.path())
            .env("HOME", home)
            .env("KITTY_GATE_CACHE", self.path("cache"))
            .env_remove("XDG_CACHE_HOME")
            .env_remove("KITTY_GATE_PYTHON");
        command
    }

    /// A program that answers `--version`, and everything else with `body`.
    fn product(&self, body: &str) -> PathBuf {
        let path = self.path("product");
        let script = format!(
            "#!/bin/sh\n[ \"$1\" = --version ] && echo 'spec-kitty-cli version 9.9.9' && exit\n\
             case \"$*\" in *--help) echo help; exit;; esac\n{body}\n"
        );
        fs_err::write(&path, script).unwrap();
        fs_err::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
        path
    }

    fn run_json(&self, args: &[&str]) -> (i32, serde_json::Value) {
        let output = self.gate().args(args).arg("--json").output().unwrap();
        let document = serde_json::from_slice(&output.stdout).unwrap_or_else(|error| {
            panic!("{error}\n{}", String::from_utf8_lossy(&output.stderr));
        });
        (output.status.code().unwrap(), document)
    }
}

const ONE: &str = "merge/coordination-dry-run-stays-json";

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[test]
fn help_and_version_are_no_errors() {
    World::new()
        .gate()
        .arg("--help")
        .assert()
        .code(0)
        .stdout(contains("may it ship?"));
    World::new()
        .gate()
        .arg("--version")
        .assert()
        .code(0)
        .stdout(starts_with("kitty-gate "));
}

#[test]
fn usage_errors_exit_with_2_and_have_a_code_and_a_hint() {
    let world = World::new();
    let refused = |args: &[&str], code: &str, hint: &str| {
        world
            .gate()
            .args(args)
            .assert()
            .code(2)
            .stdout(is_empty())
            .stderr(
                contains(format!("error[{code}]: "))
                    .and(contains("hint: "))
                    .and(contains(hint.to_owned())),
            );
    };
    refused(&["run", "no-such-product"], "no-such-product", "3.2.7");
    refused(
        &["run", "./missing.whl"],
        "no-such-product",
        "check the path",
    );
    refused(
        &["run", "3.2.7", "merge/mising-branch"],
        "no-such-scenario",
        "did you mean merge/missing-branch",
    );
    refused(
        &["run", "3.2.7", "zzz"],
        "no-such-scenario",
        "kitty-gate list",
    );
    refused(
        &["repro", "3.2.7", "merge"],
        "not-one-scenario",
        "one scenario",
    );
    refused(&["show", "latest"], "no-such-run", "events.jsonl");
    refused(&["requirements", "no"], "no-such-run", "events.jsonl");
    fs_err::create_dir(world.path("full")).unwrap();
    fs_err::write(world.path("full/file"), "mine").unwrap();
    refused(&["run", "3.2.7", "--out", "full"], "out-not-empty", "--out");
    assert_eq!(
        fs_err::read_to_string(world.path("full/file")).unwrap(),
        "mine"
    );
}

#[test]
fn arguments_are_checked() {
    let world = World::new();
    for args in [
        &["run"][..],
        &["run", "3.2.7", "--jobs", "0"],
        &["run", "3.2.7", "--repeat", "0"],
        &["run", "3.2.7", "--deadline", "soon"],
        &["run", "3.2.7", "--keep", "sometimes"],
        &["frobnicate"],
    ] {
        world
            .gate()
            .args(args)
            .assert()
            .code(2)
            .stdout(is_empty())
            .stderr(contains("error: "));
    }
}

#[test]
fn the_list_names_what_every_scenario_covers() {
    let output = World::new()
        .gate()
        .args(["list", "--json"])
        .output()
        .unwrap();
    let list: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(
        (&list["format"], &list["version"]),
        (&"kitty-gate/list".into(), &1.into())
    );
    let scenarios = list["scenarios"].as_array().unwrap();
    assert_eq!(scenarios.len(), scenarios::all().len());
    assert!(
        scenarios
            .iter()
            .all(|scenario| !scenario["checks"].as_array().unwrap().is_empty())
    );
    World::new()
        .gate()
        .args(["list", "merge/missing-*"])
        .assert()
        .code(0)
        .stdout(
            contains("merge/missing-branch-blocks-merge  [FR-018, #976]")
                .and(contains("mark-status").not()),
        );
}

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
    ] {
        let committed = format!(
            "{}/../schemas/{format}.schema.json",
            env!("CARGO_MANIFEST_DIR")
        );
        let output = World::new()
            .gate()
            .args(["schema", format])
            .output()
            .unwrap();
        assert_eq!(
            String::from_utf8(output.stdout).unwrap(),
            fs_err::read_to_string(committed).unwrap(),
            "run: cargo run -- schema {format} > schemas/{format}.schema.json"
        );
    }
}

/// What breaks a format's own schema.
fn breaches(format: &str, document: &serde_json::Value) -> Vec<String> {
    let output = World::new()
        .gate()
        .args(["schema", format])
        .output()
        .unwrap();
    let schema = serde_json::from_slice(&output.stdout).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    validator
        .iter_errors(document)
        .map(|error| error.to_string())
        .collect()
}

#[test]
fn what_is_written_keeps_its_schema() {
    let world = World::new();
    let product = world.product("echo '{\"blocked\": true}'; exit 1");
    let (_, run) = world.run_json(&[
        "run",
        text(&product),
        "merge",
        "--keep",
        "never",
        "--out",
        "run",
    ]);
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

/// The requirement of this id, in what `requirements --json` prints.
fn requirement<'d>(document: &'d serde_json::Value, id: &str) -> &'d serde_json::Value {
    let sources = document["sources"].as_array().unwrap();
    sources
        .iter()
        .flat_map(|source| source["requirements"].as_array().unwrap())
        .find(|requirement| requirement["id"] == id)
        .unwrap()
}

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
    assert!(
        told.lines().all(|line| line.chars().count() <= 100),
        "{told}"
    );
    let last = told.lines().last().unwrap();
    assert!(
        last.contains(" requirements: ") && last.contains(" covered, "),
        "{last}"
    );
}

#[test]
fn a_recorded_failure_violates_its_requirement() {
    let world = World::new();
    let traceback = "echo Traceback '(most recent call last)': >&2; echo 'KeyError: 1' >&2; exit 1";
    let product = world.product(traceback);
    world
        .gate()
        .args([
            "run",
            text(&product),
            ONE,
            "--out",
            "run",
            "--keep",
            "never",
        ])
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
    assert_eq!(standing("FR-001")["gaps"][0]["kind"], "not-played");
    assert_eq!(standing("RPM-001")["state"], "unreachable");
    world
        .gate()
        .args(["requirements", "run"])
        .assert()
        .code(1)
        .stdout(
            contains("violated     FR-017").and(contains("stdout-is-one-json-document [FR-017]")),
        );
}

#[test]
fn a_run_that_passed_and_proves_only_a_part_is_not_all_that_is_required() {
    let world = World::new();
    let product = world.product("echo '{\"blocked\": true}'; exit 1");
    world
        .gate()
        .args(["run", text(&product), ONE])
        .assert()
        .code(0);
    let (exit, document) = world.run_json(&["requirements", "latest"]);
    assert_eq!(exit, 3);
    assert_eq!(document["totals"]["states"]["violated"], 0);
}

/// A registry that refuses: a machine is only fit with one.
const NO_REGISTRY: (&str, &str) = ("PIP_INDEX_URL", "http://127.0.0.1:9/simple");

#[test]
fn what_is_said_of_environments_keeps_its_schema() {
    let world = World::new();
    let say = |args: &[&str]| {
        let output = world
            .gate()
            .env(NO_REGISTRY.0, NO_REGISTRY.1)
            .args(args)
            .output()
            .unwrap();
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
    for word in [
        ["env", "create", "x", "--method", "conda"].as_slice(),
        &["env", "create", ""],
    ] {
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

#[test]
fn a_default_run_folder_is_linked_and_ignored_by_git() {
    let world = World::new();
    let product = world.product("echo '{}'; exit 1");
    world
        .gate()
        .args(["run", text(&product), ONE])
        .assert()
        .code(0);
    world
        .gate()
        .args(["show", "latest"])
        .assert()
        .code(0)
        .stdout(contains(format!("PASS   {ONE}")));
    assert_eq!(
        fs_err::read_to_string(world.path(".kitty-gate/.gitignore")).unwrap(),
        "*\n"
    );
}

#[test]
fn a_run_of_a_good_product_passes() {
    let world = World::new();
    let product = world.product("echo '{\"blocked\": true}'; exit 1");
    let (exit, run) = world.run_json(&["run", text(&product), ONE]);
    assert_eq!(exit, 0, "{run:#}");
    assert_eq!(run["scenarios"][0]["verdict"], "pass");
    assert_eq!(run["product"]["release"], "9.9.9");
    assert_eq!(run["totals"]["pass"], 1);
    let step = &run["scenarios"][0]["steps"][0];
    assert_eq!(
        (&step["exit"], &step["signal"]),
        (&1.into(), &serde_json::Value::Null)
    );
    assert_eq!(step["stdout"], "{\"blocked\": true}\n");
    assert_eq!(step["argv"][0], "spec-kitty");
}

#[test]
fn a_failed_check_exits_with_1_and_tells_how() {
    let world = World::new();
    let product = world
        .product("echo Traceback '(most recent call last)': >&2; echo 'KeyError: 1' >&2; exit 1");
    world
        .gate()
        .args(["run", text(&product), ONE, "--out", "run"])
        .assert()
        .code(1)
        .stdout(contains(
            "stdout-is-one-json-document [FR-017]  stdout-empty, traceback: KeyError",
        ));
    let kept = world.gate().args(["show", "run", ONE]).assert().code(1);
    let shown = String::from_utf8(kept.get_output().stdout.clone()).unwrap();
    for piece in [
        "FAILED",
        "expected      one JSON document on stdout",
        "spec-kitty merge --mission",
        "reproduce     kitty-gate repro",
    ] {
        assert!(shown.contains(piece), "{piece} is missing in\n{shown}");
    }
    let folder = shown
        .lines()
        .find_map(|line| line.strip_prefix("sandbox kept  "))
        .unwrap();
    assert!(Path::new(folder).join("sandbox-1/world/repo/.git").is_dir());
    fs_err::remove_dir_all(folder).unwrap();
}

#[test]
fn a_missing_command_is_a_skip_and_never_a_pass() {
    let world = World::new();
    let product = world.product("echo 'Error: No such command merge' >&2; exit 2");
    let (exit, run) = world.run_json(&["run", text(&product), ONE, "--keep", "never"]);
    assert_eq!(exit, 3);
    assert_eq!(run["scenarios"][0]["verdict"], "skip");
    assert_eq!(run["scenarios"][0]["skip"]["code"], "command-absent");
    assert_eq!(run["scenarios"][0]["kept"], serde_json::json!([]));
}

#[test]
fn a_command_that_hangs_is_ended_and_fails() {
    let world = World::new();
    let product = world.product("trap '' TERM; sleep 600");
    let (exit, run) = world.run_json(&[
        "run",
        text(&product),
        ONE,
        "--deadline",
        "1",
        "--keep",
        "never",
    ]);
    assert_eq!(exit, 1);
    let failed: Vec<_> = run["scenarios"][0]["checks"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|check| check["outcome"] == "fail")
        .map(|check| check["signature"].as_str().unwrap())
        .collect();
    assert_eq!(failed, ["stdout-empty", "did-not-end"]);
    assert_eq!(run["scenarios"][0]["steps"][0]["ended"], "timed-out");
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
        .find(|check| check["id"] == "stage/stays-on-this-machine")
        .unwrap();
    assert!(
        check["observed"]
            .as_str()
            .unwrap()
            .contains("example.invalid:443"),
        "{check}"
    );
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
        .replace(
            "echo help;",
            "echo x > \"$HOME/.product-state\"; echo help;",
        );
    fs_err::write(&product, script).unwrap();
    let (exit, run) = world.run_json(&["run", text(&product), ONE, "--keep", "never"]);
    assert_eq!(exit, 4);
    assert_eq!(run["home_touched"], serde_json::json!([".product-state"]));
}

/// A path that is hard-coded is everybody's: TMPDIR was another one.
#[test]
fn what_is_left_outside_of_the_sandbox_is_told() {
    let world = World::new();
    let left = std::path::Path::new("/tmp").join(format!("spec-kitty-test-{}", std::process::id()));
    let product = world.product(&format!("echo x > {}; echo '{{}}'", text(&left)));
    let (_, run) = world.run_json(&["run", text(&product), ONE, "--keep", "never"]);
    fs_err::remove_file(&left).unwrap();
    assert_eq!(run["left_outside"], serde_json::json!([left]));
}

#[test]
fn repeats_that_differ_are_flaky() {
    let world = World::new();
    let counter = world.path("counter");
    let product = world.product(&format!(
        "echo x >> {0}; [ $(wc -l < {0}) = 2 ] || {{ echo '{{}}'; exit; }}",
        text(&counter)
    ));
    let (exit, run) = world.run_json(&[
        "run",
        text(&product),
        ONE,
        "--repeat",
        "3",
        "--jobs",
        "1",
        "--keep",
        "never",
    ]);
    assert_eq!(exit, 1);
    assert_eq!(run["scenarios"][0]["verdict"], "flaky");
    assert_eq!(
        run["scenarios"][0]["repeats"],
        serde_json::json!(["pass", "fail", "pass"])
    );
}

#[test]
fn escape_sequences_of_a_product_do_not_reach_the_terminal() {
    let world = World::new();
    let product = world.product("printf '\\033[31mred\\007'; exit 1");
    world
        .gate()
        .args([
            "run",
            text(&product),
            ONE,
            "--out",
            "run",
            "--keep",
            "never",
        ])
        .assert()
        .code(1);
    world
        .gate()
        .args(["show", "run", ONE])
        .assert()
        .stdout(contains('\u{1b}').not().and(contains("red")));
}

#[test]
fn repro_writes_a_script_that_replays_without_kitty_gate() {
    let world = World::new();
    let product =
        world.product("echo \"{\\\"args\\\": \\\"$*\\\"}\"; git -C . rev-parse HEAD; exit 1");
    world
        .gate()
        .args(["repro", text(&product), ONE, "--out", "repro"])
        .assert()
        .code(1)
        .stdout(contains("replay without kitty-gate: sh "));
    let recorded = fs_err::read_to_string(
        world
            .path("repro/streams")
            .join(ONE.replace('/', "."))
            .join("1/00.stdout"),
    )
    .unwrap();
    let bin = world.path("bin");
    fs_err::create_dir(&bin).unwrap();
    fs_err::os::unix::fs::symlink(&product, bin.join("spec-kitty")).unwrap();
    Command::new("sh")
        .arg(world.path("repro/repro.sh"))
        .env("BIN", &bin)
        .env("HERE", world.path("replay"))
        .assert()
        .code(0)
        // The same answer, the id of the fixture's commit included.
        .stdout(
            contains(recorded)
                .and(contains("(exit 1)"))
                .and(contains("text-after-json")),
        );
}
