//! On a branch that a release may protect, a call is done or refused, never half done.

use fixtures::{Recipe, Snapshot};
use support::check::{Judgement, none_of};
use support::process::Exit;

use super::reply::reports;
use crate::context::{Abort, TestContext};
use crate::contract::{MarkReply, Reported};
use crate::marking::{MarkState, mark};
use crate::scenario::{CheckSpec, Scenario};

pub const SCENARIO: Scenario = Scenario {
    id: "mark-status/protected-branch-is-all-or-nothing",
    promise: "on main a call is refused without a trace, or done; never half",
    requirements: &["FR-009"],
    issues: &[783],
    checks: &[
        CheckSpec::new(
            "the-command-works",
            "FR-011",
            "the control: on an ordinary branch both are marked",
        ),
        CheckSpec::new("stdout-is-one-json-document", "FR-002", "--json prints one document"),
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
    ..Scenario::DEFAULT
};

/// Checkboxes, the format that every release knows: what is judged is the branch.
const TASKS: &str = "\
# Tasks

## Work Package WP01: alpha

- [ ] T001 first
- [ ] T002 second
";

const IDS: [&str; 2] = ["T001", "T002"];

pub(super) fn two_tasks() -> Recipe {
    Recipe::mark_status().with_tasks_md(TASKS)
}

fn run(context: &mut TestContext<'_>) -> Result<(), Abort> {
    let recipe = two_tasks();
    let control = context.mission(&recipe)?;
    let before = MarkState::read(&control)?;
    let step = mark(context, &control, &IDS)?;
    let after = MarkState::read(&control)?;
    step.check("the-command-works", |_| after.holds(&before, &IDS));

    let mission = context.mission(&recipe.target("main"))?;
    let (truth, world) = (MarkState::read(&mission)?, context.snapshot(&mission)?);
    let step = mark(context, &mission, &IDS)?;
    let reply = MarkReply::read(&step.document("stdout-is-one-json-document")?);
    let refused = reply.updated_ids().is_empty();
    step.check("exit-and-reply-agree", |step| agree(refused, step.exit(), &reply));
    let judgement = if refused {
        without_a_trace(&world, &context.snapshot(&mission)?)
    } else {
        done(&truth, &MarkState::read(&mission)?, &reply)
    };
    context.check("refused-without-a-trace-or-done", judgement);
    Ok(())
}

/// Both are reported, kept, and committed where the release commits its marks.
fn done(before: &MarkState, after: &MarkState, reply: &MarkReply) -> Judgement {
    let judgements = [
        reports(reply, &IDS, Reported::Updated),
        after.holds(before, &IDS),
        after.is_committed(after.keeper(before)),
    ];
    let mut judgements = judgements.into_iter();
    let all = judgements.clone();
    judgements.find(|judgement| !judgement.held()).unwrap_or_else(|| {
        let observed: Vec<String> = all.map(|judgement| judgement.observed).collect();
        Judgement::pass("both marked, kept and committed", observed.join("; "))
    })
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
    none_of("no change, as it was refused", &before.diff(after), |first| {
        format!("trace: {}", first.name.rsplit('/').next().unwrap_or(&first.name))
    })
}
