//! The everyday commands end within two seconds in a project of normal size, on a machine that people work on.

use std::time::Duration;

use fixtures::Recipe;
use fixtures::dialect::Ask;
use support::check::{Judgement, none_of};
use support::company::STRETCHED;

use super::figures::{Company, Figures, Pace};
use crate::contract::DryRun;
use crate::expect::exit_zero;
use crate::marking::{Truth, mark};
use crate::scenario::{CheckSpec, Load, Scenario};
use crate::stage::{Halt, Mission, Stage, Step};

/// What all checks but the control stand for.
const PROMISE: &str = "reliability/fast-local-commands";

pub const SCENARIO: Scenario = Scenario {
    id: "speed/local-commands",
    promise: "the everyday commands on local files end within 2 seconds",
    requirements: &[PROMISE],
    issues: &[822],
    checks: &[
        CheckSpec::new(
            "measured",
            PROMISE,
            "the control: every command did each time what it was asked",
        ),
        CheckSpec::new("tasks-status", PROMISE, "`agent tasks status` is quick"),
        CheckSpec::new("mark-status", PROMISE, "`agent tasks mark-status` is quick"),
        CheckSpec::new("move-task", PROMISE, "`agent tasks move-task` is quick"),
        CheckSpec::new("status-emit", PROMISE, "`agent status emit` is quick"),
        CheckSpec::new("next", PROMISE, "`next`, as a question, is quick"),
        CheckSpec::new("merge-dry-run", PROMISE, "a dry run of a merge is quick"),
    ],
    // It measures time, so it is not played in a crowd of those that wait.
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
enum Everyday {
    Status,
    Mark,
    Move,
    Emit,
    Next,
    DryRun,
}

impl Everyday {
    const ALL: [Self; 6] =
        [Self::Status, Self::Mark, Self::Move, Self::Emit, Self::Next, Self::DryRun];

    /// The id of its check.
    fn check(self) -> &'static str {
        match self {
            Self::Status => "tasks-status",
            Self::Mark => "mark-status",
            Self::Move => "move-task",
            Self::Emit => "status-emit",
            Self::Next => "next",
            Self::DryRun => "merge-dry-run",
        }
    }

    /// Runs it once, in a world that it has not seen.
    fn play(self, stage: &mut Stage<'_>) -> Result<(Mission, Step), Halt> {
        let recipe = match self {
            Self::Status | Self::Mark | Self::Next => Recipe::mark_status(),
            // Its work package is approved: a change of it is legal, with no more to be prepared.
            Self::Move | Self::Emit | Self::DryRun => Recipe::merge_ready(),
        };
        let mission = stage.mission(&recipe)?;
        let handle = mission.slug.as_str();
        let ask = match self {
            Self::Mark => {
                let step = mark(stage, &mission, &["T001"])?;
                return Ok((mission, step));
            }
            Self::Status => Ask::Status { mission: handle },
            Self::Next => Ask::Next { mission: handle },
            Self::Move => Ask::Move {
                mission: handle,
                package: "WP01",
                to: "blocked",
                note: "It has to wait",
            },
            Self::Emit => {
                Ask::Emit { mission: handle, package: "WP01", to: "blocked", actor: "somebody" }
            }
            Self::DryRun => Ask::PreviewMerge { mission: handle, push: false },
        };
        let step = stage.ask(&mission, &ask)?;
        Ok((mission, step))
    }

    /// Whether it did what it was asked: a command that does nothing is quick.
    fn is_done(self, mission: &Mission, step: &Step) -> Result<Judgement, Halt> {
        let exit = exit_zero()(step);
        if !exit.held() {
            return Ok(exit);
        }
        let truth = Truth::read(mission)?;
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

fn run(stage: &mut Stage<'_>) -> Result<(), Halt> {
    let mut measured = Everyday::ALL.map(|command| (command, Figures::default()));
    let (mut spins, mut faults) = (Figures::default(), Vec::new());
    for repeat in 0..=REPEATS {
        for (command, figures) in &mut measured {
            let (mission, step) = command.play(stage)?;
            let done = command.is_done(&mission, &step)?;
            if !done.held() {
                let signature = done.signature.unwrap_or_default();
                faults.push(format!("{}: {signature}\n{}", command.check(), done.observed));
            }
            if repeat > 0 {
                figures.add(&step);
                // Between the commands, so that it meets what they meet.
                spins.add(&stage.shell(&mission, SPIN).run()?);
            }
        }
        if !faults.is_empty() || (repeat > 0 && spins.stretch() > HOPELESS) {
            break;
        }
    }
    let company = if spins.stretch() <= STRETCHED { Company::Quiet } else { Company::Crowded };
    stage.require("measured", did_all(&faults, &measured, &spins, company))?;
    judge(stage, &measured, spins.pace(), company)
}

/// Judges each command of which something can be said. The scenario is not exercised where that is
/// not all of them.
fn judge(
    stage: &Stage<'_>,
    measured: &[(Everyday, Figures)],
    pace: Pace,
    company: Company,
) -> Result<(), Halt> {
    let mut untold = Vec::new();
    for (command, figures) in measured {
        match figures.within(LIMIT, pace, company) {
            Some(judgement) => stage.check(command.check(), judgement),
            None => untold.push(format!("{}: {figures}", command.check())),
        }
    }
    if untold.is_empty() {
        return Ok(());
    }
    let why = format!("others kept the machine busy: {}", untold.join("; "));
    Err(Halt::machine_busy(&[], &why))
}

/// The control, with all figures for the reader.
fn did_all(
    faults: &[String],
    measured: &[(Everyday, Figures)],
    spins: &Figures,
    company: Company,
) -> Judgement {
    let expected = "every command exits with 0 and does what it is asked, each time";
    if !faults.is_empty() {
        return none_of(expected, faults, |first| {
            let first = first.lines().next().unwrap_or_default();
            first.replacen(": ", "-fails: ", 1)
        });
    }
    let rows = measured.iter().map(|(command, figures)| format!("{}: {figures}", command.check()));
    let spin = format!("{company:?}; a spin of the shell: {spins}");
    let told: Vec<String> = rows.chain([spin]).collect();
    Judgement::pass(expected, told.join("\n"))
}
