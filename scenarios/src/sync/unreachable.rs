//! A service that cannot be reached, or never answers, costs a bounded time and one diagnostic.

use fixtures::hosted::{Answer, Behaviour, Endpoint};
use support::check::Judgement;
use support::contract::sync_diagnostic::Code;

use super::hygiene::{exactly_one, has_code, well_formed};
use super::play::{batches, play_to};
use crate::expect::{exit_zero, one_json_document};
use crate::scenario::{CheckSpec, Load, Scenario};
use crate::stage::{Halt, Stage};

pub const SCENARIO: Scenario = Scenario {
    id: "sync/unreachable",
    promise: "a service that resets every connection, or never answers, costs a bounded time, and leaves a success and one diagnostic",
    requirements: &["FR-001", "FR-002", "FR-003", "FR-005"],
    issues: &[952],
    checks: &[
        CheckSpec::new(
            "reset-exits-zero",
            "FR-001",
            "every batch is reset: the command succeeds",
        ),
        CheckSpec::new(
            "reset-one-document",
            "FR-002",
            "every batch is reset: stdout is one document",
        ),
        CheckSpec::new(
            "reset-exactly-one-diagnostic",
            "FR-003",
            "every batch is reset: one diagnostic",
        ),
        CheckSpec::new(
            "reset-well-formed",
            "FR-004",
            "every batch is reset: it is well formed, and has one of the five codes",
        ),
        CheckSpec::new(
            "reset-in-time",
            "FR-005",
            "every batch is reset: the command takes less than half of its deadline",
        ),
        CheckSpec::new(
            "silent-exits-zero",
            "FR-001",
            "nothing is ever answered: the command succeeds",
        ),
        CheckSpec::new(
            "silent-one-document",
            "FR-002",
            "nothing is ever answered: stdout is one document",
        ),
        CheckSpec::new(
            "silent-exactly-one-diagnostic",
            "FR-003",
            "nothing is ever answered: one diagnostic",
        ),
        CheckSpec::new(
            "silent-well-formed",
            "FR-004",
            "nothing is ever answered: it is well formed, and has one of the five codes",
        ),
        CheckSpec::new(
            "silent-in-time",
            "FR-005",
            "nothing is ever answered: the command takes less than half of its deadline",
        ),
    ],
    load: Load::Waiting,
    run,
};

fn run(stage: &mut Stage<'_>) -> Result<(), Halt> {
    judge(stage, batches([Answer::Reset]), "reset")?;
    judge(stage, silent(), "silent")
}

/// A machine that takes every connection and says nothing.
fn silent() -> Behaviour {
    let all = [
        Endpoint::Refresh,
        Endpoint::Me,
        Endpoint::WsToken,
        Endpoint::Socket,
        Endpoint::Batch,
        Endpoint::DossierPush,
        Endpoint::Health,
        Endpoint::Other,
    ];
    all.into_iter()
        .fold(Behaviour::healthy(), |behaviour, endpoint| {
            behaviour.answer(endpoint, [Answer::Hang])
        })
}

fn judge(stage: &mut Stage<'_>, behaviour: Behaviour, case: &str) -> Result<(), Halt> {
    let play = play_to(stage, behaviour, &[Endpoint::Batch])?;
    let (step, reading) = (&play.step, play.step.hygiene()?);
    let id = |check: &str| format!("{case}-{check}");
    step.check(&id("exits-zero"), exit_zero());
    step.check(&id("one-document"), one_json_document());
    step.check(&id("exactly-one-diagnostic"), |step| {
        exactly_one(&reading, step)
    });
    step.check(&id("well-formed"), |step| {
        let form = well_formed(&reading, step);
        if form.held() {
            has_code(&reading, &Code::PUBLISHED, step)
        } else {
            form
        }
    });
    step.check(&id("in-time"), |step| {
        // What goes on for longer has no bound of its own: the slowest release takes a quarter of it.
        let limit = stage.deadline() / 2;
        let (expected, took) = (
            format!("less than {limit:?}"),
            format!("{:?}", step.duration()),
        );
        if step.duration() < limit {
            Judgement::pass(expected, took)
        } else {
            Judgement::fail("too-long", expected, took)
        }
    });
    Ok(())
}
