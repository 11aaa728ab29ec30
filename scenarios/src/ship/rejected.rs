//! A work package that is called finished, and whose latest review rejects it: what both of the
//! scenarios about it prove, for one lane.

use fixtures::adapter::{AGENT, Operation, Topology};
use fixtures::{Blueprint, Recipe, Script, WorkPackage};
use serde_json::Value;
use support::check::Judgement;

use super::{REJECTED, is_refused, merge, nothing_shipped, preview, says_why};
use crate::context::{Abort, Mission, Step, TestContext};
use crate::control::merged;
use crate::expect::exit_nonzero;
use crate::scenario::CheckSpec;
use crate::walkthrough::{Checkpoint, Walkthrough, succeeded};

const WITHOUT_IT_THE_MERGE_SUCCEEDS: CheckSpec = CheckSpec::new(
    "without-it-the-merge-succeeds",
    VERDICT,
    "the control: in the same lane without a rejection, the mission is merged",
);
const MERGE_IS_BLOCKED: CheckSpec =
    CheckSpec::new("merge-is-blocked", VERDICT, "the merge is refused");
const MERGE_SAYS_WHY: CheckSpec = CheckSpec::new(
    "merge-says-why",
    DIAGNOSTICS,
    "where it is refused, with code, work package, invariant and remediation",
);
const A_REFUSAL_MOVES_NOTHING: CheckSpec = CheckSpec::new(
    "a-refusal-moves-nothing",
    VERDICT,
    "after the refusal branches and index are as before",
);
const DRY_RUN_IS_BLOCKED: CheckSpec =
    CheckSpec::new("dry-run-is-blocked", VERDICT, "the dry run does not succeed");
const DRY_RUN_SAYS_WHY: CheckSpec = CheckSpec::new(
    "dry-run-says-why",
    DIAGNOSTICS,
    "where it is blocked, in JSON with the same four fields",
);
const REVIEW_IS_BEGUN: CheckSpec = CheckSpec::new(
    "review-is-begun",
    SIGN_OFF,
    "the way there: the product's own review of what was handed over",
);
const REJECTION_IS_TAKEN: CheckSpec = CheckSpec::new(
    "rejection-is-taken",
    SIGN_OFF,
    "the way there: the work package is sent back, with what is wrong",
);
const SIGN_OFF_IS_STOPPED: CheckSpec = CheckSpec::new(
    "sign-off-is-stopped",
    SIGN_OFF,
    "called finished by force, it is not: the command refuses that, or the merge does",
);
const SIGN_OFF_IS_STOPPED_BY_THE_REVIEW: CheckSpec = CheckSpec::new(
    "sign-off-is-stopped-by-the-review",
    SIGN_OFF,
    "that refusal names the rejection",
);

/// What both of the scenarios promise.
pub(super) const CHECKS: [CheckSpec; 10] = [
    WITHOUT_IT_THE_MERGE_SUCCEEDS,
    MERGE_IS_BLOCKED,
    MERGE_SAYS_WHY,
    A_REFUSAL_MOVES_NOTHING,
    DRY_RUN_IS_BLOCKED,
    DRY_RUN_SAYS_WHY,
    REVIEW_IS_BEGUN,
    REJECTION_IS_TAKEN,
    SIGN_OFF_IS_STOPPED,
    SIGN_OFF_IS_STOPPED_BY_THE_REVIEW,
];

const VERDICT: &str = "reliability/rejected-verdict";
const DIAGNOSTICS: &str = "reliability/ship-diagnostics";
const SIGN_OFF: &str = "reliability/before-sign-off";

/// The work package of every mission here.
const PACKAGE: &str = "WP01";

/// A written mission in which the review rejects what stands in this lane: merge and dry run.
pub(super) fn written(context: &mut TestContext<'_>, lane: &str) -> Result<(), Abort> {
    let sound = mission(context, &Recipe::merge_ready(), lane)?;
    let step = merge(context, &sound, false)?;
    let control = merged(&step, &sound)?;
    step.check(WITHOUT_IT_THE_MERGE_SUCCEEDS, |_| control);

    let rejected = Recipe::merge_ready().with_rejected_review();
    let subject = mission(context, &rejected, lane)?;
    let before = context.snapshot(&subject)?;
    let step = merge(context, &subject, false)?;
    let after = context.snapshot(&subject)?;
    step.check(MERGE_IS_BLOCKED, exit_nonzero());
    if is_refused(&step) {
        step.check(MERGE_SAYS_WHY, |step| says_why(step, REJECTED, PACKAGE));
        step.check(A_REFUSAL_MOVES_NOTHING, |_| nothing_shipped(&before, &after));
    }

    let subject = mission(context, &rejected, lane)?;
    let step = preview(context, &subject, false)?;
    step.check(DRY_RUN_IS_BLOCKED, exit_nonzero());
    if is_refused(&step) {
        step.check(DRY_RUN_SAYS_WHY, |step| says_why(step, REJECTED, PACKAGE));
    }
    Ok(())
}

