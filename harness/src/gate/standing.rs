//! How one scenario stands: what the run says of it, compared with the known failures.

use std::collections::BTreeSet;

use support::product::Release;

use super::case::Case;
use super::document::{GatedCheck, GatedScenario, KnownFailureDocument, Match, Standing};
use super::matching::matched;
use super::not_judged::{is_only_cut_short, not_judged, times_judged};
use super::policy::CatalogueScenario;
use crate::document::ScenarioDocument;
use crate::verdict::Verdict;

/// Weighs one scenario, before any exception; `run` is what the run says of it.
pub(super) fn weigh(
    wanted: &CatalogueScenario,
    executed: Option<&ScenarioDocument>,
    case: &Case<'_>,
    release: Option<&Release>,
) -> GatedScenario {
    let checks = if wanted.excused.is_none() {
        matched(wanted, executed, case, release)
    } else {
        Vec::new()
    };
    let (standing, because) = stands(wanted, executed, &checks, case.repeat);
    let required = wanted.excused.is_none();
    GatedScenario {
        id: wanted.id.clone(),
        required,
        standing,
        verdict: executed.map(|executed| executed.verdict),
        not_judged: required.then(|| not_judged(executed, &checks, case.repeat)).flatten(),
        because,
        checks,
    }
}

fn stands(
    wanted: &CatalogueScenario,
    executed: Option<&ScenarioDocument>,
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
    let Some(executed) = executed else {
        return (Standing::Missing, "the run does not have it".to_owned());
    };
    match executed.verdict {
        Verdict::Error => (Standing::Error, executed.error.clone().unwrap_or_default()),
        // Where none of them failed, the others were kept from it: that is no fault of the release.
        Verdict::Flaky if is_only_cut_short(executed) => {
            let all = u32::try_from(executed.repeats.len()).unwrap_or(u32::MAX);
            let text = format!("{}; {}", too_seldom(executed, all), repeats(executed));
            (Standing::Skip, text)
        }
        Verdict::Flaky => (Standing::Flaky, repeats(executed)),
        Verdict::Skip => {
            let reason = executed.skip.as_ref();
            let text = reason.map_or_else(String::new, |reason| {
                format!("{} at {}: {}", reason.code, reason.phase, reason.headline())
            });
            (Standing::Skip, text)
        }
        Verdict::Pass | Verdict::Fail => judged(executed, checks, repeat),
    }
}

fn judged(executed: &ScenarioDocument, checks: &[GatedCheck], repeat: u32) -> (Standing, String) {
    let wrong = |check: &&GatedCheck| {
        matches!(check.matched, Match::Unexpected | Match::Otherwise | Match::OutOfRange)
    };
    let wrong: Vec<String> = checks.iter().filter(wrong).map(describe_unexpected).collect();
    if !wrong.is_empty() {
        return (Standing::Fail, wrong.join("; "));
    }
    if times_judged(executed) < repeat {
        return (Standing::Skip, too_seldom(executed, repeat));
    }
    let unproven = ids(checks, Match::Unproven);
    if !unproven.is_empty() {
        return (Standing::Skip, not_proven(executed, checks, &unproven));
    }
    let better = better(checks);
    match executed.verdict {
        Verdict::Pass if better.is_empty() => (Standing::Pass, String::new()),
        Verdict::Pass => (Standing::Fixed, better),
        _ if better.is_empty() => (Standing::Known, known(checks)),
        _ => (Standing::Fixed, format!("{better}; {}", known(checks))),
    }
}

fn too_seldom(executed: &ScenarioDocument, repeat: u32) -> String {
    format!("run to its end {} of {repeat} times", times_judged(executed))
}

fn repeats(executed: &ScenarioDocument) -> String {
    let repeats: Vec<String> = executed.repeats.iter().map(ToString::to_string).collect();
    format!("repeats: {}", repeats.join(", "))
}

/// What fails as known is no reason to know nothing of the rest.
fn not_proven(executed: &ScenarioDocument, checks: &[GatedCheck], unproven: &[&str]) -> String {
    let unproven = unproven.join(", ");
    if executed.verdict == Verdict::Pass {
        format!("recorded by an older catalogue, without {unproven}")
    } else {
        let known = known(checks);
        format!("{known}; no known failure accounts for what was never judged: {unproven}")
    }
}

/// What was repaired, and what has to be taken out of the file.
fn better(checks: &[GatedCheck]) -> String {
    let better =
        [named(checks, Match::Fixed, "holds now"), named(checks, Match::Judged, "is judged now")];
    let better: Vec<String> = better.into_iter().filter(|told| !told.is_empty()).collect();
    better.join("; ")
}

fn ids(checks: &[GatedCheck], matched: Match) -> Vec<&str> {
    let those = checks.iter().filter(|check| check.matched == matched);
    those.map(|check| check.id.as_str()).collect()
}

/// How much of a known failure there is, and where it is followed up.
fn known(checks: &[GatedCheck]) -> String {
    let known = checks.iter().filter(|check| check.matched == Match::Known);
    let known: Vec<&KnownFailureDocument> =
        known.filter_map(|check| check.known_failure.as_ref()).collect();
    let issues: BTreeSet<&str> = known.iter().map(|known| known.issue.as_str()).collect();
    let issues: Vec<&str> = issues.into_iter().collect();
    let fail = if known.len() == 1 { "check fails" } else { "checks fail" };
    let unjudged = match ids(checks, Match::Unjudged).len() {
        0 => String::new(),
        count => format!("; {count} not judged, as known"),
    };
    format!("{} {fail} as known ({}){unjudged}", known.len(), issues.join(", "))
}

/// A failure that nobody accepts, in one phrase.
fn describe_unexpected(check: &GatedCheck) -> String {
    let signature = check.signature.as_deref().unwrap_or_default();
    let found = format!("{}: {signature}", check.id);
    match (&check.known_failure, check.matched) {
        (Some(known), Match::Otherwise) => {
            format!("{found} (expected at {}: {})", known.at, known.signature)
        }
        (Some(known), Match::OutOfRange) => {
            format!("{found} (expected at {} for {} only)", known.at, known.releases.join(", "))
        }
        _ => found,
    }
}

fn named(checks: &[GatedCheck], matched: Match, how: &str) -> String {
    let those = checks.iter().filter(|check| check.matched == matched);
    let those: Vec<String> = those
        .map(|check| {
            let known = check.known_failure.as_ref();
            let at = known.map_or("", |known| known.at.as_str());
            let expires = known.map_or("", |known| known.expires.as_str());
            match matched {
                Match::Expired => format!("{}: {at} {how} on {expires}", check.id),
                Match::Judged => format!("{} {how}: take it out of `unjudged` at {at}", check.id),
                _ => format!("{} {how}: remove {at}", check.id),
            }
        })
        .collect();
    those.join("; ")
}
