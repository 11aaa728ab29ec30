//! Holds an environment against what was asked for. Cheap enough to be done before every use.

use std::path::Path;

use super::Interpreter;
use super::interpreter::why_broken;
use super::reason::{EnvError, Reason};
use super::tool::{QUICK, Tools};
use crate::skip::{SkipCode, SkipPhase};

/// Asks an environment what it is.
const WHAT: &str = "import sys; print('.'.join(map(str, sys.version_info[:3]))); \
    print(sys.prefix); print(sys.base_prefix)";

/// That `env` is an environment of its own, on the very interpreter that was asked for.
///
/// A copied interpreter may silently turn out to be another one (facts B.3), hence version and
/// base prefix.
pub(crate) fn environment(
    env: &Path,
    interpreter: &Interpreter,
    tools: &Tools,
) -> Result<(), EnvError> {
    let said = tools.run(&env.join("bin/python"), ["-I", "-c", WHAT], QUICK)?;
    let reason =
        |code| Reason::new(code, SkipPhase::Verify, "python").of(&said).interpreter(interpreter);
    let lines: Vec<&str> = said.stdout.lines().collect();
    let [version, prefix, base_prefix] = lines.as_slice() else {
        return Err(reason(why_broken(&said)).into());
    };
    let facts = [
        ("the interpreter's version", &*interpreter.version, *version),
        ("the environment", &*env.to_string_lossy(), *prefix),
        ("the base prefix", &*interpreter.prefix.to_string_lossy(), *base_prefix),
    ];
    match facts.iter().find(|(_, asked, seen)| !is_same(asked, seen)) {
        None => Ok(()),
        Some((what, asked, seen)) => Err(reason(SkipCode::InterpreterMismatch)
            .excerpt(&format!("{what} is {seen}, but {asked} was asked for"))
            .into()),
    }
}

/// A place has many names: installations are linked to by their minor version, folders by whoever
/// owns them.
fn is_same(asked: &str, seen: &str) -> bool {
    let real = |path: &str| std::fs::canonicalize(path).ok();
    asked == seen || real(asked).is_some_and(|asked| real(seen) == Some(asked))
}
