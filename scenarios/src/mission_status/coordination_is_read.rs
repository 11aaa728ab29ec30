//! The lanes of a mission with a coordination branch are read from there.

use std::path::Path;

use super::coordination::Coordinated;
use super::lanes::{LIFECYCLE, PROGRESS, first_claimed, shows, tells};
use super::status_command::StatusCommand;
use crate::context::{Abort, TestContext};
use crate::promised::COORDINATION_BRANCH;
use crate::scenario::{CheckSpec, Scenario};

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
        CheckSpec::new(
            "is-claimed",
            "execution-state/coordination-reads",
            "the control: a work package can be claimed",
        ),
        CheckSpec::new(
            "shown-in-the-checkout",
            "DW1",
            "`agent tasks status` shows the claim in the main checkout",
        ),
        CheckSpec::new(
            "shown-in-a-subfolder",
            "DW1",
            "`agent tasks status` shows the claim in a folder of it",
        ),
        CheckSpec::new(
            "shown-in-the-coordination-worktree",
            "DW1",
            "`agent tasks status` shows the claim in the worktree that has it",
        ),
        CheckSpec::new(
            "lifecycle-counts-it",
            "execution-state/coordination-reads",
            "`agent status lifecycle` counts the claim",
        ),
        CheckSpec::new(
            "next-counts-it",
            "execution-state/coordination-reads",
            "`next` counts the claim",
        ),
    ],
    promised: Some(COORDINATION_BRANCH),
    run,
    ..Scenario::DEFAULT
};

fn run(context: &mut TestContext<'_>) -> Result<(), Abort> {
    let world = Coordinated::new(context, "is-claimed")?;
    let repo = Path::new(fixtures::REPO);
    let folder = repo.join("kitty-specs").join(&world.mission.slug);
    let mut places =
        vec![("shown-in-the-checkout", repo.to_owned()), ("shown-in-a-subfolder", folder)];
    if let Some(worktree) = world.worktree()? {
        places.push(("shown-in-the-coordination-worktree", repo.join(worktree)));
    }
    for (check, place) in places {
        let step = StatusCommand::Status.ask(context, &world.mission.from(place))?;
        step.check(check, shows(&first_claimed()));
    }
    let lifecycle = StatusCommand::Lifecycle.ask(context, &world.mission)?;
    lifecycle.check("lifecycle-counts-it", tells(LIFECYCLE));
    let next = StatusCommand::Next.ask(context, &world.mission)?;
    next.check("next-counts-it", tells(PROGRESS));
    Ok(())
}
