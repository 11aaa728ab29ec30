//! A transition that is reported as a success is one event in the log.

use std::path::Path;

use fixtures::adapter::{Operation, Topology};
use serde_json::Value;
use support::check::Judgement;

use super::log::Log;
use crate::context::{Abort, Mission, Step, TestContext};
use crate::expect::exit_zero;
use crate::scenario::{CheckSpec, Scenario};
use crate::walkthrough::{Checkpoint, Walkthrough};

const EMIT_EXITS_ZERO: CheckSpec =
    CheckSpec::new("emit-exits-zero", "STA-001", "emit: it succeeds");
const EMIT_TELLS_THE_EVENT: CheckSpec = CheckSpec::new(
    "emit-tells-the-event",
    "reliability/transition-success",
    "emit: the answer has the event's id, the work package, the lane, and the log's path",
);
const EMIT_IS_ONE_EVENT: CheckSpec = CheckSpec::new(
    "emit-is-one-event",
    "STA-001",
    "emit: the log that the answer names has exactly one new transition, the one it tells",
);
const EMIT_KEEPS_THE_LOG: CheckSpec =
    CheckSpec::new("emit-keeps-the-log", "STA-001", "emit: the log's old bytes are untouched");
const EMIT_CAN_BE_READ: CheckSpec =
    CheckSpec::new("emit-can-be-read", "STA-002", "emit: `agent tasks status` shows the lane");
const MOVE_EXITS_ZERO: CheckSpec =
    CheckSpec::new("move-exits-zero", "STA-001", "move-task: it succeeds");
const MOVE_TELLS_THE_EVENT: CheckSpec = CheckSpec::new(
    "move-tells-the-event",
    "reliability/transition-success",
    "move-task: the answer has the event's id, the work package, the lane, and the log's path",
);
const MOVE_IS_ONE_EVENT: CheckSpec = CheckSpec::new(
    "move-is-one-event",
    "STA-001",
    "move-task: the log that the answer names has exactly one new transition, the one it tells",
);
const MOVE_KEEPS_THE_LOG: CheckSpec =
    CheckSpec::new("move-keeps-the-log", "STA-001", "move-task: the log's old bytes are untouched");
const MOVE_CAN_BE_READ: CheckSpec =
    CheckSpec::new("move-can-be-read", "STA-002", "move-task: `agent tasks status` shows the lane");

pub const SCENARIO: Scenario = Scenario {
    id: "transitions/success-is-an-event",
    promise: "a transition that is reported as a success is exactly one readable event, and the log's old bytes are untouched",
    requirements: &["STA-001", "STA-002", "reliability/transition-success"],
    issues: &[944, 945],
    checks: &[
        EMIT_EXITS_ZERO,
        EMIT_TELLS_THE_EVENT,
        EMIT_IS_ONE_EVENT,
        EMIT_KEEPS_THE_LOG,
        EMIT_CAN_BE_READ,
        MOVE_EXITS_ZERO,
        MOVE_TELLS_THE_EVENT,
        MOVE_IS_ONE_EVENT,
        MOVE_KEEPS_THE_LOG,
        MOVE_CAN_BE_READ,
    ],
    run,
    ..Scenario::DEFAULT
};

/// The lane that both work packages are moved to.
const LANE: &str = "claimed";

fn run(context: &mut TestContext<'_>) -> Result<(), Abort> {
    let mission = Walkthrough::pair(Topology::Flat).until(context, Checkpoint::Finalised)?;
    let slug = mission.slug.clone();
    let emit = Operation::Emit { mission: &slug, package: "WP01", to: LANE, actor: "somebody" };
    judge_claims(context, &mission, &emit, "WP01", &EMIT)?;
    let moving = Operation::Move { mission: &slug, package: "WP02", to: LANE, note: "Begin" };
    judge_claims(context, &mission, &moving, "WP02", &MOVE)
}

/// The checks of one command.
struct Checks {
    succeeds: CheckSpec,
    tells: CheckSpec,
    is_one: CheckSpec,
    keeps: CheckSpec,
    is_read: CheckSpec,
}

const EMIT: Checks = Checks {
    succeeds: EMIT_EXITS_ZERO,
    tells: EMIT_TELLS_THE_EVENT,
    is_one: EMIT_IS_ONE_EVENT,
    keeps: EMIT_KEEPS_THE_LOG,
    is_read: EMIT_CAN_BE_READ,
};

