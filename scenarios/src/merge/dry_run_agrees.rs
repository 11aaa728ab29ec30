//! Dry run and real merge, each on its own copy of the same mission, agree on readiness.

use fixtures::Recipe;
use support::check::Judgement;
use support::process::Exit;

use super::{dry_run_with, is_ready, merge_with};
use crate::context::{Abort, Mission, Step, TestContext};
use crate::control::work_arrived;
use crate::scenario::{CheckSpec, Scenario};

const READY: CheckSpec = CheckSpec::new("ready", "FR-018", "all is well");
const MISSING_BRANCH: CheckSpec =
    CheckSpec::new("missing-branch", "FR-016", "the mission branch is missing");
const REJECTED_REVIEW: CheckSpec =
    CheckSpec::new("rejected-review", "FR-018", "the review asked for changes");
const MISSING_BRANCH_AND_REJECTED_REVIEW: CheckSpec = CheckSpec::new(
    "missing-branch-and-rejected-review",
    "FR-018",
    "the branch is missing and the review asked for changes",
);
const MISSING_BRANCH_AND_DIVERGED_TARGET: CheckSpec = CheckSpec::new(
    "missing-branch-and-diverged-target",
    "FR-018",
    "the branch is missing and the target has diverged from its origin",
);
const MISSING_BRANCH_AND_DIRTY_CHECKOUTS: CheckSpec = CheckSpec::new(
    "missing-branch-and-dirty-checkouts",
    "FR-018",
    "the branch is missing and there are uncommitted edits",
);
const DIRTY_TRACKED_FILE: CheckSpec =
    CheckSpec::new("dirty-tracked-file", "DM8", "a tracked file is edited in the primary checkout");
const LANE_BRANCH_MISSING: CheckSpec =
    CheckSpec::new("lane-branch-missing", "FR-018", "the lane's branch is missing");
const DIVERGED_TARGET_AND_PUSH: CheckSpec = CheckSpec::new(
    "diverged-target-and-push",
    "FR-018",
    "the target has diverged, and the merge is to push",
);
const PLANNING_ONLY_MISSING_BRANCH: CheckSpec = CheckSpec::new(
    "planning-only-missing-branch",
    "FR-018",
    "a mission without code lanes has no mission branch",
);
const TARGET_MAIN: CheckSpec =
    CheckSpec::new("target-main", "DM2", "the target is main, in legacy topology");

pub const SCENARIO: Scenario = Scenario {
    id: "merge/dry-run-agrees-with-merge",
    promise: "whatever the state of a mission, the dry run is ready exactly when the merge succeeds",
    requirements: &["FR-016", "FR-018"],
    issues: &[976],
    checks: &[
        READY,
        MISSING_BRANCH,
        REJECTED_REVIEW,
        MISSING_BRANCH_AND_REJECTED_REVIEW,
        MISSING_BRANCH_AND_DIVERGED_TARGET,
        MISSING_BRANCH_AND_DIRTY_CHECKOUTS,
        DIRTY_TRACKED_FILE,
        LANE_BRANCH_MISSING,
        DIVERGED_TARGET_AND_PUSH,
        PLANNING_ONLY_MISSING_BRANCH,
        TARGET_MAIN,
    ],
    run,
    ..Scenario::DEFAULT
};

/// A state of a mission, and its check.
struct State {
    check: CheckSpec,
    recipe: Recipe,
    push: bool,
}

fn run(context: &mut TestContext<'_>) -> Result<(), Abort> {
    for state in states() {
        let more: &[&str] = if state.push { &["--push"] } else { &[] };
        let foreseen = foresee(context, &state.recipe, more)?;
        let mission = context.mission(&state.recipe)?;
        let before = Before::of(&state.recipe, &mission)?;
        let real = merge_with(context, &mission, more)?;
        let effect = before.effect(&mission)?;
        let judge = if state.check == READY { ready_and_merged } else { agree };
        real.check(state.check, |real| judge(&foreseen, real, &effect));
    }
    Ok(())
}

