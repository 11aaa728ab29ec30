//! Every `--json` reply is one document that keeps the published schema.

use fixtures::Recipe;

use super::MIXED;
use crate::context::{Abort, TestContext};
use crate::contract::Contract;
use crate::control::{MARKS, prove_that_it_marks};
use crate::expect::keeps;
use crate::marking::mark;
use crate::scenario::{CheckSpec, Scenario};

pub const SCENARIO: Scenario = Scenario {
    id: "mark-status/result-schema",
    promise: "every --json reply is one JSON document that keeps the published schema",
    requirements: &["NFR-004"],
    issues: &[783],
    checks: &[
        MARKS,
        CheckSpec::new("mixed-call", "NFR-004", "a call with ids of every format"),
        CheckSpec::new("repeated-call", "NFR-004", "the same call again"),
        CheckSpec::new("all-missing-call", "NFR-004", "a call with unknown ids only"),
        CheckSpec::new("work-package-call", "NFR-004", "a call with a work package's id only"),
    ],
    run,
    ..Scenario::DEFAULT
};

fn run(context: &mut TestContext<'_>) -> Result<(), Abort> {
    prove_that_it_marks(context)?;
    let mission = context.mission(&Recipe::mark_status())?;
    for (check, ids) in [
        ("mixed-call", MIXED.as_slice()),
        ("repeated-call", MIXED.as_slice()),
        ("all-missing-call", &["T999", "T998"]),
        ("work-package-call", &["WP02"]),
    ] {
        mark(context, &mission, ids)?.check(check, keeps(Contract::MARK_STATUS_RESULT));
    }
    Ok(())
}
