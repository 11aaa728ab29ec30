//! Reads lock files (PEP 751, `pylock.toml`): the exact packages, and when each was uploaded.

use std::str::FromStr;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One package of an environment, exact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LockedPackage {
    /// Normalised name.
    pub name: String,
    /// Version; empty for a source tree whose version only its build knows.
    pub version: String,
    /// SHA-256 of the file it was installed from, where there is exactly one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
}

/// A lock file that cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("the lock file cannot be read: {0}")]
pub(super) struct NotALock(#[from] toml::de::Error);

/// A lock file, as far as we read it.
#[derive(Debug, Deserialize)]
pub(super) struct Pylock {
    #[serde(default)]
    packages: Vec<Package>,
}

#[derive(Debug, Deserialize)]
struct Package {
    name: String,
    #[serde(default)]
    version: String,
    archive: Option<File>,
    sdist: Option<File>,
    #[serde(default)]
    wheels: Vec<File>,
}

#[derive(Debug, Deserialize)]
struct File {
    #[serde(rename = "upload-time")]
    upload_time: Option<toml::value::Datetime>,
    #[serde(default)]
    hashes: Hashes,
}

#[derive(Debug, Default, Deserialize)]
struct Hashes {
    sha256: Option<String>,
}

impl Pylock {
    pub(super) fn parse(text: &str) -> Result<Self, NotALock> {
        Ok(toml::from_str(text)?)
    }

    /// When the first file of `package` was uploaded; `None` where the registry does not say.
    pub(super) fn uploaded(&self, package: &str) -> Option<Timestamp> {
        let package = self.packages.iter().find(|candidate| candidate.name == package)?;
        package
            .wheels
            .iter()
            .chain(&package.sdist)
            .filter_map(|file| file.upload_time.as_ref())
            .filter_map(|time| Timestamp::from_str(&time.to_string()).ok())
            .min()
    }

    /// The packages, in the order of the file.
    pub(super) fn packages(&self) -> Vec<LockedPackage> {
        self.packages
            .iter()
            .map(|package| LockedPackage {
                name: package.name.clone(),
                version: package.version.clone(),
                sha256: package.installed_from().and_then(|file| file.hashes.sha256.clone()),
            })
            .collect()
    }
}

impl Package {
    /// A wheel is taken before a source archive; which one of several, the lock does not say.
    fn installed_from(&self) -> Option<&File> {
        match (&*self.wheels, &self.archive) {
            ([wheel], _) => Some(wheel),
            ([], Some(archive)) => Some(archive),
            ([], None) => self.sdist.as_ref(),
            ([_, _, ..], _) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOCK: &str = r#"
lock-version = "1.0"
created-by = "uv"
requires-python = ">=3.11.7"

[[packages]]
name = "spec-kitty-cli"
version = "3.2.7"
sdist = { url = "x", upload-time = 2026-09-09T23:11:28Z, hashes = { sha256 = "6f" } }
wheels = [{ url = "x", upload-time = 2026-09-09T23:11:25.5Z, hashes = { sha256 = "30" } }]

[[packages]]
name = "two-wheels"
version = "1"
wheels = [{ url = "x", hashes = { sha256 = "1" } }, { url = "y", hashes = { sha256 = "2" } }]

[[packages]]
name = "from-file"
version = "2"
archive = { path = "a.whl", hashes = { sha256 = "aa" } }

[[packages]]
name = "from-folder"
directory = { path = "src" }
"#;

    #[test]
    fn reads_packages_and_hashes() {
        let packages = Pylock::parse(LOCK).unwrap().packages();
        let read: Vec<_> = packages
            .iter()
            .map(|p| (p.name.as_str(), p.version.as_str(), p.sha256.as_deref()))
            .collect();
        assert_eq!(
            read,
            [
                ("spec-kitty-cli", "3.2.7", Some("30")),
                ("two-wheels", "1", None),
                ("from-file", "2", Some("aa")),
                ("from-folder", "", None),
            ]
        );
    }

    #[test]
    fn the_earliest_upload_dates_a_package() {
        let lock = Pylock::parse(LOCK).unwrap();
        let uploaded = lock.uploaded("spec-kitty-cli").unwrap();
        assert_eq!(uploaded.to_string(), "2026-09-09T23:11:25.5Z");
        assert_eq!(lock.uploaded("two-wheels"), None);
        assert_eq!(lock.uploaded("absent"), None);
    }

    #[test]
    fn refuses_what_is_no_lock() {
        assert!(Pylock::parse("packages = 3").is_err());
        assert!(Pylock::parse("").unwrap().packages().is_empty());
    }
}
