//! The reference product inside the binary: clean it keeps every promise, with a fault it breaks one.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use fixtures::hosted::{Behaviour, Service};
use predicates::prelude::PredicateBooleanExt;
use predicates::str::contains;
use tempfile::TempDir;

/// What the reference can be asked.
const SUITES: [&str; 9] = [
    "mark-status",
    "merge",
    "transitions",
    "review-prompts",
    "ownership",
    "ship",
    "mission-status",
    "run-identity",
    "lifecycle",
];

/// The binary in a HOME of its own, with nothing of ours in its environment.
fn gate(home: &TempDir) -> Command {
    let mut gate = Command::cargo_bin("kitty-gate").unwrap();
    gate.current_dir(home)
        .env("HOME", home.path())
        .env("KITTY_GATE_CACHE", home.path().join("cache"))
        .env_remove(reference::FAULT_VARIABLE)
        .env_remove(reference::EDITION_VARIABLE)
        .env_remove(reference::NULL_VARIABLE);
    gate
}

#[test]
fn the_clean_reference_keeps_every_promise() {
    let home = tempfile::tempdir().unwrap();
    gate(&home)
        .args(["run", "reference"])
        .args(SUITES)
        .assert()
        .code(0)
        .stdout(contains("spec-kitty-cli 0.1.0 (reference").and(contains("FAIL").not()));
}

/// The other edition asks for consent, and does well once it has it. The first does not.
#[test]
fn only_one_edition_asks_for_consent() {
    let home = tempfile::tempdir().unwrap();
    let run = |edition: &str| {
        let mut gate = gate(&home);
        gate.env(reference::EDITION_VARIABLE, edition).args([
            "run",
            "reference",
            "sync/opted-in-healthy",
            "sync/healthy",
        ]);
        gate.assert().code(3)
    };
    run("asking")
        .stdout(contains("PASS   sync/opted-in-healthy").and(contains("SKIP   sync/healthy")));
    run("").stdout(contains("SKIP   sync/opted-in-healthy").and(contains("PASS   sync/healthy")));
    gate(&home)
        .env(reference::EDITION_VARIABLE, "no-edition-of-mine")
        .args(["run", "reference", "sync"])
        .assert()
        .code(2)
        .stderr(contains("error[no-such-edition]").and(contains("asking")));
}

/// Consent is what the person said last, else what the edition takes for granted.
#[test]
fn consent_is_kept_to() {
    for (edition, at_first) in [("trusting", true), ("asking", false)] {
        let world = tempfile::tempdir().unwrap();
        let service = Service::start(Behaviour::healthy()).unwrap();
        let product = Product::beside(world.path(), edition, &service);
        product.run(&["init", ".", "--non-interactive"]);
        product.run(&["auth", "login", "--headless"]);
        let mut missions = 0;
        let mut syncs = || {
            let before = service.requests().len();
            missions += 1;
            product.run(&["specify", &format!("mission-{missions}")]);
            service.requests().len() > before
        };
        assert_eq!(syncs(), at_first, "{edition}, unasked");
        product.run(&["sync", "opt-out"]);
        assert!(!syncs(), "{edition}, revoked");
        product.run(&["sync", "opt-in"]);
        assert!(syncs(), "{edition}, given");
        product.run(&["sync", "opt-out"]);
        assert!(!syncs(), "{edition}, revoked again");
    }
}

/// The reference by itself: a link to kitty-gate that is called as the product is, in a repository.
struct Product {
    executable: PathBuf,
    repo: PathBuf,
    env: BTreeMap<&'static str, OsString>,
}

impl Product {
    fn beside(world: &Path, edition: &str, service: &Service) -> Self {
        let executable = world.join("spec-kitty");
        fs_err::os::unix::fs::symlink(env!("CARGO_BIN_EXE_kitty-gate"), &executable).unwrap();
        let repo = world.join("repo");
        fs_err::create_dir_all(&repo).unwrap();
        let home = world.join("home");
        fs_err::create_dir_all(&home).unwrap();
        let identity = "[user]\n\tname = Somebody\n\temail = somebody@example.invalid\n";
        fs_err::write(home.join(".gitconfig"), identity).unwrap();
        let product = Self {
            executable,
            repo,
            env: BTreeMap::from([
                ("HOME", home.into_os_string()),
                ("PATH", std::env::var_os("PATH").unwrap()),
                (reference::EDITION_VARIABLE, edition.into()),
                ("SPEC_KITTY_ENABLE_SAAS_SYNC", "1".into()),
                ("SPEC_KITTY_SAAS_URL", service.url().into()),
            ]),
        };
        product.call("git", &["init", "--quiet", "--initial-branch=main"]);
        product.call("git", &["commit", "--quiet", "--allow-empty", "--message=begin"]);
        product
    }

    fn run(&self, args: &[&str]) {
        self.call(&self.executable, args);
    }

    fn call(&self, program: impl AsRef<OsStr>, args: &[&str]) {
        let mut command = Command::new(program);
        command.current_dir(&self.repo).env_clear().envs(&self.env);
        command.args(args).assert().code(0);
    }
}

#[test]
fn a_fault_breaks_one() {
    let home = tempfile::tempdir().unwrap();
    gate(&home)
        .env(reference::FAULT_VARIABLE, "dry-run-misses-branch")
        .args(["run", "reference", "merge"])
        .assert()
        .code(1)
        .stdout(
            contains("exits-nonzero [FR-016]  exit=0")
                .and(contains("PASS   merge/missing-branch-blocks-merge")),
        );
}

