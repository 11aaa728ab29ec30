//! Every `--json` reply is one document that keeps the published schema.

use fixtures::Recipe;

use super::MIXED;
use crate::context::{Abort, TestContext};
use crate::contract::Contract;
use crate::control::{MARKS, prove_that_it_marks};
use crate::expect::keeps;
use crate::marking::mark;
use crate::scenario::{CheckSpec, Scenario};

const MIXED_CALL: CheckSpec =
    CheckSpec::new("mixed-call", "NFR-004", "a call with ids of every format");
const REPEATED_CALL: CheckSpec = CheckSpec::new("repeated-call", "NFR-004", "the same call again");
const ALL_MISSING_CALL: CheckSpec =
    CheckSpec::new("all-missing-call", "NFR-004", "a call with unknown ids only");
const WORK_PACKAGE_CALL: CheckSpec =
    CheckSpec::new("work-package-call", "NFR-004", "a call with a work package's id only");

pub const SCENARIO: Scenario = Scenario {
    id: "mark-status/result-schema",
    promise: "every --json reply is one JSON document that keeps the published schema",
    requirements: &["NFR-004"],
    issues: &[783],
    checks: &[MARKS, MIXED_CALL, REPEATED_CALL, ALL_MISSING_CALL, WORK_PACKAGE_CALL],
    run,
    ..Scenario::DEFAULT
};

fn run(context: &mut TestContext<'_>) -> Result<(), Abort> {
    prove_that_it_marks(context)?;
    let mission = context.mission(&Recipe::mark_status())?;
    for (check, ids) in [
        (MIXED_CALL, MIXED.as_slice()),
        (REPEATED_CALL, MIXED.as_slice()),
        (ALL_MISSING_CALL, &["T999", "T998"]),
        (WORK_PACKAGE_CALL, &["WP02"]),
    ] {
        mark(context, &mission, ids)?.check(check, keeps(Contract::MARK_STATUS_RESULT));
    }
    Ok(())
}
