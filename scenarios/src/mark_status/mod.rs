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

/// The ids of the mixed call: every format, a work package, and an id that is nowhere.
const MIXED: [&str; 8] = [
    "T001", "T002", "T003", "T004", "T005", "T007", "WP02", "T999",
];

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
    let command = ["agent", "tasks", "mark-status"];
    // A mission was called a feature before 3.1.
    let old = !stage.offers(&command, "--mission")? && stage.offers(&command, "--feature")?;
    let options = [
        "--status",
        "done",
        if old { "--feature" } else { "--mission" },
        &mission.slug,
    ];
    stage.run(
        mission,
        command.iter().chain(ids).chain(&options).chain(more),
    )
}
