//! What the reference cannot be asked at all, why, and the fake products on which the checks of it were seen to
//! fail instead. The test `faults` runs the fake products, and fails where it is otherwise.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::CertifyError;

/// By scenario.
pub type Excused = BTreeMap<String, Substitution>;

/// Why a scenario is not run on the reference, and what is run in its place.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Substitution {
    /// What the reference has not.
    pub why: String,
    /// The fake product that passes the scenario.
    pub control: String,
    /// By check, the fake products that turn it red.
    pub red: BTreeMap<String, Vec<String>>,
}

/// `harness/fake_products.toml`. A scenario that is not in it may not be skipped.
pub fn excused() -> Result<Excused, CertifyError> {
    toml::from_str(include_str!("../../fake_products.toml"))
        .map_err(|error| CertifyError::Unreadable(format!("harness/fake_products.toml: {error}")))
}
