//! When the place where a mission keeps its status cannot be had, no command answers from a stale
//! one.

use std::path::Path;

use support::check::{Judgement, none_of};
use support::process::Exit;

use super::coordination::{Coordinated, keeps_history};
use super::lanes::{LIFECYCLE, PROGRESS, first_claimed, shows, tells};
use super::refusal::Refusal;
use super::status_command::StatusCommand;
use crate::context::{Abort, Step, TestContext};
use crate::promised::COORDINATION_BRANCH;
use crate::scenario::{CheckSpec, Scenario};

const IS_CLAIMED: CheckSpec = CheckSpec::new(
    "is-claimed",
    "execution-state/coordination-reads",
    "the control: while nothing is missing, a work package can be claimed",
);
const TASKS_STATUS_FAILS_CLOSED: CheckSpec = CheckSpec::new(
    "tasks-status-fails-closed",
    "execution-state/fail-closed",
    "`agent tasks status` shows the lanes as they are, or refuses and says why",
);
const LIFECYCLE_FAILS_CLOSED: CheckSpec = CheckSpec::new(
    "lifecycle-fails-closed",
    "execution-state/fail-closed",
    "`agent status lifecycle` counts the claim, or refuses and says why",
);
const NEXT_FAILS_CLOSED: CheckSpec = CheckSpec::new(
    "next-fails-closed",
    "execution-state/fail-closed",
    "`next` counts the claim, or refuses and says why",
);
const MOVE_TASK_FAILS_CLOSED: CheckSpec = CheckSpec::new(
    "move-task-fails-closed",
    "execution-state/fail-closed",
    "`agent tasks move-task` adds to the history, or refuses and says why",
);
const STATUS_EMIT_FAILS_CLOSED: CheckSpec = CheckSpec::new(
    "status-emit-fails-closed",
    "execution-state/fail-closed",
    "`agent status emit` adds to the history, or refuses and says why",
);
const REFUSALS_HAVE_A_CODE: CheckSpec = CheckSpec::new(
    "refusals-have-a-code",
    "execution-state/refusals-are-json",
    "whoever refuses does so with one document that has an error and a code",
);

/// What a mission loses.
#[derive(Debug, Clone, Copy)]
enum MissingPart {
    /// The worktree; git is told.
    Worktree,
    /// The worktree and the branch.
    Branch,
    /// The mission's folder in the worktree.
    Directory,
}

const CHECKS: &[CheckSpec] = &[
    IS_CLAIMED,
    TASKS_STATUS_FAILS_CLOSED,
    LIFECYCLE_FAILS_CLOSED,
    NEXT_FAILS_CLOSED,
    MOVE_TASK_FAILS_CLOSED,
    STATUS_EMIT_FAILS_CLOSED,
    REFUSALS_HAVE_A_CODE,
];

pub const WORKTREE: Scenario = Scenario {
    id: "mission-status/coordination-worktree-gone",
    promise: "without the coordination worktree every command shows the authoritative lanes, or refuses with a code and names what is missing",
    requirements: &["execution-state/fail-closed", "execution-state/refusals-are-json"],
    issues: &[1619],
    checks: CHECKS,
    promised: Some(COORDINATION_BRANCH),
    run: |context| run(context, MissingPart::Worktree),
    ..Scenario::DEFAULT
};

pub const BRANCH: Scenario = Scenario {
    id: "mission-status/coordination-branch-gone",
    promise: "without the coordination branch every command refuses with a code and names what is missing",
    run: |context| run(context, MissingPart::Branch),
    ..WORKTREE
};

pub const DIRECTORY: Scenario = Scenario {
    id: "mission-status/coordination-directory-gone",
    promise: "without the mission's folder in the coordination worktree every command shows the authoritative lanes, or refuses with a code and names what is missing",
    run: |context| run(context, MissingPart::Directory),
    ..WORKTREE
};

