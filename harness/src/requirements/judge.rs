//! What a recorded run says of a requirement. Pure: the same record gives the same answer.

use std::collections::HashMap;

use scenarios::requirements::{Book, Claim, ClaimKind, ClaimedCheck, Requirement};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use support::check::Outcome;

use super::accepted::Accepted;
use super::near::near;
use crate::document::{CheckDocument, RunDocument, ScenarioDocument};
use crate::record::{Header, PlannedScenario};
use crate::verdict::Verdict;

/// How a requirement stands after a run.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// Every scenario and every check that proves it was run, and held.
    Proven,
    /// A check of it failed, or one of a requirement that it is made of.
    Violated,
    /// It is violated, and by nothing but known failures that the decision on the run accepts.
    Known,
    /// No check of it failed, but something that is to prove it did not.
    Unproven,
    /// Nothing can prove it from outside.
    Unreachable,
}

impl State {
    /// All of them, in the order in which people read them.
    pub const ALL: [Self; 5] =
        [Self::Proven, Self::Violated, Self::Known, Self::Unproven, Self::Unreachable];
}

impl std::fmt::Display for State {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.serialize(f)
    }
}

/// The state of a requirement, and all that speaks against its being proven.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Standing {
    /// The state.
    pub state: State,
    /// The failed checks that violate it; those of a requirement that it is made of are told there.
    pub violations: Vec<Violation>,
    /// What was to prove it, and did not.
    pub gaps: Vec<Gap>,
}

/// A failed check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Violation {
    /// The scenario.
    pub scenario: String,
    /// Its check.
    pub check: String,
    /// What the check stands for: the requirement, a defect that breaks it, or an issue.
    pub stands_for: String,
    /// How it failed.
    pub signature: String,
    /// The entry that accepts it as a known failure, as `file:line`; `null` where no decision on the run does.
    pub known: Option<String>,
}

/// Something that was to prove a requirement, and did not.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Gap {
    /// What kind of gap it is.
    pub kind: GapKind,
    /// More about it: the code of a skip, what broke, which check failed; empty when there is no more.
    pub why: String,
    /// The scenario that did not prove it, or the requirement that is not proven.
    pub by: String,
}

/// Why something did not prove a requirement.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum GapKind {
    /// The scenario broke, or its control failed.
    Broke,
    /// Its repeats differ.
    Flaky,
    /// It failed, on checks that stand for something else.
    FailedOtherwise,
    /// It was skipped.
    Skipped,
    /// The run did not run it.
    NotRun,
    /// It is not written yet.
    NotWritten,
    /// It was run when it did not claim yet what it claims today.
    ClaimedLater,
    /// A requirement by way of which it is proven is violated, and it with it.
    PartViolated,
    /// A requirement by way of which it is proven is violated by known failures, and it with it.
    PartKnown,
    /// A requirement by way of which it is proven is not proven itself.
    PartUnproven,
    /// No scenario of the run and of today names it any more.
    Unnamed,
}

impl GapKind {
    /// As people read it, before a colon.
    pub fn words(self) -> &'static str {
        match self {
            Self::Broke => "kitty-gate broke",
            Self::Flaky => "flaky",
            Self::FailedOtherwise => "failed, but elsewhere",
            Self::Skipped => "skipped",
            Self::NotRun => "not run",
            Self::NotWritten => "not written yet",
            Self::ClaimedLater => "did not claim it when it was run",
            Self::PartViolated => "violated by way of",
            Self::PartKnown => "violated, as known, by way of",
            Self::PartUnproven => "not proven",
            Self::Unnamed => "no scenario names it",
        }
    }
}

/// A run, and what its scenarios and those of today claim.
pub struct Judge<'r> {
    book: &'r Book,
    /// Where in the run a scenario stands.
    executed: HashMap<&'r str, &'r ScenarioDocument>,
    /// Of the run as it was declared then, and of what it did not play.
    claims: Vec<Claim>,
    /// Where in these a scenario stands.
    places: HashMap<String, usize>,
    today: &'r [Claim],
    /// Which of these may bear on a requirement.
    near: HashMap<&'r str, Vec<usize>>,
    near_today: HashMap<&'r str, Vec<usize>>,
    /// The known failures that the decision on the run accepts.
    accepted: Accepted<'r>,
}

