//! A run that an older release began goes on as if nothing had happened.

use std::path::Path;

use fixtures::Script;
use serde_json::Value;
use support::check::Judgement;

use super::identity::MADE_ONE_RUN;
use super::kept::{advance, begun, only_state, runs, state_file};
use crate::context::{Abort, Mission, TestContext};
use crate::contract::{IDENTITY, RUN_INDEX, RunSnapshot};
use crate::expect::exit_zero;
use crate::scenario::{CheckSpec, Scenario};

const ADVANCES: CheckSpec =
    CheckSpec::new("advances", "execution-state/old-state-loads", "the next step can be reported");
const THE_RUN_IS_THE_SAME: CheckSpec = CheckSpec::new(
    "the-run-is-the-same",
    "execution-state/old-state-loads",
    "no other run is begun",
);
const GOES_ON_FROM_ITS_STEP: CheckSpec = CheckSpec::new(
    "goes-on-from-its-step",
    "execution-state/old-state-loads",
    "what was done stays done, and the step that was open is done now",
);

pub const SCENARIO: Scenario = Scenario {
    id: "run-identity/old-state-still-loads",
    promise: "a run whose saved state does not name its mission goes on where it stood",
    requirements: &["execution-state/old-state-loads"],
    issues: &[1619],
    checks: &[MADE_ONE_RUN, ADVANCES, THE_RUN_IS_THE_SAME, GOES_ON_FROM_ITS_STEP],
    run,
    ..Scenario::DEFAULT
};

fn run(context: &mut TestContext<'_>) -> Result<(), Abort> {
    let mission = begun(context, MADE_ONE_RUN)?;
    let before = only_state(&mission).map_err(Abort::Broken)?;
    forget(context, &mission)?;
    let step = advance(context, &mission)?;
    step.check(ADVANCES, exit_zero());
    let after = only_state(&mission);
    context.check(THE_RUN_IS_THE_SAME, same_run(&mission, &before, &after));
    context.check(GOES_ON_FROM_ITS_STEP, goes_on(&before, &after));
    Ok(())
}

/// Writes what is kept as releases before 3.2.0 wrote it: without the names of the mission, and in
/// the index under its handle.
fn forget(context: &mut TestContext<'_>, mission: &Mission) -> Result<(), Abort> {
    let nameless = |mut kept: Value| {
        if let Some(fields) = kept.as_object_mut() {
            for name in IDENTITY {
                fields.shift_remove(name);
            }
        }
        kept
    };
    let index = match read(mission, Path::new(RUN_INDEX))? {
        Value::Object(entries) => {
            entries.into_iter().map(|(_, entry)| (mission.slug.clone(), nameless(entry))).collect()
        }
        other => other,
    };
    let mut script = Script::later().write(RUN_INDEX, index.to_string());
    if let Some(file) = state_file(mission) {
        let saved = nameless(read(mission, &file)?);
        script = script.write(&file.to_string_lossy(), saved.to_string());
    }
    context.change(mission, script)
}

fn read(mission: &Mission, file: &Path) -> Result<Value, Abort> {
    mission.made_document("next", file)
}

fn same_run(
    mission: &Mission,
    before: &RunSnapshot,
    after: &Result<RunSnapshot, String>,
) -> Judgement {
    let expected = format!("one run, {}", before.run_id);
    match after {
        Ok(after) if after.run_id == before.run_id => Judgement::pass(expected, "the same"),
        Ok(after) => Judgement::fail("another-run", expected, &after.run_id),
        Err(fault) => {
            let signature = format!("runs={}", runs(mission).len());
            Judgement::fail(signature, expected, fault)
        }
    }
}

fn goes_on(before: &RunSnapshot, after: &Result<RunSnapshot, String>) -> Judgement {
    let mut expected = before.completed_steps.clone();
    expected.extend(before.issued_step_id.clone());
    let done = after.as_ref().map(|after| after.completed_steps.clone());
    let wanted = format!("done: {}", expected.join(", "));
    match done {
        Ok(done) if done == expected => Judgement::pass(wanted, "the same"),
        Ok(done) if done == before.completed_steps => {
            Judgement::fail("stays-at-its-step", wanted, done.join(", "))
        }
        Ok(done) => Judgement::fail("other-steps-are-done", wanted, done.join(", ")),
        Err(fault) => Judgement::fail("no-state", wanted, fault.as_str()),
    }
}
