//! The grammar of the diagnostic line.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Code, Fault, Field, Malformed};

/// The word that opens a diagnostic.
pub const WORD: &str = "sync_diagnostic";

/// One diagnostic of the final sync.
///
/// Its form is seed 000's (section 1), and the contract `sync-diagnostics-output` names the fields:
/// `sync_diagnostic severity=<s> diagnostic_code=<code> fatal=<bool> sync_phase=<phase> message=<rest>`.
/// `Display` prints this form, and [`Diagnostic::parse`] reads it back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Diagnostic {
    /// `info`, `warning` or `error` in the product's source; `warning` on every release seen.
    pub severity: String,
    /// The classification.
    pub code: Code,
    /// Whether the command failed through it; never, for a final sync (FR-001).
    pub fatal: bool,
    /// `final_sync` on every release seen.
    pub phase: String,
    /// What it says to a person: the rest of the line.
    pub message: String,
}

impl Diagnostic {
    /// Reads one line that holds a diagnostic and nothing else; white space around it is fine.
    pub fn parse(line: &str) -> Result<Self, Malformed> {
        let fields = line
            .trim()
            .strip_prefix(WORD)
            .filter(|rest| rest.is_empty() || rest.starts_with(char::is_whitespace))
            .ok_or(Malformed::new(Field::Word, Fault::Missing))?;
        let fields = Fields::read(fields)?;
        fields.in_order()?;
        Ok(Self {
            severity: fields.value(Field::Severity)?.to_owned(),
            code: Code::from(fields.value(Field::DiagnosticCode)?),
            fatal: parse_bool(fields.value(Field::Fatal)?)?,
            phase: fields.value(Field::SyncPhase)?.to_owned(),
            message: fields.value(Field::Message)?.to_owned(),
        })
    }
}

impl std::fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { severity, code, fatal, phase, message } = self;
        write!(
            f,
            "{WORD} severity={severity} diagnostic_code={code} fatal={fatal} sync_phase={phase} message={message}"
        )
    }
}

fn parse_bool(value: &str) -> Result<bool, Malformed> {
    value.parse().map_err(|_| Malformed::new(Field::Fatal, Fault::NotABool))
}

/// The fields as they stand in the line: each at most once, none without a value.
struct Fields<'a>(Vec<(Field, &'a str)>);

impl<'a> Fields<'a> {
    fn read(text: &'a str) -> Result<Self, Malformed> {
        let mut fields = Self(Vec::new());
        let mut rest = text.trim();
        while !rest.is_empty() {
            let Some(field) = Field::leading(rest) else {
                return Err(Malformed::new(fields.next_wanted(), Fault::ForeignText));
            };
            let value = &rest[field.key().len()..];
            let end = match field {
                Field::Message => value.len(),
                _ => value.find(char::is_whitespace).unwrap_or(value.len()),
            };
            fields.add(field, value[..end].trim())?;
            rest = value[end..].trim_start();
        }
        fields.complete()?;
        Ok(fields)
    }

    fn add(&mut self, field: Field, value: &'a str) -> Result<(), Malformed> {
        if self.get(field).is_some() {
            return Err(Malformed::new(field, Fault::Twice));
        }
        if value.is_empty() {
            return Err(Malformed::new(field, Fault::Empty));
        }
        self.0.push((field, value));
        Ok(())
    }

    fn get(&self, field: Field) -> Option<&'a str> {
        self.0.iter().find(|(known, _)| *known == field).map(|(_, value)| *value)
    }

    fn value(&self, field: Field) -> Result<&'a str, Malformed> {
        self.get(field).ok_or(Malformed::new(field, Fault::Missing))
    }

    fn next_wanted(&self) -> Field {
        Field::VALUED.into_iter().find(|field| self.get(*field).is_none()).unwrap_or(Field::Message)
    }

    /// The message takes the rest of the line: a field that stands behind it is in its text.
    fn complete(&self) -> Result<(), Malformed> {
        let message = self.get(Field::Message).unwrap_or_default();
        let Some(absent) = Field::VALUED.into_iter().find(|field| self.get(*field).is_none())
        else {
            return Ok(());
        };
        let behind = message.split_whitespace().any(|word| word.starts_with(absent.key()));
        let fault = if behind { Fault::OutOfOrder } else { Fault::Missing };
        Err(Malformed::new(absent, fault))
    }

    fn in_order(&self) -> Result<(), Malformed> {
        let stray = self.0.iter().zip(Field::VALUED).find(|((field, _), wanted)| field != wanted);
        match stray {
            None => Ok(()),
            Some(((field, _), _)) => Err(Malformed::new(*field, Fault::OutOfOrder)),
        }
    }
}

#[cfg(test)]
#[path = "parse_tests.rs"]
mod tests;
