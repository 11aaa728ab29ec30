//! The product in a nested environment of its own, whose packages a scenario may replace.

use std::path::Path;

use fixtures::Package;
use support::product::Replica;

use super::{Abort, Observation, TestContext};

/// A product in an environment of its own. It is gone when it is dropped.
#[derive(Debug)]
pub struct Nested {
    replica: Replica,
}

/// A program of a nested environment, besides the product.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tool {
    /// Its interpreter.
    Python,
    /// Its pip; `uv pip` where uv made the environment.
    Pip,
}

impl Tool {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Python, Self::Pip];

    /// How it is called, in argv and in the environment's folder of executables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Python => "python",
            Self::Pip => "pip",
        }
    }
}

impl Nested {
    pub(super) fn replica(&self) -> &Replica {
        &self.replica
    }

    /// The version of an installed package; `None` when there is none of that name.
    pub fn version_of(&self, package: &str) -> Option<String> {
        self.replica.version_of(package)
    }

    /// What an installed package consists of.
    pub fn package(&self, name: &str) -> Result<Package, Abort> {
        let site = self.replica.site_packages();
        let site = site.ok_or_else(|| Abort::Broken("no site-packages".to_owned()))?;
        Ok(Package::installed(&site, name)?)
    }
}

impl TestContext<'_> {
    /// The very release in a nested environment of its own, verified. Where there can be none, the
    /// scenario ends here with the reason (FR-013).
    pub fn nested(&mut self) -> Result<Nested, Abort> {
        let replica = self.config.replicator.replicate()?;
        self.hide(&replica.env.venv_dir, "$NESTED");
        self.config.recorder.record(Observation::Nested {
            method: replica.env.method,
            python: replica.env.interpreter.version.clone(),
        });
        Ok(Nested { replica })
    }

    /// Installs `candidate` in the place of `real`, from a wheel that is built here.
    pub fn replace(
        &mut self,
        nested: &Nested,
        real: &Package,
        candidate: &Package,
        label: &str,
    ) -> Result<(), Abort> {
        // A folder for each: wheels of one name are told apart by their path.
        let wheel = candidate.write_wheel(&nested.replica.scratch(label)?)?;
        nested.replica.install(&wheel)?;
        is_in_place(nested, candidate)?;
        self.note(nested, real, candidate, Some(label));
        Ok(())
    }

    /// Installs the real package again, as it was locked.
    pub fn restore(&mut self, nested: &Nested, real: &Package) -> Result<(), Abort> {
        nested.replica.restore(&real.name)?;
        is_in_place(nested, real)?;
        self.note(nested, real, real, None);
        Ok(())
    }

    fn note(&self, nested: &Nested, real: &Package, now: &Package, label: Option<&str>) {
        self.config.recorder.record(Observation::Installed {
            package: now.name.clone(),
            version: nested.version_of(&now.name),
            candidate: label.map(str::to_owned),
            changes: real.changes_to(now),
        });
    }

    fn hide(&mut self, path: &Path, name: &str) {
        let path = path.to_string_lossy().into_owned();
        self.hidden.push((path, name.to_owned()));
    }
}

/// A verdict on a candidate that is not there would be about something else.
fn is_in_place(nested: &Nested, wanted: &Package) -> Result<(), Abort> {
    if nested.package(&wanted.name)? == *wanted {
        Ok(())
    } else {
        let text = format!("{} {} is not what is installed", wanted.name, wanted.version);
        Err(Abort::Broken(text))
    }
}
