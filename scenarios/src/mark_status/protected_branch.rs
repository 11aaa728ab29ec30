//! On a branch that a release may protect, a call is done or refused, never half done.

use fixtures::{Recipe, Snapshot};
use support::check::{Judgement, none_of};
use support::contract::MarkReply;
use support::process::Exit;

use super::mark;
use super::truth::Truth;
use crate::scenario::{CheckSpec, Scenario};
use crate::stage::{Halt, Stage};

pub const SCENARIO: Scenario = Scenario {
    id: "mark-status/protected-branch-is-all-or-nothing",
    promise: "on main a call is refused without a trace, or done; never half",
    requirements: &["FR-009"],
    issues: &[783],
    checks: &[
        CheckSpec::new(
            "stdout-is-one-json-document",
            "FR-002",
            "--json prints one document",
        ),
        CheckSpec::new(
            "refused-without-a-trace-or-done",
            "FR-009",
            "a refusal changes nothing; a success is read back",
        ),
        CheckSpec::new(
            "exit-and-reply-agree",
            "FR-009",
            "a refusal does not exit with zero, a success does",
        ),
    ],
    run,
};

fn run(stage: &mut Stage<'_>) -> Result<(), Halt> {
    let mission = stage.mission(&Recipe::mark_status().target("main"))?;
    let (truth, world) = (Truth::read(&mission)?, stage.snapshot(&mission)?);
    let step = mark(stage, &mission, &["T001", "T003"])?;
    let reply = MarkReply::read(&step.document("stdout-is-one-json-document")?);
    let updated = reply.updated_ids();
    let refused = updated.is_empty();
    step.check("exit-and-reply-agree", |step| {
        agree(refused, step.exit(), &reply)
    });
    let judgement = if refused {
        without_a_trace(&world, &stage.snapshot(&mission)?)
    } else {
        let updated: Vec<&str> = updated.iter().map(String::as_str).collect();
        Truth::read(&mission)?.holds(&truth, &updated)
    };
    stage.check("refused-without-a-trace-or-done", judgement);
    Ok(())
}

fn agree(refused: bool, exit: Exit, reply: &MarkReply) -> Judgement {
    let expected = "exit 0 for a success, another code for a refusal";
    if refused == (exit != Exit::Code(0)) {
        Judgement::pass(expected, exit.to_string())
    } else {
        Judgement::fail(
            format!("exit-says-otherwise: {exit}"),
            expected,
            format!("{exit}; {reply}"),
        )
    }
}

fn without_a_trace(before: &Snapshot, after: &Snapshot) -> Judgement {
    none_of(
        "no change, as it was refused",
        &before.diff(after),
        |first| {
            format!(
                "trace: {}",
                first.name.rsplit('/').next().unwrap_or(&first.name)
            )
        },
    )
}
