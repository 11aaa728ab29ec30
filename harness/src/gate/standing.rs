//! How one scenario stands: what the run says of it, held against what was expected.

use std::collections::BTreeSet;

use support::product::Release;

use super::decision::Case;
use super::document::{GatedCheck, GatedScenario, Match, MatchedExpectation, Standing};
use super::matching::matched;
use super::policy::Wanted;
use crate::document::ScenarioDocument;
use crate::verdict::Verdict;

/// Weighs one scenario, before any exception; `played` is what the run says of it.
pub(super) fn weigh(
    wanted: &Wanted,
    played: Option<&ScenarioDocument>,
    case: &Case<'_>,
    release: Option<&Release>,
) -> GatedScenario {
    let checks = if wanted.excused.is_none() {
        matched(wanted, played, case, release)
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
        Verdict::Pass | Verdict::Fail => judged(played, checks, repeat),
    }
}

fn judged(played: &ScenarioDocument, checks: &[GatedCheck], repeat: u32) -> (Standing, String) {
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
    let better = [
        named(checks, Match::Fixed, "holds now"),
        named(checks, Match::Judged, "is judged now"),
    ];
    let better: Vec<String> = better.into_iter().filter(|told| !told.is_empty()).collect();
    if !better.is_empty() {
        return (Standing::Fixed, better.join("; "));
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
    let unproven = ids(checks, Match::Unproven);
    match (played.verdict, unproven.is_empty()) {
        (Verdict::Pass, true) => (Standing::Pass, String::new()),
        (Verdict::Pass, false) => {
            let text = format!(
                "recorded by an older catalogue, without {}",
                unproven.join(", ")
            );
            (Standing::Skip, text)
        }
        (_, true) => (Standing::Known, known(checks)),
        // What fails as known is no reason to know nothing of the rest.
        (_, false) => {
            let text = format!(
                "{}; nobody expects that these were never judged: {}",
                known(checks),
                unproven.join(", ")
            );
            (Standing::Skip, text)
        }
    }
}

fn ids(checks: &[GatedCheck], matched: Match) -> Vec<&str> {
    let those = checks.iter().filter(|check| check.matched == matched);
    those.map(|check| check.id.as_str()).collect()
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
    let unjudged = match ids(checks, Match::Unjudged).len() {
        0 => String::new(),
        count => format!("; {count} not judged, as known"),
    };
    format!(
        "{} {fail} as known ({}){unjudged}",
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
                Match::Judged => format!("{} {how}: take it out of `unjudged` at {at}", check.id),
                _ => format!("{} {how}: remove {at}", check.id),
            }
        })
        .collect();
    those.join("; ")
}
