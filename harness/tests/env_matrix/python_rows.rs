//! The interpreter is not there, is broken, is another one, or lacks something.

use crate::farm::Farm;
use crate::python;
use crate::row::Unable;
use crate::stage::{Answer, Stage};

fn with_python(stage: &Stage, method: &str, python: &str) -> Answer {
    stage.create_with(&["--method", method, "--python", python])
}

/// A program that is named as the interpreter.
fn with_program(stage: &Stage, body: &str) -> Answer {
    let program = stage.program("mine", body);
    with_python(stage, "auto", &program.display().to_string())
}

pub fn none_on_path(stage: &mut Stage) -> Answer {
    stage.remove("python3");
    stage.create("auto")
}

pub fn no_such_version(stage: &mut Stage) -> Answer {
    with_python(stage, "auto", "3.99")
}

pub fn no_such_path(stage: &mut Stage) -> Answer {
    with_python(stage, "auto", "./no/python")
}

pub fn too_old(stage: &mut Stage) -> Answer {
    with_program(stage, "echo /bin/sh; echo 3.10.13; echo /usr")
}

pub fn refuses(stage: &mut Stage) -> Answer {
    with_program(stage, "echo 'pyenv: python3: command not found' >&2; exit 127")
}

pub fn garbage(stage: &mut Stage) -> Answer {
    let file = stage.file("mine", "\u{7f}no program", 0o755);
    with_python(stage, "auto", &file.display().to_string())
}

pub fn no_program(stage: &mut Stage) -> Answer {
    with_python(stage, "auto", "/etc/passwd")
}

pub fn a_folder(stage: &mut Stage) -> Answer {
    let folder = stage.bin().display().to_string();
    with_python(stage, "auto", &folder)
}

pub fn another_version(stage: &mut Stage) -> Answer {
    stage.link("python3.99", &python::on_path().executable);
    with_python(stage, "auto", "3.99")
}

pub fn hangs(stage: &mut Stage) -> Answer {
    let program = stage.program("mine", "sleep 600");
    let python = program.display().to_string();
    stage.create_with(&["--python", &python, "--deadline", "2"])
}

/// The wrapper of somebody who knows better than `-E`.
pub fn wrapped_with_a_home(stage: &mut Stage) -> Answer {
    let python = python::on_path().executable.display();
    let body = format!("shift\nPYTHONHOME=/nowhere exec {python} \"$@\"");
    with_program(stage, &body)
}

/// What is left when an environment was copied, and the interpreter below it was removed.
pub fn left_over(stage: &mut Stage) -> Answer {
    let bin = stage.path("old/bin");
    fs_err::create_dir_all(&bin).unwrap();
    let copy = bin.join("python3");
    fs_err::copy(&python::on_path().executable, &copy).unwrap();
    fs_err::write(stage.path("old/pyvenv.cfg"), "home = /nowhere/bin\n").unwrap();
    with_python(stage, "auto", &copy.display().to_string())
}

pub fn no_ensurepip(stage: &mut Stage) -> Answer {
    let farm = Farm::new(stage).without("ensurepip");
    with_python(stage, "stdlib", &farm.word())
}

pub fn neither_uv_nor_ensurepip(stage: &mut Stage) -> Answer {
    let farm = Farm::new(stage).without("ensurepip");
    with_python(stage, "auto", &farm.word())
}

/// Some distributions have an ensurepip that does nothing.
pub fn empty_ensurepip(stage: &mut Stage) -> Answer {
    let farm = Farm::new(stage)
        .without("ensurepip")
        .with("ensurepip/__init__.py", "")
        .with("ensurepip/__main__.py", "");
    with_python(stage, "stdlib", &farm.word())
}

/// Issue 975 before anything is made: the library is gone.
pub fn no_library(stage: &mut Stage) -> Result<Answer, Unable> {
    let farm = Farm::new(stage).relocatable()?.without_library();
    Ok(with_python(stage, "auto", &farm.word()))
}

/// Issue 975 itself: the copy in the environment does not find what the original has beside it.
pub fn copied(stage: &mut Stage) -> Result<Answer, Unable> {
    let farm = Farm::new(stage).relocatable()?.that_copies();
    Ok(with_python(stage, "stdlib", &farm.word()))
}

/// Issue 975, and worse: the copy finds the library of another installation, and runs as that.
pub fn copied_and_changed(stage: &mut Stage) -> Result<Answer, Unable> {
    let farm = Farm::new(stage).that_looks_beside_itself()?.that_copies();
    let lone = stage.path("lone");
    fs_err::copy(farm.executable(), &lone).unwrap();
    let said = stage.command(&lone).args(["-S", "-V"]).output().unwrap();
    let version = String::from_utf8_lossy(&said.stdout).into_owned();
    let own = format!("Python {}", python::on_path().version);
    if !said.status.success() || version.trim() == own {
        let reason = "the loader finds no library of another installation of this Python";
        return Err(Unable(reason.to_owned()));
    }
    Ok(with_python(stage, "stdlib", &farm.word()))
}
