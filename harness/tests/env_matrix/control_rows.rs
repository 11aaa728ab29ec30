//! What must work all the same, so that no refusal of the matrix is a habit.

use std::path::Path;
use std::process::Command;

use serde_json::Value;
use support::nested_env::{Diagnosis, NestedEnv};

use crate::farm::Farm;
use crate::python;
use crate::row::Unable;
use crate::stage::{Answer, Stage};
use crate::wheel::Wheel;

/// The environment of an answer, held against what it says of itself by other means than ours.
fn created(answer: &Answer) -> NestedEnv {
    assert_eq!(answer.exit, Some(0), "{answer:#?}");
    assert_eq!(answer.document["skip"], Value::Null);
    let env: NestedEnv = serde_json::from_value(answer.document["created"].clone()).unwrap();
    let who = "import os, sys; print(os.path.realpath(sys.prefix)); print(sys.version.split()[0])";
    let said = said(Command::new(&env.python).args(["-I", "-c", who]));
    let real = fs_err::canonicalize(&env.venv_dir).unwrap();
    let expected = format!("{}\n{}\n", real.display(), python::on_path().version);
    assert_eq!(said, expected);
    env
}

fn said(command: &mut Command) -> String {
    let output = command.env_clear().env("PATH", "/usr/bin:/bin").output().unwrap();
    assert!(output.status.success(), "{command:?}: {output:?}");
    String::from_utf8(output.stdout).unwrap()
}

fn is_by(env: &NestedEnv, method: &str) {
    assert_eq!(env.method.to_string(), method);
}

/// Its pip lists nothing of ours, installs a wheel, and lists it.
fn pip_works(stage: &Stage, env: &NestedEnv) {
    let wheel = Wheel::new("kitty_toy", "1.0", "").write(&stage.path("wheels"));
    let (program, begin) = env.pip.split_first().unwrap();
    let pip = |args: &[&str]| {
        let mut command = Command::new(program);
        command.args(begin).args(args).current_dir(stage.path("home"));
        said(command.env("HOME", stage.path("home")))
    };
    assert!(!pip(&["list"]).contains("toy"));
    let wheel = wheel.display().to_string();
    pip(&["install", "--no-index", &wheel]);
    assert!(pip(&["list"]).contains("toy"));
    let import = "import kitty_toy; print(kitty_toy.__file__)";
    let file = said(Command::new(&env.python).args(["-I", "-c", import]));
    let real = |path: &Path| fs_err::canonicalize(path).unwrap();
    assert!(real(Path::new(file.trim())).starts_with(real(&env.venv_dir)));
}

pub fn uv(stage: &mut Stage) {
    stage.with_uv();
    let env = created(&stage.create("auto"));
    is_by(&env, "uv_venv");
    assert_eq!(env.passed_over, None);
    assert_eq!(env.interpreter.path, python::on_path().executable);
    pip_works(stage, &env);
}

pub fn standard_library(stage: &mut Stage) {
    let env = created(&stage.create("stdlib"));
    is_by(&env, "stdlib_venv");
    pip_works(stage, &env);
}

/// uv is broken; the standard library serves, and the answer says what was passed over.
pub fn fallback(stage: &mut Stage) {
    stage.file("uv", "no program\n\u{1}", 0o755);
    let env = created(&stage.create("auto"));
    is_by(&env, "stdlib_venv");
    let passed_over = env.passed_over.unwrap();
    assert_eq!(passed_over.code.to_string(), "uv-bad-binary");
    assert!(passed_over.excerpt.contains("Exec format error"));
}

/// uv fails half way; what it left does not disturb the standard library.
pub fn fallback_after_half_an_environment(stage: &mut Stage) {
    let half = "case \"$*\" in *--version*) echo 'uv 0.13.9';; \
        *) for dir; do :; done; mkdir -p \"$dir/bin\" \"$dir/lib\"; ln -s /nowhere \"$dir/bin/python\"; \
        chmod 500 \"$dir/lib\"; kill -9 $$;; esac";
    stage.program("uv", half);
    let env = created(&stage.create("auto"));
    is_by(&env, "stdlib_venv");
    assert_eq!(env.passed_over.unwrap().code.to_string(), "killed");
}

const UNUSUAL: &str = "mit Leerzeichen/größer ❄ 'zitiert' $HOME";

fn unusual(stage: &mut Stage, method: &str) {
    let dir = stage.place().join(UNUSUAL).join("x".repeat(120));
    let env = created(&stage.create_at(&dir, &["--method", method]));
    pip_works(stage, &env);
}

pub fn unusual_path_by_uv(stage: &mut Stage) {
    stage.with_uv();
    unusual(stage, "uv");
}

pub fn unusual_path_by_the_standard_library(stage: &mut Stage) {
    unusual(stage, "stdlib");
}

