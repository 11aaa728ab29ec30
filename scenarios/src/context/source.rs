//! The files of the installed release, for a scenario that looks at them and runs nothing.

use std::path::PathBuf;

use support::product::{Python, site_packages_of};

use super::{Abort, TestContext};

impl TestContext<'_> {
    /// The folder of packages that the product runs: to be looked at, never to be written into.
    /// A product that is no Python package is not exercised.
    pub fn installed_source(&self) -> Result<PathBuf, Abort> {
        site_packages_of(&self.config.executable)?.ok_or_else(|| {
            Abort::not_exercised(
                None,
                "no Python packages lie beside the executable",
                "give a release, or an executable that is installed beside its packages",
            )
        })
    }

    /// The interpreter that runs the product, for a script of ours that looks at those files.
    pub fn python(&self) -> Result<Python, Abort> {
        Ok(Python::beside(&self.config.executable)?)
    }

    /// An empty folder in a sandbox of its own; it goes, or stays, with the scenario.
    pub fn folder(&mut self, name: &str) -> Result<PathBuf, Abort> {
        let sandbox = self.sandbox_root.sandbox()?;
        let folder = sandbox.root().join(name);
        self.sandboxes.push(sandbox);
        fs_err::create_dir(&folder)?;
        Ok(folder)
    }
}
