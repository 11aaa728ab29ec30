//! The decision: a pure function of a run, what is required, expectations, exceptions and the day.

use std::collections::BTreeMap;

use jiff::civil::Date;
use support::product::Release;

use super::document::{
    Decision, FORMAT, GateDocument, GatedException, GatedPromise, GatedScenario, Standing, VERSION,
};
use super::exception::OperatorException;
use super::expectation::Expectations;
use super::policy::Policy;
use super::standing;
use crate::document::{RunDocument, ScenarioDocument};
use crate::record::Ended;
use crate::verdict::Verdict;

/// All that a decision rests on.
#[derive(Debug, Clone, Copy)]
pub struct Case<'a> {
    /// The run, read back from its record.
    pub run: &'a RunDocument,
    /// What is required of its release.
    pub policy: &'a Policy,
    /// The known failures.
    pub expectations: &'a Expectations,
    /// What operators answer for, each of another scenario.
    pub exceptions: &'a [OperatorException],
    /// How often each scenario has to be played, all alike, to count.
    pub repeat: u32,
    /// The day.
    pub today: Date,
}

/// Decides.
pub fn decide(case: &Case<'_>) -> GateDocument {
    let release: Option<Release> = case
        .run
        .product
        .release
        .as_deref()
        .and_then(|release| release.parse().ok());
    let mut exceptions: Vec<GatedException> = case
        .exceptions
        .iter()
        .map(OperatorException::unused)
        .collect();
    let scenarios: Vec<GatedScenario> = case
        .policy
        .scenarios
        .iter()
        .map(|wanted| {
            let played = case.run.scenario(&wanted.id);
            let weighed = standing::weigh(wanted, played, case, release.as_ref());
            admit(weighed, played, case.exceptions, &mut exceptions)
        })
        .collect();
    let mut totals: BTreeMap<Standing, usize> =
        Standing::ALL.into_iter().map(|known| (known, 0)).collect();
    for scenario in &scenarios {
        *totals.entry(scenario.standing).or_default() += 1;
    }
    let floor = floor(case.policy, &scenarios);
    let verdict = Verdicts {
        run: case.run,
        totals: &totals,
        exceptions: &exceptions,
    };
    GateDocument {
        format: FORMAT.to_owned(),
        version: VERSION,
        run_id: case.run.run_id.clone(),
        product: case.run.product.clone(),
        decided_on: case.today.to_string(),
        decision: verdict.decision(),
        broken: verdict.is_broken(),
        because: verdict.because(),
        repeat: case.repeat,
        totals,
        scenarios,
        floor,
        exceptions,
    }
}

/// Lets an operator exception answer for a scenario that was not proven; for nothing else.
fn admit(
    mut scenario: GatedScenario,
    played: Option<&ScenarioDocument>,
    brought: &[OperatorException],
    told: &mut [GatedException],
) -> GatedScenario {
    let found = brought
        .iter()
        .zip(told)
        .find(|(exception, _)| exception.scenario == scenario.id);
    let Some((exception, told)) = found else {
        return scenario;
    };
    match exception.objection(&scenario, played) {
        None => {
            scenario.standing = Standing::Excepted;
            scenario.because = format!(
                "{} answers for it: {}",
                exception.operator, scenario.because
            );
            told.used = true;
        }
        Some(why) => told.refused = why,
    }
    scenario
}

fn floor(policy: &Policy, scenarios: &[GatedScenario]) -> Vec<GatedPromise> {
    policy
        .floor
        .iter()
        .map(|promise| {
            let standing_of = |id: &String| {
                let found = scenarios.iter().find(|scenario| scenario.id == *id);
                found.map_or(Standing::Missing, |scenario| scenario.standing)
            };
            GatedPromise {
                name: promise.name.clone(),
                scenarios: promise.scenarios.clone(),
                standing: promise
                    .scenarios
                    .iter()
                    .map(standing_of)
                    .max()
                    .unwrap_or(Standing::Missing),
            }
        })
        .collect()
}

/// What the standings come to.
struct Verdicts<'a> {
    run: &'a RunDocument,
    totals: &'a BTreeMap<Standing, usize>,
    exceptions: &'a [GatedException],
}

