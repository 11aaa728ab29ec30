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
use crate::scenario::{CheckSpec, Core, Load, Scenario, joined};

const RESET_EXITS_ZERO: CheckSpec = CheckSpec::new(
    "reset-exits-zero",
    "FR-001",
    "every batch is reset: the command succeeds, and keeps its mark",
);
const RESET_ONE_DOCUMENT: CheckSpec =
    CheckSpec::new("reset-one-document", "FR-002", "every batch is reset: stdout is one document");
const RESET_EXACTLY_ONE_DIAGNOSTIC: CheckSpec = CheckSpec::new(
    "reset-exactly-one-diagnostic",
    "FR-003",
    "every batch is reset: one diagnostic",
);
const RESET_WELL_FORMED: CheckSpec = CheckSpec::new(
    "reset-well-formed",
    "FR-004",
    "every batch is reset: it is well formed, and has one of the five codes",
);
const RESET_IN_TIME: CheckSpec = CheckSpec::new(
    "reset-in-time",
    "FR-005",
    "every batch is reset: the command takes less than half of its deadline",
);
const SILENT_EXITS_ZERO: CheckSpec = CheckSpec::new(
    "silent-exits-zero",
    "FR-001",
    "nothing is ever answered: the command succeeds, and keeps its mark",
);
const SILENT_ONE_DOCUMENT: CheckSpec = CheckSpec::new(
    "silent-one-document",
    "FR-002",
    "nothing is ever answered: stdout is one document",
);
const SILENT_EXACTLY_ONE_DIAGNOSTIC: CheckSpec = CheckSpec::new(
    "silent-exactly-one-diagnostic",
    "FR-003",
    "nothing is ever answered: one diagnostic",
);
const SILENT_WELL_FORMED: CheckSpec = CheckSpec::new(
    "silent-well-formed",
    "FR-004",
    "nothing is ever answered: it is well formed, and has one of the five codes",
);
const SILENT_IN_TIME: CheckSpec = CheckSpec::new(
    "silent-in-time",
    "FR-005",
    "nothing is ever answered: the command takes less than half of its deadline",
);
const REFUSED_EXITS_ZERO: CheckSpec = CheckSpec::new(
    "refused-exits-zero",
    "FR-001",
    "nobody listens: the command succeeds, and keeps its mark",
);
const REFUSED_ONE_DOCUMENT: CheckSpec =
    CheckSpec::new("refused-one-document", "FR-002", "nobody listens: stdout is one document");
const REFUSED_EXACTLY_ONE_DIAGNOSTIC: CheckSpec =
    CheckSpec::new("refused-exactly-one-diagnostic", "FR-003", "nobody listens: one diagnostic");
const REFUSED_WELL_FORMED: CheckSpec = CheckSpec::new(
    "refused-well-formed",
    "FR-004",
    "nobody listens: it is well formed, and has one of the five codes",
);
const REFUSED_IN_TIME: CheckSpec = CheckSpec::new(
    "refused-in-time",
    "FR-005",
    "nobody listens: the command takes less than half of its deadline",
);
const UNRESOLVED_EXITS_ZERO: CheckSpec = CheckSpec::new(
    "unresolved-exits-zero",
    "FR-001",
    "the name has no address: the command succeeds, and keeps its mark",
);
const UNRESOLVED_ONE_DOCUMENT: CheckSpec = CheckSpec::new(
    "unresolved-one-document",
    "FR-002",
    "the name has no address: stdout is one document",
);
const UNRESOLVED_EXACTLY_ONE_DIAGNOSTIC: CheckSpec = CheckSpec::new(
    "unresolved-exactly-one-diagnostic",
    "FR-003",
    "the name has no address: one diagnostic",
);
const UNRESOLVED_WELL_FORMED: CheckSpec = CheckSpec::new(
    "unresolved-well-formed",
    "FR-004",
    "the name has no address: it is well formed, and has one of the five codes",
);
const UNRESOLVED_IN_TIME: CheckSpec = CheckSpec::new(
    "unresolved-in-time",
    "FR-005",
    "the name has no address: the command takes less than half of its deadline",
);

/// The checks of each way to be away.
const RESET: [CheckSpec; 5] = [
    RESET_EXITS_ZERO,
    RESET_ONE_DOCUMENT,
    RESET_EXACTLY_ONE_DIAGNOSTIC,
    RESET_WELL_FORMED,
    RESET_IN_TIME,
];
const SILENT: [CheckSpec; 5] = [
    SILENT_EXITS_ZERO,
    SILENT_ONE_DOCUMENT,
    SILENT_EXACTLY_ONE_DIAGNOSTIC,
    SILENT_WELL_FORMED,
    SILENT_IN_TIME,
];
const REFUSED: [CheckSpec; 5] = [
    REFUSED_EXITS_ZERO,
    REFUSED_ONE_DOCUMENT,
    REFUSED_EXACTLY_ONE_DIAGNOSTIC,
    REFUSED_WELL_FORMED,
    REFUSED_IN_TIME,
];
const UNRESOLVED: [CheckSpec; 5] = [
    UNRESOLVED_EXITS_ZERO,
    UNRESOLVED_ONE_DOCUMENT,
    UNRESOLVED_EXACTLY_ONE_DIAGNOSTIC,
    UNRESOLVED_WELL_FORMED,
    UNRESOLVED_IN_TIME,
];

pub const SCENARIO: Scenario = Scenario {
    id: "sync/unreachable",
    promise: "a service that resets every connection, never answers, does not listen or has no address costs a bounded time, and leaves a success and one diagnostic",
    requirements: &["FR-001", "FR-002", "FR-003", "FR-005"],
    issues: &[952],
    checks: &joined::<20>(&[&RESET, &SILENT, &REFUSED, &UNRESOLVED]),
    promised: Some(EVENT_BATCHES),
    core: Some(Core::SaasSyncEnabled),
    load: Load::Waiting,
    run,
    ..Scenario::DEFAULT
};

fn run(context: &mut TestContext<'_>) -> Result<(), Abort> {
    let reset = mark_against(context, batches([Answer::Reset]))?;
    judge_case(context, &reset, RESET)?;
    let silent = mark_against(context, silent())?;
    judge_case(context, &silent, SILENT)?;
    let refused = away(context, CLOSED_PORT, |mission| mission)?;
    judge_case(context, &refused, REFUSED)?;
    let unresolved = away(context, &format!("https://{NOWHERE}"), |mission| {
        mission
            .with_env("RES_OPTIONS", "attempts:0")
            .with_env("NO_PROXY", BESIDE_THE_PROXY)
            .with_env("no_proxy", BESIDE_THE_PROXY)
    })?;
    judge_case(context, &unresolved, UNRESOLVED)
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

/// Judges one way to be away, by its checks.
fn judge_case(
    context: &TestContext<'_>,
    attempt: &SyncAttempt,
    [exits, document, one, form, time]: [CheckSpec; 5],
) -> Result<(), Abort> {
    let (step, success) = (&attempt.step, attempt.succeeded()?);
    let reading = step.hygiene()?;
    step.check(exits, |_| success);
    step.check(document, one_json_document());
    step.check(one, |step| exactly_one(&reading, step));
    step.check(form, |step| {
        let formed = well_formed(&reading, step);
        if formed.held() { has_code(&reading, &code::PUBLISHED, step) } else { formed }
    });
    // What goes on for longer has no bound of its own: the slowest release takes a quarter of it.
    let limit = context.deadline() / 2;
    step.check(time, |step| in_time(step, limit));
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
