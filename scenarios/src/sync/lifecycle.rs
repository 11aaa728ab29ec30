//! Every command that changes the life of a mission keeps to the same hygiene.

use fixtures::Recipe;
use fixtures::hosted::{Behaviour, Endpoint};
use support::check::Judgement;

use super::attempt::{batches, finalised, forbidden, must_have_called};
use super::hygiene::{
    changed, exactly_one, has_code, none_on_stdout, quiet, quiet_beyond, well_formed,
};
use crate::context::{Abort, Mission, Step, TestContext};
use crate::contract::sync_diagnostic::{StderrReading, code};
use crate::expect::{exit_zero, one_json_document};
use crate::promised::EVENT_BATCHES;
use crate::scenario::{CheckSpec, Core, Load, Scenario};

pub const SCENARIO: Scenario = Scenario {
    id: "sync/lifecycle-commands",
    promise: "move-task, mission create and finalize-tasks tell a refused final sync as mark-status does: once, on stderr",
    requirements: &["FR-001", "FR-002", "FR-003", "FR-004"],
    issues: &[952],
    checks: &[
        CheckSpec::new("move-task-exits-zero", "FR-001", "move-task succeeds"),
        CheckSpec::new(
            "move-task-one-document",
            "FR-002",
            "move-task: stdout is one document without a diagnostic",
        ),
        CheckSpec::new("move-task-exactly-one-diagnostic", "FR-003", "move-task: one diagnostic"),
        CheckSpec::new(
            "move-task-well-formed",
            "seed 000",
            "move-task: the diagnostic is a warning of the final sync, not fatal",
        ),
        CheckSpec::new("move-task-is-persisted", "FR-001", "move-task: the repository has changed"),
        CheckSpec::new("move-task-right-code", "FR-004", "move-task: server_auth_failure"),
        CheckSpec::new(
            "move-task-quiet-otherwise",
            "DS1",
            "move-task, strict: nothing else on stderr",
        ),
        CheckSpec::new(
            "move-task-quiet-when-healthy",
            "DS1",
            "move-task against a healthy service: nothing on stderr",
        ),
        CheckSpec::new("create-exits-zero", "FR-001", "mission create succeeds"),
        CheckSpec::new(
            "create-one-document",
            "FR-002",
            "mission create: stdout is one document without a diagnostic",
        ),
        CheckSpec::new("create-exactly-one-diagnostic", "FR-003", "mission create: one diagnostic"),
        CheckSpec::new(
            "create-well-formed",
            "seed 000",
            "mission create: the diagnostic is a warning of the final sync, not fatal",
        ),
        CheckSpec::new(
            "create-is-persisted",
            "FR-001",
            "mission create: the repository has changed",
        ),
        CheckSpec::new("create-right-code", "FR-004", "mission create: server_auth_failure"),
        CheckSpec::new(
            "create-quiet-otherwise",
            "DS1",
            "mission create, strict: nothing else on stderr",
        ),
        CheckSpec::new("finalize-exits-zero", "FR-001", "finalize-tasks succeeds"),
        CheckSpec::new(
            "finalize-one-document",
            "FR-002",
            "finalize-tasks: stdout is one document without a diagnostic",
        ),
        CheckSpec::new(
            "finalize-exactly-one-diagnostic",
            "FR-003",
            "finalize-tasks: one diagnostic",
        ),
        CheckSpec::new(
            "finalize-well-formed",
            "seed 000",
            "finalize-tasks: the diagnostic is a warning of the final sync, not fatal",
        ),
        CheckSpec::new(
            "finalize-is-persisted",
            "FR-001",
            "finalize-tasks: the repository has changed",
        ),
        CheckSpec::new("finalize-right-code", "FR-004", "finalize-tasks: server_auth_failure"),
        CheckSpec::new(
            "finalize-quiet-otherwise",
            "DS1",
            "finalize-tasks, strict: nothing else on stderr",
        ),
    ],
    promised: Some(EVENT_BATCHES),
    core: Some(Core::SaasSyncEnabled),
    load: Load::Waiting,
    run,
    ..Scenario::DEFAULT
};

