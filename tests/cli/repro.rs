//! `kitty-gate repro`, and what its script comes to.

use std::path::{Path, PathBuf};

use assert_cmd::Command;
use assert_cmd::assert::Assert;
use predicates::prelude::*;
use predicates::str::{contains, ends_with};

use crate::{ONE, World, text};

const REPRODUCED: i32 = 1;
const NOT_REPRODUCED: i32 = 0;
const COULD_NOT_BE_TRIED: i32 = 125;

/// Says the same thing each time, in text where JSON was asked for.
const FAULTY: &str =
    "echo \"{\\\"args\\\": \\\"$*\\\"}\"; git -C . rev-parse HEAD; echo \"in $PWD\" >&2; exit 1";

/// A script of the scenario on a product that does this.
fn script(world: &World, body: &str, exit: i32) -> PathBuf {
    script_of(world, ONE, body, exit)
}

fn script_of(world: &World, scenario: &str, body: &str, exit: i32) -> PathBuf {
    let product = world.product(body);
    world
        .gate()
        .args(["repro", text(&product), scenario, "--out", "repro"])
        .assert()
        .code(exit)
        .stdout(contains("replay without kitty-gate: sh "));
    world.path("repro/repro.sh")
}

/// A folder with a product that does this.
fn bin(world: &World, name: &str, body: &str) -> PathBuf {
    let dir = world.path(name);
    fs_err::create_dir(&dir).unwrap();
    fs_err::rename(world.product(body), dir.join("spec-kitty")).unwrap();
    dir
}

fn replay(world: &World, bin: &Path) -> Assert {
    let here = format!("here-{}", bin.file_name().unwrap().to_string_lossy());
    Command::new("sh")
        .arg(world.path("repro/repro.sh"))
        .env("BIN", bin)
        .env("HERE", world.path(&here))
        .assert()
}

#[test]
fn the_same_failure_is_reproduced() {
    let world = World::new();
    script(&world, FAULTY, 1);
    let streams = format!("repro/streams/{}/1/01.stdout", ONE.replace('/', "."));
    let recorded = fs_err::read_to_string(world.path(&streams)).unwrap();
    replay(&world, &bin(&world, "bin", FAULTY))
        .code(REPRODUCED)
        // The same answer, the id of the fixture's commit included.
        .stdout(contains(recorded).and(contains("(exit 1)")).and(contains("text-after-json")))
        .stdout(contains(
            "\nreproduced: stdout-is-one-json-document (command 1: the same exit code, stdout",
        ));
}

/// As Python and the product make them up.
#[test]
fn what_is_another_each_time_is_no_difference() {
    let world = World::new();
    let hex = "$(od -An -tx1 -N16 /dev/urandom | tr -d ' \\n')";
    let name = "$(od -An -tx1 -N4 /dev/urandom | tr -d ' \\n' | tr 0-9 g-p)";
    let body = format!(
        "echo \"{{\\\"run_id\\\": \\\"{hex}\\\", \\\"pid\\\": $$}}\"; echo \"claimed (PID: $$)\"; \
         echo \"denied: .atomic-{name}.tmp, tmp{name}\" >&2; exit 1"
    );
    script(&world, &body, 1);
    replay(&world, &bin(&world, "bin", &body)).code(REPRODUCED).stdout(contains("\nreproduced: "));
}

#[test]
fn another_outcome_is_not_reproduced() {
    let world = World::new();
    script(&world, FAULTY, 1);
    for (name, body, why) in [
        ("fixed", "echo '{\"ready\": false}'; exit 1", "something else on stdout"),
        ("loud", &FAULTY.replace("in $PWD", "at $PWD"), "something else on stderr"),
        ("ready", "echo '{}'", "exits with 0, not with 1"),
        ("writes", &format!("echo > left; {FAULTY}"), "world 2 has other files"),
        (
            "commits",
            &format!("git commit -q --allow-empty -m x; {FAULTY}")
                .replace("rev-parse HEAD", "rev-parse HEAD~1"),
            "world 2 has other files, branches",
        ),
    ] {
        replay(&world, &bin(&world, name, body))
            .code(NOT_REPRODUCED)
            .stdout(contains("\nnot reproduced: stdout-is-one-json-document (").and(contains(why)));
    }
}

