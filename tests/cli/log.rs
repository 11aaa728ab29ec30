//! What a product prints is no command for whoever reads the log of a CI: a line that begins with `::`, white space
//! before it or not, `##[` and the like anywhere, or a character that moves the cursor.

use crate::{ONE, World, text};

/// Lines as a product would print them who wants to be obeyed. The shell's `printf` makes them.
const HOSTILE: &str = "\\n::error file=x::y\\n  ::stop-commands::token\\n##[error]z\\na ##vso[task.complete]b\\n\
     ##teamcity[buildStatus]\\n\\t::add-mask::a\\r::set-output name=x::y\\n\\303\\202\\n\\302\\240::warning::w\\n\
     \\033[2K\\302\\205\\342\\200\\250\\342\\200\\256\\342\\200\\213\\n::endgroup::\\n";

/// What no line may hold, as the runners of GitHub, Azure and `TeamCity` read it.
fn commands(shown: &str) -> Vec<String> {
    let is_command = |line: &&str| {
        let hash = ["##[", "##vso[", "##teamcity["];
        line.trim_start().starts_with("::") || hash.iter().any(|word| line.contains(word))
    };
    let moves = |c: char| {
        let unseen = ['\u{2028}', '\u{2029}', '\u{202e}', '\u{200b}'];
        (c.is_control() && !['\n', '\t'].contains(&c)) || unseen.contains(&c)
    };
    let lines = shown.split('\n');
    lines.filter(|line| is_command(line) || line.contains(moves)).map(str::to_owned).collect()
}

/// Runs kitty-gate, and looks at both of its streams. They must tell of the product at all.
fn looked_at(world: &World, args: &[&str], told: &mut usize) {
    let tmp = world.path("tmp");
    fs_err::create_dir_all(&tmp).unwrap();
    // What is kept there goes with the world.
    let mut gate = world.gate();
    let output = gate.env("TMPDIR", tmp).args(args).output().unwrap();
    for stream in [output.stdout, output.stderr] {
        let shown = String::from_utf8(stream).unwrap();
        let found = commands(&shown);
        assert!(found.is_empty(), "{args:?} printed {found:#?} in\n{shown}");
        *told += usize::from(shown.contains("stop-commands") || shown.contains("add-mask"));
    }
}

/// A product that answers what it is asked about itself, and shouts otherwise.
fn shouting(world: &World, body: &str) -> String {
    let script = format!("shout() {{ printf '{HOSTILE}'; }}\n{body}");
    text(&world.product(&script)).to_owned()
}

fn every_command(world: &World, product: &str, told: &mut usize) {
    let scenarios = [
        ONE,
        "merge/missing-branch-blocks-merge",
        "mark-status/inline-subtasks",
        // Stopped by its preparation.
        "lifecycle/smoke-legacy",
    ];
    let run = [&["run", product, "--out", "run", "--keep", "never"][..], &scenarios].concat();
    looked_at(world, &run, told);
    looked_at(world, &["show", "run"], told);
    for scenario in scenarios {
        looked_at(world, &["show", "run", scenario], told);
        looked_at(world, &["exception", "new", "run", scenario], told);
    }
    looked_at(world, &["show", "run", "--json"], told);
    looked_at(world, &["decide", "run", "--repeat", "1"], told);
    looked_at(world, &["decide", "run", "--repeat", "1", "--json"], told);
    looked_at(world, &["requirements", "run"], told);
    looked_at(world, &["requirements", "run", "--json"], told);
    looked_at(world, &["issues", "run"], told);
    looked_at(world, &["known-failures", "update", "known.toml", "--from", "run"], told);
    looked_at(world, &["known-failures", "check", "known.toml"], told);
    for format in ["markdown", "html", "junit", "json"] {
        looked_at(world, &["report", "run", "--format", format], told);
    }
    looked_at(world, &["repro", product, ONE, "--out", "repro"], told);
    let gate = ["gate", product, "--repeat", "1", "--out", "gate", "--keep", "never"];
    looked_at(world, &[&gate[..], &scenarios].concat(), told);
}

#[test]
fn a_product_that_fails_is_not_obeyed() {
    let world = World::new();
    let product = shouting(&world, "shout; shout >&2; exit 1");
    let mut told = 0;
    every_command(&world, &product, &mut told);
    assert!(told >= 4, "only {told} streams told of what it printed");
}

#[test]
fn a_product_that_cannot_be_asked_is_not_obeyed() {
    let world = World::new();
    let body =
        "shout; shout >&2; echo 'Error: No such command ::error::merge ##[error]' >&2; exit 2";
    let product = shouting(&world, body);
    every_command(&world, &product, &mut 0);
}

#[test]
fn a_product_that_cannot_be_provisioned_is_not_obeyed() {
    let world = World::new();
    let product = world.path("product");
    fs_err::write(
        &product,
        format!(
            "#!/bin/sh\necho 'spec-kitty-cli version 9.9.9'; printf '{HOSTILE}'; printf '{HOSTILE}' >&2; exit 1\n"
        ),
    )
    .unwrap();
    fs_err::set_permissions(&product, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let mut told = 0;
    looked_at(&world, &["run", text(&product), ONE, "--out", "run"], &mut told);
    looked_at(&world, &["show", "run", ONE], &mut told);
    looked_at(&world, &["decide", "run"], &mut told);
    assert!(told >= 2, "only {told} streams told of what it printed");
}

#[test]
fn a_tool_that_fails_is_not_obeyed() {
    let world = World::new();
    let python = world.path("python3");
    fs_err::write(&python, format!("#!/bin/sh\nprintf '{HOSTILE}' >&2; exit 1\n")).unwrap();
    fs_err::set_permissions(&python, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    looked_at(&world, &["env", "create", "made", "--python", text(&python)], &mut 0);
    looked_at(&world, &["env", "doctor", "--python", text(&python)], &mut 0);
    looked_at(&world, &["run", "3.2.7", ONE, "--python", text(&python)], &mut 0);
}
