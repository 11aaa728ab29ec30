//! How the scenarios of hosted sync are run: a mission that is logged in to a service, and one
//! command that changes something locally.

use std::collections::BTreeSet;

use fixtures::Recipe;
use fixtures::hosted::{Answer, Behaviour, Endpoint, Request};
use serde_json::json;
use support::check::Judgement;
use support::process::Exit;
use support::skip::SkipCode;

use crate::context::{Abort, Hosted, Mission, Session, Step, TestContext};
use crate::expect::exit_zero;
use crate::marking::{MarkState, MarkStore, mark};

/// The task that is marked: a plain checkbox row, which every release can mark.
pub(super) const TASK: &str = "T001";

/// One more that is open.
const ANOTHER: &str = "T003";

/// A command that was run against a service.
pub(super) struct SyncAttempt {
    pub(super) step: Step,
    pub(super) hosted: Hosted,
    pub(super) mission: Mission,
    task: &'static str,
    before: MarkState,
}

impl SyncAttempt {
    /// Whether it succeeded: an exit code is said, a mark that is kept is done.
    pub(super) fn succeeded(&self) -> Result<Judgement, Abort> {
        let exit = exit_zero()(&self.step);
        if exit.held() { self.persisted() } else { Ok(exit) }
    }

    /// What the repository says of the mark, and who keeps it.
    pub(super) fn persisted(&self) -> Result<Judgement, Abort> {
        let after = MarkState::read(&self.mission)?;
        let keeper: MarkStore = after.keeper(&self.before);
        Ok(after.keeps(keeper, &[self.task]))
    }
}

/// Marks a task in a fresh mission, against a service that behaves so. A release that sends no
/// batch ends the scenario: there is nothing to judge.
pub(super) fn mark_against(
    context: &mut TestContext<'_>,
    behaviour: Behaviour,
) -> Result<SyncAttempt, Abort> {
    run_to(context, behaviour, &[Endpoint::Batch])
}

/// The same, where one of `endpoints` must have been asked.
pub(super) fn run_to(
    context: &mut TestContext<'_>,
    behaviour: Behaviour,
    endpoints: &[Endpoint],
) -> Result<SyncAttempt, Abort> {
    let mission = context.mission(&Recipe::mark_status())?;
    let (hosted, mission) = context.hosted(&mission, behaviour)?;
    mark_one(context, hosted, mission, TASK, endpoints)
}

/// The same with consent: after a first command, which makes the release's layout, the person opts
/// in, and the next command is judged. Only for releases that ask for it.
pub(super) fn run_opted_in(
    context: &mut TestContext<'_>,
    behaviour: Behaviour,
    session: Session,
    endpoints: &[Endpoint],
) -> Result<SyncAttempt, Abort> {
    let mission = context.mission(&Recipe::mark_status())?;
    let (hosted, mission) = opt_in(context, &mission, behaviour, session)?;
    mark_one(context, hosted, mission, ANOTHER, endpoints)
}

/// Logs in, marks a task, which makes the release's layout, and opts in.
pub(super) fn opt_in(
    context: &mut TestContext<'_>,
    mission: &Mission,
    behaviour: Behaviour,
    session: Session,
) -> Result<(Hosted, Mission), Abort> {
    let (hosted, mission) = context.hosted_with(mission, behaviour, session)?;
    let first = mark(context, &mission, &[TASK])?;
    let asks_for_consent = hosted.requests().is_empty() && context.offers(&["sync"], "opt-in")?;
    if !asks_for_consent {
        let why = "this release asks for no consent";
        let remediation = "nothing to mend: the other scenarios of the suite judge it";
        return Err(not_exercised(&first, why, remediation));
    }
    let consent = context.run(&mission, ["sync", "opt-in"])?;
    context.refuse_crash(&consent)?;
    if consent.exit() != Exit::Code(0) {
        let why = "the person could not opt in";
        let remediation = SkipCode::NotExercised.remediation();
        return Err(not_exercised(&consent, why, remediation));
    }
    Ok((hosted, mission))
}

