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

use fixtures::adapter::merge_verb;
use fixtures::{Change, Snapshot};
use support::check::{Judgement, none_of};
use support::process::Exit;

use crate::context::{Abort, Mission, Step, TestContext};
use crate::contract::DryRun;
use crate::control::work_arrived;
use crate::scenario::Scenario;

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
fn dry_run(context: &mut TestContext<'_>, mission: &Mission) -> Result<Step, Abort> {
    dry_run_with(context, mission, &["--json"])
}

/// `merge --dry-run`, for people unless `more` says otherwise.
fn dry_run_with(
    context: &mut TestContext<'_>,
    mission: &Mission,
    more: &[&str],
) -> Result<Step, Abort> {
    let command = [merge_verb(context)?, "--mission", &mission.slug, "--dry-run"];
    context.run(mission, command.iter().chain(more))
}

/// The real merge, answering every question with yes where the release can be told so.
fn merge(context: &mut TestContext<'_>, mission: &Mission) -> Result<Step, Abort> {
    merge_with(context, mission, &[])
}

fn merge_with(
    context: &mut TestContext<'_>,
    mission: &Mission,
    more: &[&str],
) -> Result<Step, Abort> {
    let verb = merge_verb(context)?;
    let mut args = vec![verb, "--mission", mission.slug.as_str()];
    args.extend(more);
    if context.offers(&[verb], "--yes")? {
        args.push("--yes");
    }
    context.run(mission, args)
}

/// The dry run says that the merge of this mission can go on.
fn ready(mission: &Mission) -> impl FnOnce(&Step) -> Judgement {
    |step| {
        let expected = "a dry run that is ready, and says into which target";
        if is_ready(step, mission) {
            Judgement::pass(expected, step.exit().to_string())
        } else {
            Judgement::fail("not-ready", expected, step.quote())
        }
    }
}

/// A dry run is ready when it exits with zero, names the target, which nobody has told it, and does not say
/// that it is not ready: no release has ever printed `ready: true`.
fn is_ready(step: &Step, mission: &Mission) -> bool {
    let said = step.try_document().ok().map(DryRun::read);
    step.exit() == Exit::Code(0)
        && said
            .is_some_and(|said| said.target() == Some(&*mission.target) && !said.says_not_ready())
}

/// A merge that succeeds has brought the work to the target; any other says why it does not.
fn merges_or_refuses(mission: &Mission) -> Result<impl FnOnce(&Step) -> Judgement, Abort> {
    let arrived = work_arrived(&mission.repo(), &mission.target)?;
    Ok(|step: &Step| {
        let expected = "the work on the target, or a refusal that says why";
        match step.exit() {
            Exit::Code(0) => arrived,
            Exit::Code(_) if step.says_nothing() => {
                Judgement::fail("refused-without-a-word", expected, step.quote())
            }
            Exit::Code(_) => Judgement::pass(expected, step.quote()),
            exit => Judgement::fail(exit.to_string(), expected, step.quote()),
        }
    })
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
