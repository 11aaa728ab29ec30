//! The proposed command, executed as given, makes the mission mergeable.

use fixtures::Recipe;
use support::check::Judgement;

use super::remediation::ask;
use super::{dry_run, merge, ready};
use crate::context::{Abort, TestContext};
use crate::control::work_arrived;
use crate::expect::exit_zero;
use crate::scenario::{CheckSpec, Scenario};

const IS_PROPOSED: CheckSpec = CheckSpec::new(
    "is-proposed",
    "FR-017",
    "a command is proposed, by the dry run or by the refused merge",
);
const RUNS: CheckSpec =
    CheckSpec::new("runs", "FR-017", "the command, executed as given, succeeds");
const CREATES_THE_BRANCH: CheckSpec =
    CheckSpec::new("creates-the-branch", "FR-017", "afterwards the mission branch exists");
const DRY_RUN_IS_READY: CheckSpec =
    CheckSpec::new("dry-run-is-ready", "FR-018", "then the dry run succeeds");
const MERGE_SUCCEEDS: CheckSpec =
    CheckSpec::new("merge-succeeds", "FR-018", "then the merge succeeds");
const WORK_ARRIVES: CheckSpec =
    CheckSpec::new("work-arrives", "FR-018", "the target has the work package's file");

pub const SCENARIO: Scenario = Scenario {
    id: "merge/remediation-works",
    promise: "the proposed command creates the branch, and then dry run and merge succeed",
    requirements: &["FR-017", "FR-018"],
    issues: &[976],
    checks: &[
        IS_PROPOSED,
        RUNS,
        CREATES_THE_BRANCH,
        DRY_RUN_IS_READY,
        MERGE_SUCCEEDS,
        WORK_ARRIVES,
    ],
    run,
    ..Scenario::DEFAULT
};

fn run(context: &mut TestContext<'_>) -> Result<(), Abort> {
    let mission = context.mission(&Recipe::merge_ready().without_mission_branch())?;
    let remediation = ask(context, &mission, IS_PROPOSED)?;
    let fix = context.shell(&mission, &remediation).run()?;
    fix.check(RUNS, exit_zero());
    let tip = fixtures::tip(&mission.repo(), &format!("refs/heads/{}", mission.branch))?;
    context.check(CREATES_THE_BRANCH, exists(&mission.branch, tip.as_deref()));
    let foretold = dry_run(context, &mission)?;
    foretold.check(DRY_RUN_IS_READY, ready(&mission));
    let merged = merge(context, &mission)?;
    merged.check(MERGE_SUCCEEDS, exit_zero());
    context.check(WORK_ARRIVES, work_arrived(&mission.repo(), &mission.target)?);
    Ok(())
}

fn exists(branch: &str, tip: Option<&str>) -> Judgement {
    let expected = format!("a branch {branch}");
    match tip {
        Some(tip) => Judgement::pass(expected, tip),
        None => Judgement::fail("not-created", expected, "there is none"),
    }
}
