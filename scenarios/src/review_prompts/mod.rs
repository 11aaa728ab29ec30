//! The prompts that a release writes for agents: each is its own, and what it says is true
//! (RPM-003, #949, #950).
//!
//! RPM-001 and RPM-002 name whoever reads a prompt before a review is launched. No command does
//! so; that what a prompt says could be relied on is judged here.

mod at_once;
mod diff;
mod implement;
mod metadata;
mod prefixed_slug;
mod prompt;
mod review_record;
mod two_at_once;

use fixtures::adapter::{Operation, Topology};

use self::prompt::Prompt;
use crate::context::{Abort, Mission, Step, TestContext};
use crate::expect::exit_zero;
use crate::scenario::{CheckSpec, Scenario};
use crate::walkthrough::{Checkpoint, Walkthrough};

/// The suite.
pub const SCENARIOS: &[&Scenario] = &[
    &two_at_once::CHECKOUTS,
    &two_at_once::MISSIONS,
    &prefixed_slug::SCENARIO,
    &implement::SCENARIO,
    &metadata::SCENARIO,
    &diff::SCENARIO,
];

/// Who reviews. Some releases refuse a review by whoever did the work.
const REVIEWER: &str = "reviewer";

/// The work package that is handed over for review.
const PACKAGE: &str = "WP01";

fn walkthrough() -> Walkthrough {
    Walkthrough::pair(Topology::Flat)
}

/// A mission whose slug begins with the word that branches put before every slug.
fn prefixed() -> Walkthrough {
    walkthrough().called("mission-x")
}

/// Two missions in one repository, each with a work package to be reviewed.
fn two_missions(context: &mut TestContext<'_>) -> Result<[Mission; 2], Abort> {
    walkthrough().until_both(&prefixed(), context, Checkpoint::HandedOver)
}

/// What one wants in order to review.
fn review_of(mission: &Mission) -> Operation<'_> {
    Operation::Review { mission: &mission.slug, package: PACKAGE, agent: REVIEWER }
}

fn review(context: &mut TestContext<'_>, mission: &Mission) -> Result<Step, Abort> {
    context.perform(mission, &review_of(mission))
}

/// The review of a mission whose work package is handed over.
const REVIEW_SUCCEEDS: CheckSpec =
    CheckSpec::new("review-succeeds", "RPM-003", "the review exits with 0");
const HAS_A_PROMPT: CheckSpec = CheckSpec::new(
    "has-a-prompt",
    "reliability/prompt-identity",
    "a file that has front matter is told",
);

/// Reviews `mission`, and reads the prompt that it is told of. What the command prints, and the prompt.
fn reviewed(context: &mut TestContext<'_>, mission: &Mission) -> Result<(String, Prompt), Abort> {
    let step = review(context, mission)?;
    step.check(REVIEW_SUCCEEDS, exit_zero());
    let stdout = step.stdout_text();
    let prompt = prompt::read(context, HAS_A_PROMPT, &stdout)?;
    Ok((stdout, prompt))
}
