//! A repository that was never initialised, beside one that was.

use fixtures::{Change, PLAIN_REPOSITORY, Recipe, Snapshot};
use support::check::{Judgement, none_of};
use support::process::Exit;

use crate::context::{Abort, Mission, Step, TestContext};
use crate::control::{MARKS, prove_that_it_marks};
use crate::expect::{exit_nonzero, one_json_document};
use crate::scenario::{CheckSpec, Core, Scenario};

const SPECIFY_EXITS_NONZERO: CheckSpec =
    CheckSpec::new("specify-exits-nonzero", "gates/uninitialized-repo-fails-loud", "specify fails");
const SPECIFY_ONE_JSON_DOCUMENT: CheckSpec = CheckSpec::new(
    "specify-one-json-document",
    "gates/uninitialized-repo-fails-loud",
    "specify --json prints one document",
);
const SPECIFY_NAMES_THE_CODE: CheckSpec = CheckSpec::new(
    "specify-names-the-code",
    "gates/uninitialized-repo-fails-loud",
    "specify says SPEC_KITTY_REPO_NOT_INITIALIZED",
);
const PLAN_EXITS_NONZERO: CheckSpec =
    CheckSpec::new("plan-exits-nonzero", "gates/uninitialized-repo-fails-loud", "plan fails");
const PLAN_ONE_JSON_DOCUMENT: CheckSpec = CheckSpec::new(
    "plan-one-json-document",
    "gates/uninitialized-repo-fails-loud",
    "plan --json prints one document",
);
const PLAN_NAMES_THE_CODE: CheckSpec = CheckSpec::new(
    "plan-names-the-code",
    "gates/uninitialized-repo-fails-loud",
    "plan says SPEC_KITTY_REPO_NOT_INITIALIZED",
);
const TASKS_EXITS_NONZERO: CheckSpec =
    CheckSpec::new("tasks-exits-nonzero", "gates/uninitialized-repo-fails-loud", "tasks fails");
const TASKS_ONE_JSON_DOCUMENT: CheckSpec = CheckSpec::new(
    "tasks-one-json-document",
    "gates/uninitialized-repo-fails-loud",
    "tasks --json prints one document",
);
const TASKS_NAMES_THE_CODE: CheckSpec = CheckSpec::new(
    "tasks-names-the-code",
    "gates/uninitialized-repo-fails-loud",
    "tasks says SPEC_KITTY_REPO_NOT_INITIALIZED",
);
const STATUS_FAILS_LOUD: CheckSpec =
    CheckSpec::new("status-fails-loud", "DW15", "agent tasks status fails and says something");
const CREATE_FAILS_LOUD: CheckSpec = CheckSpec::new(
    "create-fails-loud",
    "gates/uninitialized-repo-fails-loud",
    "agent mission create fails and says something",
);
const NEXT_FAILS_LOUD: CheckSpec = CheckSpec::new(
    "next-fails-loud",
    "gates/uninitialized-repo-fails-loud",
    "next fails and says something",
);
const NOTHING_WRITTEN_HERE: CheckSpec = CheckSpec::new(
    "nothing-written-here",
    "gates/uninitialized-repo-fails-loud",
    "the repository is as it was",
);
const NOTHING_WRITTEN_BESIDE: CheckSpec = CheckSpec::new(
    "nothing-written-beside",
    "gates/uninitialized-repo-fails-loud",
    "the initialised one beside it is as it was",
);
const AN_INITIALISED_ONE_IS_NOT_REFUSED: CheckSpec = CheckSpec::new(
    "an-initialised-one-is-not-refused",
    "gates/uninitialized-repo-fails-loud",
    "the control: in the initialised repository the code is not given",
);

pub const SCENARIO: Scenario = Scenario {
    id: "core/uninitialized-repo-fails-loud",
    promise: "in a repository that is not initialised commands fail, say so, and write nothing, also not into an initialised one beside it",
    requirements: &["gates/uninitialized-repo-fails-loud"],
    issues: &[],
    checks: &[
        MARKS,
        SPECIFY_EXITS_NONZERO,
        SPECIFY_ONE_JSON_DOCUMENT,
        SPECIFY_NAMES_THE_CODE,
        PLAN_EXITS_NONZERO,
        PLAN_ONE_JSON_DOCUMENT,
        PLAN_NAMES_THE_CODE,
        TASKS_EXITS_NONZERO,
        TASKS_ONE_JSON_DOCUMENT,
        TASKS_NAMES_THE_CODE,
        STATUS_FAILS_LOUD,
        CREATE_FAILS_LOUD,
        NEXT_FAILS_LOUD,
        NOTHING_WRITTEN_HERE,
        NOTHING_WRITTEN_BESIDE,
        AN_INITIALISED_ONE_IS_NOT_REFUSED,
    ],
    core: Some(Core::UninitializedRepoFailLoud),
    run,
    ..Scenario::DEFAULT
};

/// What a product says where it was never initialised.
const CODE: &str = "SPEC_KITTY_REPO_NOT_INITIALIZED";

/// A mission that is nowhere.
const UNKNOWN_MISSION: &str = "foo";

/// Each with its checks: how it exits, what it prints, what it says.
const REFUSED: [(&str, [CheckSpec; 3]); 3] = [
    ("specify", [SPECIFY_EXITS_NONZERO, SPECIFY_ONE_JSON_DOCUMENT, SPECIFY_NAMES_THE_CODE]),
    ("plan", [PLAN_EXITS_NONZERO, PLAN_ONE_JSON_DOCUMENT, PLAN_NAMES_THE_CODE]),
    ("tasks", [TASKS_EXITS_NONZERO, TASKS_ONE_JSON_DOCUMENT, TASKS_NAMES_THE_CODE]),
];

/// Judged by their exit and by saying anything at all: what they say differs with the release.
const OTHERS: [(CheckSpec, &[&str]); 3] = [
    (STATUS_FAILS_LOUD, &["agent", "tasks", "status", "--json"]),
    (CREATE_FAILS_LOUD, &["agent", "mission", "create", UNKNOWN_MISSION, "--json"]),
    (NEXT_FAILS_LOUD, &["next", "--agent", "codex", "--mission", UNKNOWN_MISSION, "--json"]),
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
    for (command, [exits, document, code]) in REFUSED {
        let step = ask(context, &here, command, UNKNOWN_MISSION)?;
        step.check(exits, exit_nonzero());
        step.check(document, one_json_document());
        step.check(code, names_the_code);
    }
    for (check, command) in OTHERS {
        let step = context.run(&here, command)?;
        step.check(check, fails_loud);
    }
    let after = look()?;
    for (check, at) in [(NOTHING_WRITTEN_HERE, 0), (NOTHING_WRITTEN_BESIDE, 1)] {
        context.check(check, unchanged(&before[at].diff(&after[at])));
    }
    let initialised = context.mission(&Recipe::mark_status())?;
    let step = ask(context, &initialised, "plan", &initialised.slug)?;
    step.check(AN_INITIALISED_ONE_IS_NOT_REFUSED, |step| {
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
