//! The border of the package `specify_cli.status`: nobody but itself and a few named files imports
//! its submodules (#1619, boundary rules of WP03).
//!
//! What is judged is the source of the release as it is installed; it is read, never executed. The control runs the
//! product that has this source.

mod injected;
mod probes;
mod rules;
mod status_imports;

use std::path::PathBuf;

use support::product::Python;

use crate::context::{Abort, TestContext};
use crate::python_imports::{Scan, scan};
use crate::scenario::Scenario;
use rules::{PACKAGES, STATUS};

/// The suite.
pub const SCENARIOS: &[&Scenario] = &[&status_imports::SCENARIO, &injected::SCENARIO];

const REQUIREMENTS: &[&str] =
    &[OF_THE_CLI, "execution-state/boundary-of-the-runtime", "execution-state/allowed-imports"];
const OF_THE_CLI: &str = "execution-state/boundary-of-the-cli";

/// The installed packages of a release, and the interpreter that runs them.
#[derive(Debug, Clone)]
struct Source {
    python: Python,
    site: PathBuf,
}

impl Source {
    /// Where the release lies, if it has the package that the border is drawn around.
    fn of(context: &TestContext<'_>) -> Result<Self, Abort> {
        let site = context.installed_source()?;
        if site.join(STATUS.replace('.', "/")).is_dir() {
            return Ok(Self { python: context.python()?, site });
        }
        Err(Abort::not_exercised(
            None,
            &format!("the installed packages hold no {STATUS}"),
            "give a release, or an executable that is installed beside its packages",
        ))
    }

    /// Every import of the package and its submodules.
    fn imports_of_status(&self) -> Result<Scan, Abort> {
        Ok(scan(&self.python, &self.site, &PACKAGES, STATUS)?)
    }
}
