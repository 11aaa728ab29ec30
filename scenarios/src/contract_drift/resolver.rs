//! The release says which versions of the events package it takes, and an installer's check holds
//! it to that.

use fixtures::Drift;
use support::check::Judgement;
use support::process::Exit;

use super::{at_work, drift};
use crate::context::{Abort, Mission, Nested, Step, TestContext, Tool};
use crate::control::MARKS;
use crate::scenario::{CheckSpec, Scenario};

const CONTROL_AGREES: CheckSpec = CheckSpec::new(
    "control-agrees",
    "FR-015",
    "the control: the packages of the release agree with each other",
);
const REFUSES_VER999: CheckSpec = CheckSpec::new(
    "refuses-ver999",
    "A.4 ver999",
    "version 999.0.0 of the real code is refused by name and version",
);
const REFUSES_TINY: CheckSpec = CheckSpec::new(
    "refuses-tiny",
    "A.4 tiny",
    "version 999.0.0 of another code is refused by name and version",
);
const CONTROL_AGREES_AGAIN: CheckSpec = CheckSpec::new(
    "control-agrees-again",
    "FR-015",
    "the control again: with the real package back in place they agree",
);

pub const SCENARIO: Scenario = Scenario {
    id: "contract-drift/resolver",
    promise: "an installer's check tells that a version of the events package is not one that the release takes",
    requirements: &["FR-015"],
    issues: &[975],
    checks: &[MARKS, CONTROL_AGREES, REFUSES_VER999, REFUSES_TINY, CONTROL_AGREES_AGAIN],
    run,
    ..Scenario::DEFAULT
};

fn run(context: &mut TestContext<'_>) -> Result<(), Abort> {
    let (nested, real, mission) = at_work(context)?;
    let step = check(context, &nested, &mission)?;
    context.control(CONTROL_AGREES, &step, agrees(&step))?;
    for (variant, refusal) in [(Drift::Ver999, REFUSES_VER999), (Drift::Tiny, REFUSES_TINY)] {
        drift(context, &nested, &real, variant)?;
        let step = check(context, &nested, &mission)?;
        step.check(refusal, refuses);
    }
    context.restore(&nested, &real)?;
    let step = check(context, &nested, &mission)?;
    context.control(CONTROL_AGREES_AGAIN, &step, agrees(&step))
}

/// `pip check`, or `uv pip check`.
fn check(context: &mut TestContext<'_>, nested: &Nested, mission: &Mission) -> Result<Step, Abort> {
    context.command(mission, ["check"]).tool(nested, Tool::Pip).run()
}

fn agrees(step: &Step) -> Judgement {
    let expected = "exit 0: the packages agree";
    match step.exit() {
        Exit::Code(0) => Judgement::pass(expected, "exit 0"),
        exit => Judgement::fail(format!("disagree: {exit}"), expected, step.quote()),
    }
}

/// The line that names the package also names the version that is too much.
fn refuses(step: &Step) -> Judgement {
    let expected = "exit 1, and a line with spec-kitty-events and 999.0.0";
    let said = step.stdout_text() + &step.stderr_text();
    let named =
        said.lines().any(|line| line.contains("spec-kitty-events") && line.contains("999.0.0"));
    match (step.exit(), named) {
        (Exit::Code(1), true) => Judgement::pass(expected, step.quote()),
        (Exit::Code(1), false) => Judgement::fail("not-named", expected, step.quote()),
        (exit, _) => Judgement::fail(exit.to_string(), expected, step.quote()),
    }
}
