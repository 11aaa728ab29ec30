//! Wherever in a project a person stands, the mission stands at the same place.

use std::path::{Path, PathBuf};

use fixtures::adapter::Topology;
use support::check::{Judgement, none_of};
use support::process::Exit;

use super::lanes::difference;
use super::status_command::StatusCommand;
use crate::context::{Abort, Mission, Step, TestContext};
use crate::scenario::{CheckSpec, Scenario};
use crate::walkthrough::{Checkpoint, Walkthrough, worktree_of};

const ANSWERS_IN_THE_CHECKOUT: CheckSpec = CheckSpec::new(
    "answers-in-the-checkout",
    "execution-state/same-context-everywhere",
    "the control: in the main checkout every command answers",
);
const TASKS_STATUS_AGREES: CheckSpec = CheckSpec::new(
    "tasks-status-agrees",
    "execution-state/same-context-everywhere",
    "`agent tasks status` says the same from everywhere",
);
const LIFECYCLE_AGREES: CheckSpec = CheckSpec::new(
    "lifecycle-agrees",
    "execution-state/same-context-everywhere",
    "`agent status lifecycle` says the same from everywhere",
);
const NEXT_AGREES: CheckSpec = CheckSpec::new(
    "next-agrees",
    "execution-state/same-context-everywhere",
    "`next` says the same from everywhere, or where it wants to be run",
);

pub const SCENARIO: Scenario = Scenario {
    id: "mission-status/same-from-every-directory",
    promise: "from a lane's worktree and from a subfolder a read command says what it says in the main checkout, or where it wants to be run",
    requirements: &["execution-state/same-context-everywhere", "execution-state/active-wp-status"],
    issues: &[1619],
    checks: &[ANSWERS_IN_THE_CHECKOUT, TASKS_STATUS_AGREES, LIFECYCLE_AGREES, NEXT_AGREES],
    run,
    ..Scenario::DEFAULT
};

fn run(context: &mut TestContext<'_>) -> Result<(), Abort> {
    let walkthrough = Walkthrough::pair(Topology::Flat);
    let mission = walkthrough.until(context, Checkpoint::Begun)?;
    let mut here = Vec::new();
    for question in StatusCommand::READS {
        here.push((question, question.ask(context, &mission)?));
    }
    context.require(ANSWERS_IN_THE_CHECKOUT, all_answer(&here))?;
    let places = places(&walkthrough, &mission)?;
    for (question, here) in &here {
        let mut faults = Vec::new();
        for (name, place) in &places {
            let there = question.ask(context, &mission.from(place))?;
            faults.extend(disagreement(&mission, here, &there).map(|how| format!("{name}: {how}")));
        }
        let signature = |first: &String| first.lines().next().unwrap_or_default().to_owned();
        context.check(agrees(*question), none_of("the same from everywhere", &faults, signature));
    }
    Ok(())
}

/// `READS` holds no other.
fn agrees(question: StatusCommand) -> CheckSpec {
    match question {
        StatusCommand::Lifecycle => LIFECYCLE_AGREES,
        StatusCommand::Next => NEXT_AGREES,
        _ => TASKS_STATUS_AGREES,
    }
}

/// Where else one may stand, relative to the world's root.
fn places(
    walkthrough: &Walkthrough,
    mission: &Mission,
) -> Result<Vec<(&'static str, PathBuf)>, Abort> {
    let repo = Path::new(fixtures::REPO);
    let first = walkthrough.blueprint.packages().first();
    let worktree = match first {
        Some(package) => worktree_of(mission, package)?,
        None => PathBuf::new(),
    };
    if worktree.as_os_str().is_empty() {
        return Err(Abort::not_exercised(
            None,
            "the lane of the first work package has no worktree",
            "find out where this release has a work package worked on",
        ));
    }
    let folder = repo.join("kitty-specs").join(&mission.slug);
    Ok(vec![("subfolder", folder), ("lane-worktree", repo.join(worktree))])
}

fn all_answer(steps: &[(StatusCommand, Step)]) -> Judgement {
    let silent: Vec<String> = steps
        .iter()
        .filter(|(_, step)| step.exit() != Exit::Code(0) || step.try_document().is_err())
        .map(|(question, step)| format!("{}-does-not\n{}", question.name(), step.quote()))
        .collect();
    none_of("every command answers in JSON", &silent, |first| {
        first.lines().next().unwrap_or_default().to_owned()
    })
}

/// How an answer differs from the one of the main checkout: the signature, then what was said.
fn disagreement(mission: &Mission, here: &Step, there: &Step) -> Option<String> {
    let how = match there.exit() {
        Exit::Code(0) => match (here.try_document(), there.try_document()) {
            (Ok(here), Ok(there)) => format!("differs at {}", difference(&here, &there)?),
            (_, Err(fault)) | (Err(fault), _) => fault.to_string(),
        },
        _ if guides(mission, there) => return None,
        exit => exit.to_string().replace(' ', "="),
    };
    Some(format!("{how}\n{}", there.quote()))
}

/// A refusal that says where the command wants to be run.
fn guides(mission: &Mission, step: &Step) -> bool {
    let said = step.stdout_text() + "\n" + &step.stderr_text();
    let words: Vec<&str> = said.split_whitespace().collect();
    let said = words.join(" ");
    said.contains("main repository")
        || said.contains("repository root")
        || said.contains(&*mission.repo().to_string_lossy())
}
