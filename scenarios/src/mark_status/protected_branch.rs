//! On a branch that a release may protect, a call is done or refused, never half done.

use fixtures::{Recipe, Snapshot};
use support::check::{Judgement, none_of};
use support::process::Exit;

use super::reply::reports;
use crate::context::{Abort, TestContext};
use crate::contract::{MarkReply, Reported};
use crate::marking::{MarkState, mark};
use crate::scenario::{CheckSpec, Scenario};

const THE_COMMAND_WORKS: CheckSpec = CheckSpec::new(
    "the-command-works",
    "FR-011",
    "the control: on an ordinary branch both are marked",
);
const STDOUT_IS_ONE_JSON_DOCUMENT: CheckSpec =
    CheckSpec::new("stdout-is-one-json-document", "FR-002", "--json prints one document");
const REFUSED_WITHOUT_A_TRACE_OR_DONE: CheckSpec = CheckSpec::new(
    "refused-without-a-trace-or-done",
    "FR-009",
    "a refusal changes nothing; a success is read back",
);
const EXIT_AND_REPLY_AGREE: CheckSpec = CheckSpec::new(
    "exit-and-reply-agree",
    "FR-009",
    "a refusal does not exit with zero, a success does",
);

pub const SCENARIO: Scenario = Scenario {
    id: "mark-status/protected-branch-is-all-or-nothing",
    promise: "on main a call is refused without a trace, or done; never half",
    requirements: &["FR-009"],
    issues: &[783],
    checks: &[
        THE_COMMAND_WORKS,
        STDOUT_IS_ONE_JSON_DOCUMENT,
        REFUSED_WITHOUT_A_TRACE_OR_DONE,
        EXIT_AND_REPLY_AGREE,
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
    step.check(THE_COMMAND_WORKS, |_| after.holds(&before, &IDS));

    let mission = context.mission(&recipe.target("main"))?;
    let (truth, world) = (MarkState::read(&mission)?, context.snapshot(&mission)?);
    let step = mark(context, &mission, &IDS)?;
    let reply = MarkReply::read(&step.document(STDOUT_IS_ONE_JSON_DOCUMENT)?);
    let refused = reply.updated_ids().is_empty();
    step.check(EXIT_AND_REPLY_AGREE, |step| agree(refused, step.exit(), &reply));
    let judgement = if refused {
        without_a_trace(&world, &context.snapshot(&mission)?)
    } else {
        done(&truth, &MarkState::read(&mission)?, &reply)
    };
    context.check(REFUSED_WITHOUT_A_TRACE_OR_DONE, judgement);
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
