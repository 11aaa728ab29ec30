//! Which releases promised what a scenario proves. Every release promised what stands nowhere here.
//!
//! A promise that a release never made is not required of it. That it cannot be found there is no
//! reason to stand here: the range is that of the feature, and says from where it is known.

use std::str::FromStr;

use support::product::{Release, ReleaseRange};

use crate::scenario::Scenario;

/// Scenarios whose promise only some releases made.
#[derive(Debug)]
pub struct PromisedBy {
    /// Their ids.
    pub scenarios: &'static [&'static str],
    /// The releases that made it, as a PEP 440 specifier.
    pub releases: &'static str,
    /// What the other releases have instead, as one plain sentence.
    pub why: &'static str,
}

/// The promises that only some releases made.
pub const RANGES: &[PromisedBy] = &[
    PromisedBy {
        scenarios: &[
            "sync/healthy",
            "sync/lock-unavailable",
            "sync/auth-refresh",
            "sync/websocket-offline",
            "sync/event-loop",
            "sync/server-auth",
            "sync/bounded-retries",
            "sync/no-failure-wording",
            "sync/no-failure-wording-on-a-terminal",
            "sync/local-failure-stays-honest",
            "sync/unreachable",
            "sync/lifecycle-commands",
            "sync/expired-session-is-renewed",
            "sync/leaves-nothing-behind",
            "sync/fast-path",
        ],
        releases: "<3.2.6rc1",
        why: "from 3.2.6rc1 on, commands send no event batches when they end",
    },
    PromisedBy {
        scenarios: &[
            "sync/armed-healthy",
            "sync/armed-lock-unavailable",
            "sync/armed-auth-refresh",
            "sync/armed-server-auth",
            "sync/armed-event-loop",
        ],
        releases: ">=3.2.6rc1",
        why: "before 3.2.6rc1, hosted sync asks for no consent",
    },
    PromisedBy {
        scenarios: &["contract-drift/caught"],
        releases: ">=3.2.0rc2",
        why: "before 3.2.0rc2, no command reads the contract of events",
    },
    PromisedBy {
        scenarios: &[
            "mission-status/coordination-lanes-are-read",
            "mission-status/coordination-worktree-gone",
            "mission-status/coordination-branch-gone",
            "mission-status/coordination-directory-gone",
            "lifecycle/smoke-coordination",
        ],
        releases: ">=3.2.0",
        why: "before 3.2.0, a mission has no coordination branch unless somebody asks for one",
    },
    PromisedBy {
        scenarios: &["lifecycle/smoke-lanes"],
        releases: ">=3.2.3",
        why: "before 3.2.3, the topology of a mission cannot be chosen",
    },
];

impl Scenario {
    /// The range of releases that promised it, where not all did.
    pub fn promised_by(&self) -> Option<&'static PromisedBy> {
        RANGES.iter().find(|range| range.scenarios.contains(&self.id))
    }
}

impl PromisedBy {
    /// Whether `release` made the promise.
    pub fn covers(&self, release: &Release) -> bool {
        // A test holds that each parses; where one did not, the promise would be required.
        ReleaseRange::from_str(self.releases).map_or(true, |range| range.contains(release))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_range_is_one_of_scenarios_that_there_are() {
        let mut seen = BTreeSet::new();
        for range in RANGES {
            assert!(ReleaseRange::from_str(range.releases).is_ok());
            assert!(!range.why.is_empty());
            for id in range.scenarios {
                let there = crate::all().iter().any(|scenario| scenario.id == *id);
                assert!(there, "there is no {id}");
                assert!(seen.insert(id), "{id} stands twice");
            }
        }
    }

    #[test]
    fn release_candidates_lie_where_pep_440_puts_them() {
        let covers = |id: &str, release: &str| {
            let scenario = crate::all().into_iter().find(|scenario| scenario.id == id);
            let range = scenario.unwrap().promised_by().unwrap();
            range.covers(&release.parse().unwrap())
        };
        assert!(covers("sync/healthy", "3.2.0rc2"));
        assert!(covers("sync/healthy", "3.2.5"));
        assert!(!covers("sync/healthy", "3.2.6rc1"));
        assert!(!covers("sync/no-failure-wording-on-a-terminal", "3.2.7"));
        assert!(covers("sync/armed-healthy", "4.0.0rc7"));
        assert!(!covers("contract-drift/caught", "3.2.0a10"));
        assert!(covers("contract-drift/caught", "3.2.0rc2"));
        assert!(!covers("lifecycle/smoke-coordination", "3.2.0rc40"));
        assert!(covers("lifecycle/smoke-coordination", "3.2.0"));
    }
}
