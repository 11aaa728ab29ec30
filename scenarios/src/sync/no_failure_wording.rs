//! Trouble after a local success does not look like a failure: not with colours forced, and not on
//! a terminal.

use std::time::Duration;

use fixtures::Recipe;
use fixtures::hosted::{Answer, Behaviour, Endpoint};
use serde_json::json;
use support::check::Judgement;

use super::attempt::{TASK, batches, forbidden, mark_as, must_have_called};
use super::hygiene::exactly_one;
use crate::context::{Abort, Hosted, Mission, Session, Step, TestContext};
use crate::contract::sync_diagnostic::{Sign, StderrReading};
use crate::marking::{mark, mark_on_terminal};
use crate::promised::EVENT_BATCHES;
use crate::scenario::{CheckSpec, Load, Scenario};
use support::machine::Need;

const REFUSED_IS_TOLD: CheckSpec = CheckSpec::new(
    "refused-is-told",
    "FR-003",
    "a refused batch, the control: a success, a mark that is kept, and one diagnostic",
);
const NO_SOCKET_IS_A_SUCCESS: CheckSpec = CheckSpec::new(
    "no-socket-is-a-success",
    "FR-001",
    "no way to the socket, the control: a success, and a mark that is kept",
);
const LOGGED_OUT_IS_A_SUCCESS: CheckSpec = CheckSpec::new(
    "logged-out-is-a-success",
    "FR-001",
    "a session that is over and not renewed, the control: a success, and a mark that is kept",
);
const REFUSED_NOT_RED: CheckSpec =
    CheckSpec::new("refused-not-red", "FR-006", "a refused batch: nothing red");
const REFUSED_NO_CONNECTION_FAILED: CheckSpec = CheckSpec::new(
    "refused-no-connection-failed",
    "FR-006",
    "a refused batch: no `connection failed` in any case",
);
const REFUSED_NO_TRACEBACK: CheckSpec = CheckSpec::new(
    "refused-no-traceback",
    "FR-006",
    "a refused batch: nothing that Python could not handle",
);
const NO_SOCKET_NOT_RED: CheckSpec =
    CheckSpec::new("no-socket-not-red", "FR-006", "no way to the socket: nothing red");
const NO_SOCKET_NO_CONNECTION_FAILED: CheckSpec = CheckSpec::new(
    "no-socket-no-connection-failed",
    "DS4",
    "no way to the socket: no `connection failed` in any case",
);
const NO_SOCKET_NO_TRACEBACK: CheckSpec = CheckSpec::new(
    "no-socket-no-traceback",
    "FR-006",
    "no way to the socket: nothing that Python could not handle",
);
const LOGGED_OUT_NOT_RED: CheckSpec = CheckSpec::new(
    "logged-out-not-red",
    "DS2",
    "a session that is over and not renewed: nothing red",
);
const LOGGED_OUT_NO_CONNECTION_FAILED: CheckSpec = CheckSpec::new(
    "logged-out-no-connection-failed",
    "FR-006",
    "a session that is over and not renewed: no `connection failed` in any case",
);
const LOGGED_OUT_NO_TRACEBACK: CheckSpec = CheckSpec::new(
    "logged-out-no-traceback",
    "DS2",
    "a session that is over and not renewed: nothing that Python could not handle",
);

/// With `FORCE_COLOR`.
pub const COLOURED: Scenario = Scenario {
    id: "sync/no-failure-wording",
    promise: "what a failed final sync prints is neither red, nor a traceback, nor says that a connection failed",
    requirements: &["FR-006"],
    issues: &[952],
    checks: CHECKS,
    promised: Some(EVENT_BATCHES),
    load: Load::Waiting,
    run: |context| {
        judge_wording(context, |context, mission| {
            let step = mark(context, &coloured(mission).with_env("FORCE_COLOR", "1"), &["T001"])?;
            let reading = step.hygiene()?;
            Ok((step, reading))
        })
    },
    ..Scenario::DEFAULT
};

/// On a pseudo-terminal, where both streams are one.
pub const ON_A_TERMINAL: Scenario = Scenario {
    id: "sync/no-failure-wording-on-a-terminal",
    promise: "the same on a terminal, for people",
    requirements: &["FR-006"],
    issues: &[952],
    checks: CHECKS,
    promised: Some(EVENT_BATCHES),
    needs: &[Need::Terminal],
    load: Load::Waiting,
    run: |context| {
        judge_wording(context, |context, mission| {
            let step = mark_on_terminal(context, &coloured(mission), &["T001"])?;
            let reading = StderrReading::of(step.stdout_text().as_bytes());
            Ok((step, reading))
        })
    },
    ..Scenario::DEFAULT
};

