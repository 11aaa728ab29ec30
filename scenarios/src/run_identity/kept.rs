//! A mission that was begun, and what the product keeps of its run.

use std::path::PathBuf;

use fixtures::adapter::{Operation, Topology};
use serde::de::DeserializeOwned;
use support::check::Judgement;

use crate::context::{Abort, Mission, Step, TestContext};
use crate::contract::{RUN_INDEX, RUN_STATE, RUNS, RunIndex, RunSnapshot};
use crate::expect::exit_zero;
use crate::scenario::CheckSpec;
use crate::walkthrough::{Checkpoint, Walkthrough};

/// A mission whose first step is reported as done. `check` says that this made one run.
pub(super) fn begun(context: &mut TestContext<'_>, check: CheckSpec) -> Result<Mission, Abort> {
    // One that the product has made: a release may want a charter before the first step.
    let mission = Walkthrough::pair(Topology::Flat).until(context, Checkpoint::Created)?;
    let step = advance(context, &mission)?;
    let exited = exit_zero()(&step);
    let judgement = if exited.held() { one_run(&mission) } else { exited };
    context.require(check, judgement)?;
    Ok(mission)
}

/// Reports the current step as a success.
pub(super) fn advance(context: &mut TestContext<'_>, mission: &Mission) -> Result<Step, Abort> {
    context.perform(mission, &Operation::Advance { mission: &mission.slug })
}

/// There is one run, with its state, and it is in the index.
pub(super) fn one_run(mission: &Mission) -> Judgement {
    let expected = "one run, with its state and an entry of the index";
    let runs = runs(mission);
    let [run] = &runs[..] else {
        return Judgement::fail(format!("runs={}", runs.len()), expected, runs.join("\n"));
    };
    match (state(mission, run), index(mission)) {
        (Ok(state), Ok(index)) if index.of_run(&state.run_id).len() == 1 => {
            Judgement::pass(expected, "one")
        }
        (Ok(_), Ok(index)) => {
            Judgement::fail("run-not-in-the-index", expected, format!("{index:?}"))
        }
        (Err(fault), _) => Judgement::fail("state-unreadable", expected, fault),
        (_, Err(fault)) => Judgement::fail("index-unreadable", expected, fault),
    }
}

/// The folders of all runs, by name.
pub(super) fn runs(mission: &Mission) -> Vec<String> {
    let folder = fs_err::read_dir(mission.repo().join(RUNS));
    let entries = folder.into_iter().flatten().flatten();
    let mut names: Vec<String> =
        entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

/// The saved state of the only run.
pub(super) fn only_state(mission: &Mission) -> Result<RunSnapshot, String> {
    match &runs(mission)[..] {
        [run] => state(mission, run),
        runs => Err(format!("{} runs", runs.len())),
    }
}

/// The file of the only run's state, relative to the primary checkout.
pub(super) fn state_file(mission: &Mission) -> Option<PathBuf> {
    let run = runs(mission).pop()?;
    Some(PathBuf::from(RUNS).join(run).join(RUN_STATE))
}

fn state(mission: &Mission, run: &str) -> Result<RunSnapshot, String> {
    read(&mission.repo().join(RUNS).join(run).join(RUN_STATE))
}

/// The index of runs.
pub(super) fn index(mission: &Mission) -> Result<RunIndex, String> {
    read(&mission.repo().join(RUN_INDEX))
}

fn read<T: DeserializeOwned>(file: &std::path::Path) -> Result<T, String> {
    let text = fs_err::read(file).map_err(|error| error.to_string())?;
    serde_json::from_slice(&text).map_err(|error| error.to_string())
}