const MOVE: Checks = Checks {
    succeeds: MOVE_EXITS_ZERO,
    tells: MOVE_TELLS_THE_EVENT,
    is_one: MOVE_IS_ONE_EVENT,
    keeps: MOVE_KEEPS_THE_LOG,
    is_read: MOVE_CAN_BE_READ,
};

fn judge_claims(
    context: &mut TestContext<'_>,
    mission: &Mission,
    ask: &Operation<'_>,
    package: &str,
    checks: &Checks,
) -> Result<(), Abort> {
    let before = Log::of(mission)?;
    let step = context.perform(mission, ask)?;
    step.check(checks.succeeds, exit_zero());
    let answer = step.try_document().unwrap_or_default();
    step.check(checks.tells, |step| tells(step, &answer));
    step.check(checks.is_one, |step| is_one(step, &answer, &before, mission, package));
    step.check(checks.keeps, |_| match Log::of(mission) {
        Ok(log) => log.keeps(&before),
        Err(abort) => Judgement::fail("log-unreadable", "a log", abort.to_string()),
    });
    let status = context.perform(mission, &Operation::Status { mission: &mission.slug })?;
    status.check(checks.is_read, |status| shows(status, package));
    Ok(())
}

/// What the contract wants of a success.
fn tells(step: &Step, answer: &Value) -> Judgement {
    let wanted = ["event_id", "work_package_id", "to_lane", "status_events_path"];
    let expected = format!("an answer with {}", wanted.join(", "));
    let missing: Vec<&str> = wanted
        .into_iter()
        .filter(|field| answer[*field].as_str().is_none_or(str::is_empty))
        .collect();
    if missing.is_empty() {
        Judgement::pass(expected, answer.to_string())
    } else {
        Judgement::fail(format!("missing: {}", missing.join(" ")), expected, step.quote())
    }
}

/// The answer is believed in nothing but the place of the log and the id of the event.
fn is_one(
    step: &Step,
    answer: &Value,
    before: &Log,
    mission: &Mission,
    package: &str,
) -> Judgement {
    let expected = format!("one event that moves {package} to {LANE}, in the log that is named");
    let fail = |signature: &str, observed: String| {
        Judgement::fail(signature, &expected, format!("{observed}\n{}", step.quote()))
    };
    let Some(path) = answer["status_events_path"].as_str() else {
        return fail("no-log-named", String::new());
    };
    // A path that is not absolute is one from where the command was started.
    let log = match Log::read(&mission.repo().join(Path::new(path))) {
        Ok(log) => log,
        Err(error) => return fail("named-log-unreadable", error.to_string()),
    };
    let Some(added) = log.added_since(before) else {
        return fail("another-log", log.summarize());
    };
    let moves: Vec<Value> =
        added.events().into_iter().filter(|event| event["to_lane"].is_string()).collect();
    let [event] = moves.as_slice() else {
        return fail(&format!("events={}", moves.len()), added.summarize());
    };
    let told = [
        ("event_id", answer["event_id"].as_str().unwrap_or_default()),
        ("wp_id", package),
        ("to_lane", LANE),
        ("mission_id", &mission.id),
    ];
    let wrong: Vec<&str> = told
        .into_iter()
        .filter(|(field, value)| event[*field] != *value)
        .map(|(field, _)| field)
        .collect();
    if wrong.is_empty() {
        Judgement::pass(expected, event.to_string())
    } else {
        fail(&format!("differs: {}", wrong.join(" ")), event.to_string())
    }
}

fn shows(status: &Step, package: &str) -> Judgement {
    let expected = format!("{package} in {LANE}");
    let board = status.try_document().unwrap_or_default();
    let rows = board["work_packages"].as_array();
    let row = rows.and_then(|rows| rows.iter().find(|row| row["id"] == package));
    match row.and_then(|row| row["lane"].as_str()) {
        Some(LANE) => Judgement::pass(expected, "it is"),
        Some(lane) => Judgement::fail(format!("lane={lane}"), expected, status.quote()),
        None => Judgement::fail("not-shown", expected, status.quote()),
    }
}
