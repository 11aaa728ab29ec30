//! What must work all the same, so that no refusal of the matrix is a habit.

use std::path::Path;
use std::process::Command;

use serde_json::Value;
use support::nested_env::{Diagnosis, NestedEnv};

use crate::interpreter_folder::InterpreterFolder;
use crate::playground::{Answer, Playground};
use crate::python;
use crate::row::CannotProvoke;
use crate::wheel::Wheel;

/// The environment of an answer, held against what it says of itself by other means than ours.
fn created(answer: &Answer) -> NestedEnv {
    assert_eq!(answer.exit, Some(0), "{answer:#?}");
    assert_eq!(answer.document["skip"], Value::Null);
    let env: NestedEnv = serde_json::from_value(answer.document["created"].clone()).unwrap();
    let who = "import os, sys; print(os.path.realpath(sys.prefix)); print(sys.version.split()[0])";
    let said = run_tool(Command::new(&env.python).args(["-I", "-c", who]));
    let real = fs_err::canonicalize(&env.venv_dir).unwrap();
    let expected = format!("{}\n{}\n", real.display(), python::on_path().version);
    assert_eq!(said, expected);
    env
}

fn run_tool(command: &mut Command) -> String {
    let output = command.env_clear().env("PATH", "/usr/bin:/bin").output().unwrap();
    assert!(output.status.success(), "{command:?}: {output:?}");
    String::from_utf8(output.stdout).unwrap()
}

fn is_by(env: &NestedEnv, method: &str) {
    assert_eq!(env.method.to_string(), method);
}

/// Its pip lists nothing of ours, installs a wheel, and lists it.
fn pip_works(playground: &Playground, env: &NestedEnv) {
    let wheel = Wheel::new("kitty_toy", "1.0", "").write(&playground.path("wheels"));
    let (program, begin) = env.pip.split_first().unwrap();
    let pip = |args: &[&str]| {
        let mut command = Command::new(program);
        command.args(begin).args(args).current_dir(playground.path("home"));
        run_tool(command.env("HOME", playground.path("home")))
    };
    assert!(!pip(&["list"]).contains("toy"));
    let wheel = wheel.display().to_string();
    pip(&["install", "--no-index", &wheel]);
    assert!(pip(&["list"]).contains("toy"));
    let import = "import kitty_toy; print(kitty_toy.__file__)";
    let file = run_tool(Command::new(&env.python).args(["-I", "-c", import]));
    let real = |path: &Path| fs_err::canonicalize(path).unwrap();
    assert!(real(Path::new(file.trim())).starts_with(real(&env.venv_dir)));
}

pub fn uv(playground: &mut Playground) {
    playground.with_uv();
    let env = created(&playground.create("auto"));
    is_by(&env, "uv_venv");
    assert_eq!(env.passed_over, None);
    assert_eq!(env.interpreter.path, python::on_path().executable);
    pip_works(playground, &env);
}

pub fn standard_library(playground: &mut Playground) {
    let env = created(&playground.create("stdlib"));
    is_by(&env, "stdlib_venv");
    pip_works(playground, &env);
}

/// uv is broken; the standard library serves, and the answer says what was passed over.
pub fn fallback(playground: &mut Playground) {
    playground.file("uv", "no program\n\u{1}", 0o755);
    let env = created(&playground.create("auto"));
    is_by(&env, "stdlib_venv");
    let passed_over = env.passed_over.unwrap();
    assert_eq!(passed_over.code.to_string(), "uv-bad-binary");
    assert!(passed_over.excerpt.contains("Exec format error"));
}

/// uv fails half way; what it left does not disturb the standard library.
pub fn fallback_after_half_an_environment(playground: &mut Playground) {
    let half = "case \"$*\" in *--version*) echo 'uv 0.13.9';; \
        *) for dir; do :; done; mkdir -p \"$dir/bin\" \"$dir/lib\"; ln -s /nowhere \"$dir/bin/python\"; \
        chmod 500 \"$dir/lib\"; kill -9 $$;; esac";
    playground.program("uv", half);
    let env = created(&playground.create("auto"));
    is_by(&env, "stdlib_venv");
    assert_eq!(env.passed_over.unwrap().code.to_string(), "killed");
}

