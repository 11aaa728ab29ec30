//! A work package that is called finished, and whose latest review rejects it: what both of the
//! scenarios about it prove, for one lane.

use fixtures::dialect::{AGENT, Ask, Topology};
use fixtures::{Blueprint, Recipe, Script, WorkPackage};
use serde_json::Value;
use support::check::Judgement;

use super::{REJECTED, is_refused, merge, nothing_shipped, preview, says_why};
use crate::control::merged;
use crate::expect::exit_nonzero;
use crate::journey::{Journey, Milestone, succeeded};
use crate::scenario::CheckSpec;
use crate::stage::{Halt, Mission, Stage, Step};

/// What both of the scenarios promise.
pub(super) const CHECKS: [CheckSpec; 10] = [
    CheckSpec::new(
        "without-it-the-merge-succeeds",
        VERDICT,
        "the control: in the same lane without a rejection, the mission is merged",
    ),
    CheckSpec::new("merge-is-blocked", VERDICT, "the merge is refused"),
    CheckSpec::new(
        "merge-says-why",
        DIAGNOSTICS,
        "where it is refused, with code, work package, invariant and remediation",
    ),
    CheckSpec::new(
        "a-refusal-moves-nothing",
        VERDICT,
        "after the refusal branches and index are as before",
    ),
    CheckSpec::new("dry-run-is-blocked", VERDICT, "the dry run does not succeed"),
    CheckSpec::new(
        "dry-run-says-why",
        DIAGNOSTICS,
        "where it is blocked, in JSON with the same four fields",
    ),
    CheckSpec::new(
        "review-is-begun",
        SIGN_OFF,
        "the way there: the product's own review of what was handed over",
    ),
    CheckSpec::new(
        "rejection-is-taken",
        SIGN_OFF,
        "the way there: the work package is sent back, with what is wrong",
    ),
    CheckSpec::new(
        "sign-off-is-stopped",
        SIGN_OFF,
        "called finished by force, it is not: the command refuses that, or the merge does",
    ),
    CheckSpec::new(
        "sign-off-is-stopped-by-the-review",
        SIGN_OFF,
        "that refusal speaks of the rejection",
    ),
];

const VERDICT: &str = "reliability/rejected-verdict";
const DIAGNOSTICS: &str = "reliability/ship-diagnostics";
const SIGN_OFF: &str = "reliability/before-sign-off";

/// The work package of every mission here.
const PACKAGE: &str = "WP01";

/// A written mission in which the review rejects what stands in this lane: merge and dry run.
pub(super) fn written(stage: &mut Stage<'_>, lane: &str) -> Result<(), Halt> {
    let sound = mission(stage, &Recipe::merge_ready(), lane)?;
    let step = merge(stage, &sound, false)?;
    let control = merged(&step, &sound)?;
    step.check("without-it-the-merge-succeeds", |_| control);

    let rejected = Recipe::merge_ready().with_rejected_review();
    let subject = mission(stage, &rejected, lane)?;
    let before = stage.snapshot(&subject)?;
    let step = merge(stage, &subject, false)?;
    let after = stage.snapshot(&subject)?;
    step.check("merge-is-blocked", exit_nonzero());
    if is_refused(&step) {
        step.check("merge-says-why", |step| says_why(step, REJECTED, PACKAGE));
        step.check("a-refusal-moves-nothing", |_| nothing_shipped(&before, &after));
    }

    let subject = mission(stage, &rejected, lane)?;
    let step = preview(stage, &subject, false)?;
    step.check("dry-run-is-blocked", exit_nonzero());
    if is_refused(&step) {
        step.check("dry-run-says-why", |step| says_why(step, REJECTED, PACKAGE));
    }
    Ok(())
}

/// The written mission, its work package in this lane: approved, or done after that.
fn mission(stage: &mut Stage<'_>, recipe: &Recipe, lane: &str) -> Result<Mission, Halt> {
    // A summary that is not there cannot contradict the log.
    let mission = stage.mission(&recipe.clone().without_status_json())?;
    if lane == "done" {
        let log = mission.spec_dir().join(LOG);
        let log = fs_err::read_to_string(log)?;
        let script = Script::later().write(
            &format!("kitty-specs/{}/{LOG}", mission.slug),
            format!("{log}{}\n", done_after(&log)?),
        );
        stage.change(&mission, script.commit("Call it done"))?;
    }
    Ok(mission)
}

