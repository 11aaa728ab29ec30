//! Installs with what Python itself brings: the standard library's venv, and pip.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::as_of::not_dated;
use super::spec::ProductSpec;
use super::yanked::{Yanked, taken_yanks};
use super::{InstallRecord, Interpreter, LockedPackage, PACKAGE};
use crate::nested_env::reason::{EnvError, Reason};
use crate::nested_env::text::classify;
use crate::nested_env::tool::{INSTALL, QUICK, Tools};
use crate::nested_env::tool_output::ToolOutput;
use crate::nested_env::{Backend, make};
use crate::skip::{SkipCode, SkipPhase};

/// Makes `env` with the product and its dependencies of today: pip cannot ask for a date. Their
/// wheels are kept in `room`.
pub(super) fn install(
    spec: &ProductSpec,
    interpreter: &Interpreter,
    tools: &Tools,
    room: &Path,
    env: &Path,
) -> Result<InstallRecord, EnvError> {
    make(env, &Backend::Stdlib, interpreter, tools)?;
    let python = env.join("bin/python");
    let wheels = wheels_dir(room);
    let wanted = requirement(spec);
    let args = ["-m", "pip", "wheel", "--prefer-binary", "--wheel-dir"].map(OsStr::new);
    let more = [wheels.as_os_str(), wanted.as_ref()];
    let built = tools.run(&python, args.into_iter().chain(more), INSTALL * 2)?;
    accept(&built, interpreter)?;
    install_wheels(&python, &kept_wheels(room)?, interpreter, tools)?;
    let mut findings = vec![not_dated(&spec.label())];
    findings.extend(taken_yanks(&built.stderr).iter().map(Yanked::finding));
    Ok(InstallRecord { lock: installed_packages(&python, tools)?, findings, as_of: None })
}

/// The wheels of everything that was installed, dependencies and all.
pub(super) fn kept_wheels(room: &Path) -> Result<Vec<PathBuf>, EnvError> {
    let entries = fs_err::read_dir(wheels_dir(room))?;
    let mut wheels: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    wheels.sort();
    Ok(wheels)
}

/// Puts exactly these wheels in place, whatever was there before, and asks no registry.
pub(super) fn install_wheels(
    python: &Path,
    wheels: &[PathBuf],
    interpreter: &Interpreter,
    tools: &Tools,
) -> Result<(), EnvError> {
    let args = "-m pip install --no-index --no-deps --force-reinstall".split(' ');
    let args = args.map(OsString::from).chain(wheels.iter().map(Into::into));
    accept(&tools.run(python, args, INSTALL * 2)?, interpreter)
}

fn wheels_dir(room: &Path) -> PathBuf {
    room.join("wheels")
}

/// pip hides an unreachable registry behind "no matching distribution"; only its warnings tell.
fn accept(said: &ToolOutput, interpreter: &Interpreter) -> Result<(), EnvError> {
    if said.succeeded() {
        return Ok(());
    }
    let code = classify(&said.everything(), SkipCode::NotInstalled);
    Err(Reason::new(code, SkipPhase::Install, "pip").of(said).interpreter(interpreter).into())
}

/// One line of `pip list --format json`.
#[derive(Deserialize)]
struct Listed {
    name: String,
    version: String,
}

fn installed_packages(python: &Path, tools: &Tools) -> Result<Vec<LockedPackage>, EnvError> {
    let list = ["-m", "pip", "list", "--format", "json"].map(OsStr::new);
    let said = tools.run(python, list, QUICK * 3)?;
    let listed: Vec<Listed> = serde_json::from_str(&said.stdout).map_err(std::io::Error::from)?;
    Ok(listed
        .into_iter()
        .map(|Listed { name, version }| LockedPackage { name, version, sha256: None })
        .collect())
}

fn requirement(spec: &ProductSpec) -> String {
    match spec {
        ProductSpec::Release(release) => format!("{PACKAGE}=={release}"),
        ProductSpec::Wheel(path) | ProductSpec::Checkout(path) | ProductSpec::Executable(path) => {
            path.display().to_string()
        }
    }
}
