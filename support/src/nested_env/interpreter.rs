//! Finds the Python interpreter that environments are made with.

use std::convert::Infallible;
use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::reason::{EnvError, Reason};
use super::text::classify;
use super::tool::{QUICK, Tools};
use super::tool_output::ToolOutput;
use crate::skip::{SkipCode, SkipPhase};

/// The oldest Python that any supported release of the product runs on.
const OLDEST: (u32, u32) = (3, 11);

/// Where an interpreter is looked for when none is named: what the caller calls `python3`, then
/// the ones the releases were made for, oldest first.
const NAMES: [&str; 6] =
    ["python3", "python3.11", "python3.12", "python3.13", "python3.14", "python"];

/// Asks an interpreter who it is. Python 2 understands it too, so that it can be called too old.
const WHO: &str = "import sys; \
    print(getattr(sys, '_base_executable', None) or sys.executable); \
    print('.'.join(map(str, sys.version_info[:3]))); \
    print(getattr(sys, 'base_prefix', sys.prefix))";

/// A Python interpreter, asked itself: never a shim, never that of a virtual environment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Interpreter {
    /// Absolute path, links resolved.
    pub path: PathBuf,
    /// Version, as `3.11.7`.
    pub version: String,
    /// Folder it is installed in (`sys.base_prefix`).
    pub prefix: PathBuf,
}

/// Which interpreter the operator wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PythonRequest {
    /// This program.
    Path(PathBuf),
    /// The program of this name on PATH: `python3.12`, also spelled `3.12`.
    Name(String),
}

impl FromStr for PythonRequest {
    type Err = Infallible;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        Ok(if word.contains('/') {
            Self::Path(word.into())
        } else if word.starts_with(|first: char| first.is_ascii_digit()) {
            Self::Name(format!("python{word}"))
        } else {
            Self::Name(word.to_owned())
        })
    }
}

impl Interpreter {
    /// Whether uv installed it. Such a build does not survive being copied (seed 001, issue #975).
    pub fn is_uv_managed(&self) -> bool {
        let path = self.path.to_string_lossy();
        ["/.uv/", "/uv/", "uv-managed"].iter().any(|marker| path.contains(marker))
    }
}

impl fmt::Display for Interpreter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.path.display(), self.version)
    }
}

/// Finds the interpreter that was asked for, or else the first on PATH that serves.
pub(crate) fn find(
    tools: &Tools,
    request: Option<&PythonRequest>,
) -> Result<Interpreter, EnvError> {
    match request {
        Some(PythonRequest::Path(path)) if path.exists() => ask(tools, path),
        Some(PythonRequest::Path(path)) => {
            Err(missing(&format!("there is nothing at {}", path.display())))
        }
        Some(PythonRequest::Name(name)) => match tools.caller.which(name) {
            Some(path) => ask(tools, &path).and_then(|found| is_the_named(name, found)),
            None => Err(missing(&format!("no {name} on PATH"))),
        },
        None => first_that_serves(tools),
    }
}

/// What is called `python3.12` must be a Python 3.12.
fn is_the_named(name: &str, found: Interpreter) -> Result<Interpreter, EnvError> {
    let wanted = name.strip_prefix("python").unwrap_or_default();
    let is_it = found.version == wanted || found.version.starts_with(&format!("{wanted}."));
    let names_a_version = wanted.starts_with(|first: char| first.is_ascii_digit());
    if is_it || !names_a_version {
        return Ok(found);
    }
    let text = format!("{name} is a Python {}", found.version);
    Err(Reason::new(SkipCode::InterpreterMismatch, SkipPhase::Probe, "python")
        .excerpt(&text)
        .interpreter(&found)
        .into())
}

/// Every interpreter on the caller's PATH under the names that are looked for, each once, in the
/// order in which they are tried.
pub(crate) fn all(tools: &Tools) -> Vec<(PathBuf, Result<Interpreter, EnvError>)> {
    let mut found: Vec<(PathBuf, Result<Interpreter, EnvError>)> = Vec::new();
    for path in NAMES.iter().filter_map(|name| tools.caller.which(name)) {
        let answer = ask(tools, &path);
        let known = |other: &Result<Interpreter, EnvError>| matches!((other, &answer), (Ok(one), Ok(other)) if one.path == other.path);
        if !found.iter().any(|(_, other)| known(other)) {
            found.push((path, answer));
        }
    }
    found
}

fn first_that_serves(tools: &Tools) -> Result<Interpreter, EnvError> {
    let mut first_refusal = None;
    for path in NAMES.iter().filter_map(|name| tools.caller.which(name)) {
        match ask(tools, &path) {
            Err(refusal @ EnvError::Prevented(_)) => {
                first_refusal.get_or_insert(refusal);
            }
            answer => return answer,
        }
    }
    Err(first_refusal.unwrap_or_else(|| missing("no python3 on PATH")))
}

