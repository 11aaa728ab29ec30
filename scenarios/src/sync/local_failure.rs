//! When the local command fails, nobody claims that it succeeded.

use support::check::Judgement;
use support::contract::sync_diagnostic::Sign;

use super::no_failure_wording::none_of_these;
use super::play::{batches, finalised, forbidden, must_have_been_refused};
use crate::expect::exit_nonzero;
use crate::scenario::{CheckSpec, Load, Scenario};
use crate::stage::{Halt, Mission, Stage, Step};

pub const SCENARIO: Scenario = Scenario {
    id: "sync/local-failure-stays-honest",
    promise: "when the local command fails, a failed final sync does not say that it succeeded",
    requirements: &["FR-001"],
    issues: &[952],
    checks: &[
        CheckSpec::new(
            "exits-nonzero",
            "DS7",
            "the command fails: there is no such work package",
        ),
        CheckSpec::new(
            "says-why",
            "DS7",
            "stdout is one JSON document with an error",
        ),
        CheckSpec::new(
            "claims-no-success",
            "DS7",
            "stderr does not speak of a local success",
        ),
    ],
    load: Load::Waiting,
    run,
};

fn run(stage: &mut Stage<'_>) -> Result<(), Halt> {
    let mission = finalised(stage)?;
    let (hosted, mission) = stage.hosted(&mission, batches([forbidden()]))?;
    let step = move_what_is_not_there(stage, &mission)?;
    must_have_been_refused(&hosted, &step)?;
    step.check("exits-nonzero", exit_nonzero());
    step.check("says-why", says_why);
    let reading = step.hygiene()?;
    step.check("claims-no-success", |step| {
        none_of_these(&reading, step, "no claim of success", &[Sign::SuccessClaim])
    });
    Ok(())
}

/// A work package that does not exist.
fn move_what_is_not_there(stage: &mut Stage<'_>, mission: &Mission) -> Result<Step, Halt> {
    let command = ["agent", "tasks", "move-task", "WP99", "--to", "claimed"];
    stage.run(
        mission,
        command
            .iter()
            .chain(&["--mission", &mission.slug, "--json"]),
    )
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