#[test]
fn a_fault_that_there_is_not_is_told() {
    let home = tempfile::tempdir().unwrap();
    gate(&home)
        .env(reference::FAULT_VARIABLE, "no-fault-of-mine")
        .args(["run", "reference", "merge"])
        .assert()
        .code(2)
        .stderr(contains("error[no-such-fault]").and(contains("kitty-reference")));
    gate(&home)
        .args(["certify", "no-fault-of-mine"])
        .assert()
        .code(2)
        .stderr(contains("error[no-such-fault]"));
}

/// A run says which fault was on, and so does the script that replays it.
#[test]
fn a_fault_is_reproduced() {
    const ONE: &str = "merge/missing-branch-blocks-dry-run";
    // Between its commands the work of packages is written, in the product's own worktrees.
    const WALKTHROUGH: &str = "core/dependent-wp-planning-lane";
    let replay = |scenario: &str, fault: &str, exit: i32, replayed: i32| {
        let home = tempfile::tempdir().unwrap();
        let executed = gate(&home)
            .env(reference::FAULT_VARIABLE, fault)
            .args(["repro", "reference", scenario, "--out", "repro"])
            .assert()
            .code(exit);
        let path = std::env::var_os("PATH").unwrap();
        let bin = Path::new(env!("CARGO_BIN_EXE_kitty-gate")).parent().unwrap();
        let dirs = std::iter::once(bin.to_owned()).chain(std::env::split_paths(&path));
        let replayed = Command::new("sh")
            .arg(home.path().join("repro/repro.sh"))
            .env("PATH", std::env::join_paths(dirs).unwrap())
            .env("HERE", home.path().join("here"))
            .assert()
            .code(replayed);
        (executed, replayed)
    };
    let (executed, replayed) = replay(ONE, "dry-run-misses-branch", 1, 1);
    let command =
        format!("KITTY_REFERENCE_FAULT=dry-run-misses-branch kitty-gate repro reference {ONE}");
    executed.stdout(contains(command));
    // The control merges in both; the dry run is refused in one of them.
    replayed.stdout(contains("(exit 0)").and(contains("(exit 1)").not()));
    let (executed, replayed) = replay(ONE, "", 0, 125);
    executed.stdout(contains(format!("  kitty-gate repro reference {ONE}")));
    replayed.stdout(contains("(exit 0)").and(contains("(exit 1)")));
    let (_, replayed) = replay(WALKTHROUGH, "merge-loses-work", 1, 1);
    replayed.stdout(contains("\nreproduced: nothing-is-left-out ("));
}

/// A certificate of one fault: it turns red what was declared, and nothing else.
#[test]
fn a_fault_does_what_was_declared() {
    let home = tempfile::tempdir().unwrap();
    gate(&home)
        .args(["certify", "dry-run-misses-branch"])
        .assert()
        .code(0)
        .stderr(contains("faults run: 1 of ").and(contains("not as certificate.toml says").not()));
}

/// A product that does nothing, or only says that it did, passes nothing (issue 15). `certify` runs all suites.
#[test]
fn nothing_passes_on_a_null_product() {
    let home = tempfile::tempdir().unwrap();
    for null in reference::NullProduct::ALL {
        gate(&home)
            .env(reference::NULL_VARIABLE, null.name())
            .args(["run", "reference", "mark-status", "merge", "mission-status/refusals-are-json"])
            .args([
                "regressions/task-board-progress",
                "core/uninitialized-repo-fails-loud",
                "--keep",
                "never",
            ])
            .assert()
            .code(1)
            .stdout(contains("PASS").not().and(contains("ERROR").not()));
    }
    gate(&home)
        .env(reference::NULL_VARIABLE, "no-null-product-of-mine")
        .args(["run", "reference", "merge"])
        .assert()
        .code(2)
        .stderr(contains("error[no-such-null-product]").and(contains("last-reply")));
}

/// Programs that only print the product's version line: nobody has to be the reference to do nothing.
#[test]
fn nothing_passes_on_a_program_that_only_says_who_it_is() {
    let home = tempfile::tempdir().unwrap();
    let behaviours = [
        "",
        "echo '{}'",
        "echo '{\"ready\": true, \"target_branch\": \"release-line\", \"result\": \"success\"}'",
        "echo 'Error: no' >&2; exit 1",
        "echo \"$@\"; git -C . log --oneline 2>&1",
    ];
    for behaviour in behaviours {
        let program = fake(
            &home,
            &format!(
                "[ \"$1\" = --version ] && exec echo 'spec-kitty-cli version 4.0.0'\n{behaviour}"
            ),
        );
        let run = gate(&home)
            .arg("run")
            .arg(&program)
            .args(["merge", "mark-status", "--keep", "never"])
            .assert();
        // Red, or not exercised where it does not even say what it offers.
        run.code(predicates::prelude::predicate::in_iter([1, 3]))
            .stdout(contains("PASS").not().and(contains("ERROR").not()));
    }
}

/// What does not say that it is the product is not judged as if it were.
#[test]
fn another_program_is_not_the_product() {
    let home = tempfile::tempdir().unwrap();
    for said in ["Python 3.11.7", "git version 2.47.3", "spec-kitty-cli", ""] {
        let program = fake(&home, &format!("echo '{said}'"));
        gate(&home)
            .arg("run")
            .arg(&program)
            .arg("merge")
            .assert()
            .code(2)
            .stderr(contains("error[not-the-product]").and(contains("hint: ")));
    }
    assert!(!home.path().join(".kitty-gate").exists(), "nothing was recorded");
}

/// A shell script as a program; another script is another file.
fn fake(home: &TempDir, script: &str) -> PathBuf {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::Builder::new().prefix("fake-").tempdir_in(home).unwrap().keep();
    let program = folder.join("fake");
    fs_err::write(&program, format!("#!/bin/sh\n{script}\n")).unwrap();
    fs_err::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
    program
}
