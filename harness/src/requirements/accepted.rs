//! The failures that a decision accepts: they are known, and no news.

use std::collections::HashMap;

use crate::gate::{GateDocument, Match};

/// Where the entry stands, by scenario, check and signature.
#[derive(Debug, Default)]
pub struct Accepted<'g>(HashMap<(&'g str, &'g str, &'g str), &'g str>);

impl<'g> Accepted<'g> {
    /// Those of a decision; none where nobody has decided.
    pub fn of(gate: Option<&'g GateDocument>) -> Self {
        let scenarios = gate.into_iter().flat_map(|gate| &gate.scenarios);
        let checks = scenarios.flat_map(|scenario| {
            let checks = scenario.checks.iter();
            checks.map(move |check| (scenario.id.as_str(), check))
        });
        let known = checks.filter(|(_, check)| check.matched == Match::Known);
        let places = known.filter_map(|(scenario, check)| {
            let signature = check.signature.as_deref()?;
            let entry = check.known_failure.as_ref()?;
            Some(((scenario, check.id.as_str(), signature), entry.at.as_str()))
        });
        Self(places.collect())
    }

    /// The entry that accepts a failure, as `file:line`.
    pub fn by(&self, scenario: &str, check: &str, signature: &str) -> Option<String> {
        let at = self.0.get(&(scenario, check, signature))?;
        Some((*at).to_owned())
    }
}
