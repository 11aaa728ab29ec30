//! Ranges of releases that promised something. A scenario that names none was promised by every release.
//!
//! A promise that a release never made is not required of it. That it cannot be found there is no
//! reason to stand here: the range is that of the feature, and says from where it is known.

use std::str::FromStr;

use support::product::{Release, ReleaseRange};

/// The releases that promised something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Promised {
    /// As a PEP 440 specifier.
    pub releases: &'static str,
    /// What the other releases have instead, as one plain sentence.
    pub why: &'static str,
}

/// A command sends its events when it ends.
pub(crate) const EVENT_BATCHES: Promised = Promised {
    releases: "<3.2.6rc1",
    why: "from 3.2.6rc1 on, commands send no event batches when they end",
};

/// Hosted sync begins once the person has agreed.
pub(crate) const CONSENT: Promised =
    Promised { releases: ">=3.2.6rc1", why: "before 3.2.6rc1, hosted sync asks for no consent" };

/// A command reads the contract of events.
pub(crate) const EVENT_CONTRACT: Promised = Promised {
    releases: ">=3.2.0rc2",
    why: "before 3.2.0rc2, no command reads the contract of events",
};

/// A mission gets a coordination branch by itself.
pub(crate) const COORDINATION_BRANCH: Promised = Promised {
    releases: ">=3.2.0",
    why: "before 3.2.0, a mission has no coordination branch unless somebody asks for one",
};

/// A mission can be given a topology.
pub(crate) const CHOSEN_TOPOLOGY: Promised = Promised {
    releases: ">=3.2.3",
    why: "before 3.2.3, the topology of a mission cannot be chosen",
};

impl Promised {
    /// Whether `release` made the promise.
    pub fn covers(&self, release: &Release) -> bool {
        // A test holds that each parses; where one did not, the promise would be required.
        ReleaseRange::from_str(self.releases).map_or(true, |range| range.contains(release))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_range_can_be_read_and_says_why() {
        for promised in crate::all().into_iter().filter_map(|scenario| scenario.promised) {
            assert!(ReleaseRange::from_str(promised.releases).is_ok(), "{promised:?}");
            assert!(!promised.why.is_empty(), "{promised:?}");
        }
    }

    #[test]
    fn release_candidates_lie_where_pep_440_puts_them() {
        let covers = |id: &str, release: &str| {
            let scenario = crate::all().into_iter().find(|scenario| scenario.id == id);
            scenario.unwrap().promised.unwrap().covers(&release.parse().unwrap())
        };
        assert!(covers("sync/healthy", "3.2.0rc2"));
        assert!(covers("sync/healthy", "3.2.5"));
        assert!(!covers("sync/healthy", "3.2.6rc1"));
        assert!(!covers("sync/no-failure-wording-on-a-terminal", "3.2.7"));
        assert!(covers("sync/opted-in-healthy", "4.0.0rc7"));
        assert!(!covers("contract-drift/caught", "3.2.0a10"));
        assert!(covers("contract-drift/caught", "3.2.0rc2"));
        assert!(!covers("lifecycle/smoke-coordination", "3.2.0rc40"));
        assert!(covers("lifecycle/smoke-coordination", "3.2.0"));
        assert!(!covers("mission-status/coordination-directory-gone", "3.2.0rc40"));
    }
}
