//! A command does the same from a lane's worktree as from the root.

use std::path::{Path, PathBuf};

use fixtures::adapter::{Operation, Topology};
use fixtures::{REPO, WorkPackage};
use serde_json::Value;
use support::check::{Judgement, equal};

use super::by_hand;
use super::log::Log;
use crate::context::{Abort, Mission, Step, TestContext};
use crate::expect::exit_zero;
use crate::scenario::{CheckSpec, Scenario};
use crate::walkthrough::{Checkpoint, Walkthrough, worktree_of};

const WORKS_FROM_THE_ROOT: CheckSpec = CheckSpec::new(
    "works-from-the-root",
    "STA-001",
    "the control: the hand-over succeeds from the root",
);
const HAND_OVER_EXITS_ALIKE: CheckSpec = CheckSpec::new(
    "hand-over-exits-alike",
    "DW2",
    "the hand-over from the lane's worktree exits as from the root",
);
const HAND_OVER_IS_THE_SAME_EVENT: CheckSpec = CheckSpec::new(
    "hand-over-is-the-same-event",
    "DW2",
    "the hand-over from the lane's worktree appends the same transition to the same log, but for ids and times",
);
const HAND_OVER_KEEPS_THE_LOG: CheckSpec = CheckSpec::new(
    "hand-over-keeps-the-log",
    "STA-001",
    "the hand-over from the lane's worktree leaves the log's old bytes",
);
const APPROVAL_EXITS_ZERO: CheckSpec = CheckSpec::new(
    "approval-exits-zero",
    "reliability/approval-from-a-worktree",
    "the approval from the lane's worktree succeeds",
);
const APPROVAL_IS_AN_EVENT: CheckSpec = CheckSpec::new(
    "approval-is-an-event",
    "reliability/approval-from-a-worktree",
    "the approval from the lane's worktree is one transition in the mission's log",
);

pub const SCENARIO: Scenario = Scenario {
    id: "transitions/from-lane-worktree",
    promise: "a work package is handed over and approved from its lane's worktree just as from the root",
    requirements: &[
        "execution-state/same-context-everywhere",
        "reliability/approval-from-a-worktree",
        "STA-001",
    ],
    issues: &[944, 945],
    checks: &[
        WORKS_FROM_THE_ROOT,
        HAND_OVER_EXITS_ALIKE,
        HAND_OVER_IS_THE_SAME_EVENT,
        HAND_OVER_KEEPS_THE_LOG,
        APPROVAL_EXITS_ZERO,
        APPROVAL_IS_AN_EVENT,
    ],
    run,
    ..Scenario::DEFAULT
};

fn run(context: &mut TestContext<'_>) -> Result<(), Abort> {
    let walkthrough = Walkthrough::pair(Topology::Flat);
    let package = &walkthrough.blueprint.packages()[0];

    let root = walkthrough.until(context, Checkpoint::Begun)?;
    deliver(context, &root, package)?;
    let before = Log::of(&root)?;
    let step = hand_over(context, &root)?;
    context.control(WORKS_FROM_THE_ROOT, &step, exit_zero()(&step))?;
    let wanted = moves(&Log::of(&root)?, &before);

    let mission = walkthrough.until(context, Checkpoint::Begun)?;
    let lane = deliver(context, &mission, package)?;
    let before = Log::of(&mission)?;
    let step = hand_over(context, &lane)?;
    step.check(HAND_OVER_EXITS_ALIKE, exit_zero());
    let after = Log::of(&mission)?;
    step.check(HAND_OVER_IS_THE_SAME_EVENT, |step| {
        same_moves(&wanted, &moves(&after, &before), step)
    });
    step.check(HAND_OVER_KEEPS_THE_LOG, |_| after.keeps(&before));

    approve_from_the_lane(context, &walkthrough, package)
}

fn hand_over(context: &mut TestContext<'_>, mission: &Mission) -> Result<Step, Abort> {
    context.perform(
        mission,
        &Operation::Move {
            mission: &mission.slug,
            package: "WP01",
            to: "for_review",
            note: "It works",
        },
    )
}

