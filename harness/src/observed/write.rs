//! Writes what a recorded run observed of a release.

use std::collections::BTreeMap;

use scenarios::Scenario;
use support::check::Outcome;
use support::product::Release;

use super::{FOLDER, Observed, ObservedScenario};
use crate::document::{RunDocument, ScenarioDocument};
use crate::record::Ended;

/// Why a run says too little of a release to stand for it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotObserved {
    /// It was no published release.
    #[error("the run is of `{0}`, not of a published release")]
    NotARelease(String),
    /// It was killed or stopped.
    #[error("the run did not come to its end")]
    Interrupted,
    /// Not all was run that the release promised.
    #[error("the run has no `{0}`, which the release promised")]
    Partial(String),
}

const HEAD: &str =
    "# What was observed of a release: written whole by `kitty-gate observe RUN`.\n\n";

impl Observed {
    /// What a run observed; `commit` is that of the kitty-gate that made it, where somebody knows it.
    pub fn of(run: &RunDocument, commit: Option<&str>) -> Result<Self, NotObserved> {
        let not_a_release = || NotObserved::NotARelease(run.product.spec.clone());
        let release: Release = run.product.spec.parse().map_err(|_| not_a_release())?;
        if run.product.subject.is_some() {
            return Err(not_a_release());
        }
        if run.ended != Ended::Completed {
            return Err(NotObserved::Interrupted);
        }
        let is_lacking = |scenario: &&Scenario| {
            scenario.promised.is_none_or(|range| range.covers(&release))
                && run.scenario(scenario.id).is_none()
        };
        if let Some(lacking) = scenarios::all().into_iter().find(is_lacking) {
            return Err(NotObserved::Partial(lacking.id.to_owned()));
        }
        let commit = commit.map_or_else(String::new, |commit| format!(" ({commit})"));
        let scenarios = run.scenarios.iter();
        Ok(Self {
            release,
            from: format!(
                "run {} by kitty-gate {}{commit}, each scenario {} times",
                run.run_id, run.kitty_gate, run.repeat
            ),
            scenario: scenarios
                .map(|scenario| (scenario.id.clone(), ObservedScenario::of(scenario)))
                .collect(),
        })
    }

    /// Its file, in the root of the repository.
    pub fn file(&self) -> String {
        format!("{FOLDER}/{}.toml", self.release)
    }

    /// As the file has it, a line a failed check.
    pub fn to_toml(&self) -> Result<String, toml::ser::Error> {
        Ok(HEAD.to_owned() + &toml::to_string(self)?)
    }
}

impl ObservedScenario {
    fn of(scenario: &ScenarioDocument) -> Self {
        let mut durations: Vec<u64> =
            scenario.attempts.iter().filter_map(|attempt| attempt.duration_ms).collect();
        durations.sort_unstable();
        let passed = scenario.checks.iter().filter(|check| check.outcome == Outcome::Pass);
        let mut passed: Vec<String> = passed.map(|check| check.id.clone()).collect();
        passed.sort();
        passed.dedup();
        let failed: BTreeMap<String, String> = scenario
            .failures()
            .map(|check| (check.id.clone(), check.signature.clone().unwrap_or_default()))
            .collect();
        passed.retain(|check| !failed.contains_key(check));
        Self {
            verdict: scenario.verdict,
            duration_ms: durations.get(durations.len() / 2).copied(),
            passed,
            failed,
        }
    }
}
