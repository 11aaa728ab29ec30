//! The driver of `agent tasks mark-status`: how a task is marked, and where a release keeps the mark.
//!
//! Many suites mark a task where they need a change that every release can make.

mod mark_state;
mod tasks_md;

use crate::context::{Abort, Mission, Step, TestContext};

pub(crate) use mark_state::{MarkState, MarkStore};
pub(crate) use tasks_md::row_id;

const COMMAND: [&str; 3] = ["agent", "tasks", "mark-status"];

/// `mark-status <ids> --status done --json`.
pub(crate) fn mark(
    context: &mut TestContext<'_>,
    mission: &Mission,
    ids: &[&str],
) -> Result<Step, Abort> {
    let options = options(context, mission)?;
    context.run(mission, COMMAND.iter().chain(ids).chain(&options).chain(&["--json"]))
}

/// The same for people: without `--json`.
pub(crate) fn mark_as_text(
    context: &mut TestContext<'_>,
    mission: &Mission,
    ids: &[&str],
) -> Result<Step, Abort> {
    let options = options(context, mission)?;
    context.run(mission, COMMAND.iter().chain(ids).chain(&options))
}

/// The same on a pseudo-terminal, where both streams are one.
pub(crate) fn mark_on_terminal(
    context: &mut TestContext<'_>,
    mission: &Mission,
    ids: &[&str],
) -> Result<Step, Abort> {
    let options = options(context, mission)?;
    let words = COMMAND.iter().chain(ids).chain(&options);
    context.command(mission, words).on_terminal().run()
}

/// The option that names the mission was called `--feature` before 3.1.
fn options<'a>(context: &mut TestContext<'_>, mission: &'a Mission) -> Result<[&'a str; 4], Abort> {
    let old = !context.offers(&COMMAND, "--mission")? && context.offers(&COMMAND, "--feature")?;
    let option = if old { "--feature" } else { "--mission" };
    Ok(["--status", "done", option, &mission.slug])
}
