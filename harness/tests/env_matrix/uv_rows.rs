//! uv is not there, is not uv, or fails.

use std::process::{Child, Command};

use crate::stage::{Answer, Stage};

/// A uv that answers who it is, and then does this.
fn fake(stage: &Stage, then: &str) {
    let body = format!("case \"$*\" in *--version*) echo 'uv 0.13.9 (fake)'; exit;; esac\n{then}");
    stage.program("uv", &body);
}

/// A uv that makes environments, and does this instead of anything else.
fn fake_with_venv(stage: &Stage, otherwise: &str) {
    let venv = "case \"$*\" in *\" venv \"*) while [ \"$1\" != --python ]; do shift; done\n\
        exec \"$2\" -m venv --without-pip \"$3\";; esac";
    fake(stage, &format!("{venv}\n{otherwise}"));
}

pub fn absent(stage: &mut Stage) -> Answer {
    stage.create("uv")
}

/// What would be found from one folder only is not found from any.
pub fn relative(stage: &mut Stage) -> Answer {
    stage.program("uv", "echo 'uv 0.13.9'");
    fs_err::create_dir(stage.path("rel")).unwrap();
    fs_err::rename(stage.bin().join("uv"), stage.path("rel/uv")).unwrap();
    let path = std::env::join_paths(["rel".into(), stage.bin()]).unwrap();
    stage.set("PATH", path);
    stage.create("uv")
}

pub fn not_executable(stage: &mut Stage) -> Answer {
    stage.file("uv", "#!/bin/sh\n", 0o644);
    stage.create("uv")
}

pub fn garbage(stage: &mut Stage) -> Answer {
    stage.file("uv", "no program\n\u{1}\u{2}", 0o755);
    stage.create("uv")
}

pub fn another_program(stage: &mut Stage) -> Answer {
    stage.program("uv", "echo 'ultraviolet 1.0'");
    stage.create("uv")
}

pub fn too_old(stage: &mut Stage) -> Answer {
    stage.program("uv", "echo 'uv 0.1.45'");
    stage.create("uv")
}

/// Of uv's settings only the registry passes; uv reads it for whatever it does.
pub fn bad_setting(stage: &mut Stage) -> Answer {
    stage.with_uv();
    stage.set("UV_DEFAULT_INDEX", "http://[bad");
    stage.create("uv")
}

pub fn cache_is_a_file(stage: &mut Stage) -> Answer {
    stage.with_uv();
    fs_err::create_dir(stage.path("cache")).unwrap();
    fs_err::write(stage.path("cache/uv-cache"), "mine").unwrap();
    stage.create("uv")
}

pub fn fails_in_new_words(stage: &mut Stage) -> Answer {
    fake(stage, "echo 'error: the moon is in the wrong phase' >&2; exit 2");
    stage.create("uv")
}

pub fn says_it_did(stage: &mut Stage) -> Answer {
    fake(stage, "exit 0");
    stage.create("uv")
}

pub fn knows_no_pip(stage: &mut Stage) -> Answer {
    fake_with_venv(stage, "echo \"error: unrecognized subcommand 'pip'\" >&2; exit 2");
    stage.create("uv")
}

pub fn takes_another_interpreter(stage: &mut Stage) -> Answer {
    let text = "for dir; do :; done\n\
        mkdir -p \"$dir/bin\"; printf '#!/bin/sh\\necho 3.9.1; echo %s; echo /usr\\n' \"$dir\" > \"$dir/bin/python\"\n\
        chmod +x \"$dir/bin/python\"";
    fake(stage, text);
    stage.create("uv")
}

pub fn is_killed(stage: &mut Stage) -> Answer {
    fake(stage, "for dir; do :; done; mkdir -p \"$dir/bin\"; kill -9 $$");
    stage.create("uv")
}

/// The signal comes to kitty-gate, which has uv to end.
pub fn is_interrupted(stage: &mut Stage) -> Answer {
    fake(stage, "for dir; do :; done; mkdir -p \"$dir/bin\"; kill -INT $PPID; sleep 600");
    stage.create("auto")
}

pub fn hangs(stage: &mut Stage) -> Answer {
    fake(stage, "for dir; do :; done; mkdir -p \"$dir/bin\"; sleep 600");
    stage.create_with(&["--method", "uv", "--deadline", "2"])
}

/// uv wants to go on, and never has its turn.
pub fn starves(stage: &mut Stage) -> Answer {
    fake(stage, "exec nice -n 19 sh -c 'while :; do :; done'");
    let crowd = crowd();
    let answer = stage.create_with(&["--method", "uv", "--deadline", "1"]);
    for mut one in crowd {
        one.kill().unwrap();
        one.wait().unwrap();
    }
    answer
}

/// Those who take every core from whoever is nice.
fn crowd() -> Vec<Child> {
    let cores = std::thread::available_parallelism().unwrap().get();
    let one = |_| {
        let mut shell = Command::new("sh");
        shell.args(["-c", "while :; do :; done"]).spawn().unwrap()
    };
    (0..2 * cores).map(one).collect()
}