fn run(context: &mut TestContext<'_>, loss: MissingPart) -> Result<(), Abort> {
    let world = Coordinated::new(context, IS_CLAIMED)?;
    let mut bare = Vec::new();
    for question in StatusCommand::ALL {
        // Each of them meets the loss, also where the one before has mended it.
        lose(context, &world, loss)?;
        let step = question.ask(context, &world.mission)?;
        let judgement = if step.exit() == Exit::Code(0) {
            answered(&world, question, &step)?
        } else {
            bare.extend(uncoded(question, &step));
            judge_refusal(&world, &step)
        };
        step.check(fails_closed(question), |_| judgement);
    }
    let expected = "one document with an error and a code, where a command refuses";
    context.check(
        REFUSALS_HAVE_A_CODE,
        none_of(expected, &bare, |first| first.lines().next().unwrap_or_default().to_owned()),
    );
    Ok(())
}

fn fails_closed(question: StatusCommand) -> CheckSpec {
    match question {
        StatusCommand::Status => TASKS_STATUS_FAILS_CLOSED,
        StatusCommand::Lifecycle => LIFECYCLE_FAILS_CLOSED,
        StatusCommand::Next => NEXT_FAILS_CLOSED,
        StatusCommand::Move => MOVE_TASK_FAILS_CLOSED,
        StatusCommand::Emit => STATUS_EMIT_FAILS_CLOSED,
    }
}

/// Takes away what is to be missed, as a person with git and a shell would.
fn lose(
    context: &mut TestContext<'_>,
    world: &Coordinated,
    loss: MissingPart,
) -> Result<(), Abort> {
    let worktree = world.worktree()?;
    let folder = worktree.as_deref().unwrap_or(Path::new(""));
    let quoted = |path: &Path| shell_words::quote(&path.to_string_lossy()).into_owned();
    let mut lines = Vec::new();
    match (loss, &worktree) {
        (_, None) => {}
        (MissingPart::Worktree | MissingPart::Branch, Some(_)) => {
            lines.push(format!("git worktree remove --force {}", quoted(folder)));
        }
        (MissingPart::Directory, Some(_)) => {
            let inside = folder.join("kitty-specs").join(&world.mission.slug);
            lines.push(format!("rm -rf {}", quoted(&inside)));
        }
    }
    if matches!(loss, MissingPart::Branch) {
        let branch = shell_words::quote(&world.branch).into_owned();
        lines.push(format!(
            "if git rev-parse -q --verify refs/heads/{branch} >&2; then git branch -q -D {branch}; fi"
        ));
    }
    if lines.is_empty() {
        return Ok(());
    }
    let step = context.shell(&world.mission, &lines.join(" && ")).run()?;
    match step.exit() {
        Exit::Code(0) => Ok(()),
        _ => Err(Abort::Broken(format!("{loss:?} stays: {}", step.quote()))),
    }
}

/// A success must rest on the status as it is.
fn answered(world: &Coordinated, question: StatusCommand, step: &Step) -> Result<Judgement, Abort> {
    Ok(match question {
        StatusCommand::Status => shows(&first_claimed())(step),
        StatusCommand::Lifecycle => tells(LIFECYCLE)(step),
        StatusCommand::Next => tells(PROGRESS)(step),
        StatusCommand::Move | StatusCommand::Emit => keeps_history(world, step)?,
    })
}

/// A refusal says what is missing, and of which mission.
fn judge_refusal(world: &Coordinated, step: &Step) -> Judgement {
    let expected = "the lanes, or a refusal that names the mission and what is missing";
    let said = step.stdout_text() + "\n" + &step.stderr_text();
    let mentions = |word: &str| said.to_lowercase().contains(&word.to_lowercase());
    let fault = if let Some(crash) = step.traceback() {
        crash
    } else if mentions("genesis") {
        "acts-on-genesis".to_owned()
    } else if !mentions("coord") {
        "refused-for-another-reason".to_owned()
    } else if !mentions(&world.mission.slug) {
        "refused-without-the-mission".to_owned()
    } else {
        return Judgement::pass(expected, step.quote());
    };
    Judgement::fail(fault, expected, step.quote())
}

/// How a refusal is no document with an error and a code: the signature, then what was said.
fn uncoded(question: StatusCommand, step: &Step) -> Option<String> {
    let fault = match step.try_document() {
        Err(fault) => fault.to_string(),
        Ok(document) => {
            let refusal = Refusal::read(&document);
            match (refusal.error, refusal.code) {
                (Some(_), Some(_)) => return None,
                (Some(_), None) => "no-code".to_owned(),
                (None, _) => "no-error".to_owned(),
            }
        }
    };
    Some(format!("{}: {fault}\n{}", question.name(), step.quote()))
}
