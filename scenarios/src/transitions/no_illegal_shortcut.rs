//! A work package goes from lane to lane in the order that the lanes have.

use fixtures::adapter::{Operation, Topology};
use support::check::Judgement;
use support::process::Exit;

use super::answer::{Part, RequestedTransition, names};
use super::from_lane_worktree::deliver;
use super::history::{WAY, append, way_to};
use super::log::Log;
use crate::context::{Abort, Mission, Step, TestContext};
use crate::expect::exit_zero;
use crate::scenario::{CheckSpec, Scenario};
use crate::walkthrough::{Checkpoint, Walkthrough};

const A_LEGAL_MOVE_WORKS: CheckSpec = CheckSpec::new(
    "a-legal-move-works",
    "execution-state/guarded-transitions",
    "the control: planned to claimed succeeds",
);
const PLANNED_TO_IN_REVIEW: CheckSpec = CheckSpec::new(
    "planned-to-in-review",
    "execution-state/guarded-transitions",
    "emit: what is not begun cannot be reviewed",
);
const PLANNED_TO_APPROVED: CheckSpec = CheckSpec::new(
    "planned-to-approved",
    "execution-state/guarded-transitions",
    "emit: what is not begun cannot be approved",
);
const PLANNED_TO_DONE: CheckSpec = CheckSpec::new(
    "planned-to-done",
    "execution-state/guarded-transitions",
    "emit: what is not begun cannot be done",
);
const MOVE_PLANNED_TO_APPROVED: CheckSpec = CheckSpec::new(
    "move-planned-to-approved",
    "execution-state/guarded-transitions",
    "move-task: what is not begun cannot be approved",
);
const MOVE_PLANNED_TO_DONE: CheckSpec = CheckSpec::new(
    "move-planned-to-done",
    "execution-state/guarded-transitions",
    "move-task: what is not begun cannot be done",
);
const IN_PROGRESS_TO_DONE: CheckSpec = CheckSpec::new(
    "in-progress-to-done",
    "execution-state/guarded-transitions",
    "emit: what is being worked on cannot be done",
);
const FOR_REVIEW_TO_APPROVED: CheckSpec = CheckSpec::new(
    "for-review-to-approved",
    "execution-state/guarded-transitions",
    "emit: what waits for a review cannot be approved before somebody reviews it",
);
const APPROVED_TO_CLAIMED: CheckSpec = CheckSpec::new(
    "approved-to-claimed",
    "execution-state/guarded-transitions",
    "emit: what is approved is not claimed again without being sent back",
);
const DONE_TO_PLANNED: CheckSpec = CheckSpec::new(
    "done-to-planned",
    "execution-state/guarded-transitions",
    "emit: what is done stays done",
);
const CANCELED_TO_PLANNED: CheckSpec = CheckSpec::new(
    "canceled-to-planned",
    "execution-state/guarded-transitions",
    "emit: what is canceled stays canceled",
);
const MOVE_PLANNED_TO_IN_REVIEW: CheckSpec = CheckSpec::new(
    "move-planned-to-in-review",
    "execution-state/guarded-transitions",
    "move-task: on the way from planned to in_review it goes every step, or writes nothing",
);
const MOVE_IN_PROGRESS_TO_APPROVED: CheckSpec = CheckSpec::new(
    "move-in-progress-to-approved",
    "DW10",
    "move-task: what is being worked on cannot be approved without a review",
);

pub const SCENARIO: Scenario = Scenario {
    id: "transitions/no-illegal-shortcut",
    promise: "a transition that the nine lanes do not know is refused, names both lanes, and leaves the log as it was",
    requirements: &["execution-state/guarded-transitions"],
    issues: &[1619],
    checks: &[
        A_LEGAL_MOVE_WORKS,
        PLANNED_TO_IN_REVIEW,
        PLANNED_TO_APPROVED,
        PLANNED_TO_DONE,
        MOVE_PLANNED_TO_APPROVED,
        MOVE_PLANNED_TO_DONE,
        IN_PROGRESS_TO_DONE,
        FOR_REVIEW_TO_APPROVED,
        APPROVED_TO_CLAIMED,
        DONE_TO_PLANNED,
        CANCELED_TO_PLANNED,
        MOVE_PLANNED_TO_IN_REVIEW,
        MOVE_IN_PROGRESS_TO_APPROVED,
    ],
    run,
    ..Scenario::DEFAULT
};

const PACKAGE: &str = "WP01";

/// Each from a mission of its own: check, command, from, to.
const SHORTCUTS: [(CheckSpec, TransitionCommand, &str, &str); 10] = [
    (PLANNED_TO_IN_REVIEW, TransitionCommand::Emit, "planned", "in_review"),
    (PLANNED_TO_APPROVED, TransitionCommand::Emit, "planned", "approved"),
    (PLANNED_TO_DONE, TransitionCommand::Emit, "planned", "done"),
    (MOVE_PLANNED_TO_APPROVED, TransitionCommand::Move, "planned", "approved"),
    (MOVE_PLANNED_TO_DONE, TransitionCommand::Move, "planned", "done"),
    (IN_PROGRESS_TO_DONE, TransitionCommand::Emit, "in_progress", "done"),
    (FOR_REVIEW_TO_APPROVED, TransitionCommand::Emit, "for_review", "approved"),
    (APPROVED_TO_CLAIMED, TransitionCommand::Emit, "approved", "claimed"),
    (DONE_TO_PLANNED, TransitionCommand::Emit, "done", "planned"),
    (CANCELED_TO_PLANNED, TransitionCommand::Emit, "canceled", "planned"),
];

