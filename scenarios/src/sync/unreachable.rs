//! A service that cannot be reached, or never answers, costs a bounded time and one diagnostic.

use fixtures::hosted::{Answer, Behaviour, Endpoint};

use super::hygiene::exactly_one;
use super::play::{batches, play};
use crate::expect::{exit_zero, one_json_document};
use crate::scenario::{CheckSpec, Load, Scenario};
use crate::stage::{Halt, Stage};

pub const SCENARIO: Scenario = Scenario {
    id: "sync/unreachable",
    promise: "a service that resets every connection, or never answers, leaves a success and one diagnostic",
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
    ],
    load: Load::Waiting,
    run,
};

fn run(stage: &mut Stage<'_>) -> Result<(), Halt> {
    let resets = batches([Answer::Reset]);
    let ids = [
        "reset-exits-zero",
        "reset-one-document",
        "reset-exactly-one-diagnostic",
    ];
    judge(stage, resets, ids)?;
    let ids = [
        "silent-exits-zero",
        "silent-one-document",
        "silent-exactly-one-diagnostic",
    ];
    judge(stage, silent(), ids)
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

fn judge(
    stage: &mut Stage<'_>,
    behaviour: Behaviour,
    [success, document, diagnostic]: [&str; 3],
) -> Result<(), Halt> {
    let play = play(stage, behaviour)?;
    let reading = play.step.hygiene()?;
    play.step.check(success, exit_zero());
    play.step.check(document, one_json_document());
    play.step
        .check(diagnostic, |step| exactly_one(&reading, step));
    Ok(())
}
