//! `merge` and `merge --dry-run`: a dry run tells the truth, and a refusal moves nothing (#976).

mod blockers_do_not_mask;
mod coordination_dry_run;
mod dry_run_agrees;
mod dry_run_read_only;
mod missing_branch_dry_run;
mod missing_branch_merge;
mod refuses_before_it_moves;
mod remediation;
mod remediation_target_tip;
mod remediation_works;
mod uncommitted_edits;

use fixtures::dialect::merge_verb;
use fixtures::{Change, Recipe, Snapshot};
use support::check::{Judgement, none_of};
use support::contract::DryRun;
use support::process::Exit;

use crate::expect::exit_zero;
use crate::scenario::Scenario;
use crate::stage::{Halt, Mission, Stage, Step};

/// The suite.
pub const SCENARIOS: &[&Scenario] = &[
    &missing_branch_dry_run::SCENARIO,
    &missing_branch_merge::SCENARIO,
    &dry_run_agrees::SCENARIO,
    &remediation_works::SCENARIO,
    &remediation_target_tip::SCENARIO,
    &dry_run_read_only::SCENARIO,
    &blockers_do_not_mask::SCENARIO,
    &coordination_dry_run::SCENARIO,
    &uncommitted_edits::SCENARIO,
    &refuses_before_it_moves::SCENARIO,
];

/// `merge --dry-run --json`.
fn dry_run(stage: &mut Stage<'_>, mission: &Mission) -> Result<Step, Halt> {
    dry_run_with(stage, mission, &["--json"])
}

/// `merge --dry-run`, for people unless `more` says otherwise.
fn dry_run_with(stage: &mut Stage<'_>, mission: &Mission, more: &[&str]) -> Result<Step, Halt> {
    let command = [merge_verb(stage)?, "--mission", &mission.slug, "--dry-run"];
    stage.run(mission, command.iter().chain(more))
}

/// The real merge, answering every question with yes where the release can be told so.
fn merge(stage: &mut Stage<'_>, mission: &Mission) -> Result<Step, Halt> {
    merge_with(stage, mission, &[])
}

fn merge_with(stage: &mut Stage<'_>, mission: &Mission, more: &[&str]) -> Result<Step, Halt> {
    let verb = merge_verb(stage)?;
    let mut args = vec![verb, "--mission", mission.slug.as_str()];
    args.extend(more);
    if stage.offers(&[verb], "--yes")? {
        args.push("--yes");
    }
    stage.run(mission, args)
}

/// The dry run says that the merge can go on.
fn ready() -> impl FnOnce(&Step) -> Judgement {
    |step| {
        let expected = "a dry run that is ready";
        if is_ready(step) {
            Judgement::pass(expected, step.exit().to_string())
        } else {
            Judgement::fail("not-ready", expected, step.quote())
        }
    }
}

/// A dry run is ready when it exits with zero and does not say otherwise: no release has ever
/// printed `ready: true`.
fn is_ready(step: &Step) -> bool {
    let says_not = step
        .try_document()
        .is_ok_and(|document| DryRun::read(document).says_not_ready());
    step.exit() == Exit::Code(0) && !says_not
}

/// The control of a scenario that a refusal would satisfy: where all is well, the merge succeeds.
fn prove_that_it_merges(stage: &mut Stage<'_>, check: &str) -> Result<(), Halt> {
    let mission = stage.mission(&Recipe::merge_ready())?;
    let merged = merge(stage, &mission)?;
    merged.check(check, exit_zero());
    Ok(())
}

/// Nothing an outsider can see is different.
fn nothing_moved(before: &Snapshot, after: &Snapshot) -> Judgement {
    none_moved(&before.diff(after))
}

fn none_moved(changes: &[Change]) -> Judgement {
    none_of("no change", changes, |first| {
        // Run ids and the like would make a signature of one run only.
        let name: Vec<&str> = first.name.split('/').filter(|part| !is_id(part)).collect();
        format!("moved: {} {}", first.kind, name.join("/"))
    })
}

/// ULIDs and object ids.
fn is_id(part: &str) -> bool {
    part.len() >= 20
        && part.chars().all(|c| c.is_ascii_alphanumeric())
        && part.chars().any(|c| c.is_ascii_digit())
}
