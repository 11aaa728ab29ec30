//! How one scenario stands: what the run says of it, held against what was expected.

use std::collections::BTreeSet;

use support::check::Outcome;
use support::product::Release;

use super::decision::{Case, is_judged};
use super::document::{GatedCheck, GatedScenario, Match, MatchedExpectation, Standing};
use super::expectation::Expectation;
use super::policy::Wanted;
use crate::document::{CheckDocument, ScenarioDocument};
use crate::verdict::Verdict;

/// Weighs one scenario, before any exception; `played` is what the run says of it.
pub(super) fn weigh(
    wanted: &Wanted,
    played: Option<&ScenarioDocument>,
    case: &Case<'_>,
    release: Option<&Release>,
) -> GatedScenario {
    let checks = if wanted.excused.is_none() {
        matched(&wanted.id, played, case, release)
    } else {
        Vec::new()
    };
    let (standing, because) = stands(wanted, played, &checks, case.repeat);
    GatedScenario {
        id: wanted.id.clone(),
        required: wanted.excused.is_none(),
        standing,
        verdict: played.map(|played| played.verdict),
        because,
        checks,
    }
}

fn stands(
    wanted: &Wanted,
    played: Option<&ScenarioDocument>,
    checks: &[GatedCheck],
    repeat: u32,
) -> (Standing, String) {
    if let Some(excuse) = &wanted.excused {
        return (Standing::NotPromised, excuse.clone());
    }
    let has = |matched| checks.iter().any(|check| check.matched == matched);
    if has(Match::Expired) {
        return (Standing::Expired, named(checks, Match::Expired, "expired"));
    }
    let Some(played) = played else {
        return (Standing::Missing, "the run does not have it".to_owned());
    };
    match played.verdict {
        Verdict::Error => (Standing::Error, played.error.clone().unwrap_or_default()),
        Verdict::Flaky => {
            let repeats: Vec<String> = played.repeats.iter().map(ToString::to_string).collect();
            (Standing::Flaky, format!("repeats: {}", repeats.join(", ")))
        }
        Verdict::Skip => {
            let reason = played.skip.as_ref();
            let text = reason.map_or_else(String::new, |reason| {
                format!("{} at {}: {}", reason.code, reason.phase, reason.brief())
            });
            (Standing::Skip, text)
        }
        Verdict::Pass | Verdict::Fail => judged(wanted, played, checks, repeat),
    }
}

fn judged(
    wanted: &Wanted,
    played: &ScenarioDocument,
    checks: &[GatedCheck],
    repeat: u32,
) -> (Standing, String) {
    let wrong = |check: &&GatedCheck| {
        matches!(
            check.matched,
            Match::Unexpected | Match::Otherwise | Match::OutOfRange
        )
    };
    let wrong: Vec<String> = checks.iter().filter(wrong).map(told).collect();
    if !wrong.is_empty() {
        return (Standing::Fail, wrong.join("; "));
    }
    if checks.iter().any(|check| check.matched == Match::Fixed) {
        return (Standing::Fixed, named(checks, Match::Fixed, "holds now"));
    }
    let alike = played
        .repeats
        .iter()
        .filter(|&&verdict| verdict == played.verdict);
    let alike = u32::try_from(alike.count()).unwrap_or(u32::MAX);
    if alike < repeat {
        let text = format!("played to its end {alike} of {repeat} times");
        return (Standing::Skip, text);
    }
    if played.verdict == Verdict::Pass {
        let is_judged = |id: &&String| played.checks.iter().any(|check| check.id == **id);
        let unjudged: Vec<&str> = wanted
            .checks
            .iter()
            .filter(|id| !is_judged(id))
            .map(String::as_str)
            .collect();
        if !unjudged.is_empty() {
            let text = format!(
                "recorded by an older catalogue, without {}",
                unjudged.join(", ")
            );
            return (Standing::Skip, text);
        }
        (Standing::Pass, String::new())
    } else {
        (Standing::Known, known(checks))
    }
}

/// How much of a known failure there is, and where it is followed up.
fn known(checks: &[GatedCheck]) -> String {
    let known = checks.iter().filter(|check| check.matched == Match::Known);
    let expectations: Vec<&MatchedExpectation> = known
        .filter_map(|check| check.expectation.as_ref())
        .collect();
    let issues: BTreeSet<&str> = expectations
        .iter()
        .map(|known| known.issue.as_str())
        .collect();
    let issues: Vec<&str> = issues.into_iter().collect();
    let fail = if expectations.len() == 1 {
        "check fails"
    } else {
        "checks fail"
    };
    format!(
        "{} {fail} as known ({})",
        expectations.len(),
        issues.join(", ")
    )
}

/// A failure that nobody accepts, in one phrase.
fn told(check: &GatedCheck) -> String {
    let signature = check.signature.as_deref().unwrap_or_default();
    let found = format!("{}: {signature}", check.id);
    match (&check.expectation, check.matched) {
        (Some(expectation), Match::Otherwise) => {
            format!(
                "{found} (expected at {}: {})",
                expectation.at, expectation.signature
            )
        }
        (Some(expectation), Match::OutOfRange) => {
            format!(
                "{found} (expected at {} for {} only)",
                expectation.at,
                expectation.releases.join(", ")
            )
        }
        _ => found,
    }
}

