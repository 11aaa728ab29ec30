//! Two checkouts of one project, reviewed at the same time.

use support::check::Judgement;
use support::contract::PromptField;

use super::at_once::review_both;
use super::canon::{Canon, IDENTITY};
use super::journey;
use super::prompt::{self, Prompt};
use crate::journey::Milestone;
use crate::scenario::{CheckSpec, Scenario};
use crate::stage::{Halt, Stage};

pub const SCENARIO: Scenario = Scenario {
    id: "review-prompts/two-checkouts-at-once",
    promise: "two checkouts of the same name and mission, reviewed at once, get a prompt each, and each prompt is about its own checkout",
    requirements: &["reliability/prompts-of-two-checkouts", "reliability/prompt-paths"],
    issues: &[949],
    checks: &[
        CheckSpec::new(
            "both-succeed",
            "reliability/prompts-of-two-checkouts",
            "both reviews exit with 0",
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
            "first-is-about-its-own",
            "reliability/prompts-of-two-checkouts",
            "repository, worktree, mission and work package are those of the first checkout",
        ),
        CheckSpec::new(
            "second-is-about-its-own",
            "reliability/prompts-of-two-checkouts",
            "repository, worktree, mission and work package are those of the second checkout",
        ),
    ],
    run,
    ..Scenario::DEFAULT
};

fn run(stage: &mut Stage<'_>) -> Result<(), Halt> {
    let first = journey().until(stage, Milestone::HandedOver)?;
    let second = journey().until(stage, Milestone::HandedOver)?;
    let canon = [Canon::of(&first)?, Canon::of(&second)?];
    let both = review_both(stage, &[first, second])?;
    stage.check("both-succeed", both.both_succeed());
    let ids = ["first-has-a-prompt", "second-has-a-prompt"];
    let stdouts = both.each.each_ref().map(|said| said.stdout.as_str());
    let [one, two] = prompt::read_both(stage, ids, stdouts)?;
    stage.check("prompts-are-distinct", distinct(&one, &two));
    stage.check("first-is-about-its-own", canon[0].agrees(&one, IDENTITY));
    stage.check("second-is-about-its-own", canon[1].agrees(&two, IDENTITY));
    Ok(())
}

/// Whether two prompts are two: other files, and other invocations.
pub(super) fn distinct(one: &Prompt, two: &Prompt) -> Judgement {
    let expected = "two files of two invocations";
    let observed = format!("{}\n{}", one.path.display(), two.path.display());
    let id = |prompt: &Prompt| prompt.said.field(PromptField::InvocationId).map(str::to_owned);
    if one.path == two.path {
        Judgement::fail("same-file", expected, observed)
    } else if id(one) == id(two) {
        Judgement::fail("same-invocation", expected, observed)
    } else {
        Judgement::pass(expected, observed)
    }
}
