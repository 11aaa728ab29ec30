//! Going the whole way, with a check for each phase: the first that fails ends it.

use fixtures::Script;

use super::{
    APPROVE, CREATE, HAND_OVER, IMPLEMENT, INIT, MERGE, PLAN, REVIEW, TASKS, arrival, own_files,
};
use crate::context::{Abort, Mission, Step, TestContext};
use crate::scenario::CheckSpec;
use crate::walkthrough::{Checkpoint, Driver, Phase, Walkthrough, succeeded};

/// Goes from an empty repository to the pushed target. Records every check of the suite that the way
/// gets to.
pub(super) fn go(
    context: &mut TestContext<'_>,
    walkthrough: &Walkthrough,
) -> Result<Mission, Abort> {
    go_if(context, walkthrough, |_| Ok(()))
}

/// The same, unless the mission that the product made is not the one that was wanted.
pub(super) fn go_if(
    context: &mut TestContext<'_>,
    walkthrough: &Walkthrough,
    wanted: fn(&Mission) -> Result<(), Abort>,
) -> Result<Mission, Abort> {
    let mut driver = Driver::set_out(context, walkthrough, judge_phase)?;
    let mission = driver.mission.clone();
    let origin = Script::later().origin(walkthrough.trunk, walkthrough.branch);
    driver.context().change(&mission, origin)?;
    driver.reach(Checkpoint::Created)?;
    wanted(&driver.mission)?;
    let work =
        [Checkpoint::Finalised, Checkpoint::Begun, Checkpoint::HandedOver, Checkpoint::Approved];
    let walked = work.into_iter().try_for_each(|next| driver.reach(next));
    let mission = driver.mission.clone();
    // However far it got: what litters the checkout there is not hidden by what stops the way.
    own_files::judge_own_files(driver.context(), &mission)?;
    walked?;
    // The plans of the mission are pushed: some releases merge into nothing that is ahead.
    arrival::push(driver.context(), &mission)?;
    driver.merge()?;
    arrival::judge_arrival(driver.context(), walkthrough, &mission)?;
    Ok(mission)
}

fn judge_phase(_: &mut TestContext<'_>, phase: Phase, step: &Step) -> Result<(), Abort> {
    let judgement = succeeded(step);
    let held = judgement.held();
    let check = check_of(phase);
    step.check(check, |_| judgement);
    if held { Ok(()) } else { Err(Abort::OnCheck(check.id.to_owned())) }
}

/// Not every release wants a charter and an analysis: they belong to what they are wanted for.
fn check_of(phase: Phase) -> CheckSpec {
    match phase {
        Phase::Init | Phase::Charter => INIT,
        Phase::Create => CREATE,
        Phase::Plan => PLAN,
        Phase::Tasks | Phase::Analysis => TASKS,
        Phase::Implement => IMPLEMENT,
        Phase::HandOver => HAND_OVER,
        Phase::Review => REVIEW,
        Phase::Approve => APPROVE,
        Phase::Merge => MERGE,
    }
}
