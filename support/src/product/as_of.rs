//! The date that a product's dependencies are resolved for.
//!
//! A release is judged as its first users met it: with the packages that existed when it was
//! published, and two days more, for fixes that came at once.

use std::path::Path;

use jiff::{SignedDuration, Timestamp};

use super::finding::{Finding, FindingCode};
use super::pylock::Pylock;
use super::spec::ProductSpec;
use super::uv_obtain::is_silence;
use super::uv_resolve::Resolver;
use super::{EnvError, PACKAGE, Release};

/// How long after a release its dependencies may still be published.
const GRACE: SignedDuration = SignedDuration::from_hours(48);

/// A date, and what is to be said about it.
pub(super) struct AsOf {
    pub(super) date: Option<Timestamp>,
    pub(super) findings: Vec<Finding>,
}

/// Finds the date for `spec`. A release that does not exist is an error; for a wheel or checkout
/// it only means that there is no date.
pub(super) fn find(resolver: &Resolver<'_>, spec: &ProductSpec) -> Result<AsOf, EnvError> {
    let known_as = match spec {
        ProductSpec::Release(release) => Some(release.clone()),
        ProductSpec::Wheel(path) => wheel_version(path),
        ProductSpec::Checkout(path) => checkout_version(path),
        ProductSpec::Executable(_) => None,
    };
    let Some(release) = known_as else {
        return Ok(undated(spec));
    };
    let is_release = matches!(spec, ProductSpec::Release(_));
    let published = resolver.compile(&[format!("{PACKAGE}=={release}")], &["--no-deps"]);
    let uploaded = match published {
        Ok(compiled) => Pylock::parse(&compiled.lock).ok().and_then(|lock| lock.uploaded(PACKAGE)),
        Err(error) if is_release => return Err(error),
        // No answer is not the answer that there is no such release.
        Err(EnvError::Prevented(reason)) if !is_silence(reason.code) => None,
        Err(error) => return Err(error),
    };
    let Some(uploaded) = uploaded else {
        return Ok(undated(spec));
    };
    let findings = if is_release { Vec::new() } else { vec![dated_by(&release)] };
    let date = uploaded.checked_add(GRACE).ok();
    Ok(AsOf { date, findings })
}

pub(super) fn not_dated(about: &str) -> Finding {
    let detail = "its dependencies are of today: there is no date to resolve them for";
    Finding::new(FindingCode::DependenciesNotDated, about, detail)
}

fn undated(spec: &ProductSpec) -> AsOf {
    AsOf { date: None, findings: vec![not_dated(&spec.label())] }
}

fn dated_by(release: &Release) -> Finding {
    let detail = "its dependencies are of the date of the published release with the same version";
    Finding::new(FindingCode::DatedByPublishedRelease, format!("{PACKAGE}=={release}"), detail)
}

/// `spec_kitty_cli-3.2.7-py3-none-any.whl`
fn wheel_version(path: &Path) -> Option<Release> {
    path.file_name()?.to_str()?.split('-').nth(1)?.parse().ok()
}

fn checkout_version(path: &Path) -> Option<Release> {
    let text = fs_err::read_to_string(path.join("pyproject.toml")).ok()?;
    let document: toml::Table = text.parse().ok()?;
    document.get("project")?.get("version")?.as_str()?.parse().ok()
}
