//! Whatever the merge refuses, the dry run has named before, by the same code.

use fixtures::Recipe;
use support::check::Judgement;

use super::{REJECTED, blockers, merge, preview, says_why};
use crate::context::{Abort, Step, TestContext};
use crate::control::{MERGES, prove_that_it_merges};
use crate::scenario::{CheckSpec, Scenario};

const THE_MERGE_REFUSES: CheckSpec = CheckSpec::new(
    "the-merge-refuses",
    "reliability/rejected-verdict",
    "the control: a rejected review stops the merge, with its code",
);
const REJECTED_REVIEW: CheckSpec = CheckSpec::new(
    "rejected-review",
    "reliability/rejected-verdict",
    "what stops the merge of a rejected work package",
);
const DIVERGED_TARGET: CheckSpec = CheckSpec::new(
    "diverged-target",
    "reliability/target-diverged",
    "what stops the merge into a diverged target, or the push of it",
);
const BOTH_AT_ONCE: CheckSpec = CheckSpec::new(
    "both-at-once",
    "reliability/rejected-verdict",
    "what stops the merge, and the push of it, where both are the case",
);

pub const SCENARIO: Scenario = Scenario {
    id: "ship/dry-run-names-what-merge-refuses",
    promise: "each reason for which the merge is refused is named by the dry run before, with the same code",
    requirements: &["reliability/target-diverged", "reliability/rejected-verdict"],
    issues: &[904, 953],
    checks: &[MERGES, THE_MERGE_REFUSES, REJECTED_REVIEW, DIVERGED_TARGET, BOTH_AT_ONCE],
    run,
    ..Scenario::DEFAULT
};

fn run(context: &mut TestContext<'_>) -> Result<(), Abort> {
    prove_that_it_merges(context)?;
    let rejected = Recipe::merge_ready().with_rejected_review();
    let refusal = compare(context, &rejected, REJECTED_REVIEW, false)?;
    refusal.check(THE_MERGE_REFUSES, |step| says_why(step, REJECTED, "WP01"));
    // Where a merge without a push goes through, there is nothing to name before the push.
    let diverged = Recipe::merge_ready().target_diverged();
    let plain = context.mission(&diverged)?;
    let goes_through = blockers(&merge(context, &plain, false)?).is_empty();
    let _ = compare(context, &diverged, DIVERGED_TARGET, goes_through)?;
    let _ = compare(context, &rejected.target_diverged(), BOTH_AT_ONCE, true)?;
    Ok(())
}

/// Asks for the dry run and then for the merge, each on its own copy. Returns the merge.
fn compare(
    context: &mut TestContext<'_>,
    recipe: &Recipe,
    check: CheckSpec,
    push: bool,
) -> Result<Step, Abort> {
    let mission = context.mission(recipe)?;
    let foretold = preview(context, &mission, push)?;
    let mission = context.mission(recipe)?;
    let real = merge(context, &mission, push)?;
    real.check(check, |real| same_codes(&foretold, real));
    Ok(real)
}

fn same_codes(foretold: &Step, real: &Step) -> Judgement {
    let codes = |step: &Step| -> Vec<String> {
        blockers(step).into_iter().map(|blocker| blocker.code).collect()
    };
    let (named, refused) = (codes(foretold), codes(real));
    let expected = "each code of the refusal in the dry run";
    let observed = format!("dry run: {}\n\nmerge: {}", foretold.quote(), real.quote());
    if refused.is_empty() {
        return Judgement::fail("refused-without-a-code", expected, observed);
    }
    let unnamed: Vec<String> = refused.into_iter().filter(|code| !named.contains(code)).collect();
    if unnamed.is_empty() {
        Judgement::pass(expected, named.join(" "))
    } else {
        let signature = format!("not-named: {}", unnamed.join(" "));
        Judgement::fail(signature, expected, observed)
    }
}
