//! What a person or another program reads of a recorded run: Markdown, HTML, JUnit, JSON, a summary for
//! GitHub, an in-toto attestation.
//!
//! Every report is a pure function of [`Evidence`]: no clock, no environment, no file system. And there is
//! evidence of a run only after redaction: no renderer can be handed what was not redacted.

pub mod entry;
pub mod github;
pub mod html;
pub mod in_toto;
pub mod json;
pub mod junit;
pub mod markdown;
mod material;
pub mod redact;
pub mod subject;
pub mod terminal;
pub mod words;

pub use material::{Evidence, Material};
pub use redact::Known;

/// The forms of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum ReportFormat {
    /// Smoke evidence as Markdown.
    Markdown,
    /// One self-contained page.
    Html,
    /// `JUnit` XML, for CI servers.
    Junit,
    /// The run document.
    Json,
    /// A summary below a job of GitHub, and annotations.
    Github,
    /// An attestation with the test-result predicate.
    InToto,
}

/// Why there is no report.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unreportable {
    /// An attestation is about a file, and the run does not know its digest.
    #[error(
        "the run's lock has no digest of a wheel of spec-kitty-cli: the attestation would be about nothing"
    )]
    NoDigest,
}

impl Unreportable {
    /// What a person can do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::NoDigest => "judge a published release, or a wheel file",
        }
    }
}

/// The report in this form.
pub fn render(format: ReportFormat, evidence: &Evidence) -> Result<String, Unreportable> {
    match format {
        ReportFormat::Markdown => Ok(markdown::render(evidence)),
        ReportFormat::Html => Ok(html::render(evidence)),
        ReportFormat::Junit => Ok(junit::render(evidence)),
        ReportFormat::Json => Ok(json::render(evidence)),
        ReportFormat::Github => Ok(github::summary(evidence)),
        ReportFormat::InToto => in_toto::render(evidence),
    }
}
