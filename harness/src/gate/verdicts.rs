//! What the standings of all scenarios come to, and why.

use std::collections::{BTreeMap, BTreeSet};

use super::case::Case;
use super::document::{Decision, GatedException, GatedScenario, Judged, Match, Standing};
use crate::record::Ended;

/// How many scenarios are named in one reason; the rest is counted.
const NAMED: usize = 3;

/// All that a decision is computed from, once each scenario was weighed.
pub(super) struct Verdicts<'a> {
    /// What was to be decided.
    pub case: &'a Case<'a>,
    /// How much of what is required was judged.
    pub judged: Judged,
    /// How many scenarios stand how.
    pub totals: &'a BTreeMap<Standing, usize>,
    /// The scenarios.
    pub scenarios: &'a [GatedScenario],
    /// The operator exceptions, and what became of each.
    pub exceptions: &'a [GatedException],
}

impl Verdicts<'_> {
    /// May it ship?
    pub(super) fn decision(&self) -> Decision {
        use Standing::{Error, Excepted, Expired, Fail, Flaky, Missing, Skip};
        let run = self.case.run;
        if !run.home_touched.is_empty() {
            // Nothing that such a run saw can be trusted, no failure either.
            Decision::Incomplete
        } else if self.any(&[Fail, Expired, Flaky])
            || !run.left_outside.is_empty()
            || self.is_out_of_date()
        {
            Decision::Closed
        } else if self.any(&[Error, Skip, Missing])
            || self.proves_nothing()
            || self.excess().is_some()
            || self.rests_on_exceptions()
            || run.ended != Ended::Completed
        {
            Decision::Incomplete
        } else if self.any(&[Excepted]) {
            Decision::OpenWithExceptions
        } else {
            Decision::Open
        }
    }

    /// Whether kitty-gate itself broke, so that there is no decision.
    pub(super) fn is_broken(&self) -> bool {
        !self.case.run.home_touched.is_empty()
            || (self.any(&[Standing::Error]) && self.decision() == Decision::Incomplete)
    }

    /// Why, the gravest first, and what is good news last.
    pub(super) fn because(&self) -> Vec<String> {
        let mut why = self.wrong();
        why.extend(self.not_proven());
        why.extend(self.accepted());
        why
    }

    /// What closes the gate.
    fn wrong(&self) -> Vec<String> {
        let run = self.case.run;
        let mut why = Vec::new();
        if !run.home_touched.is_empty() {
            why.push("the real HOME was touched: nothing of this run can be trusted".to_owned());
        }
        let told = [
            (Standing::Fail, "fails", "fail", "in a way that no known failure covers"),
            (Standing::Expired, "rests on", "rest on", "a known failure that has expired"),
            (Standing::Flaky, "changes", "change", "when it is repeated"),
        ];
        why.extend(told.into_iter().filter_map(|told| self.line(told, true)));
        if !run.left_outside.is_empty() {
            why.push("the release left something outside of its sandbox".to_owned());
        }
        if self.is_out_of_date() {
            why.extend(self.repaired());
        }
        why
    }

    /// What keeps it from being open.
    fn not_proven(&self) -> Vec<String> {
        let run = self.case.run;
        let mut why = Vec::new();
        match run.ended {
            Ended::Completed => {}
            Ended::Interrupted => why.push("an operator stopped the run".to_owned()),
            Ended::Killed => {
                why.push("the run has not ended: it was killed, or still goes on".to_owned());
            }
        }
        if let Some(shard) = run.shard {
            why.push(format!("this is part {shard} of a run: decide on all of them merged"));
        }
        let told = [
            (Standing::Error, "has", "have", "no verdict, for kitty-gate or a control broke"),
            (Standing::Skip, "was", "were", "not proven, and no operator answers for it"),
            (Standing::Missing, "is", "are", "required and not in this run"),
        ];
        why.extend(told.into_iter().filter_map(|told| self.line(told, false)));
        if self.proves_nothing() {
            why.push("nothing was proven".to_owned());
        }
        if let Some((used, most)) = self.excess() {
            why.push(format!(
                "{used} scenarios rest on operator exceptions, and this gate takes {most} at most"
            ));
        }
        if self.rests_on_exceptions() {
            why.push(format!(
                "{} rest on operator exceptions, more than the {} that were judged: exceptions are for the few",
                scenarios(self.count(Standing::Excepted)),
                self.judged.scenarios
            ));
        }
        for refused in self.exceptions.iter().filter(|exception| !exception.used) {
            why.push(format!("exception refused: {}", refused.refused));
        }
        why
    }

    /// What is accepted, what was repaired, and what passed.
    fn accepted(&self) -> Vec<String> {
        let mut why = Vec::new();
        let excepted =
            (Standing::Excepted, "is covered", "are covered", "by an operator's exception");
        why.extend(self.line(excepted, false));
        let known = (Standing::Known, "fails", "fail", "exactly as known");
        why.extend(self.line(known, false).map(|known| known + &self.behind()));
        if !self.is_out_of_date() {
            why.extend(self.repaired());
        }
        let passed = self.count(Standing::Pass);
        if passed > 0 {
            let is_all = self.case.run.scenarios.len() == passed;
            let every = if is_all { "all " } else { "" };
            why.push(format!("{every}{} passed", scenarios(passed)));
        }
        if self.case.repeat == 1 {
            why.push(
                "each was asked for once: what changes from run to run was not looked for"
                    .to_owned(),
            );
        }
        why
    }

    /// A fix is good news. What is said of it in the file has to go all the same.
    fn repaired(&self) -> Option<String> {
        let repaired = (Standing::Fixed, "is", "are", "repaired");
        let line = self.line(repaired, true)?;
        let strictly =
            if self.case.bounds.strict { ": --strict closes the gate until then" } else { "" };
        let file = &self.case.known_failures.file;
        let lines = self.untrue();
        Some(format!("{line}; take out of {file} what is not true any more ({lines}){strictly}"))
    }

    /// The lines of the file that are not true any more.
    fn untrue(&self) -> String {
        let checks = self.scenarios.iter().flat_map(|scenario| &scenario.checks);
        let better = checks.filter(|check| matches!(check.matched, Match::Fixed | Match::Judged));
        let places = better.filter_map(|check| check.known_failure.as_ref());
        let lines = places.filter_map(|known| known.at.rsplit(':').next()?.parse().ok());
        let lines: BTreeSet<usize> = lines.collect();
        let lines: Vec<String> = lines.iter().map(ToString::to_string).collect();
        let word = if lines.len() == 1 { "line" } else { "lines" };
        format!("{word} {}", lines.join(", "))
    }

    /// How many checks nobody judged, because of a failure that is known.
    fn behind(&self) -> String {
        let known = self.scenarios.iter().filter(|scenario| scenario.standing == Standing::Known);
        let checks = known.flat_map(|scenario| &scenario.checks);
        match checks.filter(|check| check.matched == Match::Unjudged).count() {
            0 => String::new(),
            1 => ", and 1 check behind it was not judged".to_owned(),
            many => format!(", and {many} checks behind them were not judged"),
        }
    }

    fn is_out_of_date(&self) -> bool {
        self.case.bounds.strict && self.any(&[Standing::Fixed])
    }

    fn proves_nothing(&self) -> bool {
        !self.any(&[Standing::Pass, Standing::Fixed])
    }

    /// Whether more is excused than was judged. Then nobody knows whether the release keeps its promises, whoever answers.
    fn rests_on_exceptions(&self) -> bool {
        self.count(Standing::Excepted) > self.judged.scenarios
    }

    /// How many exceptions are used, and how many may be, where these are fewer.
    fn excess(&self) -> Option<(usize, u32)> {
        let most = self.case.bounds.max_exceptions?;
        let used = self.count(Standing::Excepted);
        (used > most as usize).then_some((used, most))
    }

    fn line(
        &self,
        (standing, one, many, rest): (Standing, &str, &str, &str),
        is_named: bool,
    ) -> Option<String> {
        let count = self.count(standing);
        if count == 0 {
            return None;
        }
        let verb = if count == 1 { one } else { many };
        let names = if is_named { format!(": {}", self.names(standing)) } else { String::new() };
        Some(format!("{} {verb} {rest}{names}", scenarios(count)))
    }

    fn names(&self, standing: Standing) -> String {
        let those = self.scenarios.iter().filter(|scenario| scenario.standing == standing);
        let those: Vec<&str> = those.map(|scenario| scenario.id.as_str()).collect();
        let shown = those[..those.len().min(NAMED)].join(", ");
        match those.len().saturating_sub(NAMED) {
            0 => shown,
            more => format!("{shown} and {more} more"),
        }
    }

    fn count(&self, standing: Standing) -> usize {
        self.totals.get(&standing).copied().unwrap_or(0)
    }

    fn any(&self, standings: &[Standing]) -> bool {
        standings.iter().any(|&standing| self.count(standing) > 0)
    }
}

fn scenarios(count: usize) -> String {
    if count == 1 { "1 scenario".to_owned() } else { format!("{count} scenarios") }
}
