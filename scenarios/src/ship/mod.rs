//! What stands between an approved mission and its way out: a target that has diverged from its origin,
//! and a review that rejects what is called finished (#953, #904).

mod diverged_target;
mod dry_run_names;
mod focused_branch;
mod rejected;
mod rejected_approved;
mod rejected_done;

use fixtures::adapter::Operation;
use fixtures::{Change, Kind, Recipe, Snapshot};
use support::check::{Judgement, none_of};
use support::process::Exit;

use crate::context::{Abort, Mission, Step, TestContext};
use crate::contract::ShipBlocker;
use crate::scenario::Scenario;

/// The suite.
pub const SCENARIOS: &[&Scenario] = &[
    &diverged_target::SCENARIO,
    &focused_branch::SCENARIO,
    &rejected_approved::SCENARIO,
    &rejected_done::SCENARIO,
    &dry_run_names::SCENARIO,
];

/// What the suite writes beyond what others write, too.
pub(crate) fn recipes() -> Vec<(&'static str, Recipe)> {
    vec![("approved, a review file rejects", rejected_approved::with_review_file())]
}

/// What every release that stops at a rejected review calls it.
const REJECTED: &str = "REJECTED_REVIEW_ARTIFACT_CONFLICT";

/// What every release that stops at a diverged target calls it.
const NOT_SYNCHRONIZED: &str = "TARGET_BRANCH_NOT_SYNCHRONIZED";

/// The real merge; pushes only where it is told to.
fn merge(context: &mut TestContext<'_>, mission: &Mission, push: bool) -> Result<Step, Abort> {
    let slug = &mission.slug;
    context.perform(mission, &Operation::Merge { mission: slug, push })
}

/// What such a merge would do, as JSON.
fn preview(context: &mut TestContext<'_>, mission: &Mission, push: bool) -> Result<Step, Abort> {
    let slug = &mission.slug;
    context.perform(mission, &Operation::PreviewMerge { mission: slug, push })
}

/// What a command says stands in the way: from its document where it is one, else line by line.
fn blockers(step: &Step) -> Vec<ShipBlocker> {
    match step.try_document() {
        Ok(document) => ShipBlocker::in_document(&document),
        Err(_) => ShipBlocker::in_text(&(step.stdout_text() + "\n" + &step.stderr_text())),
    }
}

fn is_refused(step: &Step) -> bool {
    matches!(step.exit(), Exit::Code(code) if code != 0)
}

/// One of the blockers is this one, and has all that the contract asks for.
fn says_why(step: &Step, code: &str, subject: &str) -> Judgement {
    let expected = format!("{code} of {subject}, with invariant and remediation");
    let blockers = blockers(step);
    let Some(blocker) = blockers.iter().find(|blocker| blocker.code == code) else {
        let codes: Vec<&str> = blockers.iter().map(|blocker| &*blocker.code).collect();
        let signature = match codes.as_slice() {
            [] => "no-code".to_owned(),
            others => format!("another-code: {}", others.join(" ")),
        };
        return Judgement::fail(signature, expected, step.quote());
    };
    let lacks = blocker.lacks();
    if !lacks.is_empty() {
        let signature = format!("lacks: {}", lacks.join(" "));
        Judgement::fail(signature, expected, step.quote())
    } else if blocker.subject != subject {
        Judgement::fail("names-another-subject", expected, step.quote())
    } else {
        Judgement::pass(expected, format!("{blocker:?}"))
    }
}

/// No branch, no index and no branch of the origin is different. A fetch is no move.
fn nothing_shipped(before: &Snapshot, after: &Snapshot) -> Judgement {
    let mut moved = before.diff(after);
    moved.retain(is_a_move);
    none_of("no branch and no index is different", &moved, |first| format!("moved: {}", first.kind))
}

fn is_a_move(change: &Change) -> bool {
    match change.kind {
        Kind::Ref => !change.name.starts_with("refs/remotes/"),
        Kind::OriginRef | Kind::Head | Kind::Index => true,
        Kind::Worktree | Kind::File | Kind::Lock | Kind::InProgress => false,
    }
}
