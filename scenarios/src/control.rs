//! Controls that many scenarios share: the product does the thing where all is well, and its effect is seen.
//!
//! A promise that something does *not* happen is kept by a product that does nothing at all, and an exit code is
//! said, not done. So each such scenario has one of these first (issue 15).

use std::path::Path;

use fixtures::Recipe;
use fixtures::adapter::Operation;
use support::check::Judgement;

use crate::context::{Abort, Mission, Step, TestContext};
use crate::expect::exit_zero;
use crate::marking::{MarkState, mark};
use crate::scenario::CheckSpec;

/// Where all is well, a merge succeeds, and the work is on the target; see [`prove_that_it_merges`].
pub(crate) const MERGES: CheckSpec = CheckSpec::new(
    "the-command-merges",
    "FR-018",
    "the control: where all is well, the merge succeeds and the work is on the target",
);

/// Where all is well, a task is marked; see [`prove_that_it_marks`].
pub(crate) const MARKS: CheckSpec = CheckSpec::new(
    "the-command-works",
    "FR-011",
    "the control: T001 is marked, and is read back as done",
);

/// Where a work package stands is what the product has made of it; see [`prove_that_status_follows`].
pub(crate) const FOLLOWS: CheckSpec = CheckSpec::new(
    "the-status-follows",
    "reliability/append-then-read-back",
    "the control: a work package that the product moves to lane blocked stands there afterwards",
);

/// What a work package of [`Recipe::merge_ready`] makes on its lane.
const WORK: &str = "src/wp01/result.txt";

/// Merges a mission that is ready. The scenario ends here where that is not done.
pub(crate) fn prove_that_it_merges(context: &mut TestContext<'_>) -> Result<(), Abort> {
    let mission = context.mission(&Recipe::merge_ready())?;
    let slug = &mission.slug;
    let step = context.perform(&mission, &Operation::Merge { mission: slug, push: false })?;
    context.require(MERGES, merged(&step, &mission)?)
}

/// Marks a task of a plain mission. The scenario ends here where that is not done.
pub(crate) fn prove_that_it_marks(context: &mut TestContext<'_>) -> Result<(), Abort> {
    let mission = context.mission(&Recipe::mark_status())?;
    let before = MarkState::read(&mission)?;
    let step = mark(context, &mission, &["T001"])?;
    context.require(MARKS, marked(&step, &before, &MarkState::read(&mission)?))
}

/// Moves a work package, and asks where it stands: an answer that does not follow what is done is none.
pub(crate) fn prove_that_status_follows(context: &mut TestContext<'_>) -> Result<(), Abort> {
    let mission = context.mission(&Recipe::merge_ready())?;
    let slug = mission.slug.as_str();
    let (package, to, note) = ("WP01", "blocked", "It has to wait");
    let step = context.perform(&mission, &Operation::Move { mission: slug, package, to, note })?;
    let moved = exit_zero()(&step);
    let judgement = if moved.held() {
        stands_in(&context.perform(&mission, &Operation::Status { mission: slug })?, to)
    } else {
        moved
    };
    context.require(FOLLOWS, judgement)
}

fn stands_in(status: &Step, lane: &str) -> Judgement {
    let expected = format!("one work package in lane {lane}");
    let document = status.try_document().unwrap_or_default();
    if document["by_lane"][lane].as_u64() == Some(1) {
        Judgement::pass(expected, document["by_lane"].to_string())
    } else {
        Judgement::fail("does-not-follow", expected, status.quote())
    }
}

/// The merge succeeded, and the target has the work package's file.
pub(crate) fn merged(step: &Step, mission: &Mission) -> Result<Judgement, Abort> {
    let exit = exit_zero()(step);
    if exit.held() { work_arrived(&mission.repo(), &mission.target) } else { Ok(exit) }
}

/// The mark succeeded, and T001 is read back as done.
fn marked(step: &Step, before: &MarkState, after: &MarkState) -> Judgement {
    let exit = exit_zero()(step);
    if exit.held() { after.holds(before, &["T001"]) } else { exit }
}

/// `branch` of `repo`, a checkout or an origin, has the work package's file.
pub(crate) fn work_arrived(repo: &Path, branch: &str) -> Result<Judgement, Abort> {
    let expected = format!("{WORK} in the tree of {branch}");
    let reference = format!("refs/heads/{branch}");
    if fixtures::tip(repo, &reference)?.is_none() {
        return Ok(Judgement::fail("branch-missing", expected, "there is no such branch"));
    }
    Ok(match fixtures::text_at(repo, &reference, Path::new(WORK))? {
        Some(text) => Judgement::pass(expected, text),
        None => Judgement::fail("work-missing", expected, "it is not there"),
    })
}
