//! A reported transition is a durable event, and an interrupted one can be taken up again
//! (STA-001 to STA-004).

mod answer;
mod corrupt_log_is_named;
mod failed_append_is_loud;
mod from_lane_worktree;
mod history;
mod interrupted;
mod log;
mod no_illegal_shortcut;
mod success_is_an_event;

use support::process::Exit;
use support::skip::SkipCode;

use crate::context::{Abort, Mission, TestContext};
use crate::scenario::Scenario;

/// The suite.
pub const SCENARIOS: &[&Scenario] = &[
    &success_is_an_event::SCENARIO,
    &failed_append_is_loud::SCENARIO,
    &corrupt_log_is_named::SCENARIO,
    &interrupted::KILLED,
    &interrupted::INTERRUPTED,
    &from_lane_worktree::SCENARIO,
    &no_illegal_shortcut::SCENARIO,
];

/// What a person does to the mission's world with a shell; it must succeed.
fn by_hand(context: &mut TestContext<'_>, mission: &Mission, line: &str) -> Result<(), Abort> {
    let step = context.shell(mission, line).run()?;
    if step.exit() == Exit::Code(0) {
        return Ok(());
    }
    let why = "what a person does before the command cannot be done";
    let code = SkipCode::NotExercised;
    Err(Abort::not_exercised(Some(&step), why, code.remediation()))
}
