//! The command line as a user meets it, without a real product: usage errors, listing, schema, and
//! runs of small executables that stand in for `spec-kitty`.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod env;
mod error_codes;
mod list;
mod log;
mod repro;
mod requirements;
mod run;
mod schema;
mod trespass;

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
        Self { root: tempfile::tempdir().unwrap() }
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

    /// A program that answers `--version`, merges as the reference does, and does `body` for all else: only a
    /// product that works comes as far as a dry run.
    fn product(&self, body: &str) -> PathBuf {
        let path = self.path("product");
        let reference = self.path("reference/spec-kitty");
        fs_err::create_dir_all(reference.parent().unwrap()).unwrap();
        if !reference.exists() {
            let program = env!("CARGO_BIN_EXE_kitty-gate");
            fs_err::os::unix::fs::symlink(program, &reference).unwrap();
        }
        let script = format!(
            "#!/bin/sh\n[ \"$1\" = --version ] && echo 'spec-kitty-cli version 9.9.9' && exit\n\
             case \"$*\" in *--help) echo help; exit;; *--dry-run*) ;; merge*) exec {} \"$@\";; esac\n{body}\n",
            reference.display()
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
    World::new().gate().arg("--help").assert().code(0).stdout(contains("may it ship?"));
    World::new().gate().arg("--version").assert().code(0).stdout(starts_with("kitty-gate "));
}

#[test]
fn usage_errors_exit_with_2_and_have_a_code_and_a_hint() {
    let world = World::new();
    let refused = |args: &[&str], code: &str, hint: &str| {
        world.gate().args(args).assert().code(2).stdout(is_empty()).stderr(
            contains(format!("error[{code}]: "))
                .and(contains("hint: "))
                .and(contains(hint.to_owned())),
        );
    };
    refused(&["run", "no-such-product"], "no-such-product", "3.2.7");
    refused(&["run", "./missing.whl"], "no-such-product", "check the path");
    refused(
        &["run", "3.2.7", "merge/mising-branch"],
        "no-such-scenario",
        "did you mean merge/missing-branch",
    );
    refused(&["run", "3.2.7", "zzz"], "no-such-scenario", "kitty-gate list");
    refused(&["repro", "3.2.7", "merge"], "not-one-scenario", "one scenario");
    refused(&["show", "latest"], "no-such-run", "events.jsonl");
    refused(&["requirements", "no"], "no-such-run", "events.jsonl");
    fs_err::create_dir(world.path("full")).unwrap();
    fs_err::write(world.path("full/file"), "mine").unwrap();
    refused(&["run", "3.2.7", "--out", "full"], "out-not-empty", "--out");
    assert_eq!(fs_err::read_to_string(world.path("full/file")).unwrap(), "mine");
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
            .stderr(contains("error[usage]: "));
    }
}

#[test]
fn the_old_names_are_told_the_new_ones() {
    let world = World::new();
    for (args, new) in [
        (&["gate", "3.2.7", "--expectations", "known.toml"][..], "`--known-failures`"),
        (&["decide", "latest", "--expectations=known.toml"], "`--known-failures`"),
        (&["expectations", "check"], "`known-failures`"),
    ] {
        let tip = format!("tip: it is called {new} now");
        world.gate().args(args).assert().code(2).stdout(is_empty()).stderr(contains(tip));
    }
}
