//! The driver of `agent tasks mark-status`: how a task is marked, and where a release keeps the mark.
//!
//! Many suites mark a task where they need a change that every release can make.

mod tasks_md;
mod truth;

use crate::stage::{Halt, Mission, Stage, Step};

pub(crate) use tasks_md::row_id;
pub(crate) use truth::{Keeper, Truth};

const COMMAND: [&str; 3] = ["agent", "tasks", "mark-status"];

/// `mark-status <ids> --status done --json`.
pub(crate) fn mark(stage: &mut Stage<'_>, mission: &Mission, ids: &[&str]) -> Result<Step, Halt> {
    let options = options(stage, mission)?;
    stage.run(mission, COMMAND.iter().chain(ids).chain(&options).chain(&["--json"]))
}

/// The same for people: without `--json`.
pub(crate) fn mark_as_text(
    stage: &mut Stage<'_>,
    mission: &Mission,
    ids: &[&str],
) -> Result<Step, Halt> {
    let options = options(stage, mission)?;
    stage.run(mission, COMMAND.iter().chain(ids).chain(&options))
}

/// The same on a pseudo-terminal, where both streams are one.
pub(crate) fn mark_on_terminal(
    stage: &mut Stage<'_>,
    mission: &Mission,
    ids: &[&str],
) -> Result<Step, Halt> {
    let options = options(stage, mission)?;
    let words = COMMAND.iter().chain(ids).chain(&options);
    stage.command(mission, words).on_terminal().run()
}

/// The option that names the mission was called `--feature` before 3.1.
fn options<'a>(stage: &mut Stage<'_>, mission: &'a Mission) -> Result<[&'a str; 4], Halt> {
    let old = !stage.offers(&COMMAND, "--mission")? && stage.offers(&COMMAND, "--feature")?;
    let option = if old { "--feature" } else { "--mission" };
    Ok(["--status", "done", option, &mission.slug])
}
