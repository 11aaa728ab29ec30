//! A service that cannot be reached, or never answers, costs a bounded time and one diagnostic.
//!
//! Where nobody listens and where there is no such host, nobody can write down that the product
//! asked. That it does ask, at the end of such a command, the first two cases have proven.

use std::time::Duration;

use fixtures::Recipe;
use fixtures::hosted::{Answer, Behaviour, Endpoint};
use support::check::Judgement;

use super::attempt::{SyncAttempt, TASK, batches, mark_against, mark_as};
use super::hygiene::{exactly_one, has_code, well_formed};
use crate::context::{Abort, Mission, Step, TestContext};
use crate::contract::sync_diagnostic::code;
use crate::expect::one_json_document;
use crate::marking::mark;
use crate::promised::EVENT_BATCHES;
use crate::scenario::{CheckSpec, Core, Load, Scenario};

pub const SCENARIO: Scenario = Scenario {
    id: "sync/unreachable",
    promise: "a service that resets every connection, never answers, does not listen or has no address costs a bounded time, and leaves a success and one diagnostic",
    requirements: &["FR-001", "FR-002", "FR-003", "FR-005"],
    issues: &[952],
    checks: &[
        CheckSpec::new(
            "reset-exits-zero",
            "FR-001",
            "every batch is reset: the command succeeds, and keeps its mark",
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
            "nothing is ever answered: the command succeeds, and keeps its mark",
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
        CheckSpec::new(
            "refused-exits-zero",
            "FR-001",
            "nobody listens: the command succeeds, and keeps its mark",
        ),
        CheckSpec::new("refused-one-document", "FR-002", "nobody listens: stdout is one document"),
        CheckSpec::new(
            "refused-exactly-one-diagnostic",
            "FR-003",
            "nobody listens: one diagnostic",
        ),
        CheckSpec::new(
            "refused-well-formed",
            "FR-004",
            "nobody listens: it is well formed, and has one of the five codes",
        ),
        CheckSpec::new(
            "refused-in-time",
            "FR-005",
            "nobody listens: the command takes less than half of its deadline",
        ),
        CheckSpec::new(
            "unresolved-exits-zero",
            "FR-001",
            "the name has no address: the command succeeds, and keeps its mark",
        ),
        CheckSpec::new(
            "unresolved-one-document",
            "FR-002",
            "the name has no address: stdout is one document",
        ),
        CheckSpec::new(
            "unresolved-exactly-one-diagnostic",
            "FR-003",
            "the name has no address: one diagnostic",
        ),
        CheckSpec::new(
            "unresolved-well-formed",
            "FR-004",
            "the name has no address: it is well formed, and has one of the five codes",
        ),
        CheckSpec::new(
            "unresolved-in-time",
            "FR-005",
            "the name has no address: the command takes less than half of its deadline",
        ),
    ],
    promised: Some(EVENT_BATCHES),
    core: Some(Core::SaasSyncEnabled),
    load: Load::Waiting,
    run,
    ..Scenario::DEFAULT
};

fn run(context: &mut TestContext<'_>) -> Result<(), Abort> {
    let reset = mark_against(context, batches([Answer::Reset]))?;
    judge_case(context, &reset, "reset")?;
    let silent = mark_against(context, silent())?;
    judge_case(context, &silent, "silent")?;
    let refused = away(context, CLOSED_PORT, |mission| mission)?;
    judge_case(context, &refused, "refused")?;
    let unresolved = away(context, &format!("https://{NOWHERE}"), |mission| {
        mission
            .with_env("RES_OPTIONS", "attempts:0")
            .with_env("NO_PROXY", BESIDE_THE_PROXY)
            .with_env("no_proxy", BESIDE_THE_PROXY)
    })?;
    judge_case(context, &unresolved, "unresolved")
}

/// The discard port: nobody listens there, as every sandbox relies on.
const CLOSED_PORT: &str = "http://127.0.0.1:9";

/// A name that nobody may ever register (RFC 2606).
const NOWHERE: &str = "hosted.invalid";

/// This name is to be looked up, not handed to the trap that is everybody's proxy. With no attempt
/// allowed the C library says that the lookup failed, and asks nobody.
const BESIDE_THE_PROXY: &str = "127.0.0.1,localhost,::1,hosted.invalid";

/// Marks a task while the service that the product is logged in to is thought to be at `url`.
fn away(
    context: &mut TestContext<'_>,
    url: &str,
    prepared: impl FnOnce(Mission) -> Mission,
) -> Result<SyncAttempt, Abort> {
    let mission = context.mission(&Recipe::mark_status())?;
    let (hosted, mission) = context.hosted(&mission, Behaviour::healthy())?;
    let mission = prepared(context.service_at(&mission, url)?);
    mark_as(context, hosted, mission, TASK, |context, mission| mark(context, mission, &[TASK]))
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
    all.into_iter().fold(Behaviour::healthy(), |behaviour, endpoint| {
        behaviour.answer(endpoint, [Answer::Hang])
    })
}

fn judge_case(context: &TestContext<'_>, attempt: &SyncAttempt, case: &str) -> Result<(), Abort> {
    let (step, success) = (&attempt.step, attempt.succeeded()?);
    let reading = step.hygiene()?;
    let id = |check: &str| format!("{case}-{check}");
    step.check(&id("exits-zero"), |_| success);
    step.check(&id("one-document"), one_json_document());
    step.check(&id("exactly-one-diagnostic"), |step| exactly_one(&reading, step));
    step.check(&id("well-formed"), |step| {
        let form = well_formed(&reading, step);
        if form.held() { has_code(&reading, &code::PUBLISHED, step) } else { form }
    });
    // What goes on for longer has no bound of its own: the slowest release takes a quarter of it.
    let limit = context.deadline() / 2;
    step.check(&id("in-time"), |step| in_time(step, limit));
    Ok(())
}

/// The command took less than `limit`; what others on the machine held it up does not count.
pub(super) fn in_time(step: &Step, limit: Duration) -> Judgement {
    let expected = format!("less than {limit:?}");
    let took = format!("{:?}, {:?} in all", step.own_time(), step.duration());
    if step.own_time() < limit {
        Judgement::pass(expected, took)
    } else {
        Judgement::fail("too-long", expected, took)
    }
}
