//! The proposed branch begins at the merge target's tip, wherever HEAD happens to be.

use fixtures::Recipe;
use support::check::Judgement;

use super::remediation::ask;
use crate::context::{Abort, TestContext};
use crate::control::{MERGES, prove_that_it_merges};
use crate::scenario::{CheckSpec, Scenario};

const IS_PROPOSED: CheckSpec = CheckSpec::new(
    "is-proposed",
    "FR-017",
    "a command is proposed, by the dry run or by the refused merge",
);
const NAMES_THE_TARGET_TIP: CheckSpec =
    CheckSpec::new("names-the-target-tip", "DM6", "the command's last word is the target's tip");

pub const SCENARIO: Scenario = Scenario {
    id: "merge/remediation-names-the-target-tip",
    promise: "the commit in the proposed command is the merge target's, also when HEAD is elsewhere",
    requirements: &["FR-017"],
    issues: &[976],
    checks: &[MERGES, IS_PROPOSED, NAMES_THE_TARGET_TIP],
    run,
    ..Scenario::DEFAULT
};

fn run(context: &mut TestContext<'_>) -> Result<(), Abort> {
    prove_that_it_merges(context)?;
    let mission =
        context.mission(&Recipe::merge_ready().without_mission_branch().head_elsewhere())?;
    let remediation = ask(context, &mission, IS_PROPOSED)?;
    let target = fixtures::tip(&mission.repo(), &format!("refs/heads/{}", mission.target))?;
    let head = fixtures::tip(&mission.repo(), "HEAD")?;
    let start = remediation.split_whitespace().last().unwrap_or("");
    let proposed = fixtures::tip(&mission.repo(), start)?;
    context.check(
        NAMES_THE_TARGET_TIP,
        judge_tip(&mission.target, target.as_deref(), head.as_deref(), proposed.as_deref(), start),
    );
    Ok(())
}

fn judge_tip(
    name: &str,
    target: Option<&str>,
    head: Option<&str>,
    proposed: Option<&str>,
    start: &str,
) -> Judgement {
    let expected = format!("the tip of {name}, {}", target.unwrap_or("(none)"));
    let observed = format!("{start} is {}", proposed.unwrap_or("no commit"));
    if proposed.is_none() {
        Judgement::fail("no-commit", expected, observed)
    } else if proposed == target {
        Judgement::pass(expected, observed)
    } else if proposed == head {
        Judgement::fail("head-instead-of-target", expected, format!("{observed}, which is HEAD"))
    } else {
        Judgement::fail("another-commit", expected, observed)
    }
}
