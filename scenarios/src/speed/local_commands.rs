//! The everyday commands end within two seconds in a project of normal size, on a machine that people work on.

use std::time::Duration;

use fixtures::Recipe;
use fixtures::adapter::Operation;
use support::check::{Judgement, none_of};
use support::contention::STRETCHED;

use super::figures::{Contention, Figures, Pace};
use crate::context::{Abort, Mission, Step, TestContext};
use crate::contract::DryRun;
use crate::expect::exit_zero;
use crate::marking::{MarkState, mark};
use crate::scenario::{CheckSpec, Load, Scenario};

const MEASURED: CheckSpec = CheckSpec::new(
    "measured",
    PROMISE,
    "the control: every command did each time what it was asked",
);
const TASKS_STATUS: CheckSpec =
    CheckSpec::new("tasks-status", PROMISE, "`agent tasks status` is quick");
const MARK_STATUS: CheckSpec =
    CheckSpec::new("mark-status", PROMISE, "`agent tasks mark-status` is quick");
const MOVE_TASK: CheckSpec =
    CheckSpec::new("move-task", PROMISE, "`agent tasks move-task` is quick");
const STATUS_EMIT: CheckSpec =
    CheckSpec::new("status-emit", PROMISE, "`agent status emit` is quick");
const NEXT: CheckSpec = CheckSpec::new("next", PROMISE, "`next`, as a question, is quick");
const MERGE_DRY_RUN: CheckSpec =
    CheckSpec::new("merge-dry-run", PROMISE, "a dry run of a merge is quick");

/// What all checks but the control stand for.
const PROMISE: &str = "reliability/fast-local-commands";

pub const SCENARIO: Scenario = Scenario {
    id: "speed/local-commands",
    promise: "the everyday commands on local files end within 2 seconds",
    requirements: &[PROMISE],
    issues: &[822],
    checks: &[MEASURED, TASKS_STATUS, MARK_STATUS, MOVE_TASK, STATUS_EMIT, NEXT, MERGE_DRY_RUN],
    // It measures time, so it is not run in a crowd of those that wait.
    load: Load::Alone,
    run,
    ..Scenario::DEFAULT
};

/// The limit of the requirement.
const LIMIT: Duration = Duration::from_secs(2);

/// How often each command is measured, after once for the machine to have read its files.
const REPEATS: usize = 5;

/// Computes for some tenths of a second and waits for nothing: its wall time tells who else wants the machine,
/// its CPU time how fast the machine is.
const SPIN: &str = "i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done";

/// The same, beyond which more repeats would tell nothing more.
const HOPELESS: f64 = 2.0;

/// A command that a person or an agent runs all day.
#[derive(Debug, Clone, Copy)]
enum LocalCommand {
    Status,
    Mark,
    Move,
    Emit,
    Next,
    DryRun,
}

impl LocalCommand {
    const ALL: [Self; 6] =
        [Self::Status, Self::Mark, Self::Move, Self::Emit, Self::Next, Self::DryRun];

    /// Its check.
    fn check(self) -> CheckSpec {
        match self {
            Self::Status => TASKS_STATUS,
            Self::Mark => MARK_STATUS,
            Self::Move => MOVE_TASK,
            Self::Emit => STATUS_EMIT,
            Self::Next => NEXT,
            Self::DryRun => MERGE_DRY_RUN,
        }
    }

    /// Runs it once, in a world that it has not seen.
    fn measure(self, context: &mut TestContext<'_>) -> Result<(Mission, Step), Abort> {
        let recipe = match self {
            Self::Status | Self::Mark | Self::Next => Recipe::mark_status(),
            // Its work package is approved: a change of it is legal, with no more to be prepared.
            Self::Move | Self::Emit | Self::DryRun => Recipe::merge_ready(),
        };
        let mission = context.mission(&recipe)?;
        let handle = mission.slug.as_str();
        let ask = match self {
            Self::Mark => {
                let step = mark(context, &mission, &["T001"])?;
                return Ok((mission, step));
            }
            Self::Status => Operation::Status { mission: handle },
            Self::Next => Operation::Next { mission: handle },
            Self::Move => Operation::Move {
                mission: handle,
                package: "WP01",
                to: "blocked",
                note: "It has to wait",
            },
            Self::Emit => Operation::Emit {
                mission: handle,
                package: "WP01",
                to: "blocked",
                actor: "somebody",
            },
            Self::DryRun => Operation::PreviewMerge { mission: handle, push: false },
        };
        let step = context.perform(&mission, &ask)?;
        Ok((mission, step))
    }

