//! A session that ends while a command of an opted-in release does: it is good when the socket opens,
//! and nearly over when the final sync asks for it. So the final sync is the first to learn what
//! the service makes of a refresh.
//!
//! The product logs in right before the judged command, to a service whose sessions live for
//! seconds. The command is `finalize-tasks`, and a close frame that nobody answers holds its end up for
//! some 5 s (facts 1c of hosted sync). The session may end at any time within that. Whether it did is
//! read from what the service recorded, never from what the command said. A race that was lost is
//! run again, with a life that suits the speed of the machine; one that is lost each time proves
//! nothing.
//!
//! (`mark-status` ends a fraction of a second after it calls the service, and
//! often before its socket is open.)
//!
//! What else stands on stderr is not judged here: the race at exit that puts it there (DS8) is
//! run often enough by `sync/opted-in-healthy`.

use std::path::PathBuf;

use fixtures::Recipe;
use fixtures::hosted::{Answer, Behaviour, Endpoint, Given, Request, SocketWay};
use serde_json::json;
use support::contention::is_quiet;
use support::process::Exit;

use super::attempt::opt_in;
use super::hygiene::{TOLD, changed, judge_told};
use crate::context::{Abort, Session, Step, TestContext};
use crate::contract::sync_diagnostic::code;
use crate::promised::CONSENT;
use crate::scenario::{CheckSpec, Load, Scenario};

const MUTATION_IS_PERSISTED: CheckSpec = CheckSpec::new(
    "mutation-is-persisted",
    "FR-001",
    "the work packages are finalised: the repository has changed",
);

/// Somebody else has rotated the session meanwhile.
pub const AUTH_REFRESH: Scenario = Scenario {
    id: "sync/opted-in-auth-refresh",
    promise: "with consent, a session that another process rotates during the final sync is told once, as auth_refresh_in_progress",
    requirements: &["FR-001", "FR-002", "FR-003", "FR-004"],
    issues: &[952],
    checks: &CHECKS,
    promised: Some(CONSENT),
    load: LOAD,
    run: |context| {
        expect_diagnostic(context, RefreshFailure::Rotated, code::AUTH_REFRESH_IN_PROGRESS)
    },
    ..Scenario::DEFAULT
};

/// The server takes the refresh for a replay.
pub const SERVER_AUTH: Scenario = Scenario {
    id: "sync/opted-in-server-auth",
    promise: "with consent, a refresh that the server refuses during the final sync is told once, as server_auth_failure",
    requirements: &["FR-001", "FR-002", "FR-003", "FR-004"],
    issues: &[952],
    checks: &CHECKS,
    promised: Some(CONSENT),
    load: LOAD,
    run: |context| expect_diagnostic(context, RefreshFailure::Replayed, code::SERVER_AUTH_FAILURE),
    ..Scenario::DEFAULT
};

/// The refresh is not answered before the interpreter ends.
pub const EVENT_LOOP: Scenario = Scenario {
    id: "sync/opted-in-event-loop",
    promise: "with consent, a refresh that outlasts the final sync is told once, as event_loop_unavailable",
    requirements: &["FR-001", "FR-002", "FR-003", "FR-004"],
    issues: &[952],
    checks: &CHECKS,
    promised: Some(CONSENT),
    load: LOAD,
    run: |context| {
        expect_diagnostic(context, RefreshFailure::Unanswered, code::EVENT_LOOP_UNAVAILABLE)
    },
    ..Scenario::DEFAULT
};

const CHECKS: [CheckSpec; 7] = {
    let [success, _, document, clean, one, form, code] = TOLD;
    let persisted = MUTATION_IS_PERSISTED;
    [success, persisted, document, clean, one, form, code]
};

/// They mostly wait, but a crowd of others would make them miss the moment.
const LOAD: Load = Load::Busy;

/// How often a race may be lost.
const TRIES: usize = 4;

