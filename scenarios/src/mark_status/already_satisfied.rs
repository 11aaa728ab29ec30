//! Marking what is done says so, and changes nothing.

use fixtures::{Change, Kind, Recipe};

use super::reply::reports;
use crate::context::{Abort, TestContext};
use crate::contract::{MarkReply, Reported};
use crate::expect::exit_zero;
use crate::marking::{MarkState, mark};
use crate::scenario::{CheckSpec, Scenario};

const FIRST_CALL_MARKS: CheckSpec = CheckSpec::new(
    "first-call-marks",
    "FR-009",
    "the first call marks a checkbox, a table row and an inline id",
);
const EXITS_ZERO: CheckSpec = CheckSpec::new("exits-zero", "FR-009", "the second call succeeds");
const STDOUT_IS_ONE_JSON_DOCUMENT: CheckSpec =
    CheckSpec::new("stdout-is-one-json-document", "FR-002", "--json prints one document");
const SAYS_ALREADY_SATISFIED: CheckSpec = CheckSpec::new(
    "says-already-satisfied",
    "FR-009",
    "the second call reports each as already satisfied",
);
const CHANGES_NOTHING: CheckSpec = CheckSpec::new(
    "changes-nothing",
    "FR-009",
    "the second call leaves the mission's files and all refs as they are",
);

pub const SCENARIO: Scenario = Scenario {
    id: "mark-status/already-satisfied",
    promise: "marking what is done already says so, and changes nothing",
    requirements: &["FR-009"],
    issues: &[783],
    checks: &[
        FIRST_CALL_MARKS,
        EXITS_ZERO,
        STDOUT_IS_ONE_JSON_DOCUMENT,
        SAYS_ALREADY_SATISFIED,
        CHANGES_NOTHING,
    ],
    run,
    ..Scenario::DEFAULT
};

fn run(context: &mut TestContext<'_>) -> Result<(), Abort> {
    let ids = ["T001", "T003", "T007"];
    let mission = context.mission(&Recipe::mark_status())?;
    let before = MarkState::read(&mission)?;
    let first = mark(context, &mission, &ids)?;
    let claimed =
        first.try_document().map(|reply| MarkReply::read(&reply).updated_ids()).unwrap_or_default();
    let claimed: Vec<&str> =
        ids.into_iter().filter(|id| claimed.iter().any(|seen| seen == id)).collect();
    let truth = MarkState::read(&mission)?;
    let held = truth.holds(&before, if claimed.is_empty() { &ids } else { &claimed });
    context.require(FIRST_CALL_MARKS, held)?;
    // A release that cannot mark all three is judged by those that are marked, whatever it says of them.
    let keeper = truth.keeper(&before);
    let marked: Vec<&str> = ids.into_iter().filter(|id| truth.is_done(keeper, id)).collect();

    let before = context.snapshot(&mission)?;
    let second = mark(context, &mission, &marked)?;
    second.check(EXITS_ZERO, exit_zero());
    let reply = MarkReply::read(&second.document(STDOUT_IS_ONE_JSON_DOCUMENT)?);
    context.check(SAYS_ALREADY_SATISFIED, reports(&reply, &marked, Reported::AlreadySatisfied));
    let changes: Vec<Change> = before
        .diff(&context.snapshot(&mission)?)
        .into_iter()
        .filter(|change| matters(change, &mission.slug))
        .collect();
    context.check(
        CHANGES_NOTHING,
        support::check::none_of("no change", &changes, |first| {
            format!("changed: {}", first.name.rsplit('/').next().unwrap_or(&first.name))
        }),
    );
    Ok(())
}

/// The product's own caches below `.kittify` are no part of the promise.
fn matters(change: &Change, slug: &str) -> bool {
    match change.kind {
        Kind::File => change.name.contains(slug),
        Kind::Index => !change.name.contains(".kittify/"),
        Kind::Head
        | Kind::Ref
        | Kind::OriginRef
        | Kind::Worktree
        | Kind::Lock
        | Kind::InProgress => true,
    }
}
