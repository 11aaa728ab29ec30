//! Every id that is reported as updated can be read back, now and after the next call.

use fixtures::Recipe;
use support::check::Judgement;

use crate::context::{Abort, TestContext};
use crate::contract::MarkReply;
use crate::expect::exit_zero;
use crate::marking::{MarkState, mark};
use crate::scenario::{CheckSpec, Scenario};

const STDOUT_IS_ONE_JSON_DOCUMENT: CheckSpec =
    CheckSpec::new("stdout-is-one-json-document", "FR-002", "--json prints one document");
const SOMETHING_IS_UPDATED: CheckSpec =
    CheckSpec::new("something-is-updated", "FR-009", "at least one id is reported as updated");
const READ_BACK: CheckSpec = CheckSpec::new(
    "read-back",
    "FR-009",
    "each is read back as done where the release keeps its marks",
);
const COMMITTED: CheckSpec = CheckSpec::new(
    "committed",
    "DM15",
    "with auto-commit on, HEAD has the marks that tasks.md keeps",
);
const SNAPSHOT_AGREES: CheckSpec = CheckSpec::new(
    "snapshot-agrees",
    "FR-009",
    "a status snapshot says what the event log beside it says",
);
const THE_NEXT_CALL_SUCCEEDS: CheckSpec = CheckSpec::new(
    "the-next-call-succeeds",
    "FR-009",
    "the control: another task is marked afterwards, and read back",
);
const SURVIVES_THE_NEXT_CALL: CheckSpec = CheckSpec::new(
    "survives-the-next-call",
    "FR-009",
    "each is still done after another id was marked",
);

pub const SCENARIO: Scenario = Scenario {
    id: "mark-status/updated-means-persisted",
    promise: "every id that is reported as updated can be read back, also after the next call",
    requirements: &["FR-007", "FR-009", "FR-011"],
    issues: &[783],
    checks: &[
        STDOUT_IS_ONE_JSON_DOCUMENT,
        SOMETHING_IS_UPDATED,
        READ_BACK,
        COMMITTED,
        SNAPSHOT_AGREES,
        THE_NEXT_CALL_SUCCEEDS,
        SURVIVES_THE_NEXT_CALL,
    ],
    run,
    ..Scenario::DEFAULT
};

/// Marked after the others: a row of the pipe table, which is still open.
const ANOTHER: &str = "T003";

fn run(context: &mut TestContext<'_>) -> Result<(), Abort> {
    let mission = context.mission(&Recipe::mark_status())?;
    let before = MarkState::read(&mission)?;
    let step = mark(context, &mission, &["T001", "T005", "T007"])?;
    let reply = MarkReply::read(&step.document(STDOUT_IS_ONE_JSON_DOCUMENT)?);
    let updated = reply.updated_ids();
    let updated: Vec<&str> = updated.iter().map(String::as_str).collect();
    context.require(SOMETHING_IS_UPDATED, any(&updated, &reply))?;
    let after = MarkState::read(&mission)?;
    let keeper = after.keeper(&before);
    context.check(READ_BACK, after.keeps(keeper, &updated));
    context.check(COMMITTED, after.is_committed(keeper));
    context.check(SNAPSHOT_AGREES, after.snapshot_agrees(&updated));
    let next = mark(context, &mission, &[ANOTHER])?;
    let later = MarkState::read(&mission)?;
    next.check(THE_NEXT_CALL_SUCCEEDS, |next| {
        let exit = exit_zero()(next);
        if exit.held() { later.keeps(keeper, &[ANOTHER]) } else { exit }
    });
    next.check(SURVIVES_THE_NEXT_CALL, |_| later.keeps(keeper, &updated));
    Ok(())
}

fn any(updated: &[&str], reply: &MarkReply) -> Judgement {
    let expected = "at least one id reported as updated";
    if updated.is_empty() {
        Judgement::fail("nothing-updated", expected, reply.to_string())
    } else {
        Judgement::pass(expected, updated.join(", "))
    }
}