/// How long the first session lives, in seconds: right for a command that calls the service some
/// 2 s after the login.
const LIFE: u64 = 11;

/// How long after the command's first call its session should end, in milliseconds. The product
/// renews what lives for less than 5 s; the final sync comes some 6 s later. So this is the middle.
const MIDDLE_MS: u64 = 9_000;

/// A timer asks right after the socket opens; the final sync, much later.
const LATER_MS: u64 = 1_000;

/// How far apart the attempts of one final sync lie at most: it sleeps for a second between them,
/// and gives up after five. A slower machine brings about a trouble of its own.
const APART_MS: u64 = 1_900;

/// What the service makes of a refresh.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum RefreshFailure {
    Rotated,
    Replayed,
    Unanswered,
}

impl RefreshFailure {
    /// What the service answers. `sessions` are the product's own, and another that is over.
    fn answer(self, sessions: [PathBuf; 2]) -> Answer {
        match self {
            Self::Rotated => {
                Answer::status(400, json!({"error": "invalid_grant"})).exchanging(sessions)
            }
            Self::Replayed => Answer::status(
                409,
                json!({"error": "refresh_replay_benign_retry", "retry_after": 1}),
            ),
            Self::Unanswered => Answer::Hang,
        }
    }
}

fn expect_diagnostic(
    context: &mut TestContext<'_>,
    trouble: RefreshFailure,
    code: &str,
) -> Result<(), Abort> {
    let (mut life, mut seen) = (LIFE, Vec::new());
    for _ in 0..TRIES {
        let attempt = mark_with_session(context, trouble, life)?;
        // A command that failed has broken its promise, whatever it met.
        let succeeded = attempt.step.exit() == Exit::Code(0);
        let Some(lost) = attempt.race.lost(trouble).filter(|_| succeeded) else {
            return judge_told(context, &attempt.step, changed(attempt.changes), &[code]);
        };
        seen.push(format!("a session of {life} s: {lost}"));
        life = attempt.race.better_life().unwrap_or(life);
    }
    let seen = seen.join("; ");
    if !is_quiet() {
        return Err(Abort::machine_busy(&[], &seen));
    }
    let remediation = "run it again when the machine is less busy";
    Err(Abort::not_exercised(None, &seen, remediation))
}

/// A command that was run while its session ended.
#[derive(Debug)]
struct SessionAttempt {
    step: Step,
    /// What it changed in the repository.
    changes: usize,
    race: Race,
}

fn mark_with_session(
    context: &mut TestContext<'_>,
    trouble: RefreshFailure,
    life: u64,
) -> Result<SessionAttempt, Abort> {
    let mission = context.mission(&Recipe::mark_status().specified())?;
    let sessions = context.session_files(&mission)?;
    let behaviour = Behaviour::healthy()
        .session_life(life)
        .session_id("sess-2")
        .sockets([SocketWay::CloseUnanswered])
        .answer(Endpoint::Refresh, [trouble.answer(sessions)]);
    let (hosted, mission) = opt_in(context, &mission, behaviour, Session::Expired)?;
    let before = context.snapshot(&mission)?;
    context.log_in_anew(&mission)?;
    let asked = hosted.requests();
    let args = ["agent", "mission", "finalize-tasks", "--json", "--mission"];
    let step = context.run(&mission, args.iter().chain(&[mission.slug.as_str()]))?;
    let race = Race { asked: hosted.requests().split_off(asked.len()), login: last_login(&asked) };
    Ok(SessionAttempt { step, changes: before.diff(&context.snapshot(&mission)?).len(), race })
}

/// When the session began, on the service's clock.
fn last_login(asked: &[Request]) -> Option<u64> {
    let tokens = |request: &&Request| request.endpoint == Endpoint::DeviceToken;
    asked.iter().rfind(tokens).map(|request| request.at_ms)
}

