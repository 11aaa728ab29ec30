//! The phases of the way, and what becomes of one that fails.

use support::check::Judgement;
use support::process::Exit;
use support::skip::SkipCode;

use super::refusal;
use crate::context::{Abort, Step, TestContext};

/// A part of the way that one command of the product makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Phase {
    /// The folder becomes a project.
    Init,
    /// The project gets a charter.
    Charter,
    /// The mission is made.
    Create,
    /// The plan is taken over.
    Plan,
    /// The work packages are taken over.
    Tasks,
    /// The analysis is filed.
    Analysis,
    /// A work package is begun.
    Implement,
    /// A work package is handed over for review.
    HandOver,
    /// A work package is reviewed.
    Review,
    /// A work package is approved.
    Approve,
    /// The mission is merged.
    Merge,
}

/// Where a preparation stops. What stopped it is not this scenario's to judge.
pub(crate) fn or_stop(_: &mut TestContext<'_>, phase: Phase, step: &Step) -> Result<(), Abort> {
    let judgement = succeeded(step);
    if judgement.held() {
        return Ok(());
    }
    if let Some(crash) = step.traceback() {
        return Err(Abort::Useless(format!("{}: {crash}", step.argv().join(" "))));
    }
    let why = format!("the preparation stops at {phase:?}: {}", judgement.observed);
    let code = SkipCode::NotExercised;
    Err(Abort::not_exercised(Some(step), &why, code.remediation()))
}

/// Whether a command did what it was asked. Some releases refuse in words alone: exit 0, and a
/// document whose result is not a success. The signature is what the refusal is called.
pub(crate) fn succeeded(step: &Step) -> Judgement {
    let expected = "exit 0, and no refusal";
    let refused = || {
        let document = step.try_document().ok()?;
        let result = document.get("result")?.as_str()?.to_owned();
        (result != "success").then_some(result)
    };
    match (step.exit(), refused()) {
        (Exit::Code(0), None) => Judgement::pass(expected, "exit 0"),
        (Exit::Code(0), Some(result)) => {
            Judgement::fail(format!("result={result}"), expected, step.quote())
        }
        (exit, _) => {
            let by_exit = || exit.to_string().replace(' ', "=");
            let signature = refusal::name_of(step).unwrap_or_else(by_exit);
            Judgement::fail(signature, expected, step.quote())
        }
    }
}