#[test]
fn what_cannot_be_tried_is_neither() {
    let world = World::new();
    let path = script(&world, FAULTY, 1);
    let last = |why: &str| contains("could not be tried: ").and(contains(why.to_owned()));
    let broken = bin(&world, "broken", "");
    fs_err::write(broken.join("spec-kitty"), "#!/bin/sh\necho 'Traceback' >&2; exit 1\n").unwrap();
    replay(&world, &broken)
        .code(COULD_NOT_BE_TRIED)
        .stdout(last("does not say its version: exit 1"));
    let silent = bin(&world, "silent", "");
    fs_err::write(silent.join("spec-kitty"), "#!/bin/sh\n").unwrap();
    replay(&world, &silent).code(COULD_NOT_BE_TRIED).stdout(last("does not say its version"));
    for (name, body) in [("other", "echo 'true (GNU coreutils) 9.1'"), ("failing", "exit 1")] {
        let dir = bin(&world, name, "");
        fs_err::write(dir.join("spec-kitty"), format!("#!/bin/sh\n{body}\n")).unwrap();
        replay(&world, &dir).code(COULD_NOT_BE_TRIED).stdout(last("does not say its version"));
    }
    for (name, body) in [("says-nothing", "exit 0"), ("fails-silently", "exit 9")] {
        let why = "this product says nothing to command 1";
        replay(&world, &bin(&world, name, body)).code(COULD_NOT_BE_TRIED).stdout(last(why));
    }
    let none = world.path("none");
    replay(&world, &none).code(COULD_NOT_BE_TRIED).stdout(last("there is no spec-kitty in"));
    // It was installed by somebody, so that the script cannot install it.
    Command::new("sh")
        .arg(&path)
        .env_remove("BIN")
        .env("HERE", world.path("here"))
        .assert()
        .code(COULD_NOT_BE_TRIED)
        .stdout(last("set BIN"));
    let tools = world.path("tools");
    fs_err::create_dir(&tools).unwrap();
    for tool in ["mkdir", "mktemp", "cat"] {
        fs_err::os::unix::fs::symlink(which(tool), tools.join(tool)).unwrap();
    }
    Command::new(which("sh"))
        .arg(&path)
        .env("PATH", &tools)
        .env("BIN", bin(&world, "good", FAULTY))
        .env("HERE", world.path("here-without-git"))
        .assert()
        .code(COULD_NOT_BE_TRIED)
        .stdout(last("there is no git"));
}

#[test]
fn the_last_line_is_the_verdict_wherever_it_is_run() {
    let world = World::new();
    let path = script(&world, FAULTY, 1);
    let bin = bin(&world, "bin", FAULTY);
    let sh = |script: &str| {
        let mut sh = Command::new("sh");
        sh.args(["-c", script, "sh"]).arg(&path).env("BIN", &bin).env_remove("HERE");
        sh.assert()
    };
    for place in ["TMPDIR=/proc", "HERE=/proc/here"] {
        sh(&format!("{place} sh \"$1\""))
            .code(COULD_NOT_BE_TRIED)
            .stdout(ends_with("set HERE or TMPDIR to one that can be written to\n"));
    }
    // Whoever reads the beginning only gets the exit code all the same.
    let exit = "{ sh \"$1\"; echo $? > code; } 2> /dev/null | head -n 1; cat code";
    sh(&format!("cd \"$(dirname \"$1\")\"; {exit}")).success().stdout(ends_with("1\n"));
}