/// What the judged command asked, and when its session began.
#[derive(Debug)]
struct Race {
    asked: Vec<Request>,
    login: Option<u64>,
}

impl Race {
    /// Why the command proves nothing; nothing where the final sync met the trouble, and met it
    /// first.
    fn lost(&self, trouble: RefreshFailure) -> Option<String> {
        let opened = |request: &&Request| {
            request.endpoint == Endpoint::Socket && request.answer == Some(Given::Status(101))
        };
        let Some(socket) = self.asked.iter().find(opened) else {
            return Some("no socket was opened".to_owned());
        };
        let refreshes: Vec<u64> = self.refreshes().map(|request| request.at_ms).collect();
        let Some(first) = refreshes.first() else {
            return Some("it outlived the command".to_owned());
        };
        if *first < socket.at_ms + LATER_MS {
            return Some("it was over when the socket opened".to_owned());
        }
        let end = socket.duration_ms.map(|open| socket.at_ms + open);
        let times: Vec<u64> = refreshes.into_iter().chain(end).collect();
        let apart = times.windows(2).map(|pair| pair[1].saturating_sub(pair[0]));
        let longest = apart.max().unwrap_or_default();
        (trouble != RefreshFailure::Unanswered && longest > APART_MS)
            .then(|| format!("an attempt of the final sync took {longest} ms"))
    }

    fn refreshes(&self) -> impl Iterator<Item = &Request> {
        let of_refresh = |request: &&Request| request.endpoint == Endpoint::Refresh;
        self.asked.iter().filter(of_refresh)
    }

    /// The life with which this race would have been won.
    fn better_life(&self) -> Option<u64> {
        let called = self.asked.first()?.at_ms.checked_sub(self.login?)?;
        Some((called + MIDDLE_MS).div_ceil(1_000))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use fixtures::hosted::{Body, End, Headers};

    use super::*;

    fn request(endpoint: Endpoint, at_ms: u64, duration_ms: u64, answer: u16) -> Request {
        Request {
            number: 1,
            endpoint,
            method: String::new(),
            path: String::new(),
            headers: Headers::default(),
            body: Body::Form(BTreeMap::new()),
            at_ms,
            duration_ms: Some(duration_ms),
            answer: Some(Given::Status(answer)),
            end: End::Done,
            frames: Vec::new(),
            more_frames: 0,
        }
    }

    /// A socket that opened after 10 s and lived for `open` ms, and refreshes at these times.
    fn race(open: u64, refreshes: &[u64]) -> Race {
        let mut asked = vec![
            request(Endpoint::WsToken, 9_900, 1, 200),
            request(Endpoint::Socket, 10_000, open, 101),
        ];
        let refresh = |at: &u64| request(Endpoint::Refresh, *at, 1, 409);
        asked.extend(refreshes.iter().map(refresh));
        Race { asked, login: Some(4_000) }
    }

    #[test]
    fn a_final_sync_that_met_the_trouble_first_is_won() {
        let won = race(23_000, &[30_000, 31_200, 32_400]);
        assert_eq!(won.lost(RefreshFailure::Replayed), None);
        assert_eq!(race(26_000, &[30_000]).lost(RefreshFailure::Unanswered), None);
    }

    #[test]
    fn any_other_is_lost_for_a_reason() {
        let why = |race: Race| race.lost(RefreshFailure::Replayed).unwrap_or_default();
        assert!(why(race(23_000, &[])).contains("outlived"));
        assert!(why(race(23_000, &[10_300, 30_000])).contains("when the socket opened"));
        assert!(why(race(24_700, &[30_000, 32_700])).contains("took 2700 ms"));
        let mut refused = race(23_000, &[30_000]);
        refused.asked[1].answer = Some(Given::Status(401));
        assert!(why(refused).contains("no socket"));
    }

    #[test]
    fn the_next_session_ends_in_the_middle() {
        assert_eq!(race(0, &[]).better_life(), Some(15));
    }
}
