//! A scenario as a reader meets it: what the run says of it, and what the decision does.

use support::check::Outcome;

use super::Evidence;
use crate::document::{CheckDocument, ScenarioDocument};
use crate::gate::{GatedScenario, Standing};
use crate::verdict::Verdict;

/// A scenario of the run, of the decision, or of both.
#[derive(Debug, Clone, Copy)]
pub struct Entry<'e> {
    /// Its id.
    pub id: &'e str,
    /// What was run; `None` where the decision needs a scenario that the run does not have.
    pub executed: Option<&'e ScenarioDocument>,
    /// How it stands at the gate; `None` without a decision.
    pub gated: Option<&'e GatedScenario>,
}

/// What a reader has to do about something. The gravest last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tone {
    /// Nothing: it was proven.
    Good,
    /// Nothing: nobody promised it.
    Aside,
    /// Nothing now: it fails as known, or somebody answers for it.
    Known,
    /// It does better than is known: what is said of it has to be taken out.
    Repaired,
    /// It was not proven.
    Unproven,
    /// kitty-gate itself broke.
    Broken,
    /// The release does not keep a promise.
    Bad,
}

impl Tone {
    /// All of them, the gravest first: as people read.
    pub const ALL: [Self; 7] = [
        Self::Bad,
        Self::Broken,
        Self::Unproven,
        Self::Repaired,
        Self::Known,
        Self::Aside,
        Self::Good,
    ];

    /// In one word, for programs.
    pub fn word(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Aside => "aside",
            Self::Known => "known",
            Self::Repaired => "repaired",
            Self::Unproven => "unproven",
            Self::Broken => "broken",
            Self::Bad => "bad",
        }
    }
}

impl From<Verdict> for Tone {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Pass => Self::Good,
            Verdict::Skip => Self::Unproven,
            Verdict::Fail | Verdict::Flaky => Self::Bad,
            Verdict::Error => Self::Broken,
        }
    }
}

impl From<Standing> for Tone {
    fn from(standing: Standing) -> Self {
        match standing {
            Standing::Pass => Self::Good,
            Standing::Fixed => Self::Repaired,
            Standing::Known | Standing::Excepted => Self::Known,
            Standing::NotPromised => Self::Aside,
            Standing::Skip | Standing::Missing => Self::Unproven,
            Standing::Error => Self::Broken,
            Standing::Flaky | Standing::Expired | Standing::Fail => Self::Bad,
        }
    }
}

impl<'e> Entry<'e> {
    /// Every scenario, in the order of the catalogue.
    pub fn all(evidence: &'e Evidence) -> Vec<Self> {
        let executed = |id: &str| evidence.executed(id);
        let Some(gate) = evidence.gate() else {
            let run = evidence.run().scenarios.iter();
            return run.map(|scenario| Self::of_run(scenario, None)).collect();
        };
        let decided = gate.scenarios.iter().map(|gated| Self {
            id: &gated.id,
            executed: executed(&gated.id),
            gated: Some(gated),
        });
        // A decision names all that was run; should one not, nothing is to get lost.
        let others = evidence.run().scenarios.iter();
        let others = others.filter(|scenario| evidence.gated(&scenario.id).is_none());
        decided.chain(others.map(|scenario| Self::of_run(scenario, None))).collect()
    }

    /// The gravest first, those alike in the order of the catalogue.
    pub fn gravest_first(evidence: &'e Evidence) -> Vec<Self> {
        let mut all = Self::all(evidence);
        all.sort_by_key(|entry| std::cmp::Reverse(entry.tone()));
        all
    }

    fn of_run(scenario: &'e ScenarioDocument, gated: Option<&'e GatedScenario>) -> Self {
        Self { id: &scenario.id, executed: Some(scenario), gated }
    }

    /// How it stands, in one word: at the gate where there is a decision, else by its verdict.
    pub fn word(&self) -> String {
        match (self.gated, self.executed) {
            (Some(gated), _) => gated.standing.to_string(),
            (None, Some(executed)) => executed.verdict.to_string(),
            (None, None) => "missing".to_owned(),
        }
    }

    /// What a reader has to do about it.
    pub fn tone(&self) -> Tone {
        match (self.gated, self.executed) {
            (Some(gated), _) => gated.standing.into(),
            (None, Some(executed)) => executed.verdict.into(),
            (None, None) => Tone::Unproven,
        }
    }

    /// The part of its id before the slash.
    pub fn suite(&self) -> &'e str {
        self.id.split_once('/').map_or(self.id, |(suite, _)| suite)
    }

    /// The part of its id after the slash.
    pub fn name(&self) -> &'e str {
        self.id.split_once('/').map_or(self.id, |(_, name)| name)
    }

    /// Whether it passed, as it was run.
    pub fn passed(&self) -> bool {
        self.executed.is_some_and(|executed| executed.verdict == Verdict::Pass)
    }

    /// Its checks that did not hold.
    pub fn failures(&self) -> impl Iterator<Item = &'e CheckDocument> + use<'e> {
        let checks = self.executed.into_iter().flat_map(|executed| &executed.checks);
        checks.filter(|check| check.outcome == Outcome::Fail)
    }

    /// Why it stands so at the gate, where nothing else that a report shows in full says so: no failed
    /// check, no reason of a skip, no error.
    pub fn stands_because(&self) -> Option<&'e str> {
        let gated = self.gated?;
        let is_said = match gated.standing {
            Standing::Fail | Standing::Error => true,
            Standing::Skip => self.executed.is_some_and(|executed| executed.skip.is_some()),
            Standing::Pass
            | Standing::Known
            | Standing::Excepted
            | Standing::NotPromised
            | Standing::Missing
            | Standing::Flaky
            | Standing::Fixed
            | Standing::Expired => false,
        };
        (!is_said && !gated.because.is_empty()).then_some(gated.because.as_str())
    }

    /// Why it stands so, in one line; empty for a pass.
    pub fn because(&self) -> String {
        if let Some(gated) = self.gated.filter(|gated| !gated.because.is_empty()) {
            return gated.because.clone();
        }
        let Some(executed) = self.executed else {
            return "the run does not have it".to_owned();
        };
        match executed.verdict {
            Verdict::Pass => String::new(),
            Verdict::Fail => signatures(executed),
            Verdict::Skip => executed.skip.as_ref().map_or_else(String::new, |reason| {
                format!("{}: {}", reason.code, reason.headline())
            }),
            Verdict::Flaky => {
                let repeats: Vec<String> =
                    executed.repeats.iter().map(ToString::to_string).collect();
                format!("repeats differ: {}", repeats.join(", "))
            }
            Verdict::Error => {
                let error = executed.error.as_deref().unwrap_or("kitty-gate broke");
                error.lines().next().unwrap_or_default().to_owned()
            }
        }
    }
}

fn signatures(executed: &ScenarioDocument) -> String {
    let mut failures = executed.failures();
    let first = failures.next().map_or_else(String::new, |check| {
        format!("{}: {}", check.id, check.signature.as_deref().unwrap_or(""))
    });
    match failures.count() {
        0 => first,
        more => format!("{first}, and {more} more"),
    }
}
