//! A repository that was never initialised, beside one that was.

use fixtures::{Change, PLAIN_REPOSITORY, Recipe, Snapshot};
use support::check::{Judgement, none_of};
use support::process::Exit;

use crate::context::{Abort, Mission, Step, TestContext};
use crate::control::{MARKS, prove_that_it_marks};
use crate::expect::{exit_nonzero, one_json_document};
use crate::scenario::{CheckSpec, Core, Scenario};

pub const SCENARIO: Scenario = Scenario {
    id: "core/uninitialized-repo-fails-loud",
    promise: "in a repository that is not initialised commands fail, say so, and write nothing, also not into an initialised one beside it",
    requirements: &["gates/uninitialized-repo-fails-loud"],
    issues: &[],
    checks: &[
        MARKS,
        CheckSpec::new(
            "specify-exits-nonzero",
            "gates/uninitialized-repo-fails-loud",
            "specify fails",
        ),
        CheckSpec::new(
            "specify-one-json-document",
            "gates/uninitialized-repo-fails-loud",
            "specify --json prints one document",
        ),
        CheckSpec::new(
            "specify-names-the-code",
            "gates/uninitialized-repo-fails-loud",
            "specify says SPEC_KITTY_REPO_NOT_INITIALIZED",
        ),
        CheckSpec::new("plan-exits-nonzero", "gates/uninitialized-repo-fails-loud", "plan fails"),
        CheckSpec::new(
            "plan-one-json-document",
            "gates/uninitialized-repo-fails-loud",
            "plan --json prints one document",
        ),
        CheckSpec::new(
            "plan-names-the-code",
            "gates/uninitialized-repo-fails-loud",
            "plan says SPEC_KITTY_REPO_NOT_INITIALIZED",
        ),
        CheckSpec::new("tasks-exits-nonzero", "gates/uninitialized-repo-fails-loud", "tasks fails"),
        CheckSpec::new(
            "tasks-one-json-document",
            "gates/uninitialized-repo-fails-loud",
            "tasks --json prints one document",
        ),
        CheckSpec::new(
            "tasks-names-the-code",
            "gates/uninitialized-repo-fails-loud",
            "tasks says SPEC_KITTY_REPO_NOT_INITIALIZED",
        ),
        CheckSpec::new("status-fails-loud", "DW15", "agent tasks status fails and says something"),
        CheckSpec::new(
            "create-fails-loud",
            "gates/uninitialized-repo-fails-loud",
            "agent mission create fails and says something",
        ),
        CheckSpec::new(
            "next-fails-loud",
            "gates/uninitialized-repo-fails-loud",
            "next fails and says something",
        ),
        CheckSpec::new(
            "nothing-written-here",
            "gates/uninitialized-repo-fails-loud",
            "the repository is as it was",
        ),
        CheckSpec::new(
            "nothing-written-beside",
            "gates/uninitialized-repo-fails-loud",
            "the initialised one beside it is as it was",
        ),
        CheckSpec::new(
            "an-initialised-one-is-not-refused",
            "gates/uninitialized-repo-fails-loud",
            "the control: in the initialised repository the code is not given",
        ),
    ],
    core: Some(Core::UninitializedRepoFailLoud),
    run,
    ..Scenario::DEFAULT
};

/// What a product says where it was never initialised.
const CODE: &str = "SPEC_KITTY_REPO_NOT_INITIALIZED";

/// A mission that is nowhere.
const UNKNOWN_MISSION: &str = "foo";

/// Judged by their exit and by saying anything at all: what they say differs with the release.
const OTHERS: [(&str, &[&str]); 3] = [
    ("status-fails-loud", &["agent", "tasks", "status", "--json"]),
    ("create-fails-loud", &["agent", "mission", "create", UNKNOWN_MISSION, "--json"]),
    ("next-fails-loud", &["next", "--agent", "codex", "--mission", UNKNOWN_MISSION, "--json"]),
];

fn run(context: &mut TestContext<'_>) -> Result<(), Abort> {
    prove_that_it_marks(context)?;
    let beside = context.mission(&Recipe::mark_status().beside_plain_repository())?;
    let here = beside.from(PLAIN_REPOSITORY);
    let look = || -> Result<[Snapshot; 2], Abort> {
        let plain = beside.root().join(PLAIN_REPOSITORY);
        Ok([Snapshot::take(&plain)?, Snapshot::take(&beside.repo())?])
    };
    let before = look()?;
    for command in ["specify", "plan", "tasks"] {
        let step = ask(context, &here, command, UNKNOWN_MISSION)?;
        step.check(&format!("{command}-exits-nonzero"), exit_nonzero());
        step.check(&format!("{command}-one-json-document"), one_json_document());
        step.check(&format!("{command}-names-the-code"), names_the_code);
    }
    for (check, command) in OTHERS {
        let step = context.run(&here, command)?;
        step.check(check, fails_loud);
    }
    let after = look()?;
    for (check, at) in [("nothing-written-here", 0), ("nothing-written-beside", 1)] {
        context.check(check, unchanged(&before[at].diff(&after[at])));
    }
    let initialised = context.mission(&Recipe::mark_status())?;
    let step = ask(context, &initialised, "plan", &initialised.slug)?;
    step.check("an-initialised-one-is-not-refused", |step| {
        let expected = format!("an answer without {CODE}");
        if answer_text(step).contains(CODE) {
            Judgement::fail("refused", expected, step.quote())
        } else {
            Judgement::pass(expected, step.exit().to_string())
        }
    });
    Ok(())
}

/// `specify`, `plan` or `tasks` with `--json`, for a mission where the release takes one.
fn ask(
    context: &mut TestContext<'_>,
    mission: &Mission,
    command: &str,
    slug: &str,
) -> Result<Step, Abort> {
    let handle: &[&str] = match command {
        "specify" => &[slug],
        _ if context.offers(&[command], "--mission")? => &["--mission", slug],
        _ => &[],
    };
    context.run(mission, [command].iter().chain(handle).chain(&["--json"]))
}

fn names_the_code(step: &Step) -> Judgement {
    let expected = format!("error_code {CODE}");
    let document = step.try_document().unwrap_or_default();
    match document["error_code"].as_str() {
        Some(CODE) => Judgement::pass(expected, CODE),
        Some(_) => Judgement::fail("another-code", expected, step.quote()),
        None if answer_text(step).contains(CODE) => {
            Judgement::fail("named-in-prose-only", expected, step.quote())
        }
        None => Judgement::fail("no-code", expected, step.quote()),
    }
}

fn fails_loud(step: &Step) -> Judgement {
    let expected = "a non-zero exit, and a word of why";
    match step.exit() {
        Exit::Code(0) => Judgement::fail("exit=0", expected, step.quote()),
        Exit::Code(_) if answer_text(step).trim().is_empty() => {
            Judgement::fail("silent", expected, step.quote())
        }
        Exit::Code(code) => Judgement::pass(expected, format!("exit {code}")),
        exit => Judgement::fail(exit.to_string(), expected, step.quote()),
    }
}

fn answer_text(step: &Step) -> String {
    step.stdout_text() + &step.stderr_text()
}

fn unchanged(changes: &[Change]) -> Judgement {
    none_of("no change", changes, |first| {
        let top = first.name.split('/').next().unwrap_or_default();
        format!("written: {top}")
    })
}
