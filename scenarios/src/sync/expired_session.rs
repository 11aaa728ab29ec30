//! A session whose token is over, and a service that renews it: nothing is wrong.

use fixtures::Recipe;
use fixtures::hosted::{Behaviour, Endpoint, Given, Request};
use support::check::Judgement;

use super::attempt::{TASK, mark_as, must_have_called};
use super::healthy::some_delivered;
use super::hygiene::{NO_DIAGNOSTIC, no_diagnostic};
use crate::context::{Abort, Session, TestContext};
use crate::marking::mark;
use crate::promised::EVENT_BATCHES;
use crate::scenario::{CheckSpec, Load, Scenario};

const EXITS_ZERO: CheckSpec = CheckSpec::new("exits-zero", "FR-001", "the command succeeds");
const SESSION_IS_RENEWED: CheckSpec = CheckSpec::new(
    "session-is-renewed",
    "FR-005",
    "the control: the service was asked to renew the session, and did",
);
const EVENTS_ARE_DELIVERED: CheckSpec =
    CheckSpec::new("events-are-delivered", "FR-005", "the service got events in a batch");

pub const SCENARIO: Scenario = Scenario {
    id: "sync/expired-session-is-renewed",
    promise: "a session whose token is over is renewed, and the events are delivered without a word",
    requirements: &["FR-001", "FR-005"],
    issues: &[952],
    checks: &[EXITS_ZERO, SESSION_IS_RENEWED, EVENTS_ARE_DELIVERED, NO_DIAGNOSTIC],
    promised: Some(EVENT_BATCHES),
    load: Load::Waiting,
    run,
    ..Scenario::DEFAULT
};

fn run(context: &mut TestContext<'_>) -> Result<(), Abort> {
    let mission = context.mission(&Recipe::mark_status())?;
    let (hosted, mission) =
        context.hosted_with(&mission, Behaviour::healthy(), Session::Expired)?;
    let attempt = mark_as(context, hosted, mission, TASK, |context, mission| {
        mark(context, mission, &[TASK])
    })?;
    let (step, hosted) = (&attempt.step, &attempt.hosted);
    must_have_called(hosted, step, &[])?;
    let success = attempt.succeeded()?;
    step.check(EXITS_ZERO, |_| success);
    step.check(SESSION_IS_RENEWED, |_| renewed(&hosted.requests_to(Endpoint::Refresh)));
    step.check(EVENTS_ARE_DELIVERED, |_| some_delivered(&hosted.requests_to(Endpoint::Batch)));
    let reading = step.hygiene()?;
    step.check(NO_DIAGNOSTIC, |step| no_diagnostic(&reading, step));
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
