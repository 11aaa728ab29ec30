//! Installs with what Python itself brings: the standard library's venv, and pip.

use std::ffi::OsStr;
use std::path::Path;

use serde::Deserialize;

use super::as_of::not_dated;
use super::error::{ProvisionError, Reason};
use super::spec::ProductSpec;
use super::tool::{INSTALL, QUICK, Said, Tools};
use super::uv_text::{classify, taken_yanks};
use super::{Interpreter, LockedPackage, Made, PACKAGE};
use crate::skip::{SkipCode, SkipPhase};

/// Makes `env` with the product and its dependencies of today: pip cannot ask for a date.
pub(super) fn install(
    spec: &ProductSpec,
    interpreter: &Interpreter,
    tools: &Tools<'_>,
    env: &Path,
) -> Result<Made, ProvisionError> {
    let venv = ["-m".as_ref(), "venv".as_ref(), env.as_os_str()];
    let said = tools.run(&interpreter.path, venv, INSTALL)?;
    if !said.succeeded() {
        let refusal = refusal(
            "venv",
            &said,
            SkipPhase::Create,
            SkipCode::EnvironmentNotCreated,
        );
        return Err(refusal.interpreter(interpreter).into());
    }
    let python = env.join("bin/python");
    let wanted = requirement(spec);
    let pip = ["-m", "pip", "install", "--prefer-binary", &wanted];
    let said = tools.run(&python, pip, INSTALL * 2)?;
    if !said.succeeded() {
        let refusal = refusal("pip", &said, SkipPhase::Install, SkipCode::NotInstalled);
        return Err(refusal.interpreter(interpreter).into());
    }
    let mut findings = vec![not_dated(&spec.label())];
    findings.extend(
        taken_yanks(&said.stderr)
            .iter()
            .map(super::uv_text::Yanked::finding),
    );
    Ok(Made {
        lock: installed_packages(&python, tools)?,
        findings,
        as_of: None,
    })
}

/// One line of `pip list --format json`.
#[derive(Deserialize)]
struct Listed {
    name: String,
    version: String,
}

fn installed_packages(
    python: &Path,
    tools: &Tools<'_>,
) -> Result<Vec<LockedPackage>, ProvisionError> {
    let list = ["-m", "pip", "list", "--format", "json"].map(OsStr::new);
    let said = tools.run(python, list, QUICK * 3)?;
    let listed: Vec<Listed> = serde_json::from_str(&said.stdout).map_err(std::io::Error::from)?;
    Ok(listed
        .into_iter()
        .map(|Listed { name, version }| LockedPackage {
            name,
            version,
            sha256: None,
        })
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

/// pip hides an unreachable registry behind "no matching distribution"; only its warnings tell.
fn refusal(tool: &str, said: &Said, phase: SkipPhase, otherwise: SkipCode) -> Reason {
    let everything = format!("{}\n{}", said.stderr, said.stdout);
    Reason::new(classify(&everything, otherwise), phase, tool).of(said)
}
