//! On a terminal, too, a mark is kept, and nobody beyond this machine is asked.

use fixtures::Recipe;

use crate::context::{Abort, TestContext};
use crate::expect::exit_zero;
use crate::marking::{MarkState, mark_on_terminal};
use crate::scenario::{CheckSpec, Scenario};
use support::machine::Need;

const EXITS_ZERO: CheckSpec =
    CheckSpec::new("exits-zero", "FR-009", "marking an open task succeeds");
const IS_PERSISTED: CheckSpec = CheckSpec::new("is-persisted", "FR-011", "it is read back as done");
const NOTHING_ELSE_MOVES: CheckSpec =
    CheckSpec::new("nothing-else-moves", "FR-011", "no other task is marked");

/// That nothing beyond this machine is asked is a standing check. A person sits at a terminal, and releases
/// do more for persons: see `docs/findings.md`.
pub const SCENARIO: Scenario = Scenario {
    id: "mark-status/on-a-terminal",
    promise: "on a terminal, too, a mark is kept, and nobody beyond this machine is asked",
    requirements: &["FR-009", "FR-011"],
    issues: &[783],
    checks: &[EXITS_ZERO, IS_PERSISTED, NOTHING_ELSE_MOVES],
    needs: &[Need::Terminal],
    run,
    ..Scenario::DEFAULT
};

fn run(context: &mut TestContext<'_>) -> Result<(), Abort> {
    let mission = context.mission(&Recipe::mark_status())?;
    let before = MarkState::read(&mission)?;
    let step = mark_on_terminal(context, &mission, &["T001"])?;
    step.check(EXITS_ZERO, exit_zero());
    let after = MarkState::read(&mission)?;
    context.check(IS_PERSISTED, after.holds(&before, &["T001"]));
    context.check(
        NOTHING_ELSE_MOVES,
        support::check::none_of(
            "only T001 changes",
            &after.stray_changes(&before, &["T001"]),
            |_| "strayed".to_owned(),
        ),
    );
    Ok(())
}
