//! A mission whose own slug begins with `mission-`: no name is put together from what is left when
//! that is taken away.

use support::check::{Judgement, none_of};

use super::review_record::ReviewRecord;
use super::{HAS_A_PROMPT, REVIEW_SUCCEEDS, reviewed, two_missions};
use crate::context::{Abort, TestContext};
use crate::contract::field;
use crate::scenario::{CheckSpec, Scenario};

const BRANCHES_ARE_ON_RECORD: CheckSpec = CheckSpec::new(
    "branches-are-on-record",
    "RPM-003",
    "base, mission branch and lane branch are those of lanes.json and the lane's record",
);
const REFS_RESOLVE: CheckSpec =
    CheckSpec::new("refs-resolve", "RPM-003", "each of them names a commit");
const NO_STRIPPED_NAME: CheckSpec = CheckSpec::new(
    "no-stripped-name",
    "reliability/slug-that-begins-with-mission",
    "neither the prompt nor stdout names a branch without the slug's own `mission-`",
);
const THE_WHOLE_NAME_IS_THERE: CheckSpec = CheckSpec::new(
    "the-whole-name-is-there",
    "reliability/slug-that-begins-with-mission",
    "the control: the prompt names the branch with the whole slug",
);

pub const SCENARIO: Scenario = Scenario {
    id: "review-prompts/mission-prefixed-slug",
    promise: "the prompt of a mission whose slug begins with `mission-` names branches that exist, and never one with that word stripped",
    requirements: &["RPM-003", "reliability/slug-that-begins-with-mission"],
    issues: &[950],
    checks: &[
        REVIEW_SUCCEEDS,
        HAS_A_PROMPT,
        BRANCHES_ARE_ON_RECORD,
        REFS_RESOLVE,
        NO_STRIPPED_NAME,
        THE_WHOLE_NAME_IS_THERE,
    ],
    run,
    ..Scenario::DEFAULT
};

fn run(context: &mut TestContext<'_>) -> Result<(), Abort> {
    let [_, mission] = two_missions(context)?;
    let canon = ReviewRecord::of(&mission)?;
    let (stdout, prompt) = reviewed(context, &mission)?;
    context.check(BRANCHES_ARE_ON_RECORD, canon.agrees(&prompt, field::BRANCHES));
    context.check(REFS_RESOLVE, canon.branches_exist(&prompt)?);
    let text = format!("{}\n{stdout}", prompt.text);
    let stripped = format!("kitty/{}", mission.slug);
    let lines: Vec<&str> = text.lines().filter(|line| line.contains(&stripped)).collect();
    context.check(NO_STRIPPED_NAME, none_of("no such branch", &lines, |_| "stripped".to_owned()));
    let whole = format!("kitty/mission-{}", mission.slug);
    context.check(
        THE_WHOLE_NAME_IS_THERE,
        if text.contains(&whole) {
            Judgement::pass(&whole, "it is")
        } else {
            Judgement::fail("absent", &whole, text)
        },
    );
    Ok(())
}
