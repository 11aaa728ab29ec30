//! A merge into `main` either succeeds or moves nothing.

use fixtures::{Change, Kind, Recipe, Snapshot};
use support::check::Judgement;
use support::process::Exit;

use super::{merge, merges_or_refuses, none_moved};
use crate::context::{Abort, Step, TestContext};
use crate::control::{MERGES, prove_that_it_merges};
use crate::expect::no_traceback;
use crate::scenario::{CheckSpec, Scenario};

const A_FAILED_MERGE_MOVED_NOTHING: CheckSpec =
    CheckSpec::new("a-failed-merge-moved-nothing", "DM2", "it succeeds, or all is as before");
const NO_TRACEBACK: CheckSpec =
    CheckSpec::new("no-traceback", "DM2", "neither stream shows a traceback");

pub const SCENARIO: Scenario = Scenario {
    id: "merge/refuses-before-it-moves",
    promise: "with target main in legacy topology, a merge that fails has moved nothing",
    requirements: &["FR-018"],
    issues: &[976],
    checks: &[A_FAILED_MERGE_MOVED_NOTHING, NO_TRACEBACK, MERGES],
    run,
    ..Scenario::DEFAULT
};

fn run(context: &mut TestContext<'_>) -> Result<(), Abort> {
    prove_that_it_merges(context)?;
    let mission = context.mission(&Recipe::merge_ready().target("main"))?;
    let before = context.snapshot(&mission)?;
    let step = merge(context, &mission)?;
    let after = context.snapshot(&mission)?;
    let refusal = merges_or_refuses(&mission)?(&step);
    step.check(A_FAILED_MERGE_MOVED_NOTHING, |step| judge_refusal(step, refusal, &before, &after));
    step.check(NO_TRACEBACK, no_traceback());
    Ok(())
}

/// `effect` is whether a success has an effect, and a refusal a reason.
fn judge_refusal(step: &Step, effect: Judgement, before: &Snapshot, after: &Snapshot) -> Judgement {
    if step.exit() == Exit::Code(0) {
        return effect;
    }
    let moved = what_moved(before, after);
    if moved.held() { effect } else { moved }
}

/// The notes that a merge keeps for itself (its state file, its lock files, its configuration of
/// merge drivers) are not what the promise is about: branches, index and the work tree are.
fn what_moved(before: &Snapshot, after: &Snapshot) -> Judgement {
    let mut moved = before.diff(after);
    moved.retain(|change| !is_own_note(change));
    none_moved(&moved)
}

fn is_own_note(change: &Change) -> bool {
    match change.kind {
        Kind::File => change.name.starts_with(".git/") || change.name.starts_with(".kittify/"),
        Kind::Lock => change.name.starts_with("spec-kitty-locks/"),
        Kind::Head
        | Kind::Ref
        | Kind::OriginRef
        | Kind::Worktree
        | Kind::Index
        | Kind::InProgress => false,
    }
}
