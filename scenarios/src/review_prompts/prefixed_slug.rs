//! A mission whose own slug begins with `mission-`: no name is put together from what is left when
//! that is taken away.

use support::check::{Judgement, none_of};
use support::contract::PromptField;

use super::canon::{BRANCHES, Canon};
use super::prompt::{self, Prompt};
use super::{review, two_missions};
use crate::expect::exit_zero;
use crate::scenario::{CheckSpec, Scenario};
use crate::stage::{Halt, Stage};

pub const SCENARIO: Scenario = Scenario {
    id: "review-prompts/mission-prefixed-slug",
    promise: "the prompt of a mission whose slug begins with `mission-` names branches that exist, and never one with that word stripped",
    requirements: &["RPM-003", "reliability/slug-that-begins-with-mission"],
    issues: &[950],
    checks: &[
        CheckSpec::new("review-succeeds", "RPM-003", "the review exits with 0"),
        CheckSpec::new(
            "has-a-prompt",
            "reliability/prompt-identity",
            "a file that has front matter is told",
        ),
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

fn run(stage: &mut Stage<'_>) -> Result<(), Halt> {
    let [_, mission] = two_missions(stage)?;
    let canon = Canon::of(&mission)?;
    let step = review(stage, &mission)?;
    step.check("review-succeeds", exit_zero());
    let stdout = step.stdout_text();
    let prompt = prompt::read(stage, "has-a-prompt", &stdout)?;
    stage.check("branches-are-on-record", canon.agrees(&prompt, BRANCHES));
    stage.check("refs-resolve", resolve(&canon, &prompt)?);
    let text = format!("{}\n{stdout}", prompt.text);
    let stripped = format!("kitty/{}", mission.slug);
    let lines: Vec<&str> = text.lines().filter(|line| line.contains(&stripped)).collect();
    stage.check("no-stripped-name", none_of("no such branch", &lines, |_| "stripped".to_owned()));
    let whole = format!("kitty/mission-{}", mission.slug);
    stage.check(
        "the-whole-name-is-there",
        if text.contains(&whole) {
            Judgement::pass(&whole, "it is")
        } else {
            Judgement::fail("absent", &whole, text)
        },
    );
    Ok(())
}

/// Whether each branch that the front matter names is one.
pub(super) fn resolve(canon: &Canon, prompt: &Prompt) -> Result<Judgement, Halt> {
    let mut unknown = Vec::new();
    for &field in BRANCHES {
        let name = prompt.said.field(field).unwrap_or_default();
        if fixtures::tip(&canon.repo, name)?.is_none() {
            unknown.push(format!("{}: {name}", PromptField::name(field)));
        }
    }
    Ok(none_of("a commit each", &unknown, |first| {
        let field = first.split(':').next().unwrap_or_default();
        format!("unresolvable: {field}")
    }))
}