    /// Whether it did what it was asked: a command that does nothing is quick.
    fn is_done(self, mission: &Mission, step: &Step) -> Result<Judgement, Abort> {
        let exit = exit_zero()(step);
        if !exit.held() {
            return Ok(exit);
        }
        let truth = MarkState::read(mission)?;
        let document = step.try_document().unwrap_or_default();
        let done = match self {
            Self::Mark => truth.is_done_anywhere("T001"),
            Self::Move | Self::Emit => truth.lane_of("WP01") == Some("blocked"),
            Self::Status => document["by_lane"].is_object(),
            Self::Next => document.to_string().contains(&mission.slug),
            Self::DryRun => DryRun::read(document).target() == Some(&mission.target),
        };
        let expected = "exit 0, and what was asked";
        Ok(if done {
            Judgement::pass(expected, "done")
        } else {
            Judgement::fail("not-done", expected, step.quote())
        })
    }
}

fn run(context: &mut TestContext<'_>) -> Result<(), Abort> {
    let mut measured = LocalCommand::ALL.map(|command| (command, Figures::default()));
    let (mut spins, mut faults) = (Figures::default(), Vec::new());
    for repeat in 0..=REPEATS {
        for (command, figures) in &mut measured {
            let (mission, step) = command.measure(context)?;
            let done = command.is_done(&mission, &step)?;
            if !done.held() {
                let signature = done.signature.unwrap_or_default();
                faults.push(format!("{}: {signature}\n{}", command.check().id, done.observed));
            }
            if repeat > 0 {
                figures.add(&step);
                // Between the commands, so that it meets what they meet.
                spins.add(&context.shell(&mission, SPIN).run()?);
            }
        }
        if !faults.is_empty() || (repeat > 0 && spins.stretch() > HOPELESS) {
            break;
        }
    }
    let contention =
        if spins.stretch() <= STRETCHED { Contention::Quiet } else { Contention::Crowded };
    context.require(MEASURED, did_all(&faults, &measured, &spins, contention))?;
    judge_times(context, &measured, spins.pace(), contention)
}

/// Judges each command of which something can be said. The scenario is not exercised where that is
/// not all of them.
fn judge_times(
    context: &TestContext<'_>,
    measured: &[(LocalCommand, Figures)],
    pace: Pace,
    contention: Contention,
) -> Result<(), Abort> {
    let mut untold = Vec::new();
    for (command, figures) in measured {
        match figures.within(LIMIT, pace, contention) {
            Some(judgement) => context.check(command.check(), judgement),
            None => untold.push(format!("{}: {figures}", command.check().id)),
        }
    }
    if untold.is_empty() {
        return Ok(());
    }
    let why = format!("others kept the machine busy: {}", untold.join("; "));
    Err(Abort::machine_busy(&[], &why))
}

/// The control, with all figures for the reader.
fn did_all(
    faults: &[String],
    measured: &[(LocalCommand, Figures)],
    spins: &Figures,
    contention: Contention,
) -> Judgement {
    let expected = "every command exits with 0 and does what it is asked, each time";
    if !faults.is_empty() {
        return none_of(expected, faults, |first| {
            let first = first.lines().next().unwrap_or_default();
            first.replacen(": ", "-fails: ", 1)
        });
    }
    let rows =
        measured.iter().map(|(command, figures)| format!("{}: {figures}", command.check().id));
    let spin = format!("{contention:?}; a spin of the shell: {spins}");
    let told: Vec<String> = rows.chain([spin]).collect();
    Judgement::pass(expected, told.join("\n"))
}
