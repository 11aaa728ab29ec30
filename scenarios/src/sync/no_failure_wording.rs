//! Trouble after a local success does not look like a failure.

use fixtures::hosted::{Answer, Behaviour, Endpoint};
use serde_json::json;
use support::check::Judgement;
use support::contract::sync_diagnostic::{Sign, StderrReading};

use super::play::{batches, forbidden, play_with};
use crate::scenario::{CheckSpec, Load, Scenario};
use crate::stage::{Halt, Stage, Step};

pub const SCENARIO: Scenario = Scenario {
    id: "sync/no-failure-wording",
    promise: "what a failed final sync prints is neither red, nor a traceback, nor says that a connection failed",
    requirements: &["FR-006"],
    issues: &[952],
    checks: &[
        CheckSpec::new(
            "refused-not-red",
            "FR-006",
            "a refused batch: nothing red, with colours forced",
        ),
        CheckSpec::new(
            "refused-no-connection-failed",
            "FR-006",
            "a refused batch: no `connection failed` in any case",
        ),
        CheckSpec::new(
            "refused-no-traceback",
            "FR-006",
            "a refused batch: nothing that Python could not handle",
        ),
        CheckSpec::new(
            "no-socket-not-red",
            "FR-006",
            "no way to the socket: nothing red, with colours forced",
        ),
        CheckSpec::new(
            "no-socket-no-connection-failed",
            "DS4",
            "no way to the socket: no `connection failed` in any case",
        ),
        CheckSpec::new(
            "no-socket-no-traceback",
            "FR-006",
            "no way to the socket: nothing that Python could not handle",
        ),
        CheckSpec::new(
            "logged-out-not-red",
            "DS2",
            "a session that is over: nothing red, with colours forced",
        ),
        CheckSpec::new(
            "logged-out-no-connection-failed",
            "FR-006",
            "a session that is over: no `connection failed` in any case",
        ),
        CheckSpec::new(
            "logged-out-no-traceback",
            "DS2",
            "a session that is over: nothing that Python could not handle",
        ),
    ],
    load: Load::Waiting,
    run,
};

/// One trouble, and the ids of its checks.
struct Case {
    behaviour: Behaviour,
    not_red: &'static str,
    no_connection_failed: &'static str,
    no_traceback: &'static str,
}

fn run(stage: &mut Stage<'_>) -> Result<(), Halt> {
    let no_token = Answer::status(500, json!({ "error": "no token today" }));
    let over = || Answer::status(401, json!({ "error": "session_invalid" }));
    let cases = [
        Case {
            behaviour: batches([forbidden()]),
            not_red: "refused-not-red",
            no_connection_failed: "refused-no-connection-failed",
            no_traceback: "refused-no-traceback",
        },
        Case {
            behaviour: Behaviour::healthy().answer(Endpoint::WsToken, [no_token]),
            not_red: "no-socket-not-red",
            no_connection_failed: "no-socket-no-connection-failed",
            no_traceback: "no-socket-no-traceback",
        },
        Case {
            behaviour: batches([over()])
                .answer(Endpoint::WsToken, [over()])
                .answer(Endpoint::Refresh, [over()]),
            not_red: "logged-out-not-red",
            no_connection_failed: "logged-out-no-connection-failed",
            no_traceback: "logged-out-no-traceback",
        },
    ];
    for case in cases {
        let play = play_with(stage, case.behaviour, |mission| {
            mission.with_env("FORCE_COLOR", "1")
        })?;
        let (step, reading) = (&play.step, play.step.hygiene()?);
        step.check(case.not_red, |step| {
            none_of_these(&reading, step, "nothing red", &[Sign::FailureStyled])
        });
        step.check(case.no_connection_failed, |step| {
            let expected = "no `connection failed`";
            none_of_these(&reading, step, expected, &[Sign::ConnectionFailed])
        });
        step.check(case.no_traceback, |step| {
            let unhandled = [
                Sign::Traceback,
                Sign::ExceptionIgnored,
                Sign::TaskDestroyed,
                Sign::TaskExceptionLost,
            ];
            none_of_these(&reading, step, "nothing unhandled", &unhandled)
        });
    }
    Ok(())
}

/// None of `signs` is anywhere on stderr; the noise is counted and quoted.
pub(super) fn none_of_these(
    reading: &StderrReading,
    step: &Step,
    expected: &str,
    signs: &[Sign],
) -> Judgement {
    let seen = signs
        .iter()
        .find_map(|sign| Some((sign, reading.signs.get(sign)?)));
    match seen {
        None => Judgement::pass(expected, format!("{} lines of noise", reading.noise.lines)),
        Some((sign, sighting)) => {
            let observed = format!(
                "{} lines of noise, {} of them so; first {}\n{}",
                reading.noise.lines,
                sighting.lines,
                sighting.first,
                step.quote()
            );
            Judgement::fail(super::hygiene::name_of(*sign), expected, observed)
        }
    }
}
