//! What the final sync costs a person who waits for the prompt, when all is well.

use std::time::Duration;

use fixtures::Recipe;
use fixtures::hosted::Endpoint;
use support::check::Judgement;
use support::contention::{STRETCHED, stretch};

use super::attempt::{TASK, must_have_called, without_socket};
use crate::context::{Abort, Step, TestContext};
use crate::marking::{MarkState, mark};
use crate::promised::EVENT_BATCHES;
use crate::scenario::{CheckSpec, Load, Scenario};

const MEASURED: CheckSpec = CheckSpec::new(
    "measured",
    "NFR-003",
    "the control: every command printed its answer and kept its mark",
);
const ADDS_LESS_THAN_5_MS: CheckSpec = CheckSpec::new(
    "adds-less-than-5-ms",
    "NFR-003",
    "it does not take 5 ms longer with sync, in so many pairs that it cannot be chance",
);

pub const SCENARIO: Scenario = Scenario {
    id: "sync/fast-path",
    promise: "with a healthy service the time from the answer to the prompt is no longer than without sync",
    requirements: &["NFR-003"],
    issues: &[952],
    checks: &[MEASURED, ADDS_LESS_THAN_5_MS],
    // It measures time, so it is not run in a crowd of those that wait.
    promised: Some(EVENT_BATCHES),
    load: Load::Alone,
    run,
    ..Scenario::DEFAULT
};

/// How many pairs are measured at most. A busy machine may not let anything be said after as many.
const PAIRS: usize = 31;

/// After so many without a quiet one among them it is plain that others have the machine.
const ENOUGH: usize = 8;

/// The limit of the requirement.
const LIMIT: Duration = Duration::from_millis(5);

fn run(context: &mut TestContext<'_>) -> Result<(), Abort> {
    let mut pairs = Pairs::default();
    let mut executed = 0;
    while pairs.0.len() == executed && executed < PAIRS && pairs.are_slower().is_none() {
        if executed >= ENOUGH && pairs.quiet().count() == 0 {
            break;
        }
        pairs.0.extend(measure_pair(context, executed % 2 == 0)?);
        executed += 1;
    }
    let told = pairs.to_string();
    let expected = "pairs of commands, each with an answer and a mark that is kept";
    context.require(
        MEASURED,
        if pairs.0.len() == executed {
            Judgement::pass(expected, &told)
        } else {
            Judgement::fail("no-answer", expected, &told)
        },
    )?;
    let expected = "less than 5 ms longer with sync";
    let judgement = match pairs.are_slower() {
        Some(true) => Judgement::fail("slower", expected, told),
        Some(false) => Judgement::pass(expected, told),
        None => return Err(undecided(&pairs)),
    };
    context.check(ADDS_LESS_THAN_5_MS, judgement);
    Ok(())
}

/// One command with sync and one without. Who comes first takes turns, so that whatever drifts meets both alike.
/// Nothing where one of them printed no answer or kept no mark.
fn measure_pair(context: &mut TestContext<'_>, with_first: bool) -> Result<Option<Pair>, Abort> {
    let mut contention = vec![stretch()];
    let mut tails = Vec::new();
    for synced in [with_first, !with_first] {
        let mission = context.mission(&Recipe::mark_status())?;
        let step = if synced {
            let (hosted, mission) = context.hosted(&mission, without_socket())?;
            let step = mark(context, &mission, &[TASK])?;
            must_have_called(&hosted, &step, &[Endpoint::Batch])?;
            step
        } else {
            mark(context, &mission, &[TASK])?
        };
        // A command that does nothing has nothing to sync.
        let is_kept = MarkState::read(&mission)?.is_done_anywhere(TASK);
        tails.push(tail(&step).filter(|_| is_kept));
        contention.push(stretch());
    }
    if !with_first {
        tails.reverse();
    }
    let stretch = contention.into_iter().fold(0.0, f64::max);
    Ok(match tails[..] {
        [Some(with), Some(without)] => Some(Pair { with, without, stretch }),
        _ => None,
    })
}

/// Why nothing can be said.
fn undecided(pairs: &Pairs) -> Abort {
    let (slower, quiet) = (Pairs::slower(pairs.quiet()), pairs.quiet().count());
    let all = pairs.0.len();
    if quiet < all {
        let why = format!("in {} of {all} pairs others wanted the machine, too", all - quiet);
        return Abort::machine_busy(&[], &why);
    }
    let why = format!("of {all} commands {slower} took 5 ms longer with sync, which may be chance");
    Abort::not_exercised(None, &why, ALONE)
}

/// What to do where nothing can be said.
const ALONE: &str =
    "run it alone, on a machine at rest: `kitty-gate run PRODUCT sync/fast-path --jobs 1`";

/// From the last byte on stdout to the end of the command, if that byte ended an answer.
fn tail(step: &Step) -> Option<Duration> {
    step.try_document().ok().and_then(|_| step.tail())
}