/// A shim may be slow, or refuse: what counts is what it starts.
fn ask(tools: &Tools, path: &Path) -> Result<Interpreter, EnvError> {
    let said = tools.run(path, ["-E", "-S", "-c", WHO], QUICK)?;
    let reason =
        |code| Reason::new(code, SkipPhase::Probe, "python").of(&said).interpreter(&path.display());
    let Some(who) = answer(&said) else {
        return Err(reason(why_broken(&said)).into());
    };
    // What is left of an environment names the interpreter that it stood on, and runs all the same.
    let Ok(real) = fs_err::canonicalize(&who.path) else {
        let text = format!("it stands on {}, which is gone", who.path.display());
        return Err(reason(SkipCode::PythonhomePoisoned).excerpt(&text).into());
    };
    let interpreter = Interpreter { path: real, ..who };
    if serves(&interpreter.version) {
        return Ok(interpreter);
    }
    let (major, minor) = OLDEST;
    Err(Reason::new(SkipCode::PythonTooOld, SkipPhase::Probe, "python")
        .of(&said)
        .excerpt(&format!("Python {} is older than {major}.{minor}", interpreter.version))
        .interpreter(&interpreter)
        .into())
}

/// What is wrong with an interpreter that did not answer. What the system says of a program that
/// it cannot start tells nothing about a place.
pub(super) fn why_broken(said: &ToolOutput) -> SkipCode {
    match said.exit {
        Some(_) => classify(&said.stderr, SkipCode::InterpreterBroken),
        None => SkipCode::InterpreterBroken,
    }
}

/// Who it says it is; the path as it says it.
fn answer(said: &ToolOutput) -> Option<Interpreter> {
    if !said.succeeded() {
        return None;
    }
    let mut lines = said.stdout.lines();
    let (path, version, prefix) = (lines.next()?, lines.next()?, lines.next()?);
    numbers(version)?;
    Some(Interpreter { path: path.into(), version: version.to_owned(), prefix: prefix.into() })
}

fn serves(version: &str) -> bool {
    numbers(version).is_some_and(|numbers| numbers >= OLDEST)
}

/// Major and minor number.
fn numbers(version: &str) -> Option<(u32, u32)> {
    let mut parts = version.split('.').map(str::parse);
    Some((parts.next()?.ok()?, parts.next()?.ok()?))
}

fn missing(what: &str) -> EnvError {
    Reason::new(SkipCode::InterpreterMissing, SkipPhase::Probe, "python").excerpt(what).into()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::super::tool::Caller;
    use super::*;
    use crate::skip::SkipReason;

    /// What is found when PATH holds programs that answer so.
    fn find_among(
        programs: &[(&str, &str)],
        request: Option<&str>,
    ) -> Result<Interpreter, Box<SkipReason>> {
        let dir = tempfile::tempdir().unwrap();
        for (name, body) in programs {
            let path = dir.path().join(name);
            fs_err::write(&path, format!("#!/bin/sh\n{body}\n")).unwrap();
            fs_err::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
        }
        let caller = Caller { path: dir.path().into(), ..Caller::default() };
        let request = request.map(|word| word.parse().unwrap());
        find(&Tools { caller, uv_cache: dir.path().join("cache"), limit: None }, request.as_ref())
            .map_err(|error| match error {
                EnvError::Prevented(reason) => reason,
                other => panic!("{other}"),
            })
    }

    const OLD: &str = "echo /bin/sh; echo 3.10.13; echo /usr";
    const GOOD: &str = "echo /bin/sh; echo 3.12.1; echo /usr";
    const SHIM: &str = "echo 'pyenv: python3: command not found' >&2; exit 127";

    #[test]
    fn passes_over_what_does_not_serve() {
        let found = find_among(&[("python3", SHIM), ("python3.12", GOOD)], None).unwrap();
        assert_eq!(found.version, "3.12.1");
        let found = find_among(&[("python3", OLD), ("python3.12", GOOD)], Some("3.12")).unwrap();
        assert_eq!(found.version, "3.12.1");
    }

    #[test]
    fn says_why_there_is_none() {
        let why = |programs: &[(&str, &str)], request| find_among(programs, request).unwrap_err();
        assert_eq!(why(&[], None).code, SkipCode::InterpreterMissing);
        assert_eq!(why(&[], Some("./no/python")).code, SkipCode::InterpreterMissing);
        assert_eq!(why(&[("python3", GOOD)], Some("3.14")).code, SkipCode::InterpreterMissing);
        assert_eq!(why(&[("python3.13", GOOD)], Some("3.13")).code, SkipCode::InterpreterMismatch);
        let old = why(&[("python3", OLD)], None);
        assert_eq!(old.code, SkipCode::PythonTooOld);
        assert!(old.interpreter.unwrap().contains("3.10.13"));
        let broken = why(&[("python3", SHIM)], None);
        assert_eq!((broken.code, broken.exit), (SkipCode::InterpreterBroken, Some(127)));
        assert!(broken.excerpt.contains("command not found"));
        let garbage = why(&[("python3", "echo hello")], None);
        assert_eq!(garbage.code, SkipCode::InterpreterBroken);
        for no_program in ["/", "/etc/passwd"] {
            let refused = why(&[], Some(no_program));
            assert_eq!(refused.code, SkipCode::InterpreterBroken, "{no_program}");
            assert!(refused.excerpt.contains("Permission denied"), "{refused}");
        }
        let left = why(&[("python3", "echo /gone/bin/python3; echo 3.12.1; echo /usr")], None);
        assert_eq!(left.code, SkipCode::PythonhomePoisoned);
    }
}