impl<'r> Judge<'r> {
    /// What the run run counts as it was declared then; what it did not run, as it is today.
    pub fn new(
        book: &'r Book,
        header: &Header,
        run: &'r RunDocument,
        today: &'r [Claim],
        accepted: Accepted<'r>,
    ) -> Self {
        let scenarios = run.scenarios.iter();
        let executed: HashMap<&str, &ScenarioDocument> =
            scenarios.map(|scenario| (scenario.id.as_str(), scenario)).collect();
        let mut claims: Vec<Claim> = header.plan.iter().map(claim_of).collect();
        let others = today.iter().filter(|claim| !executed.contains_key(claim.scenario.as_str()));
        claims.extend(others.cloned());
        let places = claims.iter().enumerate().rev();
        Self {
            book,
            executed,
            places: places.map(|(place, claim)| (claim.scenario.clone(), place)).collect(),
            near: near(book, &claims),
            near_today: near(book, today),
            claims,
            today,
            accepted,
        }
    }

    /// How `requirement` stands, what it is made of included.
    pub fn standing(&self, requirement: &Requirement) -> Standing {
        let mut found = self.direct(requirement);
        for part in &requirement.through {
            let Some(part) = self.book.requirement(part) else {
                continue;
            };
            let of_part = self.direct(part);
            match of_part.state(part) {
                State::Proven => found.proofs += 1,
                State::Violated => found.gap(GapKind::PartViolated, "", &part.id),
                State::Known => found.gap(GapKind::PartKnown, "", &part.id),
                State::Unproven | State::Unreachable => {
                    found.gap(GapKind::PartUnproven, "", &part.id);
                }
            }
        }
        found.standing(requirement)
    }

    /// The failed checks that violate no requirement of the book: they must not get lost.
    pub fn unassigned(&self) -> Vec<Violation> {
        let mut found = Vec::new();
        for (claim, scenario) in self.executed() {
            let lost = |check: &&CheckDocument| {
                let check = claimed(check);
                let about = |one: &Requirement| claim.is_about(&check, one, self.book);
                !self.book.requirements.iter().any(about)
            };
            found.extend(failures(scenario).filter(lost).map(|c| self.violation(scenario, c)));
        }
        found
    }

    fn executed(&self) -> impl Iterator<Item = (&Claim, &ScenarioDocument)> {
        self.claims
            .iter()
            .filter_map(|claim| Some((claim, *self.executed.get(claim.scenario.as_str())?)))
    }

    fn direct(&self, requirement: &Requirement) -> Assessment {
        let mut found = Assessment::default();
        let near = self.near.get(requirement.id.as_str());
        for claim in near.into_iter().flatten().map(|&place| &self.claims[place]) {
            if let Some(bearing) = claim.bearing(requirement, self.book) {
                self.assess_claim(claim, &bearing, requirement, &mut found);
            }
        }
        let near = self.near_today.get(requirement.id.as_str());
        let today = near.into_iter().flatten().map(|&place| &self.today[place]);
        for claim in today.filter(|claim| self.is_new(claim, requirement)) {
            found.gap(GapKind::ClaimedLater, "", &claim.scenario);
        }
        for plan in &requirement.planned {
            found.gap(GapKind::NotWritten, "", plan);
        }
        found
    }

    /// Whether a scenario proves more of `requirement` today than it did when it was run.
    fn is_new(&self, today: &Claim, requirement: &Requirement) -> bool {
        let then = self
            .places
            .get(&today.scenario)
            .and_then(|&place| self.claims[place].bearing(requirement, self.book));
        match (today.bearing(requirement, self.book), then) {
            (None, _) | (Some(_), Some(ClaimKind::Whole)) => false,
            (Some(ClaimKind::Checks(now)), Some(ClaimKind::Checks(then))) => {
                now.iter().any(|id| !then.contains(id))
            }
            (Some(_), None) | (Some(ClaimKind::Whole), Some(ClaimKind::Checks(_))) => true,
        }
    }

