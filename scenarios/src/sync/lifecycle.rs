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

const MOVE_TASK_EXITS_ZERO: CheckSpec =
    CheckSpec::new("move-task-exits-zero", "FR-001", "move-task succeeds");
const MOVE_TASK_ONE_DOCUMENT: CheckSpec = CheckSpec::new(
    "move-task-one-document",
    "FR-002",
    "move-task: stdout is one document without a diagnostic",
);
const MOVE_TASK_EXACTLY_ONE_DIAGNOSTIC: CheckSpec =
    CheckSpec::new("move-task-exactly-one-diagnostic", "FR-003", "move-task: one diagnostic");
const MOVE_TASK_WELL_FORMED: CheckSpec = CheckSpec::new(
    "move-task-well-formed",
    "seed 000",
    "move-task: the diagnostic is a warning of the final sync, not fatal",
);
const MOVE_TASK_IS_PERSISTED: CheckSpec =
    CheckSpec::new("move-task-is-persisted", "FR-001", "move-task: the repository has changed");
const MOVE_TASK_RIGHT_CODE: CheckSpec =
    CheckSpec::new("move-task-right-code", "FR-004", "move-task: server_auth_failure");
const MOVE_TASK_QUIET_OTHERWISE: CheckSpec =
    CheckSpec::new("move-task-quiet-otherwise", "DS1", "move-task, strict: nothing else on stderr");
const MOVE_TASK_QUIET_WHEN_HEALTHY: CheckSpec = CheckSpec::new(
    "move-task-quiet-when-healthy",
    "DS1",
    "move-task against a healthy service: nothing on stderr",
);
const CREATE_EXITS_ZERO: CheckSpec =
    CheckSpec::new("create-exits-zero", "FR-001", "mission create succeeds");
const CREATE_ONE_DOCUMENT: CheckSpec = CheckSpec::new(
    "create-one-document",
    "FR-002",
    "mission create: stdout is one document without a diagnostic",
);
const CREATE_EXACTLY_ONE_DIAGNOSTIC: CheckSpec =
    CheckSpec::new("create-exactly-one-diagnostic", "FR-003", "mission create: one diagnostic");
const CREATE_WELL_FORMED: CheckSpec = CheckSpec::new(
    "create-well-formed",
    "seed 000",
    "mission create: the diagnostic is a warning of the final sync, not fatal",
);
const CREATE_IS_PERSISTED: CheckSpec =
    CheckSpec::new("create-is-persisted", "FR-001", "mission create: the repository has changed");
const CREATE_RIGHT_CODE: CheckSpec =
    CheckSpec::new("create-right-code", "FR-004", "mission create: server_auth_failure");
const CREATE_QUIET_OTHERWISE: CheckSpec = CheckSpec::new(
    "create-quiet-otherwise",
    "DS1",
    "mission create, strict: nothing else on stderr",
);
const FINALIZE_EXITS_ZERO: CheckSpec =
    CheckSpec::new("finalize-exits-zero", "FR-001", "finalize-tasks succeeds");
const FINALIZE_ONE_DOCUMENT: CheckSpec = CheckSpec::new(
    "finalize-one-document",
    "FR-002",
    "finalize-tasks: stdout is one document without a diagnostic",
);
const FINALIZE_EXACTLY_ONE_DIAGNOSTIC: CheckSpec =
    CheckSpec::new("finalize-exactly-one-diagnostic", "FR-003", "finalize-tasks: one diagnostic");
const FINALIZE_WELL_FORMED: CheckSpec = CheckSpec::new(
    "finalize-well-formed",
    "seed 000",
    "finalize-tasks: the diagnostic is a warning of the final sync, not fatal",
);
const FINALIZE_IS_PERSISTED: CheckSpec =
    CheckSpec::new("finalize-is-persisted", "FR-001", "finalize-tasks: the repository has changed");
const FINALIZE_RIGHT_CODE: CheckSpec =
    CheckSpec::new("finalize-right-code", "FR-004", "finalize-tasks: server_auth_failure");