fn states() -> Vec<State> {
    let state = |check, recipe| State { check, recipe, push: false };
    let ready = Recipe::merge_ready;
    let missing = || Recipe::merge_ready().without_mission_branch();
    vec![
        state(READY, ready()),
        state(MISSING_BRANCH, missing()),
        state(REJECTED_REVIEW, ready().with_rejected_review()),
        state(MISSING_BRANCH_AND_REJECTED_REVIEW, missing().with_rejected_review()),
        state(MISSING_BRANCH_AND_DIVERGED_TARGET, missing().target_diverged()),
        state(
            MISSING_BRANCH_AND_DIRTY_CHECKOUTS,
            missing().with_dirty_tracked_file().with_dirty_lane_worktree(),
        ),
        state(DIRTY_TRACKED_FILE, ready().with_dirty_tracked_file()),
        state(LANE_BRANCH_MISSING, ready().without_lane_branch()),
        State { push: true, ..state(DIVERGED_TARGET_AND_PUSH, ready().target_diverged()) },
        state(PLANNING_ONLY_MISSING_BRANCH, missing().planning_only()),
        state(TARGET_MAIN, ready().target("main")),
    ]
}

/// What a dry run foretells.
struct Prediction {
    ready: bool,
    quote: String,
}

fn foresee(
    context: &mut TestContext<'_>,
    recipe: &Recipe,
    more: &[&str],
) -> Result<Prediction, Abort> {
    let mission = context.mission(recipe)?;
    let step = dry_run_with(context, &mission, &[&["--json"], more].concat())?;
    Ok(Prediction { ready: is_ready(&step, &mission), quote: step.quote() })
}

/// What a merge begins with.
struct Before {
    target: Option<String>,
    /// Whether there is work on a lane's branch.
    has_work: bool,
}

impl Before {
    fn of(recipe: &Recipe, mission: &Mission) -> Result<Self, Abort> {
        let lane = recipe.mission().lane_branch(&recipe.lane());
        let lane = fixtures::tip(&mission.repo(), &format!("refs/heads/{lane}"))?;
        Ok(Self { target: target_of(mission)?, has_work: lane.is_some() })
    }

    /// What a merge that says that it succeeded must have done: the target has moved, and has the work.
    fn effect(&self, mission: &Mission) -> Result<Judgement, Abort> {
        let expected = format!("{} has moved", mission.target);
        let after = target_of(mission)?;
        if after == self.target {
            return Ok(Judgement::fail("merged-nothing", expected, "it is where it was"));
        }
        if self.has_work {
            return work_arrived(&mission.repo(), &mission.target);
        }
        Ok(Judgement::pass(expected, after.unwrap_or_default()))
    }
}

fn target_of(mission: &Mission) -> Result<Option<String>, Abort> {
    Ok(fixtures::tip(&mission.repo(), &format!("refs/heads/{}", mission.target))?)
}

/// Where all is well, agreeing that nothing works is not enough.
fn ready_and_merged(foreseen: &Prediction, real: &Step, effect: &Judgement) -> Judgement {
    let judgement = agree(foreseen, real, effect);
    if judgement.held() && !foreseen.ready {
        let expected = "ready, and merged";
        return Judgement::fail("nothing-merges", expected, real.quote());
    }
    judgement
}

/// `effect` is what the merge did; it counts where the merge says that it succeeded.
fn agree(foreseen: &Prediction, real: &Step, effect: &Judgement) -> Judgement {
    let merged = real.exit() == Exit::Code(0);
    if merged && !effect.held() {
        return effect.clone();
    }
    let expected = "a merge that succeeds exactly when the dry run is ready";
    if foreseen.ready == merged {
        let both = if merged { "ready, and merged" } else { "blocked, and refused" };
        return Judgement::pass(expected, both);
    }
    let signature =
        if foreseen.ready { "ready-but-merge-fails" } else { "blocked-but-merge-succeeds" };
    let observed = format!("dry run: {}\n\nmerge: {}", foreseen.quote, real.quote());
    Judgement::fail(signature, expected, observed)
}
