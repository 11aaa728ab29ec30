//! What each fault may turn red, as somebody has looked at it and written it down.

use std::collections::{BTreeMap, BTreeSet};

use super::{CertifyError, CheckName, Findings};

/// Checks by the name of the fault that may turn them red.
pub type Declared = BTreeMap<String, BTreeSet<CheckName>>;

/// `harness/declared.toml`: for each fault the checks, as scenario and check with a blank between them.
pub fn declared() -> Result<Declared, CertifyError> {
    let text = include_str!("../../declared.toml");
    let read: BTreeMap<String, BTreeMap<String, Vec<String>>> = toml::from_str(text)
        .map_err(|error| CertifyError::Unreadable(format!("harness/declared.toml: {error}")))?;
    Ok(read
        .into_iter()
        .map(|(fault, scenarios)| {
            let checks = scenarios.into_iter().flat_map(|(scenario, checks)| {
                checks.into_iter().map(move |check| (scenario.clone(), check))
            });
            (fault, checks.collect())
        })
        .collect())
}

/// The same file, for what was found.
pub fn as_declaration(findings: &Findings) -> String {
    let sections = findings.red.iter().map(|(fault, red)| {
        let mut scenarios: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for (scenario, check) in red.keys() {
            let checks = scenarios.entry(scenario).or_default();
            checks.push(format!("\"{check}\""));
        }
        let lines = scenarios
            .iter()
            .map(|(scenario, checks)| format!("\"{scenario}\" = [{}]\n", checks.join(", ")));
        format!("\n[{}]\n{}", fault.name(), lines.collect::<Vec<_>>().concat())
    });
    HEAD.to_owned() + &sections.collect::<Vec<_>>().concat()
}

const HEAD: &str = "\
# What each fault of the reference product turns red, and nothing else. `kitty-gate certify` fails
# where it is otherwise; `kitty-gate certify --declare` prints this file as it would be now.
";
