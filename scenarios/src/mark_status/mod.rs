//! `agent tasks mark-status`: a mark that is reported is a mark that is kept (issue #783).
//!
//! Releases differ in where they keep the truth and in the shape of their replies. `marking` finds
//! the first out, [`crate::contract::MarkReply`] reads the second, so that each scenario judges
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
mod updated_means_persisted;

use fixtures::Recipe;

use crate::scenario::Scenario;

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
