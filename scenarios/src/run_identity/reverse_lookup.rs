//! From a mission's id one gets to its handle and its run, and from the run back.

use fixtures::adapter::Operation;
use support::check::Judgement;

use super::identity::MADE_ONE_RUN;
use super::kept::{begun, index, only_state, runs};
use crate::context::{Abort, Mission, Step, TestContext};
use crate::scenario::{CheckSpec, Scenario};

const RUN_LEADS_TO_THE_MISSION: CheckSpec = CheckSpec::new(
    "run-leads-to-the-mission",
    "execution-state/feature-runs-index",
    "the entry of the run names the mission's id and handle",
);
const MISSION_LEADS_TO_THE_RUN: CheckSpec = CheckSpec::new(
    "mission-leads-to-the-run",
    "execution-state/feature-runs-index",
    "one entry is of the mission's id, and it names the run",
);
const COMMANDS_AGREE: CheckSpec = CheckSpec::new(
    "commands-agree",
    "execution-state/feature-runs-index",
    "`next` finds the same run by the mission's id, and tells the handle",
);
const NO_SECOND_RUN: CheckSpec = CheckSpec::new(
    "no-second-run",
    "execution-state/feature-runs-index",
    "asking by the id begins no other run",
);

pub const SCENARIO: Scenario = Scenario {
    id: "run-identity/reverse-lookup",
    promise: "a mission's id leads to its handle and to its run, and the run leads back",
    requirements: &["execution-state/feature-runs-index"],
    issues: &[1619],
    checks: &[
        MADE_ONE_RUN,
        RUN_LEADS_TO_THE_MISSION,
        MISSION_LEADS_TO_THE_RUN,
        COMMANDS_AGREE,
        NO_SECOND_RUN,
    ],
    run,
    ..Scenario::DEFAULT
};

fn run(context: &mut TestContext<'_>) -> Result<(), Abort> {
    let mission = begun(context, MADE_ONE_RUN)?;
    let run = only_state(&mission).map_err(Abort::Broken)?.run_id;
    let index = index(&mission).map_err(Abort::Broken)?;
    let back = index.of_run(&run);
    let names = back.first().map(|(_, entry)| {
        let known = |name: &Option<String>| name.clone().unwrap_or_else(|| "nothing".to_owned());
        format!("{} {}", known(&entry.mission_id), known(&entry.mission_slug))
    });
    let expected = format!("{} {}", mission.id, mission.slug);
    context.check(
        RUN_LEADS_TO_THE_MISSION,
        match names {
            Some(names) if names == expected => Judgement::pass(expected, names),
            Some(names) => Judgement::fail("mission-not-named", expected, names),
            None => Judgement::fail("no-entry", expected, format!("{index:?}")),
        },
    );
    let expected = format!("one entry, of the run {run}");
    let found: Vec<&str> =
        index.of_mission(&mission.id).iter().map(|(_, entry)| entry.run_id.as_str()).collect();
    context.check(
        MISSION_LEADS_TO_THE_RUN,
        if found == [run.as_str()] {
            Judgement::pass(expected, run.clone())
        } else {
            Judgement::fail(format!("entries={}", found.len()), expected, found.join(", "))
        },
    );
    let step = context.perform(&mission, &Operation::Next { mission: &mission.id })?;
    step.check(COMMANDS_AGREE, finds(&mission, &run));
    let by_id = context.perform(&mission, &Operation::Advance { mission: &mission.id })?;
    by_id.check(NO_SECOND_RUN, |_| {
        let runs = runs(&mission);
        let expected = "the run that there was";
        if runs.len() == 1 {
            Judgement::pass(expected, runs.join(", "))
        } else {
            Judgement::fail(format!("runs={}", runs.len()), expected, by_id.quote())
        }
    });
    Ok(())
}

/// The answer is about this mission and this run.
fn finds<'a>(mission: &'a Mission, run: &'a str) -> impl FnOnce(&Step) -> Judgement + 'a {
    move |step| {
        let expected = format!("an answer for {} and the run {run}", mission.slug);
        let document = match step.try_document() {
            Ok(document) => document,
            Err(fault) => return Judgement::fail(fault.to_string(), expected, step.quote()),
        };
        let text = |key: &str| document.get(key).and_then(serde_json::Value::as_str);
        let signature = if text("mission_slug") != Some(mission.slug.as_str()) {
            "another-mission"
        } else if text("run_id") != Some(run) {
            "another-run"
        } else {
            return Judgement::pass(expected, "it is");
        };
        Judgement::fail(signature, expected, step.quote())
    }
}