/// uv takes a path that the standard library refuses.
pub fn colon_by_uv(stage: &mut Stage) {
    stage.with_uv();
    let env = created(&stage.create_at(&stage.place().join("a:b"), &["--method", "auto"]));
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

fn poisoned(stage: &mut Stage, method: &str) {
    for (name, value) in POISON {
        stage.set(name, value);
    }
    // uv and pip read these where they are started.
    fs_err::write(stage.path("uv.toml"), "nonsense = ").unwrap();
    fs_err::write(stage.path("pyproject.toml"), "nonsense = ").unwrap();
    created(&stage.create(method));
}

pub fn poison_and_uv(stage: &mut Stage) {
    stage.with_uv();
    poisoned(stage, "uv");
}

pub fn poison_and_the_standard_library(stage: &mut Stage) {
    poisoned(stage, "stdlib");
}

pub fn empty_folder(stage: &mut Stage) {
    stage.with_uv();
    fs_err::create_dir(stage.dir()).unwrap();
    created(&stage.create("uv"));
}

/// As a shell completes the name of a folder, and as a person moves about.
pub fn folder_with_slash_and_dots(stage: &mut Stage) {
    stage.with_uv();
    fs_err::create_dir(stage.dir()).unwrap();
    let dir = format!("{}/missing/../env/", stage.place().display());
    let env = created(&stage.create_at(dir.as_ref(), &["--method", "uv"]));
    assert_eq!(env.venv_dir, stage.dir());
    assert!(!stage.place().join("missing").exists());
}

pub fn below_a_link(stage: &mut Stage) {
    stage.with_uv();
    fs_err::create_dir(stage.place().join("real")).unwrap();
    fs_err::os::unix::fs::symlink("real", stage.place().join("link")).unwrap();
    created(&stage.create_at(&stage.place().join("link/env"), &["--method", "uv"]));
}

pub fn relative_paths(stage: &mut Stage) {
    stage.with_uv();
    let answer = stage.create_at("place/env".as_ref(), &["--python", "./bin/python3"]);
    assert_eq!(created(&answer).venv_dir, stage.dir());
}

/// pyenv and others put scripts on PATH.
pub fn shim(stage: &mut Stage) {
    stage.with_uv();
    let real = python::on_path().executable.display();
    stage.program("python3", &format!("exec {real} \"$@\""));
    let env = created(&stage.create("uv"));
    assert_eq!(env.interpreter.path, python::on_path().executable);
}

/// uv and pyenv link to a release by its minor version.
pub fn linked_installation(stage: &mut Stage) {
    stage.with_uv();
    let farm = Farm::new(stage);
    let link = stage.path("minor");
    fs_err::os::unix::fs::symlink(stage.path("farm"), &link).unwrap();
    let python = link.join("bin").join(farm.executable().file_name().unwrap());
    let python = python.display().to_string();
    created(&stage.create_with(&["--method", "uv", "--python", &python]));
}

/// A folder for temporary files that is gone prevents everything; what to do about it is said.
pub fn no_room_for_temporary_files(stage: &mut Stage) {
    stage.set("TMPDIR", "/nowhere");
    let answer = stage.create("auto");
    assert_eq!(answer.exit, Some(3), "{answer:#?}");
    assert_eq!(answer.reasons[0].code.to_string(), "read-only");
    assert!(answer.reasons[0].remediation.contains("TMPDIR"), "{answer:#?}");
}

/// The doctor says the same of whatever it tries.
pub fn no_room_for_the_doctor(stage: &mut Stage) {
    stage.with_uv();
    stage.set("TMPDIR", "/nowhere");
    let answer = stage.doctor();
    assert_eq!(answer.exit, Some(3), "{answer:#?}");
    let diagnosis: Diagnosis = serde_json::from_value(answer.document.clone()).unwrap();
    let refusals = diagnosis.refusals();
    assert!(!refusals.is_empty());
    for refusal in refusals {
        assert!(refusal.remediation.contains("TMPDIR"), "{refusal}");
    }
}

/// Several kitty-gates want the same folder at once: one gets it, and the others leave it alone.
fn several_at_once(stage: &Stage, method: &str) {
    const TIMES: usize = 3;
    for time in 0..TIMES {
        let dir = stage.place().join(time.to_string());
        if time == 0 {
            fs_err::create_dir(&dir).unwrap();
        }
        let answers = stage.create_at_once(&dir, &["--method", method]);
        let (made, refused): (Vec<_>, Vec<_>) =
            answers.iter().partition(|answer| answer.exit == Some(0));
        let [made] = made.as_slice() else {
            panic!("not one made it: {answers:#?}");
        };
        let env = created(made);
        said(Command::new(&env.pip[0]).args(&env.pip[1..]).arg("list"));
        for answer in refused {
            assert_eq!(answer.exit, Some(3), "{answer:#?}");
            assert_eq!(answer.reasons[0].code.to_string(), "target-exists");
        }
    }
}

pub fn several_at_once_by_uv(stage: &mut Stage) {
    stage.with_uv();
    several_at_once(stage, "uv");
}

pub fn several_at_once_by_the_standard_library(stage: &mut Stage) {
    several_at_once(stage, "stdlib");
}

fn on(stage: &Stage, farm: &Farm, method: &str) -> NestedEnv {
    created(&stage.create_with(&["--method", method, "--python", &farm.word()]))
}

/// Issue 975 and its fix: uv links to the interpreter that the standard library would copy.
pub fn issue_975_by_uv(stage: &mut Stage) -> Result<(), Unable> {
    stage.with_uv();
    let farm = Farm::new(stage).relocatable()?.that_copies();
    is_by(&on(stage, &farm, "auto"), "uv_venv");
    Ok(())
}

/// Issue 975 where links can be made: kitty-gate never asks the standard library for a copy.
pub fn issue_975_by_links(stage: &mut Stage) -> Result<(), Unable> {
    let farm = Farm::new(stage).relocatable()?;
    is_by(&on(stage, &farm, "stdlib"), "stdlib_venv");
    Ok(())
}

pub fn no_ensurepip_by_uv(stage: &mut Stage) {
    stage.with_uv();
    let farm = Farm::new(stage).without("ensurepip");
    is_by(&on(stage, &farm, "auto"), "uv_venv");
}
