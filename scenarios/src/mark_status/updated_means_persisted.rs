//! Every id that is reported as updated can be read back, now and after the next call.

use fixtures::Recipe;
use support::check::Judgement;

use crate::context::{Abort, TestContext};
use crate::contract::MarkReply;
use crate::expect::exit_zero;
use crate::marking::{MarkState, mark};
use crate::scenario::{CheckSpec, Scenario};

pub const SCENARIO: Scenario = Scenario {
    id: "mark-status/updated-means-persisted",
    promise: "every id that is reported as updated can be read back, also after the next call",
    requirements: &["FR-007", "FR-009", "FR-011"],
    issues: &[783],
    checks: &[
        CheckSpec::new("stdout-is-one-json-document", "FR-002", "--json prints one document"),
        CheckSpec::new("something-is-updated", "FR-009", "at least one id is reported as updated"),
        CheckSpec::new(
            "read-back",
            "FR-009",
            "each is read back as done where the release keeps its marks",
        ),
        CheckSpec::new(
            "committed",
            "DM15",
            "with auto-commit on, HEAD has the marks that tasks.md keeps",
        ),
        CheckSpec::new(
            "snapshot-agrees",
            "FR-009",
            "a status snapshot says what the event log beside it says",
        ),
        CheckSpec::new(
            "the-next-call-succeeds",
            "FR-009",
            "the control: another task is marked afterwards, and read back",
        ),
        CheckSpec::new(
            "survives-the-next-call",
            "FR-009",
            "each is still done after another id was marked",
        ),
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
    let reply = MarkReply::read(&step.document("stdout-is-one-json-document")?);
    let updated = reply.updated_ids();
    let updated: Vec<&str> = updated.iter().map(String::as_str).collect();
    context.require("something-is-updated", any(&updated, &reply))?;
    let after = MarkState::read(&mission)?;
    let keeper = after.keeper(&before);
    context.check("read-back", after.keeps(keeper, &updated));
    context.check("committed", after.is_committed(keeper));
    context.check("snapshot-agrees", after.snapshot_agrees(&updated));
    let next = mark(context, &mission, &[ANOTHER])?;
    let later = MarkState::read(&mission)?;
    next.check("the-next-call-succeeds", |next| {
        let exit = exit_zero()(next);
        if exit.held() { later.keeps(keeper, &[ANOTHER]) } else { exit }
    });
    next.check("survives-the-next-call", |_| later.keeps(keeper, &updated));
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
