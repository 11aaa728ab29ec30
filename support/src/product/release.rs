//! A version of the product.

use std::fmt;
use std::str::FromStr;

use pep440_rs::Version;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A PEP 440 version of the product: `3.2.7`, `3.2.0rc2`.
///
/// Ordered as PEP 440 orders (`3.2.0a10 < 3.2.0rc1 < 3.2.0`), printed in its canonical form.
#[derive(
    Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(transparent)]
pub struct Release(#[schemars(with = "String")] Version);

/// The word is no PEP 440 version.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{word}` is not a version as PEP 440 defines it")]
pub struct NotARelease {
    /// The word as given.
    pub word: String,
}

impl Release {
    /// The version behind it; what lies in a range is decided in `range`.
    pub(super) fn version(&self) -> &Version {
        &self.0
    }
}

impl FromStr for Release {
    type Err = NotARelease;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        Version::from_str(word).map(Self).map_err(|_| NotARelease { word: word.to_owned() })
    }
}

impl fmt::Display for Release {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn orders_as_pep_440_does() {
        let words = ["3.1.10", "3.2.0a9", "3.2.0a10", "3.2.0rc1", "3.2.0rc2", "3.2", "4.0.0rc7"];
        let releases: Vec<Release> = words.iter().map(|word| word.parse().unwrap()).collect();
        assert!(releases.is_sorted());
        assert_eq!("3.2".parse::<Release>().unwrap(), "3.2.0".parse().unwrap());
    }

    #[test]
    fn prints_and_stores_the_canonical_form() {
        let release: Release = "v3.2.0-RC.2".parse().unwrap();
        assert_eq!(release.to_string(), "3.2.0rc2");
        assert_eq!(serde_json::to_string(&release).unwrap(), "\"3.2.0rc2\"");
        assert_eq!(serde_json::from_str::<Release>("\"3.2.0rc2\"").unwrap(), release);
    }

    #[test]
    fn refuses_what_is_no_version() {
        assert!("latest".parse::<Release>().is_err());
        assert!("".parse::<Release>().is_err());
        assert!(serde_json::from_str::<Release>("\"3.2.x\"").is_err());
    }
}
