//! What was observed of real releases: `observed/RELEASE.toml`, each written whole from a recorded run by
//! `kitty-gate observe RUN`. Where checks were seen to fail, how long scenarios take, and the tables of
//! `docs/findings.md` come from here.

mod findings;
mod write;

use std::cmp::Reverse;
use std::collections::BTreeMap;

use scenarios::Scenario;
use serde::{Deserialize, Serialize};
use support::product::Release;

use crate::verdict::Verdict;

pub use findings::refreshed;
pub use write::NotObserved;

/// Where they lie in the repository.
pub const FOLDER: &str = "observed";

/// What is generated from them in part.
pub const FINDINGS: &str = "docs/findings.md";

/// What was observed of one release.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Observed {
    /// The release.
    pub release: Release,
    /// Of what it was observed: the run, and the kitty-gate that made it.
    pub from: String,
    /// Every scenario that was run, by id.
    pub scenario: BTreeMap<String, ObservedScenario>,
}

/// What was observed of a scenario.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ObservedScenario {
    /// Its verdict.
    pub verdict: Verdict,
    /// How long it took, in milliseconds; the median, where it was run more than once.
    pub duration_ms: Option<u64>,
    /// The checks that held.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub passed: Vec<String>,
    /// The checks that failed, each with its signature.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub failed: BTreeMap<String, String>,
}

/// What is committed. A test holds that no file is left out.
const FILES: [&str; 6] = [
    include_str!("../../../observed/3.2.0a10.toml"),
    include_str!("../../../observed/3.2.0rc1.toml"),
    include_str!("../../../observed/3.2.0rc2.toml"),
    include_str!("../../../observed/3.2.0.toml"),
    include_str!("../../../observed/3.2.7.toml"),
    include_str!("../../../observed/4.0.0rc7.toml"),
];

/// Every observed release, the oldest first.
#[derive(Debug, Clone)]
pub struct Observations(Vec<Observed>);

impl Observations {
    /// What is committed. The error names what cannot be read.
    pub fn committed() -> Result<Self, String> {
        Self::parse(FILES)
    }

    /// What these files say.
    pub fn parse<'a>(texts: impl IntoIterator<Item = &'a str>) -> Result<Self, String> {
        let parse = |text: &str| {
            let first = text.lines().find(|line| line.starts_with("release"));
            toml::from_str(text)
                .map_err(|error| format!("observed, {}: {error}", first.unwrap_or_default()))
        };
        let mut all: Vec<Observed> = texts.into_iter().map(parse).collect::<Result<_, _>>()?;
        all.sort_by(|one, other| one.release.cmp(&other.release));
        Ok(Self(all))
    }

    /// The releases on which a check was seen to fail.
    pub fn seen_on(&self, scenario: &str, check: &str) -> Vec<String> {
        let failed = |known: &&Observed| {
            known.scenario.get(scenario).is_some_and(|known| known.failed.contains_key(check))
        };
        self.0.iter().filter(failed).map(|known| known.release.to_string()).collect()
    }

    /// How long a scenario takes, in milliseconds: as on the latest release on which it was timed. One that never was
    /// is guessed by what it has to judge.
    pub fn expected_ms(&self, scenario: &Scenario) -> u64 {
        let mut latest_first = self.0.iter().rev();
        latest_first
            .find_map(|known| known.scenario.get(scenario.id)?.duration_ms)
            .unwrap_or(1_000 * scenario.checks.len() as u64)
    }

    /// Sorts the longest first.
    pub fn longest_first(&self, plan: &mut [&'static Scenario]) {
        plan.sort_by_cached_key(|scenario| (Reverse(self.expected_ms(scenario)), scenario.id));
    }

    /// What was observed of a scenario on a release.
    fn of(&self, release: &str, scenario: &str) -> Option<&ObservedScenario> {
        let known = self.0.iter().find(|known| known.release.to_string() == release);
        known?.scenario.get(scenario)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_is_there_and_speaks_of_checks_that_there_are() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../observed");
        assert_eq!(fs_err::read_dir(folder).unwrap().count(), FILES.len());
        for known in Observations::committed().unwrap().0 {
            let file = format!("{folder}/{}.toml", known.release);
            assert_eq!(fs_err::read_to_string(&file).unwrap(), known.to_toml().unwrap(), "{file}");
            for (id, observed) in &known.scenario {
                let scenario = scenarios::all().into_iter().find(|scenario| scenario.id == id);
                let scenario = scenario.unwrap_or_else(|| panic!("{file}: there is no {id}"));
                for check in observed.failed.keys().chain(&observed.passed) {
                    let is_there = scenario.declared_checks().any(|known| known.id == check);
                    assert!(is_there, "{file}: {id} has no check {check}");
                }
                assert!(observed.failed.values().all(|signature| !signature.is_empty()), "{id}");
                let is_as_its_checks = match observed.verdict {
                    Verdict::Pass | Verdict::Skip => observed.failed.is_empty(),
                    Verdict::Fail => !observed.failed.is_empty(),
                    Verdict::Flaky | Verdict::Error => true,
                };
                assert!(is_as_its_checks, "{file}: {id}");
            }
        }
    }

    #[test]
    fn releases_come_in_their_order_and_the_latest_time_counts() {
        let file = |release: &str, duration: u64| {
            format!(
                "release = \"{release}\"\nfrom = \"a run\"\n[scenario.\"merge/remediation-works\"]\nverdict = \"fail\"\n\
                 duration_ms = {duration}\nfailed.check = \"exit=1\"\n"
            )
        };
        let (late, early) = (file("3.2.0", 7), file("3.2.0rc2", 5));
        let known = Observations::parse([late.as_str(), early.as_str()]).unwrap();
        let mut plan = scenarios::all();
        let timed = plan.iter().find(|scenario| scenario.id == "merge/remediation-works").unwrap();
        assert_eq!(known.seen_on(timed.id, "check"), ["3.2.0rc2", "3.2.0"]);
        assert_eq!(known.seen_on(timed.id, "other"), Vec::<String>::new());
        assert_eq!(known.expected_ms(timed), 7);
        known.longest_first(&mut plan);
        let lasts: Vec<u64> = plan.iter().map(|scenario| known.expected_ms(scenario)).collect();
        assert!(lasts.is_sorted_by(|one, next| one >= next) && lasts.ends_with(&[7]), "{lasts:?}");
        let told = Observations::parse(["release = \"3.2.0\"\nfrom = 5\n"]).unwrap_err();
        assert!(told.starts_with("observed, release = \"3.2.0\": "), "{told}");
    }
}