fn mark_one(
    context: &mut TestContext<'_>,
    hosted: Hosted,
    mission: Mission,
    task: &'static str,
    endpoints: &[Endpoint],
) -> Result<SyncAttempt, Abort> {
    let attempt = mark_as(context, hosted, mission, task, |context, mission| {
        mark(context, mission, &[task])
    })?;
    must_have_called(&attempt.hosted, &attempt.step, endpoints)?;
    Ok(attempt)
}

/// One command that marks `task`, in whichever way.
pub(super) fn mark_as(
    context: &mut TestContext<'_>,
    hosted: Hosted,
    mission: Mission,
    task: &'static str,
    run: impl FnOnce(&mut TestContext<'_>, &Mission) -> Result<Step, Abort>,
) -> Result<SyncAttempt, Abort> {
    let before = MarkState::read(&mission)?;
    let step = run(context, &mission)?;
    Ok(SyncAttempt { step, hosted, mission, task, before })
}

/// A mission whose work packages have a lane: finalised by the product itself, with sync off.
pub(super) fn finalised(context: &mut TestContext<'_>) -> Result<Mission, Abort> {
    let mission = context.mission(&Recipe::mark_status().specified())?;
    let args = ["agent", "mission", "finalize-tasks", "--json", "--mission"];
    let step = context.run(&mission, args.iter().chain(&[mission.slug.as_str()]))?;
    context.refuse_crash(&step)?;
    if step.exit() == Exit::Code(0) {
        return Ok(mission);
    }
    Err(not_exercised(
        &step,
        "the mission could not be finalised",
        SkipCode::NotExercised.remediation(),
    ))
}

/// A healthy service whose socket never opens, so that only the event batches speak: whether an
/// event goes by socket or by batch is a race, and what the socket's own client prints is another
/// matter (DS1, DS4).
pub(super) fn without_socket() -> Behaviour {
    Behaviour::healthy().answer(Endpoint::WsToken, [Answer::Hang])
}

/// A service without a socket, with these answers to event batches.
pub(super) fn batches(answers: impl IntoIterator<Item = Answer>) -> Behaviour {
    without_socket().answer(Endpoint::Batch, answers)
}

/// A batch that is refused for a reason that the service gives in words.
pub(super) fn unavailable(message: &str) -> Answer {
    Answer::status(503, json!({ "message": message }))
}

/// A batch that this session may not send.
pub(super) fn forbidden() -> Answer {
    Answer::status(403, json!({ "error": "not for this team" }))
}

/// That the trouble was brought about: one of `endpoints` was asked, or any where none is named.
///
/// A command that failed or crashed before it called anybody is no reason to skip: its checks say
/// so. From the 3.2.6 line on, a command asks for consent before it calls.
pub(super) fn must_have_called(
    hosted: &Hosted,
    step: &Step,
    endpoints: &[Endpoint],
) -> Result<(), Abort> {
    let requests = hosted.requests();
    let wanted = |request: &Request| endpoints.is_empty() || endpoints.contains(&request.endpoint);
    let failed = step.exit() != Exit::Code(0) || step.traceback().is_some();
    if failed || requests.iter().any(wanted) {
        return Ok(());
    }
    let called: BTreeSet<&str> = requests.iter().map(|request| &*request.path).collect();
    let why = if called.is_empty() {
        "the command asked nothing of the hosted service".to_owned()
    } else {
        let called: Vec<&str> = called.into_iter().collect();
        format!("the command asked for {} only", called.join(", "))
    };
    Err(not_exercised(
        step,
        &why,
        "from the 3.2.6 line on, `sync opt-in` arms it; an opted-in release has scenarios of its own",
    ))
}

/// The same for a command that is to fail: its failure must not hide that no sync was refused.
pub(super) fn must_have_been_refused(hosted: &Hosted, step: &Step) -> Result<(), Abort> {
    if hosted.requests_to(Endpoint::Batch).is_empty() {
        let remediation = SkipCode::NotExercised.remediation();
        return Err(not_exercised(step, "the command sent no batch", remediation));
    }
    Ok(())
}

fn not_exercised(step: &Step, why: &str, remediation: &str) -> Abort {
    Abort::not_exercised(Some(step), why, remediation)
}
