//! What is done and was rejected is not shipped.

use super::rejected;
use crate::context::{Abort, TestContext};
use crate::scenario::Scenario;

pub const SCENARIO: Scenario = Scenario {
    id: "ship/rejected-review-blocks-done",
    promise: "a work package that is done while its latest review rejects it stops the sign-off, and the refusal says why",
    requirements: &[
        "reliability/rejected-verdict",
        "reliability/before-sign-off",
        "reliability/done-but-rejected",
        "reliability/ship-diagnostics",
    ],
    issues: &[904, 953],
    checks: &rejected::CHECKS,
    run,
    ..Scenario::DEFAULT
};

fn run(context: &mut TestContext<'_>) -> Result<(), Abort> {
    rejected::written(context, "done")?;
    rejected::walked(context, "done")
}
