//! A mission without a coordination branch works as it always did.

use fixtures::adapter::Topology;
use support::check::none_of;

use super::coordination::claim;
use super::lanes::{LIFECYCLE, PROGRESS, first_claimed, shows, tells};
use super::status_command::StatusCommand;
use crate::context::{Abort, Step, TestContext};
use crate::expect::exit_zero;
use crate::scenario::{CheckSpec, Scenario};
use crate::walkthrough::{Checkpoint, Walkthrough};

const IS_CLAIMED: CheckSpec =
    CheckSpec::new("is-claimed", "execution-state/legacy-reads", "a work package can be claimed");
const SHOWS_THE_LANES: CheckSpec = CheckSpec::new(
    "shows-the-lanes",
    "execution-state/legacy-reads",
    "`agent tasks status` shows the lanes",
);
const LIFECYCLE_COUNTS_IT: CheckSpec = CheckSpec::new(
    "lifecycle-counts-it",
    "execution-state/legacy-reads",
    "`agent status lifecycle` counts the claim",
);
const NEXT_COUNTS_IT: CheckSpec =
    CheckSpec::new("next-counts-it", "execution-state/legacy-reads", "`next` counts the claim");
const MOVES: CheckSpec =
    CheckSpec::new("moves", "execution-state/legacy-reads", "`agent tasks move-task` works");
const SAYS_NOTHING_OF_COORDINATION: CheckSpec = CheckSpec::new(
    "says-nothing-of-coordination",
    "execution-state/legacy-reads",
    "no command complains about coordination",
);

pub const SCENARIO: Scenario = Scenario {
    id: "mission-status/legacy-mission-unaffected",
    promise: "without a coordination branch a mission is read and changed in the main checkout, and nobody asks for coordination",
    requirements: &["execution-state/legacy-reads"],
    issues: &[1619],
    checks: &[
        IS_CLAIMED,
        SHOWS_THE_LANES,
        LIFECYCLE_COUNTS_IT,
        NEXT_COUNTS_IT,
        MOVES,
        SAYS_NOTHING_OF_COORDINATION,
    ],
    run,
    ..Scenario::DEFAULT
};

fn run(context: &mut TestContext<'_>) -> Result<(), Abort> {
    let mission = Walkthrough::pair(Topology::Flat).until(context, Checkpoint::Finalised)?;
    let claimed = claim(context, &mission)?;
    claimed.check(IS_CLAIMED, exit_zero());
    let status = StatusCommand::Status.ask(context, &mission)?;
    status.check(SHOWS_THE_LANES, shows(&first_claimed()));
    let lifecycle = StatusCommand::Lifecycle.ask(context, &mission)?;
    lifecycle.check(LIFECYCLE_COUNTS_IT, tells(LIFECYCLE));
    let next = StatusCommand::Next.ask(context, &mission)?;
    next.check(NEXT_COUNTS_IT, tells(PROGRESS));
    let moved = StatusCommand::Move.ask(context, &mission)?;
    moved.check(MOVES, exit_zero());
    let mut talk = Vec::new();
    for step in [&claimed, &status, &lifecycle, &next, &moved] {
        talk.extend(complaint(step));
    }
    context.check(
        SAYS_NOTHING_OF_COORDINATION,
        none_of("no word of it", &talk, |_| "speaks-of-coordination".to_owned()),
    );
    Ok(())
}

/// A line that names coordination to people. That a document has a field of the name, with
/// nothing in it, is no complaint.
fn complaint(step: &Step) -> Option<String> {
    let said = step.stderr_text()
        + "\n"
        + &step
            .try_document()
            .ok()
            .and_then(|document| Some(document.get("error")?.to_string()))
            .unwrap_or_default();
    said.lines().find(|line| line.to_lowercase().contains("coordination")).map(str::to_owned)
}
