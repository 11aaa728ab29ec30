//! What the final sync costs a person who waits for the prompt, when all is well.

use std::time::Duration;

use fixtures::Recipe;
use fixtures::hosted::Endpoint;
use support::check::Judgement;

use super::play::{must_have_called, without_socket};
use crate::mark_status::mark;
use crate::scenario::{CheckSpec, Load, Scenario};
use crate::stage::{Halt, Stage, Step};

pub const SCENARIO: Scenario = Scenario {
    id: "sync/fast-path",
    promise: "with a healthy service the time from the answer to the prompt is no longer than without sync",
    requirements: &["NFR-003"],
    issues: &[952],
    checks: &[
        CheckSpec::new(
            "measured",
            "NFR-003",
            "the control: every command succeeded and printed its answer",
        ),
        CheckSpec::new(
            "adds-less-than-5-ms",
            "NFR-003",
            "the medians of both differ by less than 5 ms, beyond what they spread by themselves",
        ),
    ],
    // It measures time, so it is not played in a crowd of those that wait.
    load: Load::Alone,
    run,
};

/// How many pairs are measured.
const PAIRS: usize = 5;

/// The limit of the requirement.
const LIMIT: Duration = Duration::from_millis(5);

fn run(stage: &mut Stage<'_>) -> Result<(), Halt> {
    let (mut with, mut without) = (Vec::new(), Vec::new());
    for _ in 0..PAIRS {
        // In turn, so that a drift of the machine's speed meets both.
        let mission = stage.mission(&Recipe::mark_status())?;
        without.push(mark(stage, &mission, &["T001"])?);
        let mission = stage.mission(&Recipe::mark_status())?;
        let (hosted, mission) = stage.hosted(&mission, without_socket())?;
        let step = mark(stage, &mission, &["T001"])?;
        must_have_called(&hosted, &step, &[Endpoint::Batch])?;
        with.push(step);
    }
    let (with, without) = (Tails::of(&with), Tails::of(&without));
    let expected = format!("{PAIRS} pairs, each with an answer");
    let told = format!("with sync: {with}\nwithout: {without}");
    let measured = with.0.len() == PAIRS && without.0.len() == PAIRS;
    stage.require(
        "measured",
        if measured {
            Judgement::pass(expected, &told)
        } else {
            Judgement::fail("no-answer", expected, &told)
        },
    )?;
    let spread = with.spread().max(without.spread()).as_millis();
    let Some(judgement) = judge(&with, &without, told) else {
        let why = format!("the measurements spread by {spread} ms, which hides a limit of 5 ms");
        return Err(Halt::not_exercised(None, &why, ALONE));
    };
    stage.check("adds-less-than-5-ms", judgement);
    Ok(())
}

/// What to do where the spread hides the limit.
const ALONE: &str =
    "play it alone, on a machine at rest: `kitty-gate run PRODUCT sync/fast-path --jobs 1`";

/// From the last byte on stdout to the end of each command, sorted.
#[derive(Debug)]
struct Tails(Vec<Duration>);

impl Tails {
    fn of(steps: &[Step]) -> Self {
        let answered = |step: &&Step| step.try_document().is_ok();
        let mut tails: Vec<Duration> = steps
            .iter()
            .filter(answered)
            .filter_map(Step::tail)
            .collect();
        tails.sort();
        Self(tails)
    }

    fn median(&self) -> Duration {
        self.0.get(self.0.len() / 2).copied().unwrap_or_default()
    }

    fn spread(&self) -> Duration {
        let ends = self.0.first().zip(self.0.last());
        ends.map_or(Duration::ZERO, |(least, most)| most.saturating_sub(*least))
    }
}

impl std::fmt::Display for Tails {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let all: Vec<String> = self
            .0
            .iter()
            .map(|tail| tail.as_millis().to_string())
            .collect();
        write!(
            f,
            "median {} ms, spread {} ms ({} ms)",
            self.median().as_millis(),
            self.spread().as_millis(),
            all.join(", ")
        )
    }
}

/// Nothing where the truth lies within the spread.
fn judge(with: &Tails, without: &Tails, told: String) -> Option<Judgement> {
    let added = with.median().saturating_sub(without.median());
    let spread = with.spread().max(without.spread());
    let expected = "less than 5 ms more";
    if added.saturating_sub(spread) >= LIMIT {
        Some(Judgement::fail("slower", expected, told))
    } else if added + spread < LIMIT {
        Some(Judgement::pass(expected, told))
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tails(ms: [u64; 3]) -> Tails {
        Tails(ms.map(Duration::from_millis).to_vec())
    }

    #[test]
    fn only_what_the_spread_allows_is_judged() {
        let outcome = |with, without| {
            let judgement = judge(&tails(with), &tails(without), String::new());
            judgement.map(|judgement| judgement.held())
        };
        assert_eq!(outcome([10, 11, 12], [10, 11, 12]), Some(true));
        assert_eq!(outcome([500, 510, 520], [10, 11, 12]), Some(false));
        assert_eq!(outcome([10, 18, 30], [10, 11, 12]), None);
        assert_eq!(outcome([1, 50, 90], [10, 11, 90]), None);
    }
}
