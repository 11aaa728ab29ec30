//! The prompts that a release writes for agents: each is its own, and what it says is true
//! (RPM-003, #949, #950).
//!
//! RPM-001 and RPM-002 speak of whoever reads a prompt before a review is launched. No command does
//! so; that what a prompt says could be relied on is judged here.

mod at_once;
mod canon;
mod diff;
mod implement;
mod metadata;
mod prefixed_slug;
mod prompt;
mod two_at_once;

use fixtures::dialect::{Ask, Topology};

use self::prompt::Prompt;
use crate::expect::exit_zero;
use crate::journey::{Journey, Milestone};
use crate::scenario::{CheckSpec, Scenario};
use crate::stage::{Halt, Mission, Stage, Step};

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

fn journey() -> Journey {
    Journey::pair(Topology::Flat)
}

/// A mission whose slug begins with the word that branches put before every slug.
fn prefixed() -> Journey {
    journey().called("mission-x")
}

/// Two missions in one repository, each with a work package to be reviewed.
fn two_missions(stage: &mut Stage<'_>) -> Result<[Mission; 2], Halt> {
    journey().until_both(&prefixed(), stage, Milestone::HandedOver)
}

/// What one wants in order to review.
fn review_of(mission: &Mission) -> Ask<'_> {
    Ask::Review { mission: &mission.slug, package: PACKAGE, agent: REVIEWER }
}

fn review(stage: &mut Stage<'_>, mission: &Mission) -> Result<Step, Halt> {
    stage.ask(mission, &review_of(mission))
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
fn reviewed(stage: &mut Stage<'_>, mission: &Mission) -> Result<(String, Prompt), Halt> {
    let step = review(stage, mission)?;
    step.check(REVIEW_SUCCEEDS.id, exit_zero());
    let stdout = step.stdout_text();
    let prompt = prompt::read(stage, HAS_A_PROMPT.id, &stdout)?;
    Ok((stdout, prompt))
}
