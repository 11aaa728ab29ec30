//! The checks of one scenario, compared with the known failures.

use support::check::Outcome;
use support::product::Release;

use super::case::Case;
use super::document::{GatedCheck, KnownFailureDocument, Match};
use super::known_failures::KnownFailure;
use super::policy::CatalogueScenario;
use crate::document::{CheckDocument, ScenarioDocument};

/// Every failure, every known failure of this release, and every check that was not judged: in the order in
/// which the scenario judged, what it did not judge last.
pub(super) fn matched(
    wanted: &CatalogueScenario,
    executed: Option<&ScenarioDocument>,
    case: &Case<'_>,
    release: Option<&Release>,
) -> Vec<GatedCheck> {
    let all: Vec<&KnownFailure> = case.known_failures.of(&wanted.id).collect();
    let is_live = |known: &&&KnownFailure| release.is_some_and(|release| known.is_for(release));
    let live: Vec<&KnownFailure> = all.iter().filter(is_live).copied().collect();
    let judged = executed.filter(|executed| executed.verdict.is_judged());
    let found: &[CheckDocument] = judged.map_or(&[], |executed| &executed.checks);
    let matcher = Matcher { case, found, all, live };
    let mut checks: Vec<GatedCheck> = Vec::new();
    for check in found.iter().filter(|check| check.outcome == Outcome::Fail) {
        let failure = matcher.failure(check);
        // A check may be judged of several commands.
        if !checks.contains(&failure) {
            checks.push(failure);
        }
    }
    let unmatched = matcher.live.iter().filter_map(|known| matcher.unmatched(known, &checks));
    let unmatched: Vec<GatedCheck> = unmatched.collect();
    checks.extend(unmatched);
    let after_all = matcher.judged_after_all(&checks);
    checks.extend(after_all);
    if let Some(executed) = judged {
        let unreached = unjudged(wanted, executed);
        let untold = unreached.into_iter().filter(|id| checks.iter().all(|told| told.id != *id));
        let untold: Vec<GatedCheck> = untold.map(|id| matcher.unreached(id)).collect();
        checks.extend(untold);
    }
    checks
}

/// What the scenario did not come to judge, and what the catalogue of its record did not know.
fn unjudged<'a>(wanted: &'a CatalogueScenario, executed: &'a ScenarioDocument) -> Vec<&'a str> {
    let is_judged = |id: &str| executed.checks.iter().any(|check| check.id == id);
    let unknown =
        wanted.checks.iter().filter(|id| !is_judged(id) && !executed.unjudged.contains(id));
    let all = executed.unjudged.iter().chain(unknown);
    all.map(String::as_str).collect()
}

/// Compares the checks of a scenario with the known failures of it.
struct Matcher<'a> {
    case: &'a Case<'a>,
    /// What was judged.
    found: &'a [CheckDocument],
    /// The known failures of the scenario.
    all: Vec<&'a KnownFailure>,
    /// Those of them that are for this release.
    live: Vec<&'a KnownFailure>,
}

impl Matcher<'_> {
    /// A check that failed.
    fn failure(&self, check: &CheckDocument) -> GatedCheck {
        let is_exact = |known: &&&KnownFailure| known.matches(check);
        let is_of = |known: &&&KnownFailure| known.check == check.id;
        // One that another failure of this check matches is not about this one.
        let is_free = |known: &&&KnownFailure| is_of(known) && !self.is_matched(known);
        let (matched, by) = if let Some(known) = self.live.iter().find(is_exact) {
            let expired = known.has_expired(self.case.today);
            (if expired { Match::Expired } else { Match::Known }, Some(known))
        } else if let Some(other) = self.live.iter().find(is_free) {
            (Match::Otherwise, Some(other))
        } else if self.live.iter().any(|known| known.check == check.id) {
            (Match::Unexpected, None)
        } else if let Some(other) = self.all.iter().find(is_exact).or(self.all.iter().find(is_of)) {
            (Match::OutOfRange, Some(other))
        } else {
            (Match::Unexpected, None)
        };
        GatedCheck {
            id: check.id.clone(),
            signature: check.signature.clone(),
            matched,
            known_failure: by.map(|known| self.quote(known)),
        }
    }

    /// A known failure of this release that no failure matches, unless one was told to differ from it.
    fn unmatched(&self, known: &KnownFailure, told: &[GatedCheck]) -> Option<GatedCheck> {
        let at = self.place(known);
        let is_told =
            |check: &GatedCheck| check.known_failure.as_ref().is_some_and(|quoted| quoted.at == at);
        if self.is_matched(known) || told.iter().any(is_told) {
            return None;
        }
        let found = || self.found.iter().filter(|check| check.id == known.check);
        let matched = if found().any(|check| check.outcome == Outcome::Fail) {
            // It fails in another way, which is told by itself: nothing is repaired.
            return None;
        } else if found().next().is_some() {
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
            known_failure: Some(self.quote(known)),
        })
    }

    /// Checks that a known failure which is true calls unjudged, and that were judged, without failing in a way that
    /// nobody accepts: that is told as a failure.
    fn judged_after_all(&self, told: &[GatedCheck]) -> Vec<GatedCheck> {
        let mut after_all = Vec::new();
        let is_accepted = |id: &String| {
            let mut failures = told.iter().filter(|told| told.id == *id);
            failures.all(|told| matches!(told.matched, Match::Known | Match::Fixed))
        };
        let is_judged =
            |id: &&String| self.found.iter().any(|check| check.id == **id) && is_accepted(id);
        for known in self.live.iter().filter(|known| self.is_matched(known)) {
            let judged = known.unjudged.iter().filter(is_judged);
            after_all.extend(judged.map(|id| GatedCheck {
                id: id.clone(),
                signature: None,
                matched: Match::Judged,
                known_failure: Some(self.quote(known)),
            }));
        }
        after_all
    }

    /// A check that was not judged.
    fn unreached(&self, id: &str) -> GatedCheck {
        let says_so = |known: &&&KnownFailure| {
            self.is_matched(known) && known.unjudged.iter().any(|unjudged| unjudged == id)
        };
        let by = self.live.iter().find(says_so);
        GatedCheck {
            id: id.to_owned(),
            signature: None,
            matched: if by.is_some() { Match::Unjudged } else { Match::Unproven },
            known_failure: by.map(|known| self.quote(known)),
        }
    }

    fn is_matched(&self, known: &KnownFailure) -> bool {
        self.found.iter().any(|check| known.matches(check))
    }

    fn place(&self, known: &KnownFailure) -> String {
        format!("{}:{}", self.case.known_failures.file, known.line)
    }

    fn quote(&self, known: &KnownFailure) -> KnownFailureDocument {
        KnownFailureDocument {
            at: self.place(known),
            signature: known.signature.clone(),
            releases: known.releases.iter().map(ToString::to_string).collect(),
            reason: known.group.reason.clone(),
            issue: known.group.issue.clone(),
            owner: known.group.owner.clone(),
            written: known.group.written.to_string(),
            expires: known.group.expires.to_string(),
        }
    }
}
