//! What the product under test makes of an event log: its own `status.json`.
//!
//! A release keeps a sum of the log beside it, and calls another's a drift. So it is asked once for each log,
//! by the command that it has for that. One that has none, or does not answer, gets the sum that fixtures
//! have by themselves.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use fixtures::{REPO, Recipe};
use serde_json::Value;
use support::network::NetworkIsolation;
use support::process::Exit;
use support::sandbox::SandboxRoot;

use super::help_index::keep;
use super::{Abort, ContextConfig, TestContext};

/// What makes a release sum up a log anew.
const MATERIALIZE: [&str; 3] = ["agent", "status", "materialize"];

/// The sums that a product makes, by the identity of the world that it was asked in.
#[derive(Debug, Default)]
pub struct Summaries {
    known: Mutex<BTreeMap<String, Option<String>>>,
    /// Where the sums of an installed product are kept: they change only with it.
    file: Option<PathBuf>,
}

impl Summaries {
    /// The sums of a product that are kept in `file`. A file that cannot be read is made anew.
    pub fn kept_in(file: PathBuf) -> Self {
        let known: BTreeMap<String, String> = fs_err::read(&file)
            .ok()
            .and_then(|text| serde_json::from_slice(&text).ok())
            .unwrap_or_default();
        let known = known.into_iter().map(|(world, sum)| (world, Some(sum)));
        Self { known: Mutex::new(known.collect()), file: Some(file) }
    }

    /// The product's sum of the log of a mission that lacks it.
    fn of(
        &self,
        config: &ContextConfig,
        network: &NetworkIsolation,
        unsummed: &Recipe,
    ) -> Result<Option<String>, Abort> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let world = unsummed.world()?.identity()?;
        if let Some(sum) = known.get(&world) {
            return Ok(sum.clone());
        }
        let sum = ask(config, network, unsummed)?;
        known.insert(world, sum.clone());
        if let Some(file) = &self.file {
            // What a bad moment kept it from is asked again in the next run.
            let sums: BTreeMap<_, _> = known.iter().filter(|(_, sum)| sum.is_some()).collect();
            keep(file, &sums)?;
        }
        Ok(sum)
    }
}

impl TestContext<'_> {
    /// The recipe with what this release itself keeps beside such a log.
    pub(super) fn in_its_hand(&mut self, recipe: &Recipe) -> Result<Recipe, Abort> {
        let Some(unsummed) = recipe.unsummed() else {
            return Ok(recipe.clone());
        };
        if !self.offers(&MATERIALIZE, "--mission")? {
            return Ok(recipe.clone());
        }
        let summaries = Arc::clone(&self.config.summaries);
        let sum = summaries.of(self.config, self.network, &unsummed);
        for attempt in self.network.take_attempts() {
            self.standing.note_attempt(&MATERIALIZE.join(" "), &attempt.target);
        }
        Ok(match sum? {
            Some(sum) => recipe.clone().summed_up(sum),
            None => recipe.clone(),
        })
    }
}

fn ask(
    config: &ContextConfig,
    network: &NetworkIsolation,
    unsummed: &Recipe,
) -> Result<Option<String>, Abort> {
    let mut sandbox_root = SandboxRoot::new("sum", config.home.as_deref())?;
    let sandbox = sandbox_root.sandbox()?;
    let root = sandbox.root().join("world");
    config.templates.instantiate(&unsummed.world()?, &root)?;
    let mission = unsummed.mission();
    let args = [&MATERIALIZE[..], &["--mission", mission.slug.as_str(), "--json"]].concat();
    let env = config.env_of(&sandbox, &config.bin, network);
    let finished = config.run_unrecorded(&sandbox, root.join(REPO), env, &args)?;
    let file = root.join(REPO).join(mission.dir()).join("status.json");
    if finished.exit != Exit::Code(0) {
        return Ok(None);
    }
    Ok(fs_err::read_to_string(file).ok().filter(|sum| is_sum(sum)))
}

/// What a program left there that does something else is no sum.
fn is_sum(text: &str) -> bool {
    serde_json::from_str::<Value>(text).is_ok_and(|sum| sum["work_packages"].is_object())
}

#[cfg(test)]
mod tests {
    use super::is_sum;

    #[test]
    fn only_a_sum_of_work_packages_is_taken() {
        assert!(is_sum(r#"{"work_packages": {"WP01": {}}}"#));
        for other in ["", "{}", "[]", "result: success", r#"{"work_packages": []}"#] {
            assert!(!is_sum(other), "{other}");
        }
    }
}
