//! A range of releases, and which of them lie in it.

use std::fmt;
use std::iter::repeat;
use std::str::FromStr;

use pep440_rs::{Operator, Version, VersionSpecifier, VersionSpecifiers};

use super::Release;

/// PEP 440 specifiers, of which a release must meet each: `>=4.0.0rc1,<4.0.0rc8`.
///
/// `pep440_rs` reads them and orders versions. Which versions a specifier contains is decided here, as PyPI's
/// `packaging` does with pre-releases allowed: the crate leaves every pre-release out of `<V`, for one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReleaseRange(VersionSpecifiers);

/// The text is no range.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is no PEP 440 specifier: {why}")]
pub struct NotARange {
    /// The text as given.
    pub text: String,
    /// What is wrong with it, in one line.
    pub why: String,
}

impl ReleaseRange {
    /// Whether a release lies in it.
    pub fn contains(&self, release: &Release) -> bool {
        self.clauses().all(|clause| holds(clause, release.version()))
    }

    /// Whether it has no clause: every release lies in it.
    pub fn is_everything(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether it ends before the major version after next: it names a release, a series (`==3.2.*`, `~=3.2`), or both
    /// ends. An end that is further away than that (`<9999`) is none.
    pub fn has_near_end(&self) -> bool {
        let major =
            |bound: &Version| (bound.epoch(), bound.release().first().copied().unwrap_or(0));
        let lower = self.clauses().filter(|clause| {
            matches!(clause.operator(), Operator::GreaterThan | Operator::GreaterThanEqual)
        });
        let lower = lower.map(|clause| major(clause.version())).max();
        self.clauses().any(|clause| match clause.operator() {
            Operator::Equal | Operator::EqualStar | Operator::ExactEqual | Operator::TildeEqual => {
                true
            }
            Operator::LessThan | Operator::LessThanEqual => lower.is_some_and(|(epoch, number)| {
                major(clause.version()) <= (epoch, number.saturating_add(1))
            }),
            Operator::NotEqual
            | Operator::NotEqualStar
            | Operator::GreaterThan
            | Operator::GreaterThanEqual => false,
        })
    }

    /// Its clauses, such as `<4`, ordered by their versions.
    pub fn clauses(&self) -> impl Iterator<Item = &VersionSpecifier> {
        self.0.iter()
    }
}

fn holds(clause: &VersionSpecifier, version: &Version) -> bool {
    let bound = clause.version();
    match clause.operator() {
        Operator::Equal | Operator::ExactEqual => is(bound, version),
        Operator::NotEqual => !is(bound, version),
        Operator::EqualStar => begins_with(bound.epoch(), bound.release(), version),
        Operator::NotEqualStar => !begins_with(bound.epoch(), bound.release(), version),
        Operator::TildeEqual => {
            let (_last, before) = bound.release().split_last().unwrap_or((&0, &[]));
            version >= bound && begins_with(bound.epoch(), before, version)
        }
        Operator::GreaterThanEqual => version >= bound,
        Operator::LessThanEqual => public(version) <= *bound,
        Operator::LessThan => *version < first_of(bound),
        Operator::GreaterThan => public(version) > *bound && !is_post_of(bound, version),
    }
}

/// A local version (`3.2.7+ours`) is the version itself, to a bound that names none.
fn is(bound: &Version, version: &Version) -> bool {
    if bound.is_local() { version == bound } else { public(version) == *bound }
}

fn public(version: &Version) -> Version {
    version.clone().without_local()
}

/// Whether the release numbers begin so; what a version does not write is zero.
fn begins_with(epoch: u64, numbers: &[u64], version: &Version) -> bool {
    let written = version.release().iter().chain(repeat(&0));
    version.epoch() == epoch && numbers.iter().zip(written).all(|(a, b)| a == b)
}

/// What lies below `<bound`: a bound that is no pre-release leaves out its own.
fn first_of(bound: &Version) -> Version {
    if bound.any_prerelease() { bound.clone() } else { bound.clone().with_dev(Some(0)) }
}

/// Whether `>bound` leaves a later version out as a mere post-release of the bound.
fn is_post_of(bound: &Version, version: &Version) -> bool {
    let names_none = !bound.is_post() && !bound.is_dev();
    let stem = |of: &Version| of.only_release().with_epoch(of.epoch()).with_pre(of.pre());
    names_none && stem(version) == stem(bound)
}

impl FromStr for ReleaseRange {
    type Err = NotARange;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let refused = |why: &str| NotARange { text: text.to_owned(), why: why.to_owned() };
        let read = VersionSpecifiers::from_str(text).map_err(|error| {
            let told = error.to_string();
            refused(told.lines().next().unwrap_or_default())
        })?;
        let is_exact = |clause: &VersionSpecifier| *clause.operator() == Operator::ExactEqual;
        if read.iter().any(is_exact) {
            return Err(refused("`===` compares texts, not versions; use `==`"));
        }
        Ok(Self(read))
    }
}

impl fmt::Display for ReleaseRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
#[path = "range_tests.rs"]
mod tests;
