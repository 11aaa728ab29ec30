//! `agent tasks mark-status`: a mark that is reported is a mark that is kept (issue #783).
//!
//! Releases differ in where they keep the truth and in the shape of their replies. `truth` finds
//! the first out, [`support::contract::MarkReply`] reads the second, so that each scenario judges
//! the promise.

mod all_missing;
mod already_satisfied;
mod bare_work_package_id;
mod checkbox_and_pipe_table;
mod coordination_cold_start;
mod empty_id;
mod every_id_gets_a_result;
mod foreign_mission_id;
mod inline_subtasks;
mod on_a_terminal;
mod orphan_id;
mod protected_branch;
mod reply;
mod result_schema;
mod tasks_md;
pub(crate) mod truth;
mod updated_means_persisted;

use fixtures::Recipe;

use crate::scenario::Scenario;
use crate::stage::{Halt, Mission, Stage, Step};

/// The suite.
pub const SCENARIOS: &[&Scenario] = &[
    &checkbox_and_pipe_table::SCENARIO,
    &inline_subtasks::PLAIN,
    &inline_subtasks::BOLD,
    &bare_work_package_id::SCENARIO,
    &every_id_gets_a_result::SCENARIO,
    &all_missing::SCENARIO,
    &already_satisfied::SCENARIO,
    &result_schema::SCENARIO,
    &updated_means_persisted::SCENARIO,
    &empty_id::SCENARIO,
    &orphan_id::SCENARIO,
    &protected_branch::SCENARIO,
    &coordination_cold_start::SCENARIO,
    &foreign_mission_id::SCENARIO,
    &on_a_terminal::SCENARIO,
];

/// What the suite writes beyond what others write, too.
pub(crate) fn recipes() -> Vec<(&'static str, Recipe)> {
    vec![
        ("planned, tasks named elsewhere", checkbox_and_pipe_table::with_mentions()),
        ("planned, tables with other cells", checkbox_and_pipe_table::with_other_cells()),
        ("planned, with an orphan", orphan_id::with_orphan()),
        ("planned, other tasks", foreign_mission_id::one_task()),
        ("planned, two tasks", protected_branch::two_tasks()),
        ("planned, two tasks for main", protected_branch::two_tasks().target("main")),
    ]
}

/// The ids of the mixed call: every format, a work package, and an id that is nowhere.
const MIXED: [&str; 8] = ["T001", "T002", "T003", "T004", "T005", "T007", "WP02", "T999"];

/// `mark-status <ids> --status done --json`.
pub(crate) fn mark(stage: &mut Stage<'_>, mission: &Mission, ids: &[&str]) -> Result<Step, Halt> {
    mark_with(stage, mission, ids, &["--json"])
}

/// `mark-status <ids> --status done`, for people unless `more` says otherwise.
fn mark_with(
    stage: &mut Stage<'_>,
    mission: &Mission,
    ids: &[&str],
    more: &[&str],
) -> Result<Step, Halt> {
    let options = ["--status", "done", of_mission(stage)?, &mission.slug];
    stage.run(mission, COMMAND.iter().chain(ids).chain(&options).chain(more))
}

const COMMAND: [&str; 3] = ["agent", "tasks", "mark-status"];

/// The option that names the mission, which was called a feature before 3.1.
fn of_mission(stage: &mut Stage<'_>) -> Result<&'static str, Halt> {
    let old = !stage.offers(&COMMAND, "--mission")? && stage.offers(&COMMAND, "--feature")?;
    Ok(if old { "--feature" } else { "--mission" })
}