/// The tails of a command with sync and of one without, run one after the other.
#[derive(Debug, Clone, Copy)]
struct Pair {
    with: Duration,
    without: Duration,
    /// How much longer it took to compute than it computes, at the worst, around them.
    stretch: f64,
}

impl Pair {
    /// Whether sync takes the limit, or more.
    fn is_slower(&self) -> bool {
        self.with >= self.without + LIMIT
    }
}

#[derive(Debug, Default)]
struct Pairs(Vec<Pair>);

impl Pairs {
    /// Those that nobody disturbed. Where others want the machine, whoever calls somebody and waits for the
    /// answer waits for its turn, too, each time: so no other pair can accuse.
    fn quiet(&self) -> impl Iterator<Item = &Pair> {
        self.0.iter().filter(|pair| pair.stretch <= STRETCHED)
    }

    fn slower<'p>(pairs: impl Iterator<Item = &'p Pair>) -> usize {
        pairs.filter(|pair| pair.is_slower()).count()
    }

    /// Whether sync takes the limit or more, by a sign test: what single commands are held up by does not
    /// count, however much it is. Nothing where it may be chance, or where others may be why.
    fn are_slower(&self) -> Option<bool> {
        if is_no_chance(Self::slower(self.quiet()), self.quiet().count()) {
            return Some(true);
        }
        let all = self.0.len();
        is_no_chance(all - Self::slower(self.0.iter()), all).then_some(false)
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
        let of = |which: fn(&Pair) -> Duration| {
            let mut tails: Vec<u128> = self.0.iter().map(|pair| which(pair).as_millis()).collect();
            let each: Vec<String> = tails.iter().map(ToString::to_string).collect();
            tails.sort_unstable();
            let median = tails.get(tails.len() / 2).copied().unwrap_or_default();
            format!("median {median} ms ({} ms)", each.join(", "))
        };
        let (with, without) = (of(|pair| pair.with), of(|pair| pair.without));
        let stretches: Vec<String> =
            self.0.iter().map(|pair| format!("{:.1}", pair.stretch)).collect();
        write!(
            f,
            "with sync: {with}\nwithout: {without}\n\
             around them it took so many times longer to compute than on a machine at rest: {}",
            stretches.join(", ")
        )
    }
}

#[cfg(test)]
mod tests {
    use support::skip::SkipCode;

    use super::*;

    fn pairs(stretch: f64, of: &[(u64, u64)]) -> Pairs {
        let pair = |&(with, without): &(u64, u64)| Pair {
            with: Duration::from_millis(with),
            without: Duration::from_millis(without),
            stretch,
        };
        Pairs(of.iter().map(pair).collect())
    }

    /// On a machine at rest.
    fn slower(of: &[(u64, u64)]) -> Option<bool> {
        pairs(1.02, of).are_slower()
    }

    #[test]
    fn only_what_cannot_be_chance_is_judged() {
        assert_eq!(slower(&[(300, 220); 10]), Some(true));
        assert_eq!(slower(&[(12, 11); 10]), Some(false));
        assert_eq!(slower(&[(300, 220); 9]), None, "too few");
        assert_eq!(slower(&[]), None);
        // The limit itself is too much.
        assert_eq!(slower(&[(16, 11); 10]), Some(true));
        assert_eq!(slower(&[(15, 11); 10]), Some(false));
        let even = [(300, 220), (220, 300)].repeat(10);
        assert_eq!(slower(&even), None);
    }

    #[test]
    fn one_command_that_is_held_up_decides_nothing() {
        let mut held_up = [(300, 220); 14];
        held_up[3] = (290, 900);
        assert_eq!(slower(&held_up), Some(true));
        assert_eq!(slower(&held_up[..11]), None, "not yet");
    }

    /// The clean reference was seen so beside eight that computed: it was called slower.
    #[test]
    fn a_busy_machine_accuses_nobody() {
        let with = [193, 165, 110, 109, 106, 137, 106, 117, 174, 292, 141, 32, 123, 294];
        let without = [25, 10, 16, 133, 16, 3, 14, 49, 5, 4, 14, 20, 70, 45];
        let seen: Vec<(u64, u64)> = with.into_iter().zip(without).collect();
        assert_eq!(slower(&seen), Some(true), "at rest it would be");
        let mut mixed = pairs(5.1, &seen);
        assert_eq!(mixed.are_slower(), None);
        assert!(matches!(undecided(&mixed), Abort::Missing(reason)
            if reason.code == SkipCode::MachineBusy));
        // What was seen between the others counts, as soon as it is enough.
        mixed.0.extend(pairs(1.1, &[(300, 220); 9]).0);
        assert_eq!(mixed.are_slower(), None);
        mixed.0.extend(pairs(1.1, &[(300, 220)]).0);
        assert_eq!(mixed.are_slower(), Some(true));
        assert_eq!(pairs(5.1, &[(12, 11); 10]).are_slower(), Some(false));
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
            assert_eq!(is_no_chance(heads, tosses), no_chance, "{heads} of {tosses}");
        }
    }
}