fn approve_from_the_lane(
    context: &mut TestContext<'_>,
    walkthrough: &Walkthrough,
    package: &WorkPackage,
) -> Result<(), Abort> {
    let mission = walkthrough.until(context, Checkpoint::HandedOver)?;
    let lane = lane_of(&mission, package)?;
    let review = Operation::Review { mission: &mission.slug, package: "WP01", agent: "reviewer" };
    let step = context.perform(&mission, &review)?;
    require(&step, "the review cannot be begun")?;
    let before = Log::of(&mission)?;
    let step = context.perform(
        &lane,
        &Operation::Move {
            mission: &mission.slug,
            package: "WP01",
            to: "approved",
            note: "It works",
        },
    )?;
    step.check(APPROVAL_EXITS_ZERO, exit_zero());
    let after = Log::of(&mission)?;
    step.check(APPROVAL_IS_AN_EVENT, |step| {
        let expected = "one transition of WP01, to approved";
        let made = moves(&after, &before);
        match made.as_slice() {
            [one] if one.contains("to_lane=\"approved\"") => Judgement::pass(expected, one),
            made => {
                let observed = format!("{}\n{}", made.join("\n"), step.quote());
                Judgement::fail(format!("events={}", made.len()), expected, observed)
            }
        }
    });
    Ok(())
}

/// Writes and commits what the work package is about, marks its tasks, and gives back the mission
/// as seen from the lane's worktree.
pub(super) fn deliver(
    context: &mut TestContext<'_>,
    mission: &Mission,
    package: &WorkPackage,
) -> Result<Mission, Abort> {
    let lane = lane_of(mission, package)?;
    let file = package.product_file();
    let folder = Path::new(&file).parent().unwrap_or(Path::new("."));
    let commands = format!(
        "mkdir -p {} && echo 'It works.' > {file} && git add {file} && git commit -q -m 'Do it'",
        folder.display()
    );
    by_hand(context, &lane, &commands)?;
    for task in &package.subtasks {
        let mark = Operation::MarkDone { mission: &mission.slug, task: task.as_str() };
        let step = context.perform(mission, &mark)?;
        require(&step, "the tasks cannot be marked")?;
    }
    Ok(lane)
}

fn lane_of(mission: &Mission, package: &WorkPackage) -> Result<Mission, Abort> {
    let worktree = worktree_of(mission, package)?;
    if worktree == PathBuf::new() {
        let why = "the lane of the work package has no worktree";
        let remedy = "look at what `agent action implement` makes";
        return Err(Abort::not_exercised(None, why, remedy));
    }
    Ok(mission.from(Path::new(REPO).join(worktree)))
}

fn require(step: &Step, why: &str) -> Result<(), Abort> {
    if exit_zero()(step).held() {
        return Ok(());
    }
    let remedy = "run the command by hand to see its whole output";
    Err(Abort::not_exercised(Some(step), why, remedy))
}

/// What a transition is about; ids, times and commits differ between two copies of a mission.
const FIELDS: [&str; 8] =
    ["wp_id", "from_lane", "to_lane", "mission_id", "actor", "force", "reason", "execution_mode"];

/// The transitions since `before`, each in one line.
fn moves(after: &Log, before: &Log) -> Vec<String> {
    let told = |event: &Value| {
        let fields = FIELDS.map(|field| format!("{field}={}", event[field]));
        fields.join(" ")
    };
    let known = before.transitions_of("WP01").len();
    let events = after.transitions_of("WP01");
    events.iter().skip(known).map(told).collect()
}

fn same_moves(wanted: &[String], made: &[String], step: &Step) -> Judgement {
    if made.len() == wanted.len() {
        return equal("event", &wanted, &made);
    }
    let signature = format!("events={} instead of {}", made.len(), wanted.len());
    let observed = format!("{}\n{}", made.join("\n"), step.quote());
    Judgement::fail(signature, wanted.join("\n"), observed)
}
