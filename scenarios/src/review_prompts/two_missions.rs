//! Two missions of one repository, in review at the same time.
//!
//! One is begun after the other: releases stage and commit in one checkout, and where two commands
//! do so in the same moment it is chance which of them is refused.

use support::check::{Judgement, equal};

use super::canon::{Canon, IDENTITY};
use super::two_checkouts::distinct;
use super::{prompt, review, two_missions};
use crate::expect::exit_zero;
use crate::scenario::{CheckSpec, Scenario};
use crate::stage::{Halt, Stage};

pub const SCENARIO: Scenario = Scenario {
    id: "review-prompts/two-missions-at-once",
    promise: "two missions of one repository that are in review at the same time have a prompt each, and each prompt is about its own mission",
    requirements: &["reliability/prompts-of-two-missions", "reliability/prompt-paths"],
    issues: &[949],
    checks: &[
        CheckSpec::new(
            "first-succeeds",
            "reliability/prompts-of-two-missions",
            "the review of the first exits with 0",
        ),
        CheckSpec::new(
            "second-succeeds",
            "reliability/prompts-of-two-missions",
            "the review of the second exits with 0",
        ),
        CheckSpec::new(
            "first-has-a-prompt",
            "reliability/prompt-identity",
            "the first is told a file that has front matter",
        ),
        CheckSpec::new(
            "second-has-a-prompt",
            "reliability/prompt-identity",
            "the second is told a file that has front matter",
        ),
        CheckSpec::new(
            "prompts-are-distinct",
            "reliability/prompt-paths",
            "the two files are not one, and neither are the invocations",
        ),
        CheckSpec::new(
            "first-stays-as-it-was",
            "reliability/prompt-paths",
            "the prompt of the first is as it was before the second was written",
        ),
        CheckSpec::new(
            "first-is-about-its-own",
            "reliability/prompts-of-two-missions",
            "worktree, mission and work package are those of the first mission",
        ),
        CheckSpec::new(
            "second-is-about-its-own",
            "reliability/prompts-of-two-missions",
            "worktree, mission and work package are those of the second mission",
        ),
    ],
    run,
    ..Scenario::DEFAULT
};

fn run(stage: &mut Stage<'_>) -> Result<(), Halt> {
    let missions = two_missions(stage)?;
    let [first, second] = &missions;
    let canon = [Canon::of(first)?, Canon::of(second)?];
    let step = review(stage, first)?;
    step.check("first-succeeds", exit_zero());
    let one = step.stdout_text();
    let before = prompt::find(&one);
    let step = review(stage, second)?;
    step.check("second-succeeds", exit_zero());
    let two = step.stdout_text();
    let ids = ["first-has-a-prompt", "second-has-a-prompt"];
    let [one, two] = prompt::read_both(stage, ids, [&one, &two])?;
    stage.check(
        "first-stays-as-it-was",
        before.map_or_else(
            |fault| Judgement::fail(fault, "a prompt", "none"),
            |before| equal("prompt", &before.text, &one.text),
        ),
    );
    stage.check("prompts-are-distinct", distinct(&one, &two));
    stage.check("first-is-about-its-own", canon[0].agrees(&one, IDENTITY));
    stage.check("second-is-about-its-own", canon[1].agrees(&two, IDENTITY));
    Ok(())
}
