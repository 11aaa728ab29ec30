//! The interpreter is not there, is broken, is another one, or lacks something.

use crate::interpreter_folder::InterpreterFolder;
use crate::playground::{Answer, Playground};
use crate::python;
use crate::row::CannotProvoke;

fn with_python(playground: &Playground, method: &str, python: &str) -> Answer {
    playground.create_with(&["--method", method, "--python", python])
}

/// A program that is named as the interpreter.
fn with_program(playground: &Playground, body: &str) -> Answer {
    let program = playground.program("mine", body);
    with_python(playground, "auto", &program.display().to_string())
}

pub fn none_on_path(playground: &mut Playground) -> Answer {
    playground.remove("python3");
    playground.create("auto")
}

pub fn no_such_version(playground: &mut Playground) -> Answer {
    with_python(playground, "auto", "3.99")
}

pub fn no_such_path(playground: &mut Playground) -> Answer {
    with_python(playground, "auto", "./no/python")
}

pub fn too_old(playground: &mut Playground) -> Answer {
    with_program(playground, "echo /bin/sh; echo 3.10.13; echo /usr")
}

pub fn refuses(playground: &mut Playground) -> Answer {
    with_program(playground, "echo 'pyenv: python3: command not found' >&2; exit 127")
}

pub fn garbage(playground: &mut Playground) -> Answer {
    let file = playground.file("mine", "\u{7f}no program", 0o755);
    with_python(playground, "auto", &file.display().to_string())
}

pub fn no_program(playground: &mut Playground) -> Answer {
    with_python(playground, "auto", "/etc/passwd")
}

pub fn a_folder(playground: &mut Playground) -> Answer {
    let folder = playground.bin().display().to_string();
    with_python(playground, "auto", &folder)
}

pub fn another_version(playground: &mut Playground) -> Answer {
    playground.link("python3.99", &python::on_path().executable);
    with_python(playground, "auto", "3.99")
}

pub fn hangs(playground: &mut Playground) -> Answer {
    let program = playground.program("mine", "sleep 600");
    let python = program.display().to_string();
    playground.create_with(&["--python", &python, "--deadline", "2"])
}

/// The wrapper of somebody who knows better than `-E`.
pub fn wrapped_with_a_home(playground: &mut Playground) -> Answer {
    let python = python::on_path().executable.display();
    let body = format!("shift\nPYTHONHOME=/nowhere exec {python} \"$@\"");
    with_program(playground, &body)
}

/// What is left when an environment was copied, and the interpreter below it was removed.
pub fn left_over(playground: &mut Playground) -> Answer {
    let bin = playground.path("old/bin");
    fs_err::create_dir_all(&bin).unwrap();
    let copy = bin.join("python3");
    fs_err::copy(&python::on_path().executable, &copy).unwrap();
    fs_err::write(playground.path("old/pyvenv.cfg"), "home = /nowhere/bin\n").unwrap();
    with_python(playground, "auto", &copy.display().to_string())
}

pub fn no_ensurepip(playground: &mut Playground) -> Answer {
    let farm = InterpreterFolder::new(playground).without("ensurepip");
    with_python(playground, "stdlib", &farm.word())
}

pub fn neither_uv_nor_ensurepip(playground: &mut Playground) -> Answer {
    let farm = InterpreterFolder::new(playground).without("ensurepip");
    with_python(playground, "auto", &farm.word())
}

/// Some distributions have an ensurepip that does nothing.
pub fn empty_ensurepip(playground: &mut Playground) -> Answer {
    let farm = InterpreterFolder::new(playground)
        .without("ensurepip")
        .with("ensurepip/__init__.py", "")
        .with("ensurepip/__main__.py", "");
    with_python(playground, "stdlib", &farm.word())
}

/// Issue 975 before anything is made: the library is gone.
pub fn no_library(playground: &mut Playground) -> Result<Answer, CannotProvoke> {
    let farm = InterpreterFolder::new(playground).relocatable()?.without_library();
    Ok(with_python(playground, "auto", &farm.word()))
}

/// Issue 975 itself: the copy in the environment does not find what the original has beside it.
pub fn copied(playground: &mut Playground) -> Result<Answer, CannotProvoke> {
    let farm = InterpreterFolder::new(playground).relocatable()?.that_copies();
    Ok(with_python(playground, "stdlib", &farm.word()))
}

/// Issue 975, and worse: the copy finds the library of another installation, and runs as that.
pub fn copied_and_changed(playground: &mut Playground) -> Result<Answer, CannotProvoke> {
    let farm = InterpreterFolder::new(playground).that_looks_beside_itself()?.that_copies();
    let lone = playground.path("lone");
    fs_err::copy(farm.executable(), &lone).unwrap();
    let said = playground.command(&lone).args(["-S", "-V"]).output().unwrap();
    let version = String::from_utf8_lossy(&said.stdout).into_owned();
    let own = format!("Python {}", python::on_path().version);
    if !said.status.success() || version.trim() == own {
        let reason = "the loader finds no library of another installation of this Python";
        return Err(CannotProvoke(reason.to_owned()));
    }
    Ok(with_python(playground, "stdlib", &farm.word()))
}