    fn assess_claim(
        &self,
        claim: &Claim,
        bearing: &ClaimKind,
        one: &Requirement,
        found: &mut Assessment,
    ) {
        let by = claim.scenario.as_str();
        let Some(scenario) = self.executed.get(by).copied() else {
            return found.gap(GapKind::NotRun, "", by);
        };
        let violations: Vec<Violation> = failures(scenario)
            .filter(|check| claim.is_about(&claimed(check), one, self.book))
            .map(|check| self.violation(scenario, check))
            .collect();
        let violated = !violations.is_empty();
        found.violations.extend(violations);
        match scenario.verdict {
            Verdict::Pass => found.proofs += 1,
            Verdict::Skip => found.gap(GapKind::Skipped, &skipped(scenario), by),
            Verdict::Error => found.gap(GapKind::Broke, &broke(scenario), by),
            Verdict::Flaky => found.gap(GapKind::Flaky, "", by),
            Verdict::Fail if violated => {}
            Verdict::Fail if held(scenario, bearing) => found.proofs += 1,
            Verdict::Fail => found.gap(GapKind::FailedOtherwise, &failed_on(scenario), by),
        }
    }
}

impl Judge<'_> {
    fn violation(&self, scenario: &ScenarioDocument, check: &CheckDocument) -> Violation {
        let signature = check.signature.clone().unwrap_or_default();
        Violation {
            known: self.accepted.by(&scenario.id, &check.id, &signature),
            scenario: scenario.id.clone(),
            check: check.id.clone(),
            stands_for: check.stands_for.clone(),
            signature,
        }
    }
}

#[derive(Default)]
struct Assessment {
    proofs: usize,
    violations: Vec<Violation>,
    gaps: Vec<Gap>,
}

impl Assessment {
    fn gap(&mut self, kind: GapKind, why: &str, by: &str) {
        self.gaps.push(Gap { kind, why: why.to_owned(), by: by.to_owned() });
    }

    /// What nothing proves is not proven, though nothing speaks against it.
    fn state(&self, requirement: &Requirement) -> State {
        let has = |kind| self.gaps.iter().any(|gap| gap.kind == kind);
        let is_unknown = |one: &Violation| one.known.is_none();
        if self.violations.iter().any(is_unknown) || has(GapKind::PartViolated) {
            State::Violated
        } else if !self.violations.is_empty() || has(GapKind::PartKnown) {
            State::Known
        } else if requirement.unreachable.is_some() {
            State::Unreachable
        } else if self.gaps.is_empty() && self.proofs > 0 {
            State::Proven
        } else {
            State::Unproven
        }
    }

    fn standing(mut self, requirement: &Requirement) -> Standing {
        let state = self.state(requirement);
        if state == State::Unproven && self.gaps.is_empty() {
            self.gap(GapKind::Unnamed, "", &requirement.id);
        }
        self.gaps.sort();
        Standing { state, violations: self.violations, gaps: self.gaps }
    }
}

/// What kitty-gate broke, it cannot judge: a check that failed there violates nothing.
fn failures(scenario: &ScenarioDocument) -> impl Iterator<Item = &CheckDocument> {
    let judged = scenario.verdict != Verdict::Error;
    scenario.failures().filter(move |_| judged)
}

/// Whether single checks held though the scenario failed. One that covers the requirement as a whole
/// proves nothing then: its controls may be what failed.
fn held(scenario: &ScenarioDocument, bearing: &ClaimKind) -> bool {
    match bearing {
        ClaimKind::Whole => false,
        ClaimKind::Checks(ids) => ids.iter().all(|id| {
            let judged = scenario.checks.iter().find(|check| &check.id == id);
            judged.is_some_and(|check| check.outcome == Outcome::Pass)
        }),
    }
}

fn skipped(scenario: &ScenarioDocument) -> String {
    let code = scenario.skip.as_ref().map(|reason| reason.code.to_string());
    code.unwrap_or_default()
}

fn broke(scenario: &ScenarioDocument) -> String {
    let error = scenario.error.as_deref().unwrap_or_default();
    error.lines().next().unwrap_or_default().to_owned()
}

fn failed_on(scenario: &ScenarioDocument) -> String {
    let told: Vec<String> =
        scenario.failures().map(|check| format!("{} [{}]", check.id, check.stands_for)).collect();
    told.join(", ")
}

fn claimed(check: &CheckDocument) -> ClaimedCheck {
    ClaimedCheck { id: check.id.clone(), stands_for: check.stands_for.clone() }
}

fn claim_of(planned: &PlannedScenario) -> Claim {
    let checks = planned
        .checks
        .iter()
        .map(|check| ClaimedCheck { id: check.id.clone(), stands_for: check.stands_for.clone() });
    Claim {
        scenario: planned.id.clone(),
        requirements: planned.requirements.clone(),
        issues: planned.issues.clone(),
        checks: checks.collect(),
    }
}

#[cfg(test)]
#[path = "judge_tests.rs"]
mod tests;
