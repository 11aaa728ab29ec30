//! A mission from nothing to the branch for its pull request, in each topology, walked live; no status
//! event is emitted by hand, and nothing is forced (#822).
//!
//! Which topology a mission gets when nobody chooses differs from release to release, and that one is
//! the gate: legacy up to 3.2.0a10, coordination from 3.2.0 on.

mod arrival;
mod own_files;
mod smoke;
mod way;

pub(crate) mod no_default_branch_name;

use crate::scenario::{CheckSpec, Scenario};

const INIT: CheckSpec =
    CheckSpec::new("init", SMOKE, "a folder becomes a project, with its charter");
const CREATE: CheckSpec = CheckSpec::new("create", SMOKE, "the mission is made");
const PLAN: CheckSpec = CheckSpec::new("plan", SMOKE, "the written plan is taken over");
const TASKS: CheckSpec =
    CheckSpec::new("tasks", SMOKE, "the work packages and the analysis are taken over");
const IMPLEMENT: CheckSpec = CheckSpec::new("implement", SMOKE, "each work package is begun");
const HAND_OVER: CheckSpec =
    CheckSpec::new("hand-over", SMOKE, "each is committed and handed over for review");
const REVIEW: CheckSpec = CheckSpec::new("review", SMOKE, "the review of each is begun");
const APPROVE: CheckSpec = CheckSpec::new("approve", SMOKE, "each is approved");
const KEEPS_ITS_OWN_FILES_OUT_OF_GIT: CheckSpec = CheckSpec::new(
    "keeps-its-own-files-out-of-git",
    "DW3",
    "nothing that the product wrote for itself would stand in the way of a commit",
);
const MERGE: CheckSpec = CheckSpec::new("merge", SMOKE, "the mission is merged");
const WORK_ARRIVES: CheckSpec =
    CheckSpec::new("work-arrives", SMOKE, "the target has the work of every package");
const ALL_ARE_DONE: CheckSpec = CheckSpec::new("all-are-done", SMOKE, "every work package is done");
const TREE_IS_CLEAN: CheckSpec =
    CheckSpec::new("tree-is-clean", "DW14", "git has nothing to report afterwards");
const NOTHING_IS_LEFT_OVER: CheckSpec = CheckSpec::new(
    "nothing-is-left-over",
    SMOKE,
    "the worktrees and the branches of the mission are gone, as the merge says it does",
);
const REACHES_THE_ORIGIN: CheckSpec = CheckSpec::new(
    "reaches-the-origin",
    SMOKE,
    "the target is pushed as it is, and the origin has the work of every package",
);

/// The suite.
pub const SCENARIOS: &[&Scenario] =
    &[&smoke::LEGACY, &smoke::LANES, &smoke::COORDINATION, &no_default_branch_name::SCENARIO];

/// What is promised of every way: a check for each phase, then for what has arrived.
const CHECKS: [CheckSpec; 15] = [
    INIT,
    CREATE,
    PLAN,
    TASKS,
    IMPLEMENT,
    HAND_OVER,
    REVIEW,
    APPROVE,
    KEEPS_ITS_OWN_FILES_OUT_OF_GIT,
    MERGE,
    WORK_ARRIVES,
    ALL_ARE_DONE,
    TREE_IS_CLEAN,
    NOTHING_IS_LEFT_OVER,
    REACHES_THE_ORIGIN,
];

const SMOKE: &str = "reliability/stream-smoke";
