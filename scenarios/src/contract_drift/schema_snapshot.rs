//! What the consumer does not see, a comparison of the declared contracts does.

use fixtures::Drift;
use support::check::{Judgement, none_of};

use super::schema::{snapshot, tells};
use super::{at_work, drift};
use crate::context::{Abort, TestContext};
use crate::control::MARKS;
use crate::scenario::{CheckSpec, Scenario};

const CONTROL_IS_WHOLE: CheckSpec = CheckSpec::new(
    "control-is-whole",
    "FR-015",
    "the control: the real package declares a version and an envelope with required fields",
);
const TELLS_NOID: CheckSpec =
    CheckSpec::new("tells-noid", "A.4 noid", "a removed event_id is missing");
const TELLS_RENAMEID: CheckSpec =
    CheckSpec::new("tells-renameid", "A.4 renameid", "a renamed event_id is missing");
const TELLS_STRICTID: CheckSpec =
    CheckSpec::new("tells-strictid", "A.4 strictid", "a stricter event_id is changed");
const TELLS_SCHEMA999: CheckSpec = CheckSpec::new(
    "tells-schema999",
    "A.4 schema999",
    "a schema_version of another series is changed",
);
const TELLS_NEWREQ: CheckSpec =
    CheckSpec::new("tells-newreq", "A.4 newreq", "a new required field is newly required");
const TELLS_VER999: CheckSpec =
    CheckSpec::new("tells-ver999", "A.4 ver999", "another version is told");
const TELLS_TINY: CheckSpec = CheckSpec::new("tells-tiny", "A.4 tiny", "another version is told");
const TELLS_NOIDFORBID: CheckSpec =
    CheckSpec::new("tells-noidforbid", "A.4 noidforbid", "a removed event_id is missing");
const CONTROL_IS_THE_SAME_AGAIN: CheckSpec = CheckSpec::new(
    "control-is-the-same-again",
    "FR-015",
    "the control again: the real package, back in place, differs in nothing",
);

pub const SCENARIO: Scenario = Scenario {
    id: "contract-drift/schema-snapshot",
    promise: "the contract that the installed events package declares tells every drift from the real one",
    requirements: &["FR-015"],
    issues: &[975],
    checks: &[
        MARKS,
        CONTROL_IS_WHOLE,
        TELLS_NOID,
        TELLS_RENAMEID,
        TELLS_STRICTID,
        TELLS_SCHEMA999,
        TELLS_NEWREQ,
        TELLS_VER999,
        TELLS_TINY,
        TELLS_NOIDFORBID,
        CONTROL_IS_THE_SAME_AGAIN,
    ],
    run,
    ..Scenario::DEFAULT
};

fn run(context: &mut TestContext<'_>) -> Result<(), Abort> {
    let (nested, real, mission) = at_work(context)?;
    let (step, contract) = snapshot(context, &nested, &mission)?;
    let whole = if contract.is_whole() {
        Judgement::pass("a version, fields, required fields", "all of them")
    } else {
        Judgement::fail("not-whole", "a version, fields, required fields", step.quote())
    };
    context.control(CONTROL_IS_WHOLE, &step, whole)?;
    for variant in Drift::ALL {
        drift(context, &nested, &real, variant)?;
        let (step, candidate) = snapshot(context, &nested, &mission)?;
        let differences = contract.differences(&candidate);
        step.check(check_of(variant), |_| tells(&differences, variant));
    }
    context.restore(&nested, &real)?;
    let (step, again) = snapshot(context, &nested, &mission)?;
    let differences = contract.differences(&again);
    let same = none_of("no difference", &differences, Clone::clone);
    context.control(CONTROL_IS_THE_SAME_AGAIN, &step, same)
}

fn check_of(drift: Drift) -> CheckSpec {
    match drift {
        Drift::NoId => TELLS_NOID,
        Drift::RenameId => TELLS_RENAMEID,
        Drift::StrictId => TELLS_STRICTID,
        Drift::Schema999 => TELLS_SCHEMA999,
        Drift::NewReq => TELLS_NEWREQ,
        Drift::Ver999 => TELLS_VER999,
        Drift::Tiny => TELLS_TINY,
        Drift::NoIdForbid => TELLS_NOIDFORBID,
    }
}