impl Verdicts<'_> {
    fn count(&self, standing: Standing) -> usize {
        self.totals.get(&standing).copied().unwrap_or(0)
    }

    fn any(&self, standings: &[Standing]) -> bool {
        standings.iter().any(|&standing| self.count(standing) > 0)
    }

    fn decision(&self) -> Decision {
        use Standing::{Error, Excepted, Expired, Fail, Fixed, Flaky, Missing, Pass, Skip};
        if !self.run.home_touched.is_empty() {
            // Nothing that such a run saw can be trusted, no failure either.
            Decision::Incomplete
        } else if self.any(&[Fail, Expired, Fixed, Flaky]) || !self.run.left_outside.is_empty() {
            Decision::Closed
        } else if self.any(&[Error, Skip, Missing])
            || !self.any(&[Pass])
            || self.run.ended != Ended::Completed
        {
            Decision::Incomplete
        } else if self.any(&[Excepted]) {
            Decision::OpenWithExceptions
        } else {
            Decision::Open
        }
    }

    fn is_broken(&self) -> bool {
        !self.run.home_touched.is_empty()
            || (self.any(&[Standing::Error]) && self.decision() == Decision::Incomplete)
    }

    /// The gravest first.
    fn because(&self) -> Vec<String> {
        let mut why = Vec::new();
        if !self.run.home_touched.is_empty() {
            why.push("the real HOME was touched: nothing of this run can be trusted".to_owned());
        }
        let told = [
            (
                Standing::Fail,
                "in a way that no expectation accepts",
                "fails",
                "fail",
            ),
            (
                Standing::Expired,
                "an expectation that has expired",
                "rests on",
                "rest on",
            ),
            (
                Standing::Fixed,
                "better than an expectation says, which has to be taken back",
                "does",
                "do",
            ),
            (Standing::Flaky, "when it is repeated", "changes", "change"),
        ];
        let line = |(standing, rest, one, many): (Standing, &str, &str, &str)| {
            let count = self.count(standing);
            (count > 0).then(|| {
                format!(
                    "{} {} {rest}",
                    scenarios(count),
                    if count == 1 { one } else { many }
                )
            })
        };
        why.extend(told.into_iter().filter_map(line));
        if !self.run.left_outside.is_empty() {
            why.push("the release left something outside of its sandbox".to_owned());
        }
        match self.run.ended {
            Ended::Completed => {}
            Ended::Interrupted => why.push("an operator stopped the run".to_owned()),
            Ended::Killed => {
                why.push("the run has not ended: it was killed, or still goes on".to_owned());
            }
        }
        if let Some(shard) = self.run.shard {
            why.push(format!(
                "this is part {shard} of a run: decide on all of them merged"
            ));
        }
        let told = [
            (
                Standing::Error,
                "no verdict, for kitty-gate or a control broke",
                "has",
                "have",
            ),
            (
                Standing::Skip,
                "not proven, and no operator answers for it",
                "was",
                "were",
            ),
            (
                Standing::Missing,
                "required and not in this run",
                "is",
                "are",
            ),
        ];
        why.extend(told.into_iter().filter_map(line));
        if !self.any(&[Standing::Pass]) {
            why.push("nothing was proven".to_owned());
        }
        for refused in self.exceptions.iter().filter(|exception| !exception.used) {
            why.push(format!("exception refused: {}", refused.refused));
        }
        let told = [
            (
                Standing::Excepted,
                "by an operator's exception",
                "is covered",
                "are covered",
            ),
            (Standing::Known, "exactly as known", "fails", "fail"),
        ];
        why.extend(told.into_iter().filter_map(line));
        let passed = self.count(Standing::Pass);
        if passed > 0 {
            let every = if self.run.scenarios.len() == passed {
                "all "
            } else {
                ""
            };
            why.push(format!("{every}{} passed", scenarios(passed)));
        }
        why
    }
}

fn scenarios(count: usize) -> String {
    if count == 1 {
        "1 scenario".to_owned()
    } else {
        format!("{count} scenarios")
    }
}

/// Whether a verdict is one that an expectation can speak of.
pub(super) fn is_judged(verdict: Verdict) -> bool {
    matches!(verdict, Verdict::Pass | Verdict::Fail)
}