/// A command of the lifecycle, and the ids of its checks.
struct Case {
    args: &'static [&'static str],
    names_mission: bool,
    needs_lanes: bool,
    checks: [&'static str; 7],
}

const CASES: [Case; 3] = [
    Case {
        args: &["agent", "tasks", "move-task", "WP01", "--to", "claimed"],
        names_mission: true,
        needs_lanes: true,
        checks: [
            "move-task-exits-zero",
            "move-task-one-document",
            "move-task-exactly-one-diagnostic",
            "move-task-right-code",
            "move-task-quiet-otherwise",
            "move-task-well-formed",
            "move-task-is-persisted",
        ],
    },
    Case {
        args: &["agent", "mission", "create", "another-mission"],
        names_mission: false,
        needs_lanes: false,
        checks: [
            "create-exits-zero",
            "create-one-document",
            "create-exactly-one-diagnostic",
            "create-right-code",
            "create-quiet-otherwise",
            "create-well-formed",
            "create-is-persisted",
        ],
    },
    Case {
        args: &["agent", "mission", "finalize-tasks"],
        names_mission: true,
        needs_lanes: false,
        checks: [
            "finalize-exits-zero",
            "finalize-one-document",
            "finalize-exactly-one-diagnostic",
            "finalize-right-code",
            "finalize-quiet-otherwise",
            "finalize-well-formed",
            "finalize-is-persisted",
        ],
    },
];

fn run(context: &mut TestContext<'_>) -> Result<(), Abort> {
    for case in CASES {
        let (step, changes) = run_command(context, &case, batches([forbidden()]), Endpoint::Batch)?;
        let reading = step.hygiene()?;
        let [success, document, one, code, noise, form, persisted] = case.checks;
        step.check(success, exit_zero());
        step.check(document, |step| {
            let judgement = one_json_document()(step);
            if judgement.held() { none_on_stdout(step) } else { judgement }
        });
        step.check(one, |step| exactly_one(&reading, step));
        step.check(code, |step| has_code(&reading, &[code::SERVER_AUTH_FAILURE], step));
        step.check(form, |step| well_formed(&reading, step));
        step.check(persisted, |_| changed(changes));
        let judgement = noise_of(context, &case, &reading)?;
        step.check(noise, |_| judgement);
    }
    let [move_task, ..] = &CASES;
    let (step, _) = run_command(context, move_task, Behaviour::healthy(), Endpoint::WsToken)?;
    let judgement = noise_of(context, move_task, &step.hygiene()?)?;
    step.check("move-task-quiet-when-healthy", |_| judgement);
    Ok(())
}

/// What a command says with sync off is not the sync's noise.
fn noise_of(
    context: &mut TestContext<'_>,
    case: &Case,
    reading: &StderrReading,
) -> Result<Judgement, Abort> {
    if reading.noise.lines == 0 {
        return Ok(quiet(reading));
    }
    let mission = mission_for(context, case)?;
    let without_sync = context.run(&mission, args(case, &mission))?.hygiene()?;
    Ok(quiet_beyond(reading, &without_sync))
}

/// The command, and how many things it changed in the repository.
fn run_command(
    context: &mut TestContext<'_>,
    case: &Case,
    behaviour: Behaviour,
    endpoint: Endpoint,
) -> Result<(Step, usize), Abort> {
    let mission = mission_for(context, case)?;
    let (hosted, mission) = context.hosted(&mission, behaviour)?;
    let before = context.snapshot(&mission)?;
    let step = context.run(&mission, args(case, &mission))?;
    must_have_called(&hosted, &step, &[endpoint])?;
    let changed = before.diff(&context.snapshot(&mission)?).len();
    Ok((step, changed))
}

fn mission_for(context: &mut TestContext<'_>, case: &Case) -> Result<Mission, Abort> {
    if case.needs_lanes {
        finalised(context)
    } else {
        context.mission(&Recipe::mark_status().specified())
    }
}

fn args(case: &Case, mission: &Mission) -> Vec<String> {
    let mut args = case.args.to_vec();
    if case.names_mission {
        args.extend(["--mission", &mission.slug]);
    }
    args.push("--json");
    args.into_iter().map(str::to_owned).collect()
}
