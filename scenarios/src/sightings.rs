//! On which releases checks were seen to fail.

use serde::Deserialize;

/// A check that was seen to fail.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sighting {
    /// The scenario.
    pub scenario: String,
    /// The check; a standing check may be sighted in any scenario.
    pub check: String,
    /// The release, such as `3.2.7`.
    pub release: String,
    /// How it failed.
    pub signature: String,
}

/// All that is known of it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sightings {
    /// Where a check was seen to fail.
    #[serde(default)]
    pub sighting: Vec<Sighting>,
}

/// What `scenarios/sightings.toml` says. The error names the place in the file.
pub fn sightings() -> Result<Sightings, String> {
    toml::from_str(include_str!("../sightings.toml"))
        .map_err(|error| format!("scenarios/sightings.toml: {error}"))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_sighting_is_of_a_check_that_there_is() {
        let mut seen = BTreeSet::new();
        for sighting in sightings().unwrap().sighting {
            let told = format!("{sighting:?}");
            let known = crate::all().into_iter().any(|scenario| {
                scenario.id == sighting.scenario
                    && scenario.declared_checks().any(|check| check.id == sighting.check)
            });
            assert!(known, "no such check: {told}");
            assert!(!sighting.signature.is_empty(), "no signature: {told}");
            assert!(
                seen.insert((sighting.scenario, sighting.check, sighting.release)),
                "stands twice: {told}"
            );
        }
    }
}
