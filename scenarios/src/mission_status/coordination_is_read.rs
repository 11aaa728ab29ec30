//! The lanes of a mission with a coordination branch are read from there.

use std::path::Path;

use super::coordination::Coordinated;
use super::lanes::{LIFECYCLE, PROGRESS, first_claimed, shows, tells};
use super::status_command::StatusCommand;
use crate::context::{Abort, TestContext};
use crate::promised::COORDINATION_BRANCH;
use crate::scenario::{CheckSpec, Scenario};

const IS_CLAIMED: CheckSpec = CheckSpec::new(
    "is-claimed",
    "execution-state/coordination-reads",
    "the control: a work package can be claimed",
);
const SHOWN_IN_THE_CHECKOUT: CheckSpec = CheckSpec::new(
    "shown-in-the-checkout",
    "DW1",
    "`agent tasks status` shows the claim in the main checkout",
);
const SHOWN_IN_A_SUBFOLDER: CheckSpec = CheckSpec::new(
    "shown-in-a-subfolder",
    "DW1",
    "`agent tasks status` shows the claim in a folder of it",
);
const SHOWN_IN_THE_COORDINATION_WORKTREE: CheckSpec = CheckSpec::new(
    "shown-in-the-coordination-worktree",
    "DW1",
    "`agent tasks status` shows the claim in the worktree that has it",
);
const LIFECYCLE_COUNTS_IT: CheckSpec = CheckSpec::new(
    "lifecycle-counts-it",
    "execution-state/coordination-reads",
    "`agent status lifecycle` counts the claim",
);
const NEXT_COUNTS_IT: CheckSpec = CheckSpec::new(
    "next-counts-it",
    "execution-state/coordination-reads",
    "`next` counts the claim",
);

pub const SCENARIO: Scenario = Scenario {
    id: "mission-status/coordination-lanes-are-read",
    promise: "what was written to the coordination branch is what every status shows, wherever one stands",
    requirements: &[
        "execution-state/coordination-reads",
        "execution-state/active-wp-status",
        "execution-state/mission-status",
    ],
    issues: &[1619],
    checks: &[
        IS_CLAIMED,
        SHOWN_IN_THE_CHECKOUT,
        SHOWN_IN_A_SUBFOLDER,
        SHOWN_IN_THE_COORDINATION_WORKTREE,
        LIFECYCLE_COUNTS_IT,
        NEXT_COUNTS_IT,
    ],
    promised: Some(COORDINATION_BRANCH),
    run,
    ..Scenario::DEFAULT
};

fn run(context: &mut TestContext<'_>) -> Result<(), Abort> {
    let world = Coordinated::new(context, IS_CLAIMED)?;
    let repo = Path::new(fixtures::REPO);
    let folder = repo.join("kitty-specs").join(&world.mission.slug);
    let mut places = vec![(SHOWN_IN_THE_CHECKOUT, repo.to_owned()), (SHOWN_IN_A_SUBFOLDER, folder)];
    if let Some(worktree) = world.worktree()? {
        places.push((SHOWN_IN_THE_COORDINATION_WORKTREE, repo.join(worktree)));
    }
    for (check, place) in places {
        let step = StatusCommand::Status.ask(context, &world.mission.from(place))?;
        step.check(check, shows(&first_claimed()));
    }
    let lifecycle = StatusCommand::Lifecycle.ask(context, &world.mission)?;
    lifecycle.check(LIFECYCLE_COUNTS_IT, tells(LIFECYCLE));
    let next = StatusCommand::Next.ask(context, &world.mission)?;
    next.check(NEXT_COUNTS_IT, tells(PROGRESS));
    Ok(())
}
