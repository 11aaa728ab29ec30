//! Where checks were seen to fail, besides the stand-ins that the tests play each time.

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
    /// The fault that was put into it; `None` where the release is bad enough itself.
    pub fault: Option<String>,
    /// How it failed.
    pub signature: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Book {
    #[serde(default)]
    sighting: Vec<Sighting>,
}

/// All of them, from `scenarios/sightings.toml`. The error names the place in the file.
pub fn sightings() -> Result<Vec<Sighting>, String> {
    let book: Book = toml::from_str(include_str!("../sightings.toml"))
        .map_err(|error| format!("scenarios/sightings.toml: {error}"))?;
    Ok(book.sighting)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_sighting_is_of_a_check_that_there_is() {
        let mut seen = BTreeSet::new();
        for sighting in sightings().unwrap() {
            let told = format!("{sighting:?}");
            let known = crate::all().into_iter().any(|scenario| {
                scenario.id == sighting.scenario
                    && scenario
                        .declared_checks()
                        .any(|check| check.id == sighting.check)
            });
            assert!(known, "no such check: {told}");
            assert!(!sighting.signature.is_empty(), "no signature: {told}");
            assert!(
                seen.insert((sighting.scenario, sighting.check)),
                "stands twice: {told}"
            );
        }
    }
}
