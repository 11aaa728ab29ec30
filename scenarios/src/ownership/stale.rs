//! The second work package of a lane is begun: it decides now, whatever the record of the worktree
//! says, and a record that lags behind is told as that.

use std::path::Path;

use fixtures::Script;
use support::check::{Judgement, none_of};

use super::guard::{Effect, Line, STALE, VIOLATION, judge_refusal, lines, made, nothing_committed};
use super::shared_lane::{Commit, SharedLane};
use super::{NOTHING_COMMITTED, OWNERSHIP};
use crate::context::{Abort, TestContext};
use crate::scenario::{CheckSpec, Scenario};

const IMPLEMENT_RENEWS_THE_RECORD: CheckSpec = CheckSpec::new(
    "implement-renews-the-record",
    "DW11",
    "once the second work package is begun, the record of the worktree names it",
);
const OWN_FILE_IS_COMMITTED: CheckSpec = CheckSpec::new(
    "own-file-is-committed",
    OWNERSHIP,
    "a file of the second work package is committed, though the record names the first",
);
const STALE_IS_SAID: CheckSpec = CheckSpec::new(
    "stale-is-said",
    OWNERSHIP,
    "a warning says that the record is stale, and names both work packages",
);
const STALE_IS_NO_VIOLATION: CheckSpec = CheckSpec::new(
    "stale-is-no-violation",
    OWNERSHIP,
    "nothing of the commit that is allowed is called a violation, and staleness alone blocks nothing",
);
const OTHERS_FILE_IS_REFUSED: CheckSpec = CheckSpec::new(
    "others-file-is-refused",
    OWNERSHIP,
    "a file of the first work package is refused as outside the scope of the second",
);

pub const SCENARIO: Scenario = Scenario {
    id: "ownership/stale-context-is-said",
    promise: "when the second work package of a lane is begun, it decides; a worktree's record that still names the first is told as stale, not as a violation",
    requirements: &[OWNERSHIP],
    issues: &[951],
    checks: &[
        IMPLEMENT_RENEWS_THE_RECORD,
        OWN_FILE_IS_COMMITTED,
        STALE_IS_SAID,
        STALE_IS_NO_VIOLATION,
        OTHERS_FILE_IS_REFUSED,
        NOTHING_COMMITTED,
    ],
    run,
    ..Scenario::DEFAULT
};

fn run(context: &mut TestContext<'_>) -> Result<(), Abort> {
    let mut lane = SharedLane::take(context)?;
    let [first, second] = lane.files()?;
    lane.go_on(context)?;
    make_stale(context, &lane)?;

    let commit = lane.commit(context, &second)?;
    let step = &commit.step;
    step.check(OWN_FILE_IS_COMMITTED, |_| made(&commit));
    step.check(STALE_IS_SAID, |_| stale_is_said(&commit));
    step.check(STALE_IS_NO_VIOLATION, |_| no_violation(&commit));
    let commit = lane.commit(context, &first)?;
    let step = &commit.step;
    step.check(OTHERS_FILE_IS_REFUSED, |_| {
        judge_refusal(&commit, VIOLATION, &["active_wp=WP02", &first])
    });
    step.check(NOTHING_COMMITTED, |_| nothing_committed(&commit));
    Ok(())
}

/// Judges the record, and puts the first work package into it where the release has renewed it.
fn make_stale(context: &mut TestContext<'_>, lane: &SharedLane) -> Result<(), Abort> {
    let file = lane.context();
    let mut record = lane.mission.made_document("agent action implement", Path::new(&file))?;
    let named = record["current_wp"].as_str().unwrap_or("none").to_owned();
    context.check(IMPLEMENT_RENEWS_THE_RECORD, renewed(&named));
    if named != "WP01" {
        record["current_wp"] = "WP01".into();
        context.change(&lane.mission, Script::later().write(&file, record.to_string()))?;
    }
    Ok(())
}

fn renewed(named: &str) -> Judgement {
    if named == "WP02" {
        Judgement::pass("current_wp=WP02", named)
    } else {
        Judgement::fail(format!("current_wp={named}"), "current_wp=WP02", named)
    }
}

fn stale_is_said(commit: &Commit) -> Judgement {
    let expected = "a warning that WP01 is stale and WP02 active";
    let said = lines(&commit.step.stderr_text());
    let stale = said.iter().find(|line| line.code == STALE);
    match stale {
        None => Judgement::fail("unsaid", expected, commit.step.quote()),
        Some(line) if !names_both(line) => Judgement::fail("unnamed", expected, &line.text),
        Some(line) => Judgement::pass(expected, &line.text),
    }
}

fn names_both(line: &Line) -> bool {
    ["current_wp=WP01", "active_wp=WP02"].iter().all(|word| line.text.contains(word))
}

fn no_violation(commit: &Commit) -> Judgement {
    let strange: Vec<String> = lines(&commit.step.stderr_text())
        .into_iter()
        .filter(|line| line.effect == Effect::Blocked || line.code == VIOLATION)
        .map(|line| line.code)
        .collect();
    none_of("nothing that blocks", &strange, |first| format!("code: {first}"))
}
