//! The fields of a diagnostic line, and what can be wrong with one.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A part of the line (`required_fields` of the contract `sync-diagnostics-output`).
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Field {
    /// The word `sync_diagnostic` that opens the line.
    Word,
    /// `severity=`.
    Severity,
    /// `diagnostic_code=`.
    DiagnosticCode,
    /// `fatal=`.
    Fatal,
    /// `sync_phase=`.
    SyncPhase,
    /// `message=`, up to the end of the line.
    Message,
}

impl Field {
    /// The five that have a value, in the order in which they are printed.
    pub const VALUED: [Self; 5] =
        [Self::Severity, Self::DiagnosticCode, Self::Fatal, Self::SyncPhase, Self::Message];

    /// The name as printed, with the equals sign when it has a value.
    pub fn key(self) -> &'static str {
        match self {
            Self::Word => super::WORD,
            Self::Severity => "severity=",
            Self::DiagnosticCode => "diagnostic_code=",
            Self::Fatal => "fatal=",
            Self::SyncPhase => "sync_phase=",
            Self::Message => "message=",
        }
    }

    /// The field that `text` begins with.
    pub(super) fn leading(text: &str) -> Option<Self> {
        Self::VALUED.into_iter().find(|field| text.starts_with(field.key()))
    }
}

impl std::fmt::Display for Field {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Word => "word",
            Self::Severity => "severity",
            Self::DiagnosticCode => "diagnostic-code",
            Self::Fatal => "fatal",
            Self::SyncPhase => "sync-phase",
            Self::Message => "message",
        })
    }
}

/// What is wrong with a field.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema, thiserror::Error,
)]
#[serde(rename_all = "kebab-case")]
pub enum Fault {
    /// It is not there.
    #[error("missing")]
    Missing,
    /// It is there twice.
    #[error("twice")]
    Twice,
    /// It stands in another's place.
    #[error("out-of-order")]
    OutOfOrder,
    /// It has no value.
    #[error("empty")]
    Empty,
    /// Neither `true` nor `false`.
    #[error("not-a-bool")]
    NotABool,
    /// Text that is no field stands where this one should.
    #[error("foreign-text")]
    ForeignText,
}

/// Why a line is no well-formed diagnostic. The `Display` text is a stable signature.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema, thiserror::Error,
)]
#[error("{field}-{fault}")]
pub struct Malformed {
    /// The first field that is wrong.
    pub field: Field,
    /// What is wrong with it.
    pub fault: Fault,
}

impl Malformed {
    pub(super) fn new(field: Field, fault: Fault) -> Self {
        Self { field, fault }
    }
}
