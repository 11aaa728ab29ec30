//! Going the whole way, with a check for each leg: the first that fails ends it.

use fixtures::Script;

use super::{arrival, own_files};
use crate::journey::{Journey, Leg, Milestone, Walk, succeeded};
use crate::stage::{Halt, Mission, Stage, Step};

/// Goes from an empty repository to the pushed target. Records every check of the suite that the way
/// gets to.
pub(super) fn go(stage: &mut Stage<'_>, journey: &Journey) -> Result<Mission, Halt> {
    go_if(stage, journey, |_| Ok(()))
}

/// The same, unless the mission that the product made is not the one that was wanted.
pub(super) fn go_if(
    stage: &mut Stage<'_>,
    journey: &Journey,
    wanted: fn(&Mission) -> Result<(), Halt>,
) -> Result<Mission, Halt> {
    let mut walk = Walk::set_out(stage, journey, judge)?;
    let mission = walk.mission.clone();
    let origin = Script::later().origin(journey.trunk, journey.branch);
    walk.stage().change(&mission, origin)?;
    walk.reach(Milestone::Created)?;
    wanted(&walk.mission)?;
    let work = [Milestone::Finalised, Milestone::Begun, Milestone::HandedOver, Milestone::Approved];
    let walked = work.into_iter().try_for_each(|next| walk.reach(next));
    let mission = walk.mission.clone();
    // However far it got: what litters the checkout there is not hidden by what stops the way.
    own_files::judge(walk.stage(), &mission)?;
    walked?;
    // The plans of the mission are pushed: some releases merge into nothing that is ahead.
    arrival::push(walk.stage(), &mission)?;
    walk.merge()?;
    arrival::judge(walk.stage(), journey, &mission)?;
    Ok(mission)
}

fn judge(_: &mut Stage<'_>, leg: Leg, step: &Step) -> Result<(), Halt> {
    let judgement = succeeded(step);
    let held = judgement.held();
    let id = check_of(leg);
    step.check(id, |_| judgement);
    if held { Ok(()) } else { Err(Halt::OnCheck(id.to_owned())) }
}

/// Not every release wants a charter and an analysis: they belong to what they are wanted for.
fn check_of(leg: Leg) -> &'static str {
    match leg {
        Leg::Init | Leg::Charter => "init",
        Leg::Create => "create",
        Leg::Plan => "plan",
        Leg::Tasks | Leg::Analysis => "tasks",
        Leg::Implement => "implement",
        Leg::HandOver => "hand-over",
        Leg::Review => "review",
        Leg::Approve => "approve",
        Leg::Merge => "merge",
    }
}