const CHECKS: &[CheckSpec] = &[
    REFUSED_IS_TOLD,
    NO_SOCKET_IS_A_SUCCESS,
    LOGGED_OUT_IS_A_SUCCESS,
    REFUSED_NOT_RED,
    REFUSED_NO_CONNECTION_FAILED,
    REFUSED_NO_TRACEBACK,
    NO_SOCKET_NOT_RED,
    NO_SOCKET_NO_CONNECTION_FAILED,
    NO_SOCKET_NO_TRACEBACK,
    LOGGED_OUT_NOT_RED,
    LOGGED_OUT_NO_CONNECTION_FAILED,
    LOGGED_OUT_NO_TRACEBACK,
];

/// The sandbox's own terminal is a dumb one, on which nothing is ever red.
fn coloured(mission: &Mission) -> Mission {
    mission.with_env("TERM", "xterm-256color")
}

/// The command must live long enough for the socket's client to speak: that is another thread.
const LONG_ENOUGH: Duration = Duration::from_secs(2);

/// One trouble, and its checks.
struct Case {
    behaviour: Behaviour,
    session: Session,
    /// Where the trouble is.
    endpoint: Endpoint,
    /// The control, and the three that are proven by it.
    checks: [CheckSpec; 4],
}

fn cases() -> [Case; 3] {
    let no_token = Answer::status(500, json!({ "error": "no token today" }));
    let over = Answer::status(400, json!({ "error": "invalid_grant" }));
    [
        Case {
            behaviour: batches([forbidden()]),
            session: Session::Lasting,
            endpoint: Endpoint::Batch,
            checks: [
                REFUSED_IS_TOLD,
                REFUSED_NOT_RED,
                REFUSED_NO_CONNECTION_FAILED,
                REFUSED_NO_TRACEBACK,
            ],
        },
        Case {
            behaviour: Behaviour::healthy()
                .answer(Endpoint::WsToken, [no_token])
                .answer(Endpoint::Batch, [Answer::Healthy.after(LONG_ENOUGH)]),
            session: Session::Lasting,
            endpoint: Endpoint::WsToken,
            checks: [
                NO_SOCKET_IS_A_SUCCESS,
                NO_SOCKET_NOT_RED,
                NO_SOCKET_NO_CONNECTION_FAILED,
                NO_SOCKET_NO_TRACEBACK,
            ],
        },
        Case {
            behaviour: Behaviour::healthy().answer(Endpoint::Refresh, [over]),
            session: Session::Expired,
            endpoint: Endpoint::Refresh,
            checks: [
                LOGGED_OUT_IS_A_SUCCESS,
                LOGGED_OUT_NOT_RED,
                LOGGED_OUT_NO_CONNECTION_FAILED,
                LOGGED_OUT_NO_TRACEBACK,
            ],
        },
    ]
}

fn judge_wording(
    context: &mut TestContext<'_>,
    attempt: impl Fn(&mut TestContext<'_>, &Mission) -> Result<(Step, StderrReading), Abort>,
) -> Result<(), Abort> {
    for case in cases() {
        let mission = context.mission(&Recipe::mark_status())?;
        let (hosted, mission): (Hosted, Mission) =
            context.hosted_with(&mission, case.behaviour, case.session)?;
        let mut reading = StderrReading::default();
        let executed = mark_as(context, hosted, mission, TASK, |context, mission| {
            let (step, read) = attempt(context, mission)?;
            reading = read;
            Ok(step)
        })?;
        let step = &executed.step;
        must_have_called(&executed.hosted, step, &[case.endpoint])?;
        let success = executed.succeeded()?;
        let [control, red, connection, unhandled] = case.checks;
        step.check(control, |step| match case.endpoint {
            Endpoint::Batch if success.held() => exactly_one(&reading, step),
            _ => success,
        });
        step.check(red, |step| {
            none_of_these(&reading, step, "nothing red", &[Sign::FailureStyled])
        });
        step.check(connection, |step| {
            let expected = "no `connection failed`";
            none_of_these(&reading, step, expected, &[Sign::ConnectionFailed])
        });
        step.check(unhandled, |step| {
            let unhandled = reading.signs.keys().copied();
            let signs: Vec<Sign> = unhandled.filter(|sign| sign.is_unhandled()).collect();
            none_of_these(&reading, step, "nothing unhandled", &signs)
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
    let seen = signs.iter().find_map(|sign| Some((sign, reading.signs.get(sign)?)));
    match seen {
        None => Judgement::pass(expected, format!("{} lines of noise", reading.noise.lines)),
        Some((sign, found)) => {
            let observed = format!(
                "{} lines of noise, {} of them so; first {}\n{}",
                reading.noise.lines,
                found.lines,
                found.quotes[0],
                step.quote()
            );
            Judgement::fail(sign.name(), expected, observed)
        }
    }
}
