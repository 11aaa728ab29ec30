//! Facts about a release that were met while it was provisioned. They are no skips: a person who
//! installs the release meets them too.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Something a reader of the report must know about what was tested.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Finding {
    /// What kind of thing.
    pub code: FindingCode,
    /// What it is about, as `name==version` or a short word.
    pub about: String,
    /// What was seen, in one or two sentences.
    pub detail: String,
}

/// The kinds of findings. The names are stable and part of the run document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum FindingCode {
    /// The release itself was withdrawn from the registry.
    ReleaseYanked,
    /// It needs a package that was withdrawn from the registry, and got it.
    DependencyYanked,
    /// Its dependencies are of today, not of its release date.
    DependenciesNotDated,
    /// A wheel's or checkout's dependencies are of the date of the published release that bears
    /// the same version.
    DatedByPublishedRelease,
    /// With the dependencies of today it installs, and crashes: one of them has drifted away.
    DependencyDrift,
    /// It could not make itself at home: its first command failed in an empty HOME.
    FirstCommandFails,
    /// Its HOME holds absolute paths of the HOME it was warmed in, so every scenario starts cold.
    HomeNamesItself,
}

impl fmt::Display for FindingCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.serialize(f)
    }
}

/// How the detail of a finding names an uncaught exception.
pub(super) const CRASH: &str = "crashed: ";

impl Finding {
    /// A finding.
    pub fn new(code: FindingCode, about: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { code, about: about.into(), detail: detail.into() }
    }

    /// For a published release whose dependencies are of today: a first command that crashes does
    /// so for their sake. A wheel or a checkout that nobody published may crash by itself.
    pub(super) fn blame_drift(&mut self) {
        if self.code == FindingCode::FirstCommandFails && self.detail.contains(CRASH) {
            self.code = FindingCode::DependencyDrift;
        }
    }
}
