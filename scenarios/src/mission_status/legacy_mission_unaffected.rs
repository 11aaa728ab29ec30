//! A mission without a coordination branch works as it always did.

use fixtures::dialect::Topology;
use support::check::none_of;

use super::coordination::claim;
use super::lanes::{LIFECYCLE, PROGRESS, first_claimed, shows, tells};
use super::question::Question;
use crate::expect::exit_zero;
use crate::journey::{Journey, Milestone};
use crate::scenario::{CheckSpec, Scenario};
use crate::stage::{Halt, Stage, Step};

pub const SCENARIO: Scenario = Scenario {
    id: "mission-status/legacy-mission-unaffected",
    promise: "without a coordination branch a mission is read and changed in the main checkout, and nobody asks for coordination",
    requirements: &["execution-state/legacy-reads"],
    issues: &[1619],
    checks: &[
        CheckSpec::new(
            "is-claimed",
            "execution-state/legacy-reads",
            "a work package can be claimed",
        ),
        CheckSpec::new(
            "shows-the-lanes",
            "execution-state/legacy-reads",
            "`agent tasks status` shows the lanes",
        ),
        CheckSpec::new(
            "lifecycle-counts-it",
            "execution-state/legacy-reads",
            "`agent status lifecycle` counts the claim",
        ),
        CheckSpec::new("next-counts-it", "execution-state/legacy-reads", "`next` counts the claim"),
        CheckSpec::new("moves", "execution-state/legacy-reads", "`agent tasks move-task` works"),
        CheckSpec::new(
            "says-nothing-of-coordination",
            "execution-state/legacy-reads",
            "no command complains about coordination",
        ),
    ],
    run,
    ..Scenario::DEFAULT
};

fn run(stage: &mut Stage<'_>) -> Result<(), Halt> {
    let mission = Journey::pair(Topology::Flat).until(stage, Milestone::Finalised)?;
    let claimed = claim(stage, &mission)?;
    claimed.check("is-claimed", exit_zero());
    let status = Question::Status.ask(stage, &mission)?;
    status.check("shows-the-lanes", shows(&first_claimed()));
    let lifecycle = Question::Lifecycle.ask(stage, &mission)?;
    lifecycle.check("lifecycle-counts-it", tells(LIFECYCLE));
    let next = Question::Next.ask(stage, &mission)?;
    next.check("next-counts-it", tells(PROGRESS));
    let moved = Question::Move.ask(stage, &mission)?;
    moved.check("moves", exit_zero());
    let mut talk = Vec::new();
    for step in [&claimed, &status, &lifecycle, &next, &moved] {
        talk.extend(complaint(step));
    }
    stage.check(
        "says-nothing-of-coordination",
        none_of("no word of it", &talk, |_| "speaks-of-coordination".to_owned()),
    );
    Ok(())
}

/// A line that speaks of coordination to people. That a document has a field of the name, with
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
