//! In coordination topology a blocked dry run is still JSON.

use fixtures::Recipe;
use support::check::Judgement;

use super::dry_run;
use crate::context::{Abort, Step, TestContext};
use crate::contract::DryRun;
use crate::control::{MERGES, prove_that_it_merges};
use crate::expect::{no_traceback, one_json_document};
use crate::scenario::{CheckSpec, Scenario};

const STDOUT_IS_ONE_JSON_DOCUMENT: CheckSpec = CheckSpec::new(
    "stdout-is-one-json-document",
    "FR-017",
    "stdout is one JSON document, about a merge",
);
const NO_TRACEBACK: CheckSpec =
    CheckSpec::new("no-traceback", "FR-017", "neither stream shows a traceback");

pub const SCENARIO: Scenario = Scenario {
    id: "merge/coordination-dry-run-stays-json",
    promise: "in coordination topology, without the branch, --json prints one document and no traceback",
    requirements: &["FR-016", "FR-017"],
    issues: &[976],
    checks: &[MERGES, STDOUT_IS_ONE_JSON_DOCUMENT, NO_TRACEBACK],
    run,
    ..Scenario::DEFAULT
};

fn run(context: &mut TestContext<'_>) -> Result<(), Abort> {
    prove_that_it_merges(context)?;
    let mission =
        context.mission(&Recipe::merge_ready().coordination().without_mission_branch())?;
    let step = dry_run(context, &mission)?;
    step.check(STDOUT_IS_ONE_JSON_DOCUMENT, |step| {
        let document = one_json_document()(step);
        if document.held() { is_about_a_merge(step) } else { document }
    });
    step.check(NO_TRACEBACK, no_traceback());
    Ok(())
}

/// It names the target, which nobody has told it, or what stands in the way.
fn is_about_a_merge(step: &Step) -> Judgement {
    let expected = "a document with the target, a blocker or an error";
    let document = step.try_document().unwrap_or_default();
    let refuses = document.get("error").is_some();
    let said = DryRun::read(document);
    if refuses || said.target().is_some() || !said.blockers.is_empty() {
        Judgement::pass(expected, step.exit().to_string())
    } else {
        Judgement::fail("says-nothing-of-a-merge", expected, step.quote())
    }
}
