//! uv is not there, is not uv, or fails.

use std::process::{Child, Command};

use crate::playground::{Answer, Playground};

/// A uv that answers who it is, and then does this.
fn fake(playground: &Playground, then: &str) {
    let body = format!("case \"$*\" in *--version*) echo 'uv 0.13.9 (fake)'; exit;; esac\n{then}");
    playground.program("uv", &body);
}

/// A uv that makes environments, and does this instead of anything else.
fn fake_with_venv(playground: &Playground, otherwise: &str) {
    let venv = "case \"$*\" in *\" venv \"*) while [ \"$1\" != --python ]; do shift; done\n\
        exec \"$2\" -m venv --without-pip \"$3\";; esac";
    fake(playground, &format!("{venv}\n{otherwise}"));
}

pub fn absent(playground: &mut Playground) -> Answer {
    playground.create("uv")
}

/// What would be found from one folder only is not found from any.
pub fn relative(playground: &mut Playground) -> Answer {
    playground.program("uv", "echo 'uv 0.13.9'");
    fs_err::create_dir(playground.path("rel")).unwrap();
    fs_err::rename(playground.bin().join("uv"), playground.path("rel/uv")).unwrap();
    let path = std::env::join_paths(["rel".into(), playground.bin()]).unwrap();
    playground.set("PATH", path);
    playground.create("uv")
}

pub fn not_executable(playground: &mut Playground) -> Answer {
    playground.file("uv", "#!/bin/sh\n", 0o644);
    playground.create("uv")
}

pub fn garbage(playground: &mut Playground) -> Answer {
    playground.file("uv", "no program\n\u{1}\u{2}", 0o755);
    playground.create("uv")
}

pub fn another_program(playground: &mut Playground) -> Answer {
    playground.program("uv", "echo 'ultraviolet 1.0'");
    playground.create("uv")
}

pub fn too_old(playground: &mut Playground) -> Answer {
    playground.program("uv", "echo 'uv 0.1.45'");
    playground.create("uv")
}

/// Of uv's settings only the registry passes; uv reads it for whatever it does.
pub fn bad_setting(playground: &mut Playground) -> Answer {
    playground.with_uv();
    playground.set("UV_DEFAULT_INDEX", "http://[bad");
    playground.create("uv")
}

pub fn cache_is_a_file(playground: &mut Playground) -> Answer {
    playground.with_uv();
    fs_err::create_dir(playground.path("cache")).unwrap();
    fs_err::write(playground.path("cache/uv-cache"), "mine").unwrap();
    playground.create("uv")
}

pub fn fails_in_new_words(playground: &mut Playground) -> Answer {
    fake(playground, "echo 'error: the moon is in the wrong phase' >&2; exit 2");
    playground.create("uv")
}

pub fn says_it_did(playground: &mut Playground) -> Answer {
    fake(playground, "exit 0");
    playground.create("uv")
}

pub fn knows_no_pip(playground: &mut Playground) -> Answer {
    fake_with_venv(playground, "echo \"error: unrecognized subcommand 'pip'\" >&2; exit 2");
    playground.create("uv")
}

pub fn takes_another_interpreter(playground: &mut Playground) -> Answer {
    let text = "for dir; do :; done\n\
        mkdir -p \"$dir/bin\"; printf '#!/bin/sh\\necho 3.9.1; echo %s; echo /usr\\n' \"$dir\" > \"$dir/bin/python\"\n\
        chmod +x \"$dir/bin/python\"";
    fake(playground, text);
    playground.create("uv")
}

pub fn is_killed(playground: &mut Playground) -> Answer {
    fake(playground, "for dir; do :; done; mkdir -p \"$dir/bin\"; kill -9 $$");
    playground.create("uv")
}

/// The signal comes to kitty-gate, which has uv to end.
pub fn is_interrupted(playground: &mut Playground) -> Answer {
    fake(playground, "for dir; do :; done; mkdir -p \"$dir/bin\"; kill -INT $PPID; sleep 600");
    playground.create("auto")
}

pub fn hangs(playground: &mut Playground) -> Answer {
    fake(playground, "for dir; do :; done; mkdir -p \"$dir/bin\"; sleep 600");
    playground.create_with(&["--method", "uv", "--deadline", "2"])
}

/// uv wants to go on, and never has its turn.
pub fn starves(playground: &mut Playground) -> Answer {
    fake(playground, "exec nice -n 19 sh -c 'while :; do :; done'");
    let crowd = crowd();
    let answer = playground.create_with(&["--method", "uv", "--deadline", "1"]);
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