/// By which command a transition is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum TransitionCommand {
    Emit,
    Move,
}

fn run(context: &mut TestContext<'_>) -> Result<(), Abort> {
    let walkthrough = Walkthrough::pair(Topology::Flat);
    let legal = walkthrough.until(context, Checkpoint::Finalised)?;
    let step = ask(context, &legal, TransitionCommand::Emit, "claimed")?;
    context.control(A_LEGAL_MOVE_WORKS, &step, exit_zero()(&step))?;

    for (check, way, from, to) in SHORTCUTS {
        let mission = walkthrough.until(context, Checkpoint::Finalised)?;
        append(context, &mission, PACKAGE, &way_to(from))?;
        refuses(context, &mission, check, way, (from, to))?;
    }

    let long = walkthrough.until(context, Checkpoint::Finalised)?;
    all_or_nothing(context, &long)?;

    let begun = walkthrough.until(context, Checkpoint::Begun)?;
    deliver(context, &begun, &walkthrough.blueprint.packages()[0])?;
    refuses_unreviewed(context, &begun)
}

fn ask(
    context: &mut TestContext<'_>,
    mission: &Mission,
    way: TransitionCommand,
    to: &str,
) -> Result<Step, Abort> {
    let (slug, package) = (mission.slug.as_str(), PACKAGE);
    let ask = match way {
        TransitionCommand::Emit => {
            Operation::Emit { mission: slug, package, to, actor: "somebody" }
        }
        TransitionCommand::Move => Operation::Move { mission: slug, package, to, note: "Go on" },
    };
    context.perform(mission, &ask)
}

fn refuses(
    context: &mut TestContext<'_>,
    mission: &Mission,
    check: CheckSpec,
    way: TransitionCommand,
    (from, to): (&str, &str),
) -> Result<(), Abort> {
    let before = Log::of(mission)?;
    let step = ask(context, mission, way, to)?;
    let after = Log::of(mission)?;
    step.check(check, |step| {
        let refused = is_refused(step, &before, &after);
        if !refused.held() {
            return refused;
        }
        // move-task has reasons of its own to refuse, before it comes to the lanes.
        let lanes = match way {
            TransitionCommand::Emit => &[from, to][..],
            TransitionCommand::Move => &[to],
        };
        lanes
            .iter()
            .map(|lane| names_lane(step, mission, lane))
            .find(|judgement| !judgement.held())
            .unwrap_or(refused)
    });
    Ok(())
}

fn names_lane(step: &Step, mission: &Mission, lane: &str) -> Judgement {
    let wanted = RequestedTransition { mission, package: PACKAGE, lanes: &[lane] };
    names(&[Part::Lane], wanted)(step)
}

/// move-task may go several steps in one call; then each must be one that the lanes know.
fn all_or_nothing(context: &mut TestContext<'_>, mission: &Mission) -> Result<(), Abort> {
    let before = Log::of(mission)?;
    let step = ask(context, mission, TransitionCommand::Move, "in_review")?;
    let after = Log::of(mission)?;
    step.check(MOVE_PLANNED_TO_IN_REVIEW, |step| {
        if step.exit() != Exit::Code(0) {
            return is_refused(step, &before, &after);
        }
        let expected = "a refusal that writes nothing, or every step of the way";
        let gone: Vec<String> = after
            .transitions_of(PACKAGE)
            .iter()
            .filter_map(|event| event["to_lane"].as_str().map(str::to_owned))
            .collect();
        if gone == WAY[..=4] {
            Judgement::pass(expected, gone.join(" "))
        } else {
            Judgement::fail("steps-left-out", expected, gone.join(" "))
        }
    });
    Ok(())
}

/// The machine knows this step for a work package that was reviewed; nobody did. All else is done, so
/// that it is refused for that or not at all.
fn refuses_unreviewed(context: &mut TestContext<'_>, mission: &Mission) -> Result<(), Abort> {
    let before = Log::of(mission)?;
    let step = ask(context, mission, TransitionCommand::Move, "approved")?;
    let after = Log::of(mission)?;
    step.check(MOVE_IN_PROGRESS_TO_APPROVED, |step| is_refused(step, &before, &after));
    Ok(())
}

fn is_refused(step: &Step, before: &Log, after: &Log) -> Judgement {
    let expected = "a refusal, and the log as it was";
    let added = || after.added_since(before).map_or_else(String::new, |added| added.summarize());
    match step.exit() {
        Exit::Code(0) => {
            let observed = format!("{}\n{}", added(), step.quote());
            Judgement::fail("accepted", expected, observed)
        }
        Exit::Code(code) if before == after => Judgement::pass(expected, format!("exit {code}")),
        Exit::Code(_) => Judgement::fail("refused-but-logged", expected, after.summarize()),
        exit => Judgement::fail(exit.to_string().replace(' ', "="), expected, step.quote()),
    }
}
