//! The record of the worktree is gone: that does not open the gate.

use fixtures::Script;
use support::check::Judgement;
use support::process::Exit;

use super::OWNERSHIP;
use super::guard::{VIOLATION, judge_refusal};
use super::shared_lane::{CONTEXTS, Commit, SharedLane};
use crate::context::{Abort, TestContext};
use crate::scenario::{CheckSpec, Scenario};

const IS_REFUSED_BEFORE: CheckSpec = CheckSpec::new(
    "is-refused-before",
    OWNERSHIP,
    "the control: with the record, a file of the other work package is refused",
);
const IS_REFUSED_WITHOUT_THE_RECORD: CheckSpec = CheckSpec::new(
    "is-refused-without-the-record",
    "DW8",
    "without the record, the same commit is refused",
);
const THE_LACK_IS_SAID: CheckSpec = CheckSpec::new(
    "the-lack-is-said",
    "DW8",
    "without the record, the guard says something of the commit",
);

pub const SCENARIO: Scenario = Scenario {
    id: "ownership/missing-context-does-not-open-the-gate",
    promise: "a commit that the guard refuses is not let through in silence because the record of the lane's worktree is gone",
    requirements: &[OWNERSHIP],
    issues: &[951],
    checks: &[IS_REFUSED_BEFORE, IS_REFUSED_WITHOUT_THE_RECORD, THE_LACK_IS_SAID],
    run,
    ..Scenario::DEFAULT
};

fn run(context: &mut TestContext<'_>) -> Result<(), Abort> {
    let mut lane = SharedLane::take(context)?;
    let [_, other] = lane.files()?;
    let commit = lane.commit(context, &other)?;
    commit.step.check(IS_REFUSED_BEFORE, |_| {
        judge_refusal(&commit, VIOLATION, &["active_wp=WP01", &other])
    });
    context.change(&lane.mission, Script::later().remove(CONTEXTS))?;
    let commit = lane.commit(context, &other)?;
    let step = &commit.step;
    step.check(IS_REFUSED_WITHOUT_THE_RECORD, |_| stopped(&commit));
    step.check(THE_LACK_IS_SAID, |_| judge_message(&commit));
    Ok(())
}

fn stopped(commit: &Commit) -> Judgement {
    let expected = "refused, and the lane's tip as it was";
    match commit.step.exit() {
        Exit::Code(0) => Judgement::fail("exit=0", expected, commit.step.quote()),
        _ if commit.moved() => Judgement::fail("committed", expected, commit.step.quote()),
        exit => Judgement::pass(expected, exit.to_string()),
    }
}

fn judge_message(commit: &Commit) -> Judgement {
    let expected = "a line of the guard";
    if commit.step.stderr_text().contains("[spec-kitty guard]") {
        Judgement::pass(expected, "there is one")
    } else {
        Judgement::fail("silent", expected, commit.step.quote())
    }
}