const FINALIZE_QUIET_OTHERWISE: CheckSpec = CheckSpec::new(
    "finalize-quiet-otherwise",
    "DS1",
    "finalize-tasks, strict: nothing else on stderr",
);

pub const SCENARIO: Scenario = Scenario {
    id: "sync/lifecycle-commands",
    promise: "move-task, mission create and finalize-tasks tell a refused final sync as mark-status does: once, on stderr",
    requirements: &["FR-001", "FR-002", "FR-003", "FR-004"],
    issues: &[952],
    checks: &[
        MOVE_TASK_EXITS_ZERO,
        MOVE_TASK_ONE_DOCUMENT,
        MOVE_TASK_EXACTLY_ONE_DIAGNOSTIC,
        MOVE_TASK_WELL_FORMED,
        MOVE_TASK_IS_PERSISTED,
        MOVE_TASK_RIGHT_CODE,
        MOVE_TASK_QUIET_OTHERWISE,
        MOVE_TASK_QUIET_WHEN_HEALTHY,
        CREATE_EXITS_ZERO,
        CREATE_ONE_DOCUMENT,
        CREATE_EXACTLY_ONE_DIAGNOSTIC,
        CREATE_WELL_FORMED,
        CREATE_IS_PERSISTED,
        CREATE_RIGHT_CODE,
        CREATE_QUIET_OTHERWISE,
        FINALIZE_EXITS_ZERO,
        FINALIZE_ONE_DOCUMENT,
        FINALIZE_EXACTLY_ONE_DIAGNOSTIC,
        FINALIZE_WELL_FORMED,
        FINALIZE_IS_PERSISTED,
        FINALIZE_RIGHT_CODE,
        FINALIZE_QUIET_OTHERWISE,
    ],
    promised: Some(EVENT_BATCHES),
    core: Some(Core::SaasSyncEnabled),
    load: Load::Waiting,
    run,
    ..Scenario::DEFAULT
};

/// A command of the lifecycle, and its checks.
struct Case {
    args: &'static [&'static str],
    names_mission: bool,
    needs_lanes: bool,
    checks: [CheckSpec; 7],
}

const CASES: [Case; 3] = [
    Case {
        args: &["agent", "tasks", "move-task", "WP01", "--to", "claimed"],
        names_mission: true,
        needs_lanes: true,
        checks: [
            MOVE_TASK_EXITS_ZERO,
            MOVE_TASK_ONE_DOCUMENT,
            MOVE_TASK_EXACTLY_ONE_DIAGNOSTIC,
            MOVE_TASK_RIGHT_CODE,
            MOVE_TASK_QUIET_OTHERWISE,
            MOVE_TASK_WELL_FORMED,
            MOVE_TASK_IS_PERSISTED,
        ],
    },
    Case {
        args: &["agent", "mission", "create", "another-mission"],
        names_mission: false,
        needs_lanes: false,
        checks: [
            CREATE_EXITS_ZERO,
            CREATE_ONE_DOCUMENT,
            CREATE_EXACTLY_ONE_DIAGNOSTIC,
            CREATE_RIGHT_CODE,
            CREATE_QUIET_OTHERWISE,
            CREATE_WELL_FORMED,
            CREATE_IS_PERSISTED,
        ],
    },
    Case {
        args: &["agent", "mission", "finalize-tasks"],
        names_mission: true,
        needs_lanes: false,
        checks: [
            FINALIZE_EXITS_ZERO,
            FINALIZE_ONE_DOCUMENT,
            FINALIZE_EXACTLY_ONE_DIAGNOSTIC,
            FINALIZE_RIGHT_CODE,
            FINALIZE_QUIET_OTHERWISE,
            FINALIZE_WELL_FORMED,
            FINALIZE_IS_PERSISTED,
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
    step.check(MOVE_TASK_QUIET_WHEN_HEALTHY, |_| judgement);
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
