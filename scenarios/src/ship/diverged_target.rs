//! A target that has diverged from the branch that it tracks stops a merge, and the merge says so.

use fixtures::Recipe;
use support::check::Judgement;

use super::{NOT_SYNCHRONIZED, is_refused, merge, nothing_shipped, preview, says_why};
use crate::context::{Abort, Mission, Step, TestContext};
use crate::control::{merged, work_arrived};
use crate::expect::{exit_nonzero, one_json_document};
use crate::scenario::{CheckSpec, Scenario};

const IN_SYNC_MERGES: CheckSpec = CheckSpec::new(
    "in-sync-merges",
    "reliability/target-diverged",
    "the control: a target that agrees with its origin is merged into and pushed",
);
const PLAIN_MERGE_IS_BLOCKED: CheckSpec =
    CheckSpec::new("plain-merge-is-blocked", "DW6", "a merge without a push is refused");
const PLAIN_MERGE_SAYS_WHY: CheckSpec = CheckSpec::new(
    "plain-merge-says-why",
    DIAGNOSTICS,
    "where it is refused, with code, branch, invariant and remediation",
);
const DRY_RUN_IS_BLOCKED: CheckSpec =
    CheckSpec::new("dry-run-is-blocked", "DW6", "a dry run does not succeed");
const DRY_RUN_SAYS_WHY: CheckSpec = CheckSpec::new(
    "dry-run-says-why",
    DIAGNOSTICS,
    "where it is blocked, in JSON with the same four fields",
);
const DRY_RUN_IS_JSON: CheckSpec =
    CheckSpec::new("dry-run-is-json", DIAGNOSTICS, "its stdout is one JSON document either way");
const PUSH_IS_BLOCKED: CheckSpec = CheckSpec::new(
    "push-is-blocked",
    "reliability/target-diverged",
    "a merge that is to push is refused",
);
const PUSH_SAYS_WHY: CheckSpec =
    CheckSpec::new("push-says-why", DIAGNOSTICS, "with code, branch, invariant and remediation");
const A_REFUSAL_MOVES_NOTHING: CheckSpec = CheckSpec::new(
    "a-refusal-moves-nothing",
    "reliability/target-diverged",
    "after each refusal branches, index and origin are as before",
);

pub const SCENARIO: Scenario = Scenario {
    id: "ship/diverged-target-blocks",
    promise: "where target and origin have diverged, merge, its dry run and a merge that pushes are blocked, say why, and move nothing",
    requirements: &["reliability/target-diverged", "reliability/ship-diagnostics"],
    issues: &[953],
    checks: &[
        IN_SYNC_MERGES,
        PLAIN_MERGE_IS_BLOCKED,
        PLAIN_MERGE_SAYS_WHY,
        DRY_RUN_IS_BLOCKED,
        DRY_RUN_SAYS_WHY,
        DRY_RUN_IS_JSON,
        PUSH_IS_BLOCKED,
        PUSH_SAYS_WHY,
        A_REFUSAL_MOVES_NOTHING,
    ],
    run,
    ..Scenario::DEFAULT
};

const DIAGNOSTICS: &str = "reliability/ship-diagnostics";

fn run(context: &mut TestContext<'_>) -> Result<(), Abort> {
    let in_sync = context.mission(&Recipe::merge_ready().with_origin())?;
    let step = merge(context, &in_sync, true)?;
    let control = merged_and_pushed(&step, &in_sync)?;
    step.check(IN_SYNC_MERGES, |_| control);

    let plain = [PLAIN_MERGE_IS_BLOCKED, PLAIN_MERGE_SAYS_WHY];
    prove(context, plain, |context, mission| merge(context, mission, false))?;
    let dry_run = [DRY_RUN_IS_BLOCKED, DRY_RUN_SAYS_WHY];
    prove(context, dry_run, |context, mission| {
        let step = preview(context, mission, false)?;
        step.check(DRY_RUN_IS_JSON, one_json_document());
        Ok(step)
    })?;
    let push = [PUSH_IS_BLOCKED, PUSH_SAYS_WHY];
    prove(context, push, |context, mission| merge(context, mission, true))
}

/// The merge succeeded, and the work is on the target, here and at the origin.
fn merged_and_pushed(step: &Step, mission: &Mission) -> Result<Judgement, Abort> {
    let merged = merged(step, mission)?;
    if merged.held() {
        work_arrived(&mission.root().join(fixtures::ORIGIN), &mission.target)
    } else {
        Ok(merged)
    }
}

/// One way to ask, on its own copy of the diverged mission.
fn prove(
    context: &mut TestContext<'_>,
    [blocked, why]: [CheckSpec; 2],
    ask: impl FnOnce(&mut TestContext<'_>, &Mission) -> Result<Step, Abort>,
) -> Result<(), Abort> {
    let mission = context.mission(&Recipe::merge_ready().target_diverged())?;
    let before = context.snapshot(&mission)?;
    let step = ask(context, &mission)?;
    step.check(blocked, exit_nonzero());
    if is_refused(&step) {
        step.check(why, |step| says_why(step, NOT_SYNCHRONIZED, &mission.target));
        let after = context.snapshot(&mission)?;
        step.check(A_REFUSAL_MOVES_NOTHING, |_| nothing_shipped(&before, &after));
    }
    Ok(())
}
