//! A command that was asked for JSON refuses in JSON.

use std::path::Path;

use fixtures::{MissionId, MissionSlug, Recipe, Script, World};
use support::check::{Judgement, none_of};
use support::process::Exit;

use super::refusal::Refusal;
use super::status_command::StatusCommand;
use crate::context::{Abort, Mission, Step, TestContext};
use crate::contract::one_document;
use crate::control::{FOLLOWS, prove_that_status_follows};
use crate::scenario::{CheckSpec, Scenario};

const UNKNOWN_MISSION_IS_REFUSED: CheckSpec = CheckSpec::new(
    "unknown-mission-is-refused",
    "execution-state/refusals-are-json",
    "no command finds a mission that there is not",
);
const UNKNOWN_MISSION_IN_JSON: CheckSpec = CheckSpec::new(
    "unknown-mission-in-json",
    "execution-state/refusals-are-json",
    "each refusal is one document with an error",
);
const UNKNOWN_MISSION_HAS_A_CODE: CheckSpec = CheckSpec::new(
    "unknown-mission-has-a-code",
    "execution-state/refusals-are-json",
    "each refusal has a code",
);
const NO_PROJECT_IS_REFUSED: CheckSpec = CheckSpec::new(
    "no-project-is-refused",
    "DW15",
    "no command finds a mission in a folder that is no project",
);
const NO_PROJECT_IN_JSON: CheckSpec =
    CheckSpec::new("no-project-in-json", "DW15", "each refusal is one document with an error");
const NO_PROJECT_HAS_A_CODE: CheckSpec =
    CheckSpec::new("no-project-has-a-code", "DW15", "each refusal has a code");
const LANE_WORKTREE_IN_JSON: CheckSpec = CheckSpec::new(
    "lane-worktree-in-json",
    "DW12",
    "in a lane's worktree each answer, or refusal, is one document",
);
const LANE_WORKTREE_HAS_A_CODE: CheckSpec = CheckSpec::new(
    "lane-worktree-has-a-code",
    "DW12",
    "in a lane's worktree each refusal has a code",
);

pub const SCENARIO: Scenario = Scenario {
    id: "mission-status/refusals-are-json",
    promise: "a status command that was asked for JSON refuses with one document that has an error and a code",
    requirements: &["execution-state/refusals-are-json"],
    issues: &[1619],
    checks: &[
        FOLLOWS,
        UNKNOWN_MISSION_IS_REFUSED,
        UNKNOWN_MISSION_IN_JSON,
        UNKNOWN_MISSION_HAS_A_CODE,
        NO_PROJECT_IS_REFUSED,
        NO_PROJECT_IN_JSON,
        NO_PROJECT_HAS_A_CODE,
        LANE_WORKTREE_IN_JSON,
        LANE_WORKTREE_HAS_A_CODE,
    ],
    run,
    ..Scenario::DEFAULT
};

fn run(context: &mut TestContext<'_>) -> Result<(), Abort> {
    prove_that_status_follows(context)?;
    let nobody = fixtures::Mission {
        slug: MissionSlug::new("nobody-knows-it"),
        id: MissionId::new(""),
        target: "work".to_owned(),
    };
    let mission = context.mission(&Recipe::mark_status())?.named(&nobody);
    let answers = ask_all(context, &mission, &StatusCommand::ALL)?;
    context.check(UNKNOWN_MISSION_IS_REFUSED, judge_refusals(&answers));
    context.check(UNKNOWN_MISSION_IN_JSON, in_json(&answers));
    context.check(UNKNOWN_MISSION_HAS_A_CODE, coded(&answers));

    let bare = Script::new().init("work").write("README.md", "# Not a project\n").commit("Begin");
    let mission = context.world(World::new("no project", bare), &nobody)?;
    let answers = ask_all(context, &mission, &StatusCommand::READS)?;
    context.check(NO_PROJECT_IS_REFUSED, judge_refusals(&answers));
    context.check(NO_PROJECT_IN_JSON, in_json(&answers));
    context.check(NO_PROJECT_HAS_A_CODE, coded(&answers));

    let recipe = Recipe::mark_status().with_lane_worktree();
    let worktree = recipe.mission().lane_worktree(&recipe.lane());
    let mission = context.mission(&recipe)?;
    let mission = mission.from(Path::new(fixtures::REPO).join(worktree));
    let answers = ask_all(context, &mission, &[StatusCommand::Status, StatusCommand::Next])?;
    context.check(LANE_WORKTREE_IN_JSON, in_json(&answers));
    context.check(LANE_WORKTREE_HAS_A_CODE, coded(&answers));
    Ok(())
}

type Answers = Vec<(StatusCommand, Step)>;

fn ask_all(
    context: &mut TestContext<'_>,
    mission: &Mission,
    questions: &[StatusCommand],
) -> Result<Answers, Abort> {
    questions.iter().map(|question| Ok((*question, question.ask(context, mission)?))).collect()
}

fn judge_refusals(answers: &Answers) -> Judgement {
    each(answers, "a non-zero exit code", |step| {
        (step.exit() == Exit::Code(0)).then(|| "exit=0".to_owned())
    })
}

fn in_json(answers: &Answers) -> Judgement {
    each(answers, "one JSON document, with an error", |step| match step.try_document() {
        Err(fault) => Some(fault.to_string()),
        Ok(_) if step.exit() == Exit::Code(0) => None,
        Ok(document) => Refusal::read(&document).error.is_none().then(|| "no-error".to_owned()),
    })
}

fn coded(answers: &Answers) -> Judgement {
    each(answers, "a code in each refusal", |step| {
        // On whichever stream: where it must be is for the other check.
        let document = step
            .try_document()
            .or_else(|_| one_document(step.stderr_text().as_bytes()))
            .unwrap_or_default();
        let has_code = Refusal::read(&document).code.is_some();
        (step.exit() != Exit::Code(0) && !has_code).then(|| "no-code".to_owned())
    })
}

/// Judges all answers; the first fault is the signature.
fn each(answers: &Answers, expected: &str, fault: impl Fn(&Step) -> Option<String>) -> Judgement {
    let faults: Vec<String> = answers
        .iter()
        .filter_map(|(question, step)| {
            let fault = fault(step)?;
            Some(format!("{}: {fault}\n{}", question.name(), step.quote()))
        })
        .collect();
    none_of(expected, &faults, |first| first.lines().next().unwrap_or_default().to_owned())
}
