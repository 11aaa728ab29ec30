//! `kitty-gate repro`.

use assert_cmd::Command;
use predicates::prelude::*;
use predicates::str::contains;

use crate::{ONE, World, text};

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