fn named(checks: &[GatedCheck], matched: Match, how: &str) -> String {
    let those = checks.iter().filter(|check| check.matched == matched);
    let those: Vec<String> = those
        .map(|check| {
            let expectation = check.expectation.as_ref();
            let at = expectation.map_or("", |expectation| expectation.at.as_str());
            let expires = expectation.map_or("", |expectation| expectation.expires.as_str());
            match matched {
                Match::Expired => format!("{}: {at} {how} on {expires}", check.id),
                _ => format!("{} {how}: remove {at}", check.id),
            }
        })
        .collect();
    those.join("; ")
}

/// Every failure and every expectation for this release, in the order in which the scenario judged;
/// expectations of what it did not judge last.
fn matched(
    id: &str,
    played: Option<&ScenarioDocument>,
    case: &Case<'_>,
    release: Option<&Release>,
) -> Vec<GatedCheck> {
    let all: Vec<&Expectation> = case.expectations.of(id).collect();
    let is_live = |known: &&&Expectation| release.is_some_and(|release| known.is_for(release));
    let live: Vec<&Expectation> = all.iter().filter(is_live).copied().collect();
    let found: &[CheckDocument] = played
        .filter(|played| is_judged(played.verdict))
        .map_or(&[], |played| &played.checks);
    let matcher = Matcher {
        case,
        found,
        all,
        live,
    };
    let mut checks: Vec<GatedCheck> = Vec::new();
    for check in found.iter().filter(|check| check.outcome == Outcome::Fail) {
        let failure = matcher.failure(check);
        // A check may be judged of several commands.
        if !checks.contains(&failure) {
            checks.push(failure);
        }
    }
    let unborne = matcher
        .live
        .iter()
        .filter_map(|known| matcher.unborne(known, &checks));
    let unborne: Vec<GatedCheck> = unborne.collect();
    checks.extend(unborne);
    checks
}

/// Holds the checks of a scenario against the expectations for it.
struct Matcher<'a> {
    case: &'a Case<'a>,
    /// What was judged.
    found: &'a [CheckDocument],
    /// The expectations for the scenario.
    all: Vec<&'a Expectation>,
    /// Those of them that speak of this release.
    live: Vec<&'a Expectation>,
}

impl Matcher<'_> {
    /// A check that failed.
    fn failure(&self, check: &CheckDocument) -> GatedCheck {
        let is_exact = |known: &&&Expectation| says(known, check);
        let is_of = |known: &&&Expectation| known.check == check.id;
        // One that another failure of this check bears out does not speak of this one.
        let is_free = |known: &&&Expectation| is_of(known) && !self.is_borne_out(known);
        let (matched, by) = if let Some(known) = self.live.iter().find(is_exact) {
            let expired = known.has_expired(self.case.today);
            (
                if expired {
                    Match::Expired
                } else {
                    Match::Known
                },
                Some(known),
            )
        } else if let Some(other) = self.live.iter().find(is_free) {
            (Match::Otherwise, Some(other))
        } else if self.live.iter().any(|known| known.check == check.id) {
            (Match::Unexpected, None)
        } else if let Some(other) = self
            .all
            .iter()
            .find(is_exact)
            .or(self.all.iter().find(is_of))
        {
            (Match::OutOfRange, Some(other))
        } else {
            (Match::Unexpected, None)
        };
        GatedCheck {
            id: check.id.clone(),
            signature: check.signature.clone(),
            matched,
            expectation: by.map(|known| self.quote(known)),
        }
    }

    /// An expectation for this release that no failure bears out, unless one was told to differ from
    /// it.
    fn unborne(&self, known: &Expectation, told: &[GatedCheck]) -> Option<GatedCheck> {
        let at = self.place(known);
        let is_told = |check: &GatedCheck| {
            check
                .expectation
                .as_ref()
                .is_some_and(|quoted| quoted.at == at)
        };
        if self.is_borne_out(known) || told.iter().any(is_told) {
            return None;
        }
        let matched = if self.found.iter().any(|check| check.id == known.check) {
            Match::Fixed
        } else if known.has_expired(self.case.today) {
            Match::Expired
        } else {
            Match::Unjudged
        };
        Some(GatedCheck {
            id: known.check.clone(),
            signature: None,
            matched,
            expectation: Some(self.quote(known)),
        })
    }

    fn is_borne_out(&self, known: &Expectation) -> bool {
        self.found.iter().any(|check| says(known, check))
    }

    fn place(&self, known: &Expectation) -> String {
        format!("{}:{}", self.case.expectations.file, known.line)
    }

    fn quote(&self, known: &Expectation) -> MatchedExpectation {
        MatchedExpectation {
            at: self.place(known),
            signature: known.signature.clone(),
            releases: known.releases.iter().map(ToString::to_string).collect(),
            reason: known.reason.clone(),
            issue: known.issue.clone(),
            owner: known.owner.clone(),
            expires: known.expires.to_string(),
        }
    }
}

/// Whether the check fails exactly as it is known to.
fn says(known: &Expectation, check: &CheckDocument) -> bool {
    check.outcome == Outcome::Fail
        && known.check == check.id
        && Some(&known.signature) == check.signature.as_ref()
}
