//! Two missions in review at the same time: in two checkouts of one project, and in one repository.

use support::check::{Judgement, equal};

use super::at_once::review_both;
use super::prompt::{self, Prompt};
use super::review_record::ReviewRecord;
use super::{review, two_missions, walkthrough};
use crate::context::{Abort, TestContext};
use crate::contract::field;
use crate::expect::exit_zero;
use crate::scenario::{CheckSpec, Scenario};
use crate::walkthrough::Checkpoint;

const BOTH_SUCCEED: CheckSpec =
    CheckSpec::new("both-succeed", TWO_CHECKOUTS, "both reviews exit with 0");
const FIRST_IS_ABOUT_ITS_CHECKOUT: CheckSpec = CheckSpec::new(
    "first-is-about-its-own",
    TWO_CHECKOUTS,
    "repository, worktree, mission and work package are those of the first checkout",
);
const SECOND_IS_ABOUT_ITS_CHECKOUT: CheckSpec = CheckSpec::new(
    "second-is-about-its-own",
    TWO_CHECKOUTS,
    "repository, worktree, mission and work package are those of the second checkout",
);
const FIRST_SUCCEEDS: CheckSpec =
    CheckSpec::new("first-succeeds", TWO_MISSIONS, "the review of the first exits with 0");
const SECOND_SUCCEEDS: CheckSpec =
    CheckSpec::new("second-succeeds", TWO_MISSIONS, "the review of the second exits with 0");
const FIRST_STAYS_AS_IT_WAS: CheckSpec = CheckSpec::new(
    "first-stays-as-it-was",
    "reliability/prompt-paths",
    "the prompt of the first is as it was before the second was written",
);
const FIRST_IS_ABOUT_ITS_MISSION: CheckSpec = CheckSpec::new(
    "first-is-about-its-own",
    TWO_MISSIONS,
    "worktree, mission and work package are those of the first mission",
);
const SECOND_IS_ABOUT_ITS_MISSION: CheckSpec = CheckSpec::new(
    "second-is-about-its-own",
    TWO_MISSIONS,
    "worktree, mission and work package are those of the second mission",
);

/// Two checkouts of one project, reviewed by two commands that run together.
pub const CHECKOUTS: Scenario = Scenario {
    id: "review-prompts/two-checkouts-at-once",
    promise: "two checkouts of the same name and mission, reviewed at once, get a prompt each, and each prompt is about its own checkout",
    requirements: &[TWO_CHECKOUTS, "reliability/prompt-paths"],
    issues: &[949],
    checks: &[
        BOTH_SUCCEED,
        FIRST_HAS_A_PROMPT,
        SECOND_HAS_A_PROMPT,
        DISTINCT,
        FIRST_IS_ABOUT_ITS_CHECKOUT,
        SECOND_IS_ABOUT_ITS_CHECKOUT,
    ],
    run: checkouts,
    ..Scenario::DEFAULT
};

/// Two missions of one repository. One review is begun after the other: releases stage and commit in
/// one checkout, and where two commands do so in the same moment it is chance which of them is refused.
pub const MISSIONS: Scenario = Scenario {
    id: "review-prompts/two-missions-at-once",
    promise: "two missions of one repository that are in review at the same time have a prompt each, and each prompt is about its own mission",
    requirements: &[TWO_MISSIONS, "reliability/prompt-paths"],
    issues: &[949],
    checks: &[
        FIRST_SUCCEEDS,
        SECOND_SUCCEEDS,
        FIRST_HAS_A_PROMPT,
        SECOND_HAS_A_PROMPT,
        DISTINCT,
        FIRST_STAYS_AS_IT_WAS,
        FIRST_IS_ABOUT_ITS_MISSION,
        SECOND_IS_ABOUT_ITS_MISSION,
    ],
    run: missions,
    ..Scenario::DEFAULT
};

const TWO_CHECKOUTS: &str = "reliability/prompts-of-two-checkouts";
const TWO_MISSIONS: &str = "reliability/prompts-of-two-missions";

const FIRST_HAS_A_PROMPT: CheckSpec = CheckSpec::new(
    "first-has-a-prompt",
    "reliability/prompt-identity",
    "the first is told a file that has front matter",
);
const SECOND_HAS_A_PROMPT: CheckSpec = CheckSpec::new(
    "second-has-a-prompt",
    "reliability/prompt-identity",
    "the second is told a file that has front matter",
);
const DISTINCT: CheckSpec = CheckSpec::new(
    "prompts-are-distinct",
    "reliability/prompt-paths",
    "the two files are not one, and neither are the invocations",
);

fn checkouts(context: &mut TestContext<'_>) -> Result<(), Abort> {
    let first = walkthrough().until(context, Checkpoint::HandedOver)?;
    let second = walkthrough().until(context, Checkpoint::HandedOver)?;
    let canon = [ReviewRecord::of(&first)?, ReviewRecord::of(&second)?];
    let both = review_both(context, &[first, second])?;
    context.check(BOTH_SUCCEED, both.both_succeed());
    let stdouts = both.each.each_ref().map(|said| said.stdout.as_str());
    let own = [FIRST_IS_ABOUT_ITS_CHECKOUT, SECOND_IS_ABOUT_ITS_CHECKOUT];
    read_both(context, own, &canon, stdouts).map(drop)
}

fn missions(context: &mut TestContext<'_>) -> Result<(), Abort> {
    let [first, second] = &two_missions(context)?;
    let canon = [ReviewRecord::of(first)?, ReviewRecord::of(second)?];
    let step = review(context, first)?;
    step.check(FIRST_SUCCEEDS, exit_zero());
    let one = step.stdout_text();
    let before = prompt::find(&one);
    let step = review(context, second)?;
    step.check(SECOND_SUCCEEDS, exit_zero());
    let own = [FIRST_IS_ABOUT_ITS_MISSION, SECOND_IS_ABOUT_ITS_MISSION];
    let [one, _] = read_both(context, own, &canon, [&one, &step.stdout_text()])?;
    let stays = match before {
        Ok(before) => equal("prompt", &before.text, &one.text),
        Err(fault) => Judgement::fail(fault, "a prompt", "none"),
    };
    context.check(FIRST_STAYS_AS_IT_WAS, stays);
    Ok(())
}

/// Each command tells of a prompt, which is another than the other's, and about its own work package.
fn read_both(
    context: &mut TestContext<'_>,
    own: [CheckSpec; 2],
    canon: &[ReviewRecord; 2],
    stdouts: [&str; 2],
) -> Result<[Prompt; 2], Abort> {
    let prompts = [FIRST_HAS_A_PROMPT, SECOND_HAS_A_PROMPT];
    let [one, two] = prompt::read_both(context, prompts, stdouts)?;
    context.check(DISTINCT, distinct(&one, &two));
    context.check(own[0], canon[0].agrees(&one, field::IDENTITY));
    context.check(own[1], canon[1].agrees(&two, field::IDENTITY));
    Ok([one, two])
}

/// Whether two prompts are two: other files, and other invocations.
pub(super) fn distinct(one: &Prompt, two: &Prompt) -> Judgement {
    let expected = "two files of two invocations";
    let observed = format!("{}\n{}", one.path.display(), two.path.display());
    let id = |prompt: &Prompt| prompt.said.field(field::INVOCATION_ID).map(str::to_owned);
    if one.path == two.path {
        Judgement::fail("same-file", expected, observed)
    } else if id(one) == id(two) {
        Judgement::fail("same-invocation", expected, observed)
    } else {
        Judgement::pass(expected, observed)
    }
}
