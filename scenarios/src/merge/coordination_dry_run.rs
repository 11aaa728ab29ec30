//! In coordination topology a blocked dry run is still JSON.

use fixtures::Recipe;

use super::dry_run;
use crate::control::{MERGES, prove_that_it_merges};
use crate::expect::{no_traceback, one_json_document};
use crate::scenario::{CheckSpec, Load, Scenario};
use crate::stage::{Halt, Stage};

pub const SCENARIO: Scenario = Scenario {
    id: "merge/coordination-dry-run-stays-json",
    promise: "in coordination topology, without the branch, --json prints one document and no traceback",
    requirements: &["FR-016", "FR-017"],
    issues: &[976],
    checks: &[
        MERGES,
        CheckSpec::new(
            "stdout-is-one-json-document",
            "FR-017",
            "stdout is one JSON document",
        ),
        CheckSpec::new("no-traceback", "FR-017", "neither stream shows a traceback"),
    ],
    load: Load::Busy,
    run,
};

fn run(stage: &mut Stage<'_>) -> Result<(), Halt> {
    prove_that_it_merges(stage)?;
    let mission = stage.mission(
        &Recipe::merge_ready()
            .coordination()
            .without_mission_branch(),
    )?;
    let step = dry_run(stage, &mission)?;
    step.check("stdout-is-one-json-document", one_json_document());
    step.check("no-traceback", no_traceback());
    Ok(())
}
