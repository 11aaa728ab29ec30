//! A session whose token is over, and a service that renews it: nothing is wrong.

use fixtures::Recipe;
use fixtures::hosted::{Behaviour, Endpoint, Given, Request};
use support::check::Judgement;

use super::healthy::some_delivered;
use super::hygiene::{NO_DIAGNOSTIC, no_diagnostic};
use super::play::{TASK, mark_as, must_have_called};
use crate::marking::mark;
use crate::promised::EVENT_BATCHES;
use crate::scenario::{CheckSpec, Load, Scenario};
use crate::stage::{Halt, Session, Stage};

pub const SCENARIO: Scenario = Scenario {
    id: "sync/expired-session-is-renewed",
    promise: "a session whose token is over is renewed, and the events are delivered without a word",
    requirements: &["FR-001", "FR-005"],
    issues: &[952],
    checks: &[
        CheckSpec::new("exits-zero", "FR-001", "the command succeeds"),
        CheckSpec::new(
            "session-is-renewed",
            "FR-005",
            "the control: the service was asked to renew the session, and did",
        ),
        CheckSpec::new("events-are-delivered", "FR-005", "the service got events in a batch"),
        NO_DIAGNOSTIC,
    ],
    promised: Some(EVENT_BATCHES),
    load: Load::Waiting,
    run,
    ..Scenario::DEFAULT
};

fn run(stage: &mut Stage<'_>) -> Result<(), Halt> {
    let mission = stage.mission(&Recipe::mark_status())?;
    let (hosted, mission) = stage.hosted_with(&mission, Behaviour::healthy(), Session::Expired)?;
    let play =
        mark_as(stage, hosted, mission, TASK, |stage, mission| mark(stage, mission, &[TASK]))?;
    let (step, hosted) = (&play.step, &play.hosted);
    must_have_called(hosted, step, &[])?;
    let success = play.succeeded()?;
    step.check("exits-zero", |_| success);
    step.check("session-is-renewed", |_| renewed(&hosted.asked(Endpoint::Refresh)));
    step.check("events-are-delivered", |_| some_delivered(&hosted.asked(Endpoint::Batch)));
    let reading = step.hygiene()?;
    step.check(NO_DIAGNOSTIC.id, |step| no_diagnostic(&reading, step));
    Ok(())
}

fn renewed(asked: &[Request]) -> Judgement {
    let expected = "a refresh that was answered";
    let answered = |request: &&Request| request.answer == Some(Given::Status(200));
    match asked.iter().find(answered) {
        Some(_) => Judgement::pass(expected, format!("{} refreshes", asked.len())),
        None => Judgement::fail("not-renewed", expected, format!("{} refreshes", asked.len())),
    }
}
