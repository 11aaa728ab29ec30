//! A work package for documents that depends on one for code: in its turn, and not lost.

use std::path::Path;

use fixtures::dialect::{AGENT, Ask, Topology};
use fixtures::{Blueprint, WorkPackage};
use support::check::{Judgement, none_of};

use crate::expect::exit_nonzero;
use crate::journey::{Journey, Leg, Milestone, Walk, succeeded};
use crate::scenario::{CheckSpec, Core, Scenario};
use crate::stage::{Halt, Mission, Stage, Step};

pub const SCENARIO: Scenario = Scenario {
    id: "floor/dependent-wp-planning-lane",
    promise: "a planning work package waits for the one that it depends on, is then accepted, and the merge leaves out the work of neither",
    requirements: &["gates/dependent-wp-planning-lane"],
    issues: &[822],
    checks: &[
        CheckSpec::new(
            "too-early-is-refused",
            PROMISE,
            "before the other is approved, it cannot be begun",
        ),
        CheckSpec::new(
            "too-early-says-why",
            PROMISE,
            "the refusal names the work package that is waited for",
        ),
        CheckSpec::new(
            "the-code-is-approved",
            PROMISE,
            "the work package that is waited for is implemented, reviewed and approved",
        ),
        CheckSpec::new(
            "accepted-afterwards",
            "DW16",
            "once the other is approved, it can be begun",
        ),
        CheckSpec::new(
            "the-documents-are-approved",
            PROMISE,
            "it is handed over, reviewed and approved",
        ),
        CheckSpec::new("merges", PROMISE, "the mission is merged"),
        CheckSpec::new("nothing-is-left-out", PROMISE, "the target has the work of both"),
    ],
    core: Some(Core::DependentWpPlanningLane),
    run,
    ..Scenario::DEFAULT
};

const PROMISE: &str = "gates/dependent-wp-planning-lane";

fn run(stage: &mut Stage<'_>) -> Result<(), Halt> {
    let journey = Journey::of(Blueprint::code_then_planning(), Topology::Flat);
    let [code, documents] = journey.blueprint.packages() else {
        return Err(Halt::Broken("two work packages".to_owned()));
    };
    too_early(stage, &journey, documents)?;

    let mission = journey.until(stage, Milestone::Finalised)?;
    let mut walk = Walk::go_on(stage, &journey, mission, code_leg);
    walk.begin(code)?;
    walk.deliver(code)?;
    walk.approve(code)?;
    let mission = walk.mission.clone();
    let begun = begin(stage, &mission, documents)?;
    begun.check("accepted-afterwards", succeeded);

    // Refused or not, the promise of the merge is about what is approved: a person can go on.
    let mut walk = Walk::go_on(stage, &journey, mission, documents_leg);
    walk.deliver(documents)?;
    walk.approve(documents)?;
    walk.merge()?;
    let mission = walk.mission.clone();
    let left_out = left_out(&mission, &[code, documents])?;
    let all = left_out.join(" ");
    stage.check(
        "nothing-is-left-out",
        none_of("the work of both", &left_out, |_| format!("left-out: {all}")),
    );
    Ok(())
}

/// On a copy of its own: a refusal may leave something behind.
fn too_early(
    stage: &mut Stage<'_>,
    journey: &Journey,
    documents: &WorkPackage,
) -> Result<(), Halt> {
    let mission = journey.until(stage, Milestone::Finalised)?;
    let step = begin(stage, &mission, documents)?;
    step.check("too-early-is-refused", exit_nonzero());
    step.check("too-early-says-why", |step| {
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

fn begin(stage: &mut Stage<'_>, mission: &Mission, package: &WorkPackage) -> Result<Step, Halt> {
    let ask = Ask::Implement { mission: &mission.slug, package: package.id.as_str(), agent: AGENT };
    stage.ask(mission, &ask)
}

fn code_leg(_: &mut Stage<'_>, _: Leg, step: &Step) -> Result<(), Halt> {
    must(step, "the-code-is-approved")
}

fn documents_leg(_: &mut Stage<'_>, leg: Leg, step: &Step) -> Result<(), Halt> {
    match leg {
        Leg::Merge => must(step, "merges"),
        Leg::Init
        | Leg::Charter
        | Leg::Create
        | Leg::Plan
        | Leg::Tasks
        | Leg::Analysis
        | Leg::Implement
        | Leg::HandOver
        | Leg::Review
        | Leg::Approve => must(step, "the-documents-are-approved"),
    }
}

fn must(step: &Step, check: &str) -> Result<(), Halt> {
    let judgement = succeeded(step);
    let held = judgement.held();
    step.check(check, |_| judgement);
    if held { Ok(()) } else { Err(Halt::OnCheck(check.to_owned())) }
}

/// Content, not ancestry: a merge may squash.
fn left_out(mission: &Mission, packages: &[&WorkPackage]) -> Result<Vec<String>, Halt> {
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
