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
            "it does not take 5 ms longer with sync, in so many pairs that it cannot be chance",
        ),
    ],
    // It measures time, so it is not played in a crowd of those that wait.
    load: Load::Alone,
    run,
};

/// How many pairs are measured at most. A busy machine may not let anything be said after as many.
const PAIRS: usize = 21;

/// The limit of the requirement.
const LIMIT: Duration = Duration::from_millis(5);

fn run(stage: &mut Stage<'_>) -> Result<(), Halt> {
    let mut pairs = Pairs::default();
    let mut played = 0;
    while pairs.0.len() == played && played < PAIRS && pairs.are_slower().is_none() {
        // In turn, so that a drift of the machine's speed meets both.
        let mission = stage.mission(&Recipe::mark_status())?;
        let without = mark(stage, &mission, &["T001"])?;
        let mission = stage.mission(&Recipe::mark_status())?;
        let (hosted, mission) = stage.hosted(&mission, without_socket())?;
        let with = mark(stage, &mission, &["T001"])?;
        must_have_called(&hosted, &with, &[Endpoint::Batch])?;
        pairs.0.extend(tail(&with).zip(tail(&without)));
        played += 1;
    }
    let told = pairs.to_string();
    let expected = "pairs of commands, each with an answer";
    stage.require(
        "measured",
        if pairs.0.len() == played {
            Judgement::pass(expected, &told)
        } else {
            Judgement::fail("no-answer", expected, &told)
        },
    )?;
    let expected = "less than 5 ms longer with sync";
    let judgement = match pairs.are_slower() {
        Some(true) => Judgement::fail("slower", expected, told),
        Some(false) => Judgement::pass(expected, told),
        None => {
            let why = format!(
                "of {played} commands {} took 5 ms longer with sync, which may be chance",
                pairs.slower()
            );
            return Err(Halt::not_exercised(None, &why, ALONE));
        }
    };
    stage.check("adds-less-than-5-ms", judgement);
    Ok(())
}

/// What to do where nothing can be said.
const ALONE: &str =
    "play it alone, on a machine at rest: `kitty-gate run PRODUCT sync/fast-path --jobs 1`";

/// From the last byte on stdout to the end of the command, if that byte ended an answer.
fn tail(step: &Step) -> Option<Duration> {
    step.try_document().ok().and_then(|_| step.tail())
}

/// The tails of commands with sync and without, played one after the other.
#[derive(Debug, Default)]
struct Pairs(Vec<(Duration, Duration)>);

impl Pairs {
    /// In how many of them sync takes the limit, or more.
    fn slower(&self) -> usize {
        let slower = self
            .0
            .iter()
            .filter(|(with, without)| *with >= *without + LIMIT);
        slower.count()
    }

    /// Whether sync takes the limit or more, by a sign test: what single commands are held up by does not
    /// count, however much it is. Nothing where it may be chance.
    fn are_slower(&self) -> Option<bool> {
        let (slower, all) = (self.slower(), self.0.len());
        if is_no_chance(slower, all) {
            Some(true)
        } else if is_no_chance(all - slower, all) {
            Some(false)
        } else {
            None
        }
    }
}

/// Whether so many heads of a fair coin, or more, come up in less than one case of a thousand.
fn is_no_chance(heads: usize, tosses: usize) -> bool {
    let mut ways: u64 = 1;
    let mut as_many: u64 = 0;
    for number in 0..=tosses {
        if number >= heads {
            as_many += ways;
        }
        ways = ways * (tosses - number) as u64 / (number + 1) as u64;
    }
    as_many * 1_000 < 1 << tosses
}

impl std::fmt::Display for Pairs {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let of = |which: fn(&(Duration, Duration)) -> Duration| {
            let mut tails: Vec<u128> = self.0.iter().map(|pair| which(pair).as_millis()).collect();
            let each: Vec<String> = tails.iter().map(ToString::to_string).collect();
            tails.sort_unstable();
            let median = tails.get(tails.len() / 2).copied().unwrap_or_default();
            format!("median {median} ms ({} ms)", each.join(", "))
        };
        let (with, without) = (of(|pair| pair.0), of(|pair| pair.1));
        write!(f, "with sync: {with}\nwithout: {without}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(of: &[(u64, u64)]) -> Option<bool> {
        let ms = |&(with, without): &(u64, u64)| {
            (Duration::from_millis(with), Duration::from_millis(without))
        };
        Pairs(of.iter().map(ms).collect()).are_slower()
    }

    #[test]
    fn only_what_cannot_be_chance_is_judged() {
        assert_eq!(pairs(&[(300, 220); 10]), Some(true));
        assert_eq!(pairs(&[(12, 11); 10]), Some(false));
        assert_eq!(pairs(&[(300, 220); 9]), None, "too few");
        assert_eq!(pairs(&[]), None);
        // The limit itself is too much.
        assert_eq!(pairs(&[(16, 11); 10]), Some(true));
        assert_eq!(pairs(&[(15, 11); 10]), Some(false));
        let even = [(300, 220), (220, 300)].repeat(10);
        assert_eq!(pairs(&even), None);
    }

    #[test]
    fn one_command_that_is_held_up_decides_nothing() {
        let mut held_up = [(300, 220); 14];
        held_up[3] = (290, 900);
        assert_eq!(pairs(&held_up), Some(true));
        assert_eq!(pairs(&held_up[..11]), None, "not yet");
    }

    #[test]
    fn chance_is_one_case_in_a_thousand() {
        for (heads, tosses, no_chance) in [
            (9, 9, false),
            (10, 10, true),
            (12, 13, false),
            (13, 14, true),
            (16, 18, true),
            (15, 18, false),
        ] {
            assert_eq!(
                is_no_chance(heads, tosses),
                no_chance,
                "{heads} of {tosses}"
            );
        }
    }
}
