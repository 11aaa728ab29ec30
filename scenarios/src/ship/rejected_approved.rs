//! What is approved and was rejected is not shipped.

use fixtures::Recipe;
use support::check::Judgement;

use super::{REJECTED, blockers, is_refused, merge, rejected};
use crate::context::{Abort, TestContext};
use crate::scenario::{CheckSpec, Scenario, joined};

const A_REVIEW_FILE_ALONE_BLOCKS: CheckSpec = CheckSpec::new(
    "a-review-file-alone-blocks",
    "DW7",
    "the review is a file with the verdict rejected, and nothing else says so",
);

pub const SCENARIO: Scenario = Scenario {
    id: "ship/rejected-review-blocks-approved",
    promise: "a work package that is approved while its latest review rejects it stops the sign-off, and the refusal says why",
    requirements: &[
        "reliability/rejected-verdict",
        "reliability/before-sign-off",
        "reliability/approved-but-rejected",
        "reliability/ship-diagnostics",
    ],
    issues: &[904, 953],
    checks: &OWN_CHECKS,
    run,
    ..Scenario::DEFAULT
};

const OWN_CHECKS: [CheckSpec; 11] = joined(&[&rejected::CHECKS, &[A_REVIEW_FILE_ALONE_BLOCKS]]);

fn run(context: &mut TestContext<'_>) -> Result<(), Abort> {
    rejected::written(context, "approved")?;
    by_file_alone(context)?;
    rejected::walked(context, "approved")
}

/// The contract names the path and the verdict of the latest review cycle, which is this file.
fn by_file_alone(context: &mut TestContext<'_>) -> Result<(), Abort> {
    let mission = context.mission(&with_review_file())?;
    merge(context, &mission, false)?.check(A_REVIEW_FILE_ALONE_BLOCKS, |step| {
        let expected = format!("a refusal with {REJECTED}");
        let named = blockers(step).iter().any(|blocker| blocker.code == REJECTED);
        match (is_refused(step), named) {
            (true, true) => Judgement::pass(expected, step.quote()),
            (true, false) => Judgement::fail("another-refusal", expected, step.quote()),
            (false, _) => {
                Judgement::fail(step.exit().to_string().replace(' ', "="), expected, step.quote())
            }
        }
    });
    Ok(())
}

pub(super) fn with_review_file() -> Recipe {
    let recipe = Recipe::merge_ready();
    let file = format!("{}/tasks/WP01-alpha/review-cycle-1.md", recipe.mission().dir());
    recipe.with_file(&file, REVIEW)
}

const REVIEW: &str = "---
affected_files: []
cycle_number: 1
mission_slug: gate-fixture-01KQW4DF
reviewed_at: '2026-05-05T14:30:00+00:00'
reviewer_agent: reviewer
verdict: rejected
wp_id: WP01
---

The work package does not do what it says.
";
