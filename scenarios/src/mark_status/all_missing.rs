//! When no id is known, the call fails and still answers for each id.

use fixtures::Recipe;

use super::reply::{one_entry_each, reports};
use crate::context::{Abort, TestContext};
use crate::contract::{MarkReply, Reported};
use crate::control::{MARKS, prove_that_it_marks};
use crate::expect::exit_nonzero;
use crate::marking::{MarkState, mark};
use crate::scenario::{CheckSpec, Scenario};

const EXITS_NONZERO: CheckSpec =
    CheckSpec::new("exits-nonzero", "FR-010", "a call that marks nothing does not succeed");
const STDOUT_IS_ONE_JSON_DOCUMENT: CheckSpec =
    CheckSpec::new("stdout-is-one-json-document", "FR-002", "--json prints one document");
const ONE_ENTRY_PER_ID: CheckSpec =
    CheckSpec::new("one-entry-per-id", "FR-010", "there is one entry for each requested id");
const EACH_IS_NOT_FOUND: CheckSpec =
    CheckSpec::new("each-is-not-found", "FR-010", "each is reported as not found");
const NOTHING_IS_MARKED: CheckSpec =
    CheckSpec::new("nothing-is-marked", "FR-010", "nothing is marked");

pub const SCENARIO: Scenario = Scenario {
    id: "mark-status/all-missing",
    promise: "when no id is known the exit is not zero, and there is still one result for each id",
    requirements: &["FR-010"],
    issues: &[783],
    checks: &[
        MARKS,
        EXITS_NONZERO,
        STDOUT_IS_ONE_JSON_DOCUMENT,
        ONE_ENTRY_PER_ID,
        EACH_IS_NOT_FOUND,
        NOTHING_IS_MARKED,
    ],
    run,
    ..Scenario::DEFAULT
};

fn run(context: &mut TestContext<'_>) -> Result<(), Abort> {
    prove_that_it_marks(context)?;
    let ids = ["T999", "T998"];
    let mission = context.mission(&Recipe::mark_status())?;
    let before = MarkState::read(&mission)?;
    let step = mark(context, &mission, &ids)?;
    step.check(EXITS_NONZERO, exit_nonzero());
    let reply = MarkReply::read(&step.document(STDOUT_IS_ONE_JSON_DOCUMENT)?);
    context.check(ONE_ENTRY_PER_ID, one_entry_each(&reply, &ids));
    context.check(EACH_IS_NOT_FOUND, reports(&reply, &ids, Reported::NotFound));
    let strays = MarkState::read(&mission)?.stray_changes(&before, &[]);
    context.check(
        NOTHING_IS_MARKED,
        support::check::none_of("no mark", &strays, |_| "marked".to_owned()),
    );
    Ok(())
}
