//! When the local command fails, nobody claims that it succeeded.

use support::check::Judgement;

use super::attempt::{batches, finalised, forbidden, must_have_been_refused};
use super::no_failure_wording::none_of_these;
use crate::context::{Abort, Mission, Step, TestContext};
use crate::contract::sync_diagnostic::Sign;
use crate::expect::{exit_nonzero, exit_zero};
use crate::marking::MarkState;
use crate::promised::EVENT_BATCHES;
use crate::scenario::{CheckSpec, Load, Scenario};

const THE_COMMAND_WORKS: CheckSpec = CheckSpec::new(
    "the-command-works",
    "FR-001",
    "the control: a work package that there is is moved, and is there afterwards",
);
const EXITS_NONZERO: CheckSpec =
    CheckSpec::new("exits-nonzero", "DS7", "the command fails: there is no such work package");
const SAYS_WHY: CheckSpec =
    CheckSpec::new("says-why", "DS7", "stdout is one JSON document with an error");
const CLAIMS_NO_SUCCESS: CheckSpec =
    CheckSpec::new("claims-no-success", "DS7", "stderr does not mention a local success");

pub const SCENARIO: Scenario = Scenario {
    id: "sync/local-failure-stays-honest",
    promise: "when the local command fails, a failed final sync does not say that it succeeded",
    requirements: &["FR-001"],
    issues: &[952],
    checks: &[THE_COMMAND_WORKS, EXITS_NONZERO, SAYS_WHY, CLAIMS_NO_SUCCESS],
    promised: Some(EVENT_BATCHES),
    load: Load::Waiting,
    run,
    ..Scenario::DEFAULT
};

/// A work package that does not exist.
const UNKNOWN_PACKAGE: &str = "WP99";

fn run(context: &mut TestContext<'_>) -> Result<(), Abort> {
    let mission = finalised(context)?;
    let (hosted, mission) = context.hosted(&mission, batches([forbidden()]))?;
    let step = move_package(context, &mission, UNKNOWN_PACKAGE)?;
    must_have_been_refused(&hosted, &step)?;
    step.check(EXITS_NONZERO, exit_nonzero());
    step.check(SAYS_WHY, says_why);
    let reading = step.hygiene()?;
    step.check(CLAIMS_NO_SUCCESS, |step| {
        none_of_these(&reading, step, "no claim of success", &[Sign::SuccessClaim])
    });
    let control = move_package(context, &mission, "WP01")?;
    let moved = is_claimed(&control, &mission)?;
    control.check(THE_COMMAND_WORKS, |_| moved);
    Ok(())
}

fn is_claimed(step: &Step, mission: &Mission) -> Result<Judgement, Abort> {
    let exit = exit_zero()(step);
    if !exit.held() {
        return Ok(exit);
    }
    let (expected, truth) = ("WP01 in lane claimed", MarkState::read(mission)?);
    Ok(match truth.lane_of("WP01") {
        Some("claimed") => Judgement::pass(expected, "it is"),
        other => Judgement::fail(
            "not-moved",
            expected,
            format!("it is in lane {}", other.unwrap_or("none")),
        ),
    })
}

fn move_package(
    context: &mut TestContext<'_>,
    mission: &Mission,
    package: &str,
) -> Result<Step, Abort> {
    let command = ["agent", "tasks", "move-task", package, "--to", "claimed"];
    context.run(mission, command.iter().chain(&["--mission", &mission.slug, "--json"]))
}

fn says_why(step: &Step) -> Judgement {
    let expected = "one JSON document with an error";
    match step.try_document() {
        Ok(document) if document.get("error").is_some() => {
            Judgement::pass(expected, document.to_string())
        }
        Ok(_) => Judgement::fail("no-error", expected, step.quote()),
        Err(fault) => Judgement::fail(fault.to_string(), expected, step.quote()),
    }
}