/// The control and the next command go as they went, the last one does not; a failure of it says nothing after
/// another one before.
#[test]
fn what_stands_on_other_ground_is_not_compared() {
    const TWO: &str = "merge/missing-branch-blocks-dry-run";
    let product = |exit: i32, json: &str| {
        let told = "run git branch kitty/mission-gate-fixture-01KQW4DF";
        format!("case \"$*\" in *--json*) {json};; esac\necho '{told}'; exit {exit}")
    };
    let world = World::new();
    script_of(&world, TWO, &product(1, "exit 0"), 1);
    for (name, body, code, last) in [
        (
            "same",
            product(1, "exit 0"),
            REPRODUCED,
            "reproduced: exits-nonzero (command 2 exits with 0); ",
        ),
        (
            "fixed",
            product(1, "echo blocked; exit 4"),
            NOT_REPRODUCED,
            "not reproduced: exits-nonzero (command 2 exits with 4, not",
        ),
        (
            "half-fixed",
            product(1, "echo 'run nothing'; exit 0"),
            COULD_NOT_BE_TRIED,
            "reproduced in part: exits-nonzero (command 2 exits with 0); but not ",
        ),
        (
            "strays",
            product(3, "exit 0"),
            COULD_NOT_BE_TRIED,
            "could not be tried: command 1 exits with 3, and did with 1",
        ),
        (
            "foreign",
            product(1, "echo \"Error: No such command 'merge'.\" >&2; exit 2"),
            COULD_NOT_BE_TRIED,
            "could not be tried: this product does not know command 2",
        ),
    ] {
        replay(&world, &bin(&world, name, &body)).code(code).stdout(contains(last));
    }
}

fn which(tool: &str) -> PathBuf {
    let path = std::env::var_os("PATH").unwrap();
    let mut found = std::env::split_paths(&path).map(|dir| dir.join(tool));
    found.find(|file| file.is_file()).unwrap()
}

#[test]
fn what_held_when_it_was_recorded_cannot_be_reproduced() {
    let world = World::new();
    let good = "echo '{\"error\": \"blocked\"}'; exit 1";
    script(&world, good, 0);
    replay(&world, &bin(&world, "bin", good))
        .code(COULD_NOT_BE_TRIED)
        .stdout(ends_with("could not be tried: no check failed when this was recorded\n"));
}

/// Of three commits, the second breaks the product; the third is one that cannot be tried.
#[test]
fn git_bisect_finds_the_commit() {
    let world = World::new();
    let path = script(&world, FAULTY, 1);
    let repo = world.path("history");
    let git = |args: &[&str]| {
        let mut git = Command::new("git");
        let git =
            git.arg("-C").arg(&repo).args(["-c", "user.name=x", "-c", "user.email=x@x.invalid"]);
        String::from_utf8(git.args(args).assert().success().get_output().stdout.clone()).unwrap()
    };
    fs_err::create_dir_all(repo.join("bin")).unwrap();
    git(&["init", "-q"]);
    let good = "echo '{\"error\": \"blocked\"}'; exit 1";
    let mut ids = Vec::new();
    for (title, body) in
        [("good", good), ("broken", "exit"), ("bad", FAULTY), ("worse", FAULTY), ("worst", FAULTY)]
    {
        let product = world.product(body);
        if title == "broken" {
            fs_err::write(&product, "#!/bin/sh\nexit 1\n").unwrap();
        }
        fs_err::rename(product, repo.join("bin/spec-kitty")).unwrap();
        fs_err::write(repo.join("title"), title).unwrap();
        git(&["add", "-A"]);
        git(&["commit", "-q", "-m", title]);
        ids.push(git(&["rev-parse", "HEAD"]));
    }
    git(&["bisect", "start", "HEAD", "HEAD~4"]);
    let run = format!(
        "BIN=$PWD/bin HERE=$(mktemp -d -p '{}') sh '{}'",
        text(&world.path("")),
        text(&path)
    );
    let mut bisect = Command::new("git");
    let told =
        bisect.arg("-C").arg(&repo).args(["bisect", "run", "sh", "-c", &run]).output().unwrap();
    let told = String::from_utf8_lossy(&told.stdout).into_owned();
    // The one that cannot be tried lies just before the first that is bad.
    let suspects = told.split("could be any of:").nth(1).unwrap_or_else(|| panic!("{told}"));
    for (id, is_suspect) in ids.iter().zip([false, true, true, false, false]) {
        assert_eq!(suspects.contains(id.trim()), is_suspect, "{id}{told}");
    }
}
