//! What the consumer does not see, a comparison of the declared contracts does.

use fixtures::Drift;
use support::check::{Judgement, none_of};

use super::schema::{snapshot, tells};
use super::{at_work, drift};
use crate::context::{Abort, TestContext};
use crate::control::MARKS;
use crate::scenario::{CheckSpec, Scenario};

pub const SCENARIO: Scenario = Scenario {
    id: "contract-drift/schema-snapshot",
    promise: "the contract that the installed events package declares tells every drift from the real one",
    requirements: &["FR-015"],
    issues: &[975],
    checks: &[
        MARKS,
        CheckSpec::new(
            "control-is-whole",
            "FR-015",
            "the control: the real package declares a version and an envelope with required fields",
        ),
        CheckSpec::new("tells-noid", "A.4 noid", "a removed event_id is missing"),
        CheckSpec::new("tells-renameid", "A.4 renameid", "a renamed event_id is missing"),
        CheckSpec::new("tells-strictid", "A.4 strictid", "a stricter event_id is changed"),
        CheckSpec::new(
            "tells-schema999",
            "A.4 schema999",
            "a schema_version of another series is changed",
        ),
        CheckSpec::new("tells-newreq", "A.4 newreq", "a new required field is newly required"),
        CheckSpec::new("tells-ver999", "A.4 ver999", "another version is told"),
        CheckSpec::new("tells-tiny", "A.4 tiny", "another version is told"),
        CheckSpec::new("tells-noidforbid", "A.4 noidforbid", "a removed event_id is missing"),
        CheckSpec::new(
            "control-is-the-same-again",
            "FR-015",
            "the control again: the real package, back in place, differs in nothing",
        ),
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
    context.control("control-is-whole", &step, whole)?;
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
    context.control("control-is-the-same-again", &step, same)
}

fn check_of(drift: Drift) -> &'static str {
    match drift {
        Drift::NoId => "tells-noid",
        Drift::RenameId => "tells-renameid",
        Drift::StrictId => "tells-strictid",
        Drift::Schema999 => "tells-schema999",
        Drift::NewReq => "tells-newreq",
        Drift::Ver999 => "tells-ver999",
        Drift::Tiny => "tells-tiny",
        Drift::NoIdForbid => "tells-noidforbid",
    }
}
