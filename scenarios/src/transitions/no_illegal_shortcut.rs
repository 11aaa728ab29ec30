//! A work package goes from lane to lane in the order that the lanes have.

use fixtures::dialect::{Ask, Topology};
use support::check::Judgement;
use support::process::Exit;

use super::answer::{Part, Wanted, names};
use super::from_lane_worktree::deliver;
use super::history::{WAY, append, way_to};
use super::log::Log;
use crate::expect::exit_zero;
use crate::journey::{Journey, Milestone};
use crate::scenario::{CheckSpec, Scenario};
use crate::stage::{Halt, Mission, Stage, Step};

pub const SCENARIO: Scenario = Scenario {
    id: "transitions/no-illegal-shortcut",
    promise: "a transition that the nine lanes do not know is refused, names both lanes, and leaves the log as it was",
    requirements: &["execution-state/guarded-transitions"],
    issues: &[1619],
    checks: &[
        CheckSpec::new(
            "a-legal-move-works",
            "execution-state/guarded-transitions",
            "the control: planned to claimed succeeds",
        ),
        CheckSpec::new(
            "planned-to-in-review",
            "execution-state/guarded-transitions",
            "emit: what is not begun cannot be reviewed",
        ),
        CheckSpec::new(
            "planned-to-approved",
            "execution-state/guarded-transitions",
            "emit: what is not begun cannot be approved",
        ),
        CheckSpec::new(
            "planned-to-done",
            "execution-state/guarded-transitions",
            "emit: what is not begun cannot be done",
        ),
        CheckSpec::new(
            "move-planned-to-approved",
            "execution-state/guarded-transitions",
            "move-task: what is not begun cannot be approved",
        ),
        CheckSpec::new(
            "move-planned-to-done",
            "execution-state/guarded-transitions",
            "move-task: what is not begun cannot be done",
        ),
        CheckSpec::new(
            "in-progress-to-done",
            "execution-state/guarded-transitions",
            "emit: what is being worked on cannot be done",
        ),
        CheckSpec::new(
            "for-review-to-approved",
            "execution-state/guarded-transitions",
            "emit: what waits for a review cannot be approved before somebody reviews it",
        ),
        CheckSpec::new(
            "approved-to-claimed",
            "execution-state/guarded-transitions",
            "emit: what is approved is not claimed again without being sent back",
        ),
        CheckSpec::new(
            "done-to-planned",
            "execution-state/guarded-transitions",
            "emit: what is done stays done",
        ),
        CheckSpec::new(
            "canceled-to-planned",
            "execution-state/guarded-transitions",
            "emit: what is canceled stays canceled",
        ),
        CheckSpec::new(
            "move-planned-to-in-review",
            "execution-state/guarded-transitions",
            "move-task: on the way from planned to in_review it goes every step, or writes nothing",
        ),
        CheckSpec::new(
            "move-in-progress-to-approved",
            "DW10",
            "move-task: what is being worked on cannot be approved without a review",
        ),
    ],
    run,
    ..Scenario::DEFAULT
};

const PACKAGE: &str = "WP01";

/// Each from a mission of its own: check, command, from, to.
const SHORTCUTS: [(&str, Way, &str, &str); 10] = [
    ("planned-to-in-review", Way::Emit, "planned", "in_review"),
    ("planned-to-approved", Way::Emit, "planned", "approved"),
    ("planned-to-done", Way::Emit, "planned", "done"),
    ("move-planned-to-approved", Way::Move, "planned", "approved"),
    ("move-planned-to-done", Way::Move, "planned", "done"),
    ("in-progress-to-done", Way::Emit, "in_progress", "done"),
    ("for-review-to-approved", Way::Emit, "for_review", "approved"),
    ("approved-to-claimed", Way::Emit, "approved", "claimed"),
    ("done-to-planned", Way::Emit, "done", "planned"),
    ("canceled-to-planned", Way::Emit, "canceled", "planned"),
];

/// By which command a transition is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Emit,
    Move,
}

fn run(stage: &mut Stage<'_>) -> Result<(), Halt> {
    let journey = Journey::pair(Topology::Flat);
    let legal = journey.until(stage, Milestone::Finalised)?;
    let step = ask(stage, &legal, Way::Emit, "claimed")?;
    stage.control("a-legal-move-works", &step, exit_zero()(&step))?;

    for (check, way, from, to) in SHORTCUTS {
        let mission = journey.until(stage, Milestone::Finalised)?;
        append(stage, &mission, PACKAGE, &way_to(from))?;
        refuses(stage, &mission, check, way, (from, to))?;
    }

    let long = journey.until(stage, Milestone::Finalised)?;
    all_or_nothing(stage, &long)?;

    let begun = journey.until(stage, Milestone::Begun)?;
    deliver(stage, &begun, &journey.blueprint.packages()[0])?;
    refuses_unreviewed(stage, &begun)
}

fn ask(stage: &mut Stage<'_>, mission: &Mission, way: Way, to: &str) -> Result<Step, Halt> {
    let (slug, package) = (mission.slug.as_str(), PACKAGE);
    let ask = match way {
        Way::Emit => Ask::Emit { mission: slug, package, to, actor: "somebody" },
        Way::Move => Ask::Move { mission: slug, package, to, note: "Go on" },
    };
    stage.ask(mission, &ask)
}

fn refuses(
    stage: &mut Stage<'_>,
    mission: &Mission,
    check: &str,
    way: Way,
    (from, to): (&str, &str),
) -> Result<(), Halt> {
    let before = Log::of(mission)?;
    let step = ask(stage, mission, way, to)?;
    let after = Log::of(mission)?;
    step.check(check, |step| {
        let refused = is_refused(step, &before, &after);
        if !refused.held() {
            return refused;
        }
        // move-task has reasons of its own to refuse, before it comes to the lanes.
        let lanes = match way {
            Way::Emit => &[from, to][..],
            Way::Move => &[to],
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
    let wanted = Wanted { mission, package: PACKAGE, lanes: &[lane] };
    names(&[Part::Lane], wanted)(step)
}

/// move-task may go several steps in one call; then each must be one that the lanes know.
fn all_or_nothing(stage: &mut Stage<'_>, mission: &Mission) -> Result<(), Halt> {
    let before = Log::of(mission)?;
    let step = ask(stage, mission, Way::Move, "in_review")?;
    let after = Log::of(mission)?;
    step.check("move-planned-to-in-review", |step| {
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
fn refuses_unreviewed(stage: &mut Stage<'_>, mission: &Mission) -> Result<(), Halt> {
    let before = Log::of(mission)?;
    let step = ask(stage, mission, Way::Move, "approved")?;
    let after = Log::of(mission)?;
    step.check("move-in-progress-to-approved", |step| is_refused(step, &before, &after));
    Ok(())
}

fn is_refused(step: &Step, before: &Log, after: &Log) -> Judgement {
    let expected = "a refusal, and the log as it was";
    let added = || after.added_since(before).map_or_else(String::new, |added| added.tell());
    match step.exit() {
        Exit::Code(0) => {
            let observed = format!("{}\n{}", added(), step.quote());
            Judgement::fail("accepted", expected, observed)
        }
        Exit::Code(code) if before == after => Judgement::pass(expected, format!("exit {code}")),
        Exit::Code(_) => Judgement::fail("refused-but-logged", expected, after.tell()),
        exit => Judgement::fail(exit.to_string().replace(' ', "="), expected, step.quote()),
    }
}
