//! A merge into `main` either succeeds or moves nothing.

use fixtures::{Change, Kind, Recipe, Snapshot};
use support::check::Judgement;
use support::process::Exit;

use super::{merge, merges_or_refuses, none_moved};
use crate::control::{MERGES, prove_that_it_merges};
use crate::expect::no_traceback;
use crate::scenario::{CheckSpec, Scenario};
use crate::stage::{Halt, Stage, Step};

pub const SCENARIO: Scenario = Scenario {
    id: "merge/refuses-before-it-moves",
    promise: "with target main in legacy topology, a merge that fails has moved nothing",
    requirements: &["FR-018"],
    issues: &[976],
    checks: &[
        CheckSpec::new("a-failed-merge-moved-nothing", "DM2", "it succeeds, or all is as before"),
        CheckSpec::new("no-traceback", "DM2", "neither stream shows a traceback"),
        MERGES,
    ],
    run,
    ..Scenario::DEFAULT
};

fn run(stage: &mut Stage<'_>) -> Result<(), Halt> {
    prove_that_it_merges(stage)?;
    let mission = stage.mission(&Recipe::merge_ready().target("main"))?;
    let before = stage.snapshot(&mission)?;
    let step = merge(stage, &mission)?;
    let after = stage.snapshot(&mission)?;
    let refusal = merges_or_refuses(&mission)?(&step);
    step.check("a-failed-merge-moved-nothing", |step| judge(step, refusal, &before, &after));
    step.check("no-traceback", no_traceback());
    Ok(())
}

/// `effect` is whether a success has an effect, and a refusal a reason.
fn judge(step: &Step, effect: Judgement, before: &Snapshot, after: &Snapshot) -> Judgement {
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
