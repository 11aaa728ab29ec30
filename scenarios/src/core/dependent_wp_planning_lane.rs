//! A work package for documents that depends on one for code: in its turn, and not lost.

use std::path::Path;

use fixtures::adapter::{AGENT, Operation, Topology};
use fixtures::{Blueprint, WorkPackage};
use support::check::{Judgement, none_of};

use crate::context::{Abort, Mission, Step, TestContext};
use crate::expect::exit_nonzero;
use crate::scenario::{CheckSpec, Core, Scenario};
use crate::walkthrough::{Checkpoint, Driver, Phase, Walkthrough, succeeded};

const TOO_EARLY_IS_REFUSED: CheckSpec = CheckSpec::new(
    "too-early-is-refused",
    PROMISE,
    "before the other is approved, it cannot be begun",
);
const TOO_EARLY_SAYS_WHY: CheckSpec = CheckSpec::new(
    "too-early-says-why",
    PROMISE,
    "the refusal names the work package that is waited for",
);
const THE_CODE_IS_APPROVED: CheckSpec = CheckSpec::new(
    "the-code-is-approved",
    PROMISE,
    "the work package that is waited for is implemented, reviewed and approved",
);
const ACCEPTED_AFTERWARDS: CheckSpec =
    CheckSpec::new("accepted-afterwards", "DW16", "once the other is approved, it can be begun");
const THE_DOCUMENTS_ARE_APPROVED: CheckSpec = CheckSpec::new(
    "the-documents-are-approved",
    PROMISE,
    "it is handed over, reviewed and approved",
);
const MERGES: CheckSpec = CheckSpec::new("merges", PROMISE, "the mission is merged");
const NOTHING_IS_LEFT_OUT: CheckSpec =
    CheckSpec::new("nothing-is-left-out", PROMISE, "the target has the work of both");

pub const SCENARIO: Scenario = Scenario {
    id: "core/dependent-wp-planning-lane",
    promise: "a planning work package waits for the one that it depends on, is then accepted, and the merge leaves out the work of neither",
    requirements: &["gates/dependent-wp-planning-lane"],
    issues: &[822],
    checks: &[
        TOO_EARLY_IS_REFUSED,
        TOO_EARLY_SAYS_WHY,
        THE_CODE_IS_APPROVED,
        ACCEPTED_AFTERWARDS,
        THE_DOCUMENTS_ARE_APPROVED,
        MERGES,
        NOTHING_IS_LEFT_OUT,
    ],
    core: Some(Core::DependentWpPlanningLane),
    run,
    ..Scenario::DEFAULT
};

const PROMISE: &str = "gates/dependent-wp-planning-lane";

fn run(context: &mut TestContext<'_>) -> Result<(), Abort> {
    let walkthrough = Walkthrough::of(Blueprint::code_then_planning(), Topology::Flat);
    let [code, documents] = walkthrough.blueprint.packages() else {
        return Err(Abort::Broken("two work packages".to_owned()));
    };
    too_early(context, &walkthrough, documents)?;

    let mission = walkthrough.until(context, Checkpoint::Finalised)?;
    let mut driver = Driver::go_on(context, &walkthrough, mission, code_phase);
    driver.begin(code)?;
    driver.deliver(code)?;
    driver.approve(code)?;
    let mission = driver.mission.clone();
    let begun = begin(context, &mission, documents)?;
    begun.check(ACCEPTED_AFTERWARDS, succeeded);

    // Refused or not, the promise of the merge is about what is approved: a person can go on.
    let mut driver = Driver::go_on(context, &walkthrough, mission, documents_phase);
    driver.deliver(documents)?;
    driver.approve(documents)?;
    driver.merge()?;
    let mission = driver.mission.clone();
    let left_out = left_out(&mission, &[code, documents])?;
    let all = left_out.join(" ");
    context.check(
        NOTHING_IS_LEFT_OUT,
        none_of("the work of both", &left_out, |_| format!("left-out: {all}")),
    );
    Ok(())
}

/// On a copy of its own: a refusal may leave something behind.
fn too_early(
    context: &mut TestContext<'_>,
    walkthrough: &Walkthrough,
    documents: &WorkPackage,
) -> Result<(), Abort> {
    let mission = walkthrough.until(context, Checkpoint::Finalised)?;
    let step = begin(context, &mission, documents)?;
    step.check(TOO_EARLY_IS_REFUSED, exit_nonzero());
    step.check(TOO_EARLY_SAYS_WHY, |step| {
        let expected = "a refusal that names WP01";
        let said = step.stdout_text() + &step.stderr_text();
        let names = documents.dependencies.iter().all(|other| said.contains(other.as_str()));
        if names {
            Judgement::pass(expected, step.quote())
        } else {
            Judgement::fail("not-named", expected, step.quote())
        }
    });
    Ok(())
}

fn begin(
    context: &mut TestContext<'_>,
    mission: &Mission,
    package: &WorkPackage,
) -> Result<Step, Abort> {
    let ask =
        Operation::Implement { mission: &mission.slug, package: package.id.as_str(), agent: AGENT };
    context.perform(mission, &ask)
}

fn code_phase(_: &mut TestContext<'_>, _: Phase, step: &Step) -> Result<(), Abort> {
    must(step, THE_CODE_IS_APPROVED)
}

fn documents_phase(_: &mut TestContext<'_>, phase: Phase, step: &Step) -> Result<(), Abort> {
    match phase {
        Phase::Merge => must(step, MERGES),
        Phase::Init
        | Phase::Charter
        | Phase::Create
        | Phase::Plan
        | Phase::Tasks
        | Phase::Analysis
        | Phase::Implement
        | Phase::HandOver
        | Phase::Review
        | Phase::Approve => must(step, THE_DOCUMENTS_ARE_APPROVED),
    }
}

fn must(step: &Step, check: CheckSpec) -> Result<(), Abort> {
    let judgement = succeeded(step);
    let held = judgement.held();
    step.check(check, |_| judgement);
    if held { Ok(()) } else { Err(Abort::OnCheck(check.id.to_owned())) }
}

/// Content, not ancestry: a merge may squash.
fn left_out(mission: &Mission, packages: &[&WorkPackage]) -> Result<Vec<String>, Abort> {
    let target = format!("refs/heads/{}", mission.target);
    let mut missing = Vec::new();
    for package in packages {
        let file = package.product_file();
        if fixtures::text_at(&mission.repo(), &target, Path::new(&file))?.is_none() {
            missing.push(package.id.to_string());
        }
    }
    Ok(missing)
}
