//! Layer 2 of kitty-gate: the promises that a release must keep, each proven by a scenario.
//!
//! A suite is a folder, a scenario is a file in it. To add one: write the file, name it in its
//! suite's `mod.rs`. CONTRIBUTING.md walks through an example.

mod boundary;
mod check_spec;
pub mod context;
mod contract;
mod contract_drift;
mod control;
mod core;
pub mod expect;
mod lifecycle;
mod mark_status;
mod marking;
mod merge;
mod mission_status;
mod ownership;
mod promised;
pub mod python_imports;
pub mod recipes;
mod regressions;
pub mod requirements;
mod review_prompts;
mod run_identity;
mod scenario;
mod ship;
mod speed;
mod sync;
mod traceback;
mod transitions;
mod walkthrough;

pub use promised::Promised;
pub use scenario::{CheckSpec, Core, Load, STANDING_CHECKS, Scenario};

/// Every scenario, in the order in which people read them.
pub fn all() -> Vec<&'static Scenario> {
    [
        mark_status::SCENARIOS,
        merge::SCENARIOS,
        sync::SCENARIOS,
        contract_drift::SCENARIOS,
        transitions::SCENARIOS,
        review_prompts::SCENARIOS,
        ownership::SCENARIOS,
        ship::SCENARIOS,
        mission_status::SCENARIOS,
        run_identity::SCENARIOS,
        boundary::SCENARIOS,
        lifecycle::SCENARIOS,
        core::SCENARIOS,
        regressions::SCENARIOS,
        speed::SCENARIOS,
    ]
    .concat()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn ids_are_unique_and_well_formed() {
        let mut seen = BTreeSet::new();
        for scenario in all() {
            assert!(seen.insert(scenario.id), "{} stands twice", scenario.id);
            let (suite, name) = scenario.id.split_once('/').expect("suite/name");
            for part in [suite, name] {
                assert!(
                    !part.is_empty()
                        && part
                            .chars()
                            .all(|c| c.is_ascii_lowercase() || "-0123456789".contains(c)),
                    "{}",
                    scenario.id
                );
            }
        }
    }

    #[test]
    fn every_promise_of_the_core_has_its_scenarios() {
        for promise in Core::ALL {
            assert!(promise.scenarios().next().is_some(), "{}", promise.name());
        }
    }

    #[test]
    fn every_scenario_declares_its_checks_and_what_they_stand_for() {
        for scenario in all() {
            assert!(!scenario.checks.is_empty(), "{} checks nothing", scenario.id);
            let ids: BTreeSet<_> = scenario.declared_checks().map(|check| check.id).collect();
            assert_eq!(
                ids.len(),
                scenario.declared_checks().count(),
                "{}: a check stands twice",
                scenario.id
            );
            assert!(
                !scenario.requirements.is_empty() || !scenario.issues.is_empty(),
                "{}",
                scenario.id
            );
            assert!(!scenario.needs.iter().any(|need| need.is_everybodys()), "{}", scenario.id);
            for check in scenario.checks {
                assert!(
                    !check.stands_for.is_empty() && !check.about.is_empty(),
                    "{}: {}",
                    scenario.id,
                    check.id
                );
            }
        }
    }
}