const LOG: &str = "status.events.jsonl";

/// The event that makes of the approval, the last line, a work package that is done. The reviewer's
/// verdict stays with the approval.
fn done_after(log: &str) -> Result<String, Halt> {
    let last = log.lines().last().unwrap_or_default();
    let mut event: Value = serde_json::from_str(last).map_err(std::io::Error::from)?;
    event["from_lane"] = "approved".into();
    event["to_lane"] = "done".into();
    event["at"] = "2026-05-05T15:00:00+00:00".into();
    event["event_id"] = "01KQW7V0000000000000000099".into();
    if let Some(fields) = event.as_object_mut() {
        fields.shift_remove("review_result");
    }
    Ok(event.to_string())
}

/// The way that a person goes: the product's own review, sent back, and then called finished by force.
/// Either that is refused, or the merge is.
pub(super) fn walked(stage: &mut Stage<'_>, lane: &str) -> Result<(), Halt> {
    let single = Blueprint::new([WorkPackage::new(PACKAGE, "add", ["T001"])]);
    let mission = Journey::of(single, Topology::Flat).until(stage, Milestone::HandedOver)?;
    send_back(stage, &mission)?;
    let refusal = sign_off(stage, &mission, lane)?;
    let stopped = match refusal {
        Some(refusal) => refusal,
        None => merge(stage, &mission, false)?,
    };
    stopped.check("sign-off-is-stopped", exit_nonzero());
    stopped.check("sign-off-is-stopped-by-the-review", speaks_of_the_review);
    Ok(())
}

fn send_back(stage: &mut Stage<'_>, mission: &Mission) -> Result<(), Halt> {
    stage.change(
        mission,
        Script::later().write_beside("feedback.md", "# Feedback\n\nIt does not add.\n"),
    )?;
    let slug = &mission.slug;
    let review = Ask::Review { mission: slug, package: PACKAGE, agent: "reviewer" };
    let review = stage.ask(mission, &review)?;
    require(&review, "review-is-begun", succeeded)?;
    let back = Ask::SendBack { mission: slug, package: PACKAGE, feedback: "../feedback.md" };
    let back = stage.ask(mission, &back)?;
    require(&back, "rejection-is-taken", succeeded)
}

/// Calls the work package finished by force, by one command and then by another. Where neither gets it
/// there, the first refusal.
fn sign_off(stage: &mut Stage<'_>, mission: &Mission, lane: &str) -> Result<Option<Step>, Halt> {
    let slug = &mission.slug;
    let asks = [
        Ask::ForceMove { mission: slug, package: PACKAGE, to: lane, note: "It works anyway" },
        Ask::ForceEmit {
            mission: slug,
            package: PACKAGE,
            to: lane,
            actor: AGENT,
            reason: "It works anyway",
        },
    ];
    let mut first = None;
    for ask in asks {
        let step = stage.ask(mission, &ask)?;
        if stands_in(stage, mission, lane)? {
            return Ok(None);
        }
        first = first.or(Some(step));
    }
    Ok(first)
}

fn stands_in(stage: &mut Stage<'_>, mission: &Mission, lane: &str) -> Result<bool, Halt> {
    let status = Ask::Status { mission: &mission.slug };
    let status = stage.ask(mission, &status)?;
    let document = status.try_document().unwrap_or_default();
    Ok(document["by_lane"][lane].as_u64() == Some(1))
}

/// A refusal for another reason proves nothing of the review.
fn speaks_of_the_review(step: &Step) -> Judgement {
    let expected = "a refusal that speaks of the rejection";
    let said = (step.stdout_text() + &step.stderr_text()).to_lowercase();
    let words = ["reject", "changes_requested", "changes requested"];
    if words.iter().any(|word| said.contains(word)) {
        Judgement::pass(expected, step.quote())
    } else {
        let signature = succeeded(step).signature.unwrap_or("nothing-said".to_owned());
        Judgement::fail(signature, expected, step.quote())
    }
}

fn require(
    step: &Step,
    check: &str,
    expectation: impl FnOnce(&Step) -> Judgement,
) -> Result<(), Halt> {
    let judgement = expectation(step);
    let held = judgement.held();
    step.check(check, |_| judgement);
    if held { Ok(()) } else { Err(Halt::OnCheck(check.to_owned())) }
}
