//! An uncommitted edit of a tracked file survives whatever the merge does.

use fixtures::Recipe;
use support::check::Judgement;

use super::{merge, merges_or_refuses};
use crate::context::{Abort, TestContext};
use crate::control::{MERGES, prove_that_it_merges};
use crate::scenario::{CheckSpec, Scenario};

const THE_EDIT_SURVIVES: CheckSpec =
    CheckSpec::new("the-edit-survives", "DM8", "merged or refused, the edited file has the edit");
const MERGES_OR_REFUSES: CheckSpec = CheckSpec::new(
    "merges-or-refuses",
    "FR-018",
    "a merge that succeeds has brought the work to the target; any other says why it does not",
);

pub const SCENARIO: Scenario = Scenario {
    id: "merge/uncommitted-edits-survive",
    promise: "a merge never destroys an uncommitted edit of a tracked file",
    requirements: &["FR-018"],
    issues: &[976],
    checks: &[THE_EDIT_SURVIVES, MERGES_OR_REFUSES, MERGES],
    run,
    ..Scenario::DEFAULT
};

/// The tracked file that the recipe edits.
const EDITED: &str = "README.md";

fn run(context: &mut TestContext<'_>) -> Result<(), Abort> {
    prove_that_it_merges(context)?;
    let mission = context.mission(&Recipe::merge_ready().with_dirty_tracked_file())?;
    let file = mission.repo().join(EDITED);
    let edited = fs_err::read_to_string(&file)?;
    let step = merge(context, &mission)?;
    step.check(MERGES_OR_REFUSES, merges_or_refuses(&mission)?);
    let after = fs_err::read_to_string(&file).unwrap_or_default();
    step.check(THE_EDIT_SURVIVES, |step| {
        let expected = format!("{EDITED} with the edit");
        if after == edited {
            Judgement::pass(expected, format!("it has it ({})", step.exit()))
        } else {
            Judgement::fail("edit-destroyed", expected, format!("{after}\n\n{}", step.quote()))
        }
    });
    Ok(())
}
