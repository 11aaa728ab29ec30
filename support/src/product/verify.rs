//! Holds an installation against what was asked for. Cheap enough to be done before every use.

use std::path::Path;

use super::spec::ProductSpec;
use super::{EXECUTABLE, Interpreter, LockedPackage, PACKAGE, Release, packages};
use crate::nested_env::reason::{EnvError, Reason};
use crate::nested_env::tool::Tools;
use crate::nested_env::verify_environment;
use crate::skip::{SkipCode, SkipPhase};

/// The release that is installed in `env`, when everything is as asked.
pub(super) fn installation(
    env: &Path,
    spec: &ProductSpec,
    interpreter: &Interpreter,
    tools: &Tools,
) -> Result<Release, EnvError> {
    verify_environment(env, interpreter, tools)?;
    let differs = |text: &str| -> EnvError {
        Reason::new(SkipCode::NotAsAsked, SkipPhase::Verify, "kitty-gate")
            .excerpt(text)
            .interpreter(interpreter)
            .into()
    };
    let Some(installed) = installed_version(env) else {
        return Err(differs(&format!("{PACKAGE} is not installed")));
    };
    let release: Release =
        installed.parse().map_err(|error: super::NotARelease| differs(&error.to_string()))?;
    if let ProductSpec::Release(asked) = spec
        && *asked != release
    {
        return Err(differs(&format!(
            "the installed release is {installed}, but {asked} was asked for"
        )));
    }
    let executable = env.join("bin").join(EXECUTABLE);
    if rustix::fs::access(executable, rustix::fs::Access::EXEC_OK).is_err() {
        return Err(differs(&format!("{PACKAGE} {installed} has no executable {EXECUTABLE}")));
    }
    Ok(release)
}

/// What the installed metadata says, as it is written there.
fn installed_version(env: &Path) -> Option<String> {
    let sites = packages::sites_of(&env.join("bin"));
    packages::installed_in(sites.first()?)
        .into_iter()
        .find(|package| package.name == PACKAGE)
        .map(|package| package.version)
}

/// That every package of the lock is there, in exactly its version.
///
/// A package that somebody removed or replaced would make the product fail for a reason that is
/// not its own.
pub(super) fn lock(
    env: &Path,
    lock: &[LockedPackage],
    interpreter: &Interpreter,
) -> Result<(), EnvError> {
    let installed: Vec<LockedPackage> = packages::sites_of(&env.join("bin"))
        .iter()
        .flat_map(|site| packages::installed_in(site))
        .collect();
    let Some((locked, found)) = packages::first_difference(lock, &installed) else {
        return Ok(());
    };
    let found = found.unwrap_or_else(|| "missing".to_owned());
    let text = format!("{} is {found}, but {} was locked", locked.name, locked.version);
    let reason = Reason::new(SkipCode::NotAsAsked, SkipPhase::Verify, "kitty-gate");
    Err(reason.excerpt(&text).interpreter(interpreter).into())
}
