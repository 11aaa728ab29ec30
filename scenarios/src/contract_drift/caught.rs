//! The product's own consumer notices a drifted candidate.

use fixtures::{Drift, Recipe};

use super::consumer::{consume, detects, is_healthy, must_exist};
use super::{drift, nested};
use crate::context::{Abort, Mission, Nested, TestContext};
use crate::promised::EVENT_CONTRACT;
use crate::scenario::{CheckSpec, Core, Scenario};

const CONTROL_BEFORE: CheckSpec = CheckSpec::new(
    "control-before",
    "FR-015",
    "the control: with the real package all is valid, in the right number and version",
);
const DETECTS_NOID: CheckSpec =
    CheckSpec::new("detects-noid", "A.4 noid", "an envelope without event_id is noticed");
const DETECTS_RENAMEID: CheckSpec =
    CheckSpec::new("detects-renameid", "A.4 renameid", "an event_id under another name is noticed");
const DETECTS_STRICTID: CheckSpec =
    CheckSpec::new("detects-strictid", "A.4 strictid", "a stricter event_id is noticed");
const DETECTS_SCHEMA999: CheckSpec = CheckSpec::new(
    "detects-schema999",
    "A.4 schema999",
    "a schema_version of another series is noticed",
);
const DETECTS_NEWREQ: CheckSpec =
    CheckSpec::new("detects-newreq", "A.4 newreq", "a new required field is noticed");
const DETECTS_VER999: CheckSpec = CheckSpec::new(
    "detects-ver999",
    "A.4 ver999",
    "a version that the release does not allow is noticed",
);
const DETECTS_TINY: CheckSpec = CheckSpec::new(
    "detects-tiny",
    "A.4 tiny",
    "a package that is nothing like the contract is noticed, not crashed on",
);
const DETECTS_NOIDFORBID: CheckSpec = CheckSpec::new(
    "detects-noidforbid",
    "A.4 noidforbid",
    "an envelope without event_id that refuses unknown fields is noticed",
);
const CONTROL_AFTER: CheckSpec = CheckSpec::new(
    "control-after",
    "FR-015",
    "the control again: with the real package back in place all is valid",
);

pub const SCENARIO: Scenario = Scenario {
    id: "contract-drift/caught",
    promise: "the product's own consumer notices that a candidate of the events package drifted, and names the field",
    requirements: &["FR-012", "FR-013", "FR-014", "FR-015"],
    issues: &[975],
    checks: &[
        CONTROL_BEFORE,
        DETECTS_NOID,
        DETECTS_RENAMEID,
        DETECTS_STRICTID,
        DETECTS_SCHEMA999,
        DETECTS_NEWREQ,
        DETECTS_VER999,
        DETECTS_TINY,
        DETECTS_NOIDFORBID,
        CONTROL_AFTER,
    ],
    promised: Some(EVENT_CONTRACT),
    core: Some(Core::ContractDriftCaught),
    run,
    ..Scenario::DEFAULT
};

fn run(context: &mut TestContext<'_>) -> Result<(), Abort> {
    must_exist(context)?;
    let (nested, real) = nested(context)?;
    let mission = context.mission(&Recipe::contract_log())?;
    control(context, CONTROL_BEFORE, &nested, &mission, &real.version)?;
    for variant in Drift::ALL {
        drift(context, &nested, &real, variant)?;
        let step = consume(context, &nested, &mission)?;
        step.check(check_of(variant), |step| detects(step, variant));
    }
    context.restore(&nested, &real)?;
    control(context, CONTROL_AFTER, &nested, &mission, &real.version)
}

fn control(
    context: &mut TestContext<'_>,
    check: CheckSpec,
    nested: &Nested,
    mission: &Mission,
    version: &str,
) -> Result<(), Abort> {
    let step = consume(context, nested, mission)?;
    context.control(check, &step, is_healthy(&step, version))
}

fn check_of(drift: Drift) -> CheckSpec {
    match drift {
        Drift::NoId => DETECTS_NOID,
        Drift::RenameId => DETECTS_RENAMEID,
        Drift::StrictId => DETECTS_STRICTID,
        Drift::Schema999 => DETECTS_SCHEMA999,
        Drift::NewReq => DETECTS_NEWREQ,
        Drift::Ver999 => DETECTS_VER999,
        Drift::Tiny => DETECTS_TINY,
        Drift::NoIdForbid => DETECTS_NOIDFORBID,
    }
}
