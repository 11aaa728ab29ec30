//! The list.

use fixtures::Recipe;

use super::{Listed, Purpose};
use crate::{mark_status, ship};

/// What is marked is the list of tasks alone: no release may need more for it than the written tasks.
const NOT_FINALISED: Purpose = Purpose {
    says: "uninitialized_status",
    because: "the tasks are written, and nobody has finalised them yet",
};

const NO_SUM: Purpose = Purpose {
    says: "status.json",
    because: "nobody has summed up the log yet: whoever needs the sum makes it from the log",
};

const AS_CREATED: Purpose = Purpose {
    says: "COORDINATION_WORKTREE_MISSING",
    because: "the coordination branch has no worktree yet, as right after the mission was created (DM1)",
};

const BRANCH_GONE: Purpose = Purpose {
    says: "does not exist in git",
    because: "the declared coordination branch is the mission branch that is missing (#976)",
};

const LONG_AGO: Purpose = Purpose {
    says: "stale_claim",
    because: "the clock of fixtures stands still: what was begun then has not been touched for long",
};

pub(super) fn list() -> Vec<Listed> {
    let planned = planned().into_iter().chain(mark_status::recipes());
    let planned = planned.map(|named| listed(named, &[NOT_FINALISED]));
    let ready = ready().into_iter().chain(ship::recipes());
    let ready = ready.map(|named| listed(named, &[]));
    let unsummed = unsummed().map(|named| listed(named, &[NO_SUM]));
    planned.chain(ready).chain(unsummed).chain(others()).collect()
}

fn listed((name, recipe): (&'static str, Recipe), purposes: &'static [Purpose]) -> Listed {
    Listed { name, recipe, purposes }
}

type Named = (&'static str, Recipe);

fn planned() -> Vec<Named> {
    let planned = Recipe::mark_status;
    vec![
        ("planned", planned()),
        ("planned, specified", planned().specified()),
        ("planned, lane worktree", planned().with_lane_worktree()),
        ("planned, beside a plain repository", planned().beside_plain_repository()),
    ]
}

fn ready() -> Vec<Named> {
    let ready = Recipe::merge_ready;
    let missing = || Recipe::merge_ready().without_mission_branch();
    vec![
        ("approved", ready()),
        ("approved, for main", ready().target("main")),
        ("approved, with an origin", ready().with_origin()),
        ("approved, diverged", ready().target_diverged()),
        ("approved, edited", ready().with_dirty_tracked_file()),
        ("approved, no lane branch", ready().without_lane_branch()),
        ("approved, rejected", ready().with_rejected_review()),
        ("approved, rejected, diverged", ready().with_rejected_review().target_diverged()),
        ("approved, no mission branch", missing()),
        ("approved, rejected, no mission branch", missing().with_rejected_review()),
        ("approved, diverged, no mission branch", missing().target_diverged()),
        (
            "approved, edited, no mission branch",
            missing().with_dirty_tracked_file().with_dirty_lane_worktree(),
        ),
        ("approved, planning only, no mission branch", missing().planning_only()),
        ("approved, elsewhere, no mission branch", missing().head_elsewhere()),
    ]
}

fn unsummed() -> [Named; 2] {
    let unsummed = || Recipe::merge_ready().without_status_json();
    [
        ("approved, not summed up", unsummed()),
        ("approved, rejected, not summed up", unsummed().with_rejected_review()),
    ]
}

fn others() -> [Listed; 4] {
    let created = Recipe::mark_status().coordination();
    let gone = Recipe::merge_ready().coordination().without_mission_branch();
    [
        listed(("planned, coordination", created), &[NOT_FINALISED, AS_CREATED]),
        listed(("approved, coordination, no mission branch", gone), &[BRANCH_GONE]),
        listed(("half done", Recipe::task_board()), &[LONG_AGO]),
        listed(("an empty mission", Recipe::contract_log()), &[]),
    ]
}