/// The written mission, its work package in this lane: approved, or done after that.
fn mission(context: &mut TestContext<'_>, recipe: &Recipe, lane: &str) -> Result<Mission, Abort> {
    // A summary that is not there cannot contradict the log.
    let mission = context.mission(&recipe.clone().without_status_json())?;
    if lane == "done" {
        let log = mission.spec_dir().join(LOG);
        let log = fs_err::read_to_string(log)?;
        let script = Script::later().write(
            &format!("kitty-specs/{}/{LOG}", mission.slug),
            format!("{log}{}\n", done_after(&log)?),
        );
        context.change(&mission, script.commit("Call it done"))?;
    }
    Ok(mission)
}

const LOG: &str = "status.events.jsonl";

/// The event that makes of the approval, the last line, a work package that is done. The reviewer's
/// verdict stays with the approval.
fn done_after(log: &str) -> Result<String, Abort> {
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
pub(super) fn walked(context: &mut TestContext<'_>, lane: &str) -> Result<(), Abort> {
    let single = Blueprint::new([WorkPackage::new(PACKAGE, "add", ["T001"])]);
    let mission = Walkthrough::of(single, Topology::Flat).until(context, Checkpoint::HandedOver)?;
    send_back(context, &mission)?;
    let refusal = sign_off(context, &mission, lane)?;
    let stopped = match refusal {
        Some(refusal) => refusal,
        None => merge(context, &mission, false)?,
    };
    stopped.check(SIGN_OFF_IS_STOPPED, exit_nonzero());
    stopped.check(SIGN_OFF_IS_STOPPED_BY_THE_REVIEW, names_the_review);
    Ok(())
}

fn send_back(context: &mut TestContext<'_>, mission: &Mission) -> Result<(), Abort> {
    context.change(
        mission,
        Script::later().write_beside("feedback.md", "# Feedback\n\nIt does not add.\n"),
    )?;
    let slug = &mission.slug;
    let review = Operation::Review { mission: slug, package: PACKAGE, agent: "reviewer" };
    let review = context.perform(mission, &review)?;
    require(&review, REVIEW_IS_BEGUN, succeeded)?;
    let back = Operation::SendBack { mission: slug, package: PACKAGE, feedback: "../feedback.md" };
    let back = context.perform(mission, &back)?;
    require(&back, REJECTION_IS_TAKEN, succeeded)
}

/// Calls the work package finished by force, by one command and then by another. Where neither gets it
/// there, the first refusal.
fn sign_off(
    context: &mut TestContext<'_>,
    mission: &Mission,
    lane: &str,
) -> Result<Option<Step>, Abort> {
    let slug = &mission.slug;
    let asks = [
        Operation::ForceMove { mission: slug, package: PACKAGE, to: lane, note: "It works anyway" },
        Operation::ForceEmit {
            mission: slug,
            package: PACKAGE,
            to: lane,
            actor: AGENT,
            reason: "It works anyway",
        },
    ];
    let mut first = None;
    for ask in asks {
        let step = context.perform(mission, &ask)?;
        if stands_in(context, mission, lane)? {
            return Ok(None);
        }
        first = first.or(Some(step));
    }
    Ok(first)
}

fn stands_in(context: &mut TestContext<'_>, mission: &Mission, lane: &str) -> Result<bool, Abort> {
    let status = Operation::Status { mission: &mission.slug };
    let status = context.perform(mission, &status)?;
    let document = status.try_document().unwrap_or_default();
    Ok(document["by_lane"][lane].as_u64() == Some(1))
}

/// A refusal for another reason proves nothing of the review.
fn names_the_review(step: &Step) -> Judgement {
    let expected = "a refusal that names the rejection";
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
    check: CheckSpec,
    expectation: impl FnOnce(&Step) -> Judgement,
) -> Result<(), Abort> {
    let judgement = expectation(step);
    let held = judgement.held();
    step.check(check, |_| judgement);
    if held { Ok(()) } else { Err(Abort::OnCheck(check.id.to_owned())) }
}