const UNUSUAL: &str = "mit Leerzeichen/größer ❄ 'zitiert' $HOME";

fn unusual(playground: &mut Playground, method: &str) {
    let dir = playground.place().join(UNUSUAL).join("x".repeat(120));
    let env = created(&playground.create_at(&dir, &["--method", method]));
    pip_works(playground, &env);
}

pub fn unusual_path_by_uv(playground: &mut Playground) {
    playground.with_uv();
    unusual(playground, "uv");
}

pub fn unusual_path_by_the_standard_library(playground: &mut Playground) {
    unusual(playground, "stdlib");
}

/// uv takes a path that the standard library refuses.
pub fn colon_by_uv(playground: &mut Playground) {
    playground.with_uv();
    let env =
        created(&playground.create_at(&playground.place().join("a:b"), &["--method", "auto"]));
    is_by(&env, "uv_venv");
}

/// Everything that changes what Python, pip or uv do, set to what would break them.
const POISON: [(&str, &str); 14] = [
    ("PYTHONHOME", "/nowhere"),
    ("PYTHONPATH", "/nowhere"),
    ("PYTHONSTARTUP", "/nowhere"),
    ("VIRTUAL_ENV", "/nowhere"),
    ("PIP_CONFIG_FILE", "/nowhere/pip.conf"),
    ("PIP_REQUIRE_VIRTUALENV", "what"),
    ("PIP_TARGET", "/nowhere"),
    ("PIP_NO_INDEX", "what"),
    ("UV_CONFIG_FILE", "/nowhere/uv.toml"),
    ("UV_PYTHON_PREFERENCE", "bogus"),
    ("UV_PYTHON", "3.99"),
    ("UV_CACHE_DIR", "/dev/null"),
    ("UV_OFFLINE", "what"),
    ("LD_LIBRARY_PATH", "/nowhere"),
];

fn poisoned(playground: &mut Playground, method: &str) {
    for (name, value) in POISON {
        playground.set(name, value);
    }
    // uv and pip read these where they are started.
    fs_err::write(playground.path("uv.toml"), "nonsense = ").unwrap();
    fs_err::write(playground.path("pyproject.toml"), "nonsense = ").unwrap();
    created(&playground.create(method));
}

pub fn poison_and_uv(playground: &mut Playground) {
    playground.with_uv();
    poisoned(playground, "uv");
}

pub fn poison_and_the_standard_library(playground: &mut Playground) {
    poisoned(playground, "stdlib");
}

pub fn empty_folder(playground: &mut Playground) {
    playground.with_uv();
    fs_err::create_dir(playground.dir()).unwrap();
    created(&playground.create("uv"));
}

/// As a shell completes the name of a folder, and as a person moves about.
pub fn folder_with_slash_and_dots(playground: &mut Playground) {
    playground.with_uv();
    fs_err::create_dir(playground.dir()).unwrap();
    let dir = format!("{}/missing/../env/", playground.place().display());
    let env = created(&playground.create_at(dir.as_ref(), &["--method", "uv"]));
    assert_eq!(env.venv_dir, playground.dir());
    assert!(!playground.place().join("missing").exists());
}

pub fn below_a_link(playground: &mut Playground) {
    playground.with_uv();
    fs_err::create_dir(playground.place().join("real")).unwrap();
    fs_err::os::unix::fs::symlink("real", playground.place().join("link")).unwrap();
    created(&playground.create_at(&playground.place().join("link/env"), &["--method", "uv"]));
}

pub fn relative_paths(playground: &mut Playground) {
    playground.with_uv();
    let answer = playground.create_at("place/env".as_ref(), &["--python", "./bin/python3"]);
    assert_eq!(created(&answer).venv_dir, playground.dir());
}

/// pyenv and others put scripts on PATH.
pub fn shim(playground: &mut Playground) {
    playground.with_uv();
    let real = python::on_path().executable.display();
    playground.program("python3", &format!("exec {real} \"$@\""));
    let env = created(&playground.create("uv"));
    assert_eq!(env.interpreter.path, python::on_path().executable);
}

