//! All eleven fields of a review prompt, each held against what is on record.

use std::time::Duration;

use support::check::{Judgement, none_of};

use super::prompt::{self, Prompt};
use super::review_record::ReviewRecord;
use super::two_at_once::distinct;
use super::{HAS_A_PROMPT, review, reviewed, walkthrough};
use crate::context::{Abort, TestContext};
use crate::contract::field;
use crate::scenario::{CheckSpec, Scenario};
use crate::walkthrough::Checkpoint;

const REVIEW_SUCCEEDS: CheckSpec =
    CheckSpec::new("review-succeeds", "reliability/prompt-identity", "the review exits with 0");
const ALL_FIELDS_ARE_THERE: CheckSpec = CheckSpec::new(
    "all-fields-are-there",
    "reliability/prompt-identity",
    "none of the eleven fields is missing or empty",
);
const IDENTITY_IS_TRUE: CheckSpec = CheckSpec::new(
    "identity-is-true",
    "reliability/prompt-identity",
    "repository, mission, work package and worktree are those that were asked for",
);
const BRANCHES_ARE_ON_RECORD: CheckSpec = CheckSpec::new(
    "branches-are-on-record",
    "RPM-003",
    "base, mission branch and lane branch are those of lanes.json and the lane's record",
);
const PATH_IS_THE_FILE: CheckSpec = CheckSpec::new(
    "path-is-the-file",
    "reliability/prompt-identity",
    "the path is the file's own, and holds mission, work package and invocation",
);
const TIME_IS_THAT_OF_THE_FILE: CheckSpec = CheckSpec::new(
    "time-is-that-of-the-file",
    "reliability/prompt-identity",
    "the time is the one at which the file was written",
);
const ANOTHER_CALL_IS_ANOTHER_PROMPT: CheckSpec = CheckSpec::new(
    "another-call-is-another-prompt",
    "reliability/prompt-paths",
    "the same review once more is another invocation in another file",
);
const THE_EARLIER_PROMPT_STAYS: CheckSpec = CheckSpec::new(
    "the-earlier-prompt-stays",
    "reliability/prompt-paths",
    "the file of the first call is as it was",
);

pub const SCENARIO: Scenario = Scenario {
    id: "review-prompts/metadata-is-complete",
    promise: "a review prompt has the contract's eleven fields, and each of them is true",
    requirements: &["reliability/prompt-identity", "RPM-003"],
    issues: &[949, 950],
    checks: &[
        REVIEW_SUCCEEDS,
        HAS_A_PROMPT,
        ALL_FIELDS_ARE_THERE,
        IDENTITY_IS_TRUE,
        BRANCHES_ARE_ON_RECORD,
        PATH_IS_THE_FILE,
        TIME_IS_THAT_OF_THE_FILE,
        ANOTHER_CALL_IS_ANOTHER_PROMPT,
        THE_EARLIER_PROMPT_STAYS,
    ],
    run,
    ..Scenario::DEFAULT
};

fn run(context: &mut TestContext<'_>) -> Result<(), Abort> {
    let mission = walkthrough().until(context, Checkpoint::HandedOver)?;
    let canon = ReviewRecord::of(&mission)?;
    let (_, prompt) = reviewed(context, &mission)?;
    let missing = prompt.said.missing();
    let complete = none_of("all eleven", &missing, |first| format!("missing: {first}"));
    context.check(ALL_FIELDS_ARE_THERE, complete);
    context.check(IDENTITY_IS_TRUE, canon.agrees(&prompt, field::IDENTITY));
    context.check(BRANCHES_ARE_ON_RECORD, canon.agrees(&prompt, field::BRANCHES));
    context.check(PATH_IS_THE_FILE, own_path(&prompt));
    context.check(TIME_IS_THAT_OF_THE_FILE, own_time(&prompt)?);

    let step = review(context, &mission)?;
    let again = match prompt::find(&step.stdout_text()) {
        Ok(again) => distinct(&prompt, &again),
        Err(fault) => Judgement::fail(fault, "a prompt of its own", step.quote()),
    };
    context.check(ANOTHER_CALL_IS_ANOTHER_PROMPT, again);
    context.check(THE_EARLIER_PROMPT_STAYS, unchanged(&prompt));
    Ok(())
}

fn own_path(prompt: &Prompt) -> Judgement {
    let path = prompt.path.to_string_lossy().into_owned();
    let said = prompt.said.field(field::PROMPT_PATH);
    if said != Some(path.as_str()) {
        return Judgement::fail("another-file", path, said.unwrap_or("nothing"));
    }
    let parts = [field::MISSION_SLUG, field::WORK_PACKAGE_ID, field::INVOCATION_ID];
    let is_absent = |part: &str| prompt.said.field(part).is_none_or(|text| !path.contains(text));
    let absent: Vec<&str> = parts.into_iter().filter(|part| is_absent(part)).collect();
    none_of("a path with these parts", &absent, |first| format!("not-in-path: {first}"))
}

/// What a clock and a file system may differ by.
const TOLERANCE: Duration = Duration::from_secs(60);

fn own_time(prompt: &Prompt) -> Result<Judgement, Abort> {
    let expected = "the time of the file, to a minute";
    let written = fs_err::metadata(&prompt.path)?.modified()?;
    let said = prompt.said.field(field::CREATED_AT).unwrap_or_default();
    let Some(created) = prompt.said.created_at() else {
        return Ok(Judgement::fail("no-time", expected, said));
    };
    let apart = written.duration_since(created).unwrap_or_else(|error| error.duration());
    Ok(if apart <= TOLERANCE {
        Judgement::pass(expected, said)
    } else {
        Judgement::fail("another-time", expected, said)
    })
}

fn unchanged(prompt: &Prompt) -> Judgement {
    let expected = "the same bytes";
    match fs_err::read_to_string(&prompt.path) {
        Ok(text) if text == prompt.text => Judgement::pass(expected, "they are"),
        Ok(text) => Judgement::fail("overwritten", expected, text),
        Err(error) => Judgement::fail("gone", expected, error.to_string()),
    }
}
