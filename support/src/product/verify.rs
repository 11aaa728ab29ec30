//! Holds an environment against what was asked for. Cheap enough to be done before every use.

use std::path::Path;

use super::error::{ProvisionError, Reason};
use super::spec::ProductSpec;
use super::tool::{QUICK, Tools};
use super::{EXECUTABLE, Interpreter, LockedPackage, PACKAGE, Release, packages};
use crate::skip::{SkipCode, SkipPhase};

/// Asks an environment what it is: interpreter, prefix, and the installed product.
const WHAT: &str = "import sys, importlib.metadata as m; \
    print('.'.join(map(str, sys.version_info[:3]))); print(sys.prefix); print(sys.base_prefix); \
    print(m.version(sys.argv[1]))";

/// The release that is installed in `env`, when everything is as asked.
///
/// A copied interpreter may silently turn out to be another one, hence version and base prefix.
pub(super) fn environment(
    env: &Path,
    spec: &ProductSpec,
    interpreter: &Interpreter,
    tools: &Tools<'_>,
) -> Result<Release, ProvisionError> {
    let python = env.join("bin/python");
    let said = tools.run(&python, ["-I", "-c", WHAT, PACKAGE], QUICK)?;
    let reason = || {
        Reason::new(SkipCode::NotAsAsked, SkipPhase::Verify, "python")
            .of(&said)
            .interpreter(interpreter)
    };
    let lines: Vec<&str> = said.stdout.lines().collect();
    let [version, prefix, base_prefix, installed] = lines.as_slice() else {
        return Err(reason().into());
    };
    let differs = |what: &str, asked: &str, seen: &str| -> ProvisionError {
        reason()
            .excerpt(&format!("{what} is {seen}, but {asked} was asked for"))
            .into()
    };
    if *version != interpreter.version {
        return Err(differs(
            "the interpreter's version",
            &interpreter.version,
            version,
        ));
    }
    if Path::new(prefix) != env {
        return Err(differs(
            "the environment",
            &env.display().to_string(),
            prefix,
        ));
    }
    if Path::new(base_prefix) != interpreter.prefix {
        return Err(differs(
            "the base prefix",
            &interpreter.prefix.display().to_string(),
            base_prefix,
        ));
    }
    let release: Release = installed.parse().map_err(|error: super::NotARelease| {
        ProvisionError::from(reason().excerpt(&error.to_string()))
    })?;
    if let ProductSpec::Release(asked) = spec
        && *asked != release
    {
        return Err(differs(
            "the installed release",
            &asked.to_string(),
            installed,
        ));
    }
    if rustix::fs::access(
        env.join("bin").join(EXECUTABLE),
        rustix::fs::Access::EXEC_OK,
    )
    .is_err()
    {
        return Err(reason()
            .excerpt(&format!(
                "{PACKAGE} {installed} has no executable {EXECUTABLE}"
            ))
            .into());
    }
    Ok(release)
}

/// That every package of the lock is there, in exactly its version.
///
/// A package that somebody removed or replaced would make the product fail for a reason that is
/// not its own.
pub(super) fn lock(
    env: &Path,
    lock: &[LockedPackage],
    interpreter: &Interpreter,
) -> Result<(), ProvisionError> {
    let installed: Vec<LockedPackage> = packages::sites_of(&env.join("bin"))
        .iter()
        .flat_map(|site| packages::installed_in(site))
        .collect();
    let Some((locked, found)) = packages::first_difference(lock, &installed) else {
        return Ok(());
    };
    let found = found.unwrap_or_else(|| "missing".to_owned());
    let text = format!(
        "{} is {found}, but {} was locked",
        locked.name, locked.version
    );
    let reason = Reason::new(SkipCode::NotAsAsked, SkipPhase::Verify, "kitty-gate");
    Err(reason.excerpt(&text).interpreter(interpreter).into())
}
