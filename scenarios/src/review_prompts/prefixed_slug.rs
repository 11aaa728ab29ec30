//! A mission whose own slug begins with `mission-`: no name is put together from what is left when
//! that is taken away.

use support::check::{Judgement, none_of};

use super::review_record::ReviewRecord;
use super::{HAS_A_PROMPT, REVIEW_SUCCEEDS, reviewed, two_missions};
use crate::context::{Abort, TestContext};
use crate::contract::field;
use crate::scenario::{CheckSpec, Scenario};

pub const SCENARIO: Scenario = Scenario {
    id: "review-prompts/mission-prefixed-slug",
    promise: "the prompt of a mission whose slug begins with `mission-` names branches that exist, and never one with that word stripped",
    requirements: &["RPM-003", "reliability/slug-that-begins-with-mission"],
    issues: &[950],
    checks: &[
        REVIEW_SUCCEEDS,
        HAS_A_PROMPT,
        CheckSpec::new(
            "branches-are-on-record",
            "RPM-003",
            "base, mission branch and lane branch are those of lanes.json and the lane's record",
        ),
        CheckSpec::new("refs-resolve", "RPM-003", "each of them names a commit"),
        CheckSpec::new(
            "no-stripped-name",
            "reliability/slug-that-begins-with-mission",
            "neither the prompt nor stdout names a branch without the slug's own `mission-`",
        ),
        CheckSpec::new(
            "the-whole-name-is-there",
            "reliability/slug-that-begins-with-mission",
            "the control: the prompt names the branch with the whole slug",
        ),
    ],
    run,
    ..Scenario::DEFAULT
};

fn run(context: &mut TestContext<'_>) -> Result<(), Abort> {
    let [_, mission] = two_missions(context)?;
    let canon = ReviewRecord::of(&mission)?;
    let (stdout, prompt) = reviewed(context, &mission)?;
    context.check("branches-are-on-record", canon.agrees(&prompt, field::BRANCHES));
    context.check("refs-resolve", canon.branches_exist(&prompt)?);
    let text = format!("{}\n{stdout}", prompt.text);
    let stripped = format!("kitty/{}", mission.slug);
    let lines: Vec<&str> = text.lines().filter(|line| line.contains(&stripped)).collect();
    context.check("no-stripped-name", none_of("no such branch", &lines, |_| "stripped".to_owned()));
    let whole = format!("kitty/mission-{}", mission.slug);
    context.check(
        "the-whole-name-is-there",
        if text.contains(&whole) {
            Judgement::pass(&whole, "it is")
        } else {
            Judgement::fail("absent", &whole, text)
        },
    );
    Ok(())
}
