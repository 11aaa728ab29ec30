//! uv: finds it, proves that it runs, calls it.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rustix::fs::{Access, access};

use super::Interpreter;
use super::reason::{EnvError, Reason};
use super::text::classify;
use super::tool::{CREATE, QUICK, Tools};
use super::tool_output::ToolOutput;
use crate::skip::{SkipCode, SkipPhase};

/// What every call begins with: no configuration of the machine's, no ornament.
const GLOBAL: [&str; 5] =
    ["--no-config", "--no-progress", "--no-python-downloads", "--color", "never"];

/// The oldest uv that knows these options, and reads and writes `pylock.toml` as we need it.
const OLDEST: (u32, u32) = (0, 8);

/// A uv that runs.
#[derive(Debug, Clone)]
pub(crate) struct Uv {
    pub(crate) program: PathBuf,
    /// As it says itself: `0.13.9`.
    pub(crate) version: String,
}

impl Uv {
    /// The uv on the caller's PATH, or why there is none that runs.
    pub(crate) fn on_path(tools: &Tools) -> Result<Self, EnvError> {
        match tools.caller.which("uv") {
            Some(program) => Self::at(program, tools),
            None => Err(absent(tools)),
        }
    }

    /// The uv at `program`, if it is one.
    pub(crate) fn at(program: PathBuf, tools: &Tools) -> Result<Self, EnvError> {
        let said = tools.run(&program, ["--version"], QUICK)?;
        let reason = |code| Reason::new(code, SkipPhase::Probe, "uv").of(&said);
        let Some(version) = version(&said) else {
            return Err(reason(SkipCode::UvBadBinary).into());
        };
        if numbers(&version).is_some_and(|numbers| numbers >= OLDEST) {
            return Ok(Self { program, version });
        }
        let (major, minor) = OLDEST;
        let text = format!("uv {version} is older than {major}.{minor}");
        Err(reason(SkipCode::UvTooOld).excerpt(&text).into())
    }

    /// Makes an environment at `dir`, which is empty or does not exist; there is no pip in it.
    pub(crate) fn venv(
        &self,
        dir: &Path,
        interpreter: &Interpreter,
        tools: &Tools,
    ) -> Result<(), EnvError> {
        let args =
            ["venv".as_ref(), "--python".as_ref(), interpreter.path.as_os_str(), dir.as_os_str()];
        let said = self.run(args, CREATE, tools)?;
        let (phase, otherwise) = (SkipPhase::Create, SkipCode::EnvironmentNotCreated);
        if !said.succeeded() {
            return Err(find_cause(&said, phase, otherwise, interpreter));
        }
        let python = dir.join("bin/python");
        if python.exists() || python.is_symlink() {
            return Ok(());
        }
        let text = format!("uv ended well, but there is no {}", python.display());
        Err(Reason::new(otherwise, phase, "uv")
            .of(&said)
            .excerpt(&text)
            .interpreter(interpreter)
            .into())
    }

    pub(crate) fn run<'a>(
        &self,
        args: impl IntoIterator<Item = &'a OsStr>,
        deadline: Duration,
        tools: &Tools,
    ) -> Result<ToolOutput, EnvError> {
        let global = GLOBAL.map(OsStr::new).into_iter();
        tools.run(&self.program, global.chain(args), deadline)
    }
}

/// What uv refused, typed by what it said.
pub(crate) fn find_cause(
    said: &ToolOutput,
    phase: SkipPhase,
    otherwise: SkipCode,
    interpreter: &Interpreter,
) -> EnvError {
    Reason::new(classify(&said.stderr, otherwise), phase, "uv")
        .of(said)
        .interpreter(interpreter)
        .into()
}

/// There is none; or there is one that may not be executed, which looks the same to a shell. A
/// relative entry of PATH is passed over, as it is where programs are looked for.
fn absent(tools: &Tools) -> EnvError {
    let barred = std::env::split_paths(&tools.caller.path)
        .filter(|dir| dir.is_absolute())
        .map(|dir| dir.join("uv"))
        .find(|file| file.is_file() && access(file, Access::EXEC_OK).is_err());
    match barred {
        Some(file) => {
            let text = format!("{} may not be executed", file.display());
            Reason::new(SkipCode::UvNotExecutable, SkipPhase::Probe, "uv").excerpt(&text)
        }
        None => Reason::new(SkipCode::UvAbsent, SkipPhase::Probe, "uv").excerpt("no uv on PATH"),
    }
    .into()
}

/// `uv 0.13.8 (x86_64-unknown-linux-gnu)`
fn version(said: &ToolOutput) -> Option<String> {
    let mut words = said.stdout.split_whitespace();
    let (name, version) = (words.next()?, words.next()?);
    let is_version = version.as_bytes().first().is_some_and(u8::is_ascii_digit);
    let is_uv = said.succeeded() && name == "uv" && is_version;
    is_uv.then(|| version.to_owned())
}

/// Major and minor number.
fn numbers(version: &str) -> Option<(u32, u32)> {
    let mut numbers = version.split('.').map(str::parse);
    Some((numbers.next()?.ok()?, numbers.next()?.ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::process::Exit;

    #[test]
    fn only_uv_is_uv() {
        let said = |stdout: &str| ToolOutput {
            argv: Vec::new(),
            exit: Some(Exit::Code(0)),
            stdout: stdout.to_owned(),
            stderr: String::new(),
        };
        let wanted = version(&said("uv 0.13.8 (x86_64-unknown-linux-gnu)\n"));
        assert_eq!(wanted.as_deref(), Some("0.13.8"));
        for text in ["", "uv", "uv what", "pip 23.2.1", "hello 0.13.8"] {
            assert_eq!(version(&said(text)), None, "{text}");
        }
    }
}