/// uv and pyenv link to a release by its minor version.
pub fn linked_installation(playground: &mut Playground) {
    playground.with_uv();
    let farm = InterpreterFolder::new(playground);
    let link = playground.path("minor");
    fs_err::os::unix::fs::symlink(playground.path("farm"), &link).unwrap();
    let python = link.join("bin").join(farm.executable().file_name().unwrap());
    let python = python.display().to_string();
    created(&playground.create_with(&["--method", "uv", "--python", &python]));
}

/// A folder for temporary files that is gone prevents everything; what to do about it is said.
pub fn no_room_for_temporary_files(playground: &mut Playground) {
    playground.set("TMPDIR", "/nowhere");
    let answer = playground.create("auto");
    assert_eq!(answer.exit, Some(3), "{answer:#?}");
    assert_eq!(answer.reasons[0].code.to_string(), "read-only");
    assert!(answer.reasons[0].remediation.contains("TMPDIR"), "{answer:#?}");
}

/// The doctor says the same of whatever it tries.
pub fn no_room_for_the_doctor(playground: &mut Playground) {
    playground.with_uv();
    playground.set("TMPDIR", "/nowhere");
    let answer = playground.doctor();
    assert_eq!(answer.exit, Some(3), "{answer:#?}");
    let diagnosis: Diagnosis = serde_json::from_value(answer.document.clone()).unwrap();
    let refusals = diagnosis.refusals();
    assert!(!refusals.is_empty());
    for refusal in refusals {
        assert!(refusal.remediation.contains("TMPDIR"), "{refusal}");
    }
}

/// Several kitty-gates want the same folder at once: one gets it, and the others leave it alone.
fn several_at_once(playground: &Playground, method: &str) {
    const TIMES: usize = 3;
    for time in 0..TIMES {
        let dir = playground.place().join(time.to_string());
        if time == 0 {
            fs_err::create_dir(&dir).unwrap();
        }
        let answers = playground.create_at_once(&dir, &["--method", method]);
        let (made, refused): (Vec<_>, Vec<_>) =
            answers.iter().partition(|answer| answer.exit == Some(0));
        let [made] = made.as_slice() else {
            panic!("not one made it: {answers:#?}");
        };
        let env = created(made);
        run_tool(Command::new(&env.pip[0]).args(&env.pip[1..]).arg("list"));
        for answer in refused {
            assert_eq!(answer.exit, Some(3), "{answer:#?}");
            assert_eq!(answer.reasons[0].code.to_string(), "target-exists");
        }
    }
}

pub fn several_at_once_by_uv(playground: &mut Playground) {
    playground.with_uv();
    several_at_once(playground, "uv");
}

pub fn several_at_once_by_the_standard_library(playground: &mut Playground) {
    several_at_once(playground, "stdlib");
}

fn on(playground: &Playground, farm: &InterpreterFolder, method: &str) -> NestedEnv {
    created(&playground.create_with(&["--method", method, "--python", &farm.word()]))
}

/// Issue 975 and its fix: uv links to the interpreter that the standard library would copy.
pub fn issue_975_by_uv(playground: &mut Playground) -> Result<(), CannotProvoke> {
    playground.with_uv();
    let farm = InterpreterFolder::new(playground).relocatable()?.that_copies();
    is_by(&on(playground, &farm, "auto"), "uv_venv");
    Ok(())
}

/// Issue 975 where links can be made: kitty-gate never asks the standard library for a copy.
pub fn issue_975_by_links(playground: &mut Playground) -> Result<(), CannotProvoke> {
    let farm = InterpreterFolder::new(playground).relocatable()?;
    is_by(&on(playground, &farm, "stdlib"), "stdlib_venv");
    Ok(())
}

pub fn no_ensurepip_by_uv(playground: &mut Playground) {
    playground.with_uv();
    let farm = InterpreterFolder::new(playground).without("ensurepip");
    is_by(&on(playground, &farm, "auto"), "uv_venv");
}
