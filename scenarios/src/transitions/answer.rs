//! What a command that could not move a work package says of it.

use serde_json::Value;
use support::check::Judgement;

use super::log::LOG;
use crate::context::{Mission, Step};

/// A transition that was asked for.
#[derive(Debug, Clone, Copy)]
pub(super) struct RequestedTransition<'a> {
    /// The mission.
    pub mission: &'a Mission,
    /// The work package.
    pub package: &'a str,
    /// The lane that it was to get to; more than one where the command passes several.
    pub lanes: &'a [&'a str],
}

/// What a refusal that concerns the event log has to name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// The mission, by slug or id.
    Mission,
    /// The work package.
    Package,
    /// The lane.
    Lane,
    /// The event log.
    Log,
    /// The line of the log at which reading ends.
    Line(usize),
}

impl Part {
    fn name(self) -> &'static str {
        match self {
            Self::Mission => "mission",
            Self::Package => "work-package",
            Self::Lane => "lane",
            Self::Log => "event-path",
            Self::Line(_) => "line",
        }
    }

    fn is_named(self, said: &MarkAnswer, wanted: RequestedTransition<'_>) -> bool {
        match self {
            Self::Mission => said.word(&wanted.mission.slug) || said.word(&wanted.mission.id),
            Self::Package => said.word(wanted.package),
            Self::Lane => wanted.lanes.iter().any(|lane| said.word(lane)),
            Self::Log => said.all.contains(LOG),
            Self::Line(number) => [format!("line {number}"), format!("{LOG}:{number}")]
                .iter()
                .any(|place| said.all.contains(place)),
        }
    }
}

/// Both streams of a command.
struct MarkAnswer {
    all: String,
    /// All but the paths: a folder that has the mission's name names no mission.
    words: Vec<String>,
}

impl MarkAnswer {
    fn by(step: &Step) -> Self {
        let all = format!("{}\n{}", step.stdout_text(), step.stderr_text());
        let words = all
            .split(|c: char| !(c.is_ascii_alphanumeric() || "-_/.".contains(c)))
            .filter(|word| !word.contains('/'))
            .map(|word| word.trim_matches('.').to_owned())
            .collect();
        Self { all, words }
    }

    fn word(&self, wanted: &str) -> bool {
        self.words.iter().any(|word| word == wanted)
    }
}

/// It names each of these (STA-003).
pub(super) fn names<'a>(
    parts: &[Part],
    wanted: RequestedTransition<'a>,
) -> impl FnOnce(&Step) -> Judgement + use<'a> {
    let parts = parts.to_owned();
    let listed: Vec<&str> = parts.iter().map(|part| part.name()).collect();
    let expected = format!("an answer that names {}", listed.join(", "));
    move |step| {
        let said = MarkAnswer::by(step);
        let missing: Vec<&str> = parts
            .iter()
            .filter(|part| !part.is_named(&said, wanted))
            .map(|part| part.name())
            .collect();
        if missing.is_empty() {
            Judgement::pass(expected, "it does")
        } else {
            let signature = format!("unnamed: {}", missing.join(" "));
            Judgement::fail(signature, expected, step.quote())
        }
    }
}

/// It has each of these fields, as the contract calls them: in its document or, in text, as
/// `name: value` or `name=value`.
pub(super) fn has_fields(fields: &'static [&str]) -> impl FnOnce(&Step) -> Judgement {
    move |step| {
        let expected = format!("an answer with {}", fields.join(", "));
        let document = step.try_document().unwrap_or_default();
        let text = format!("{}\n{}", step.stdout_text(), step.stderr_text());
        let missing: Vec<&str> = fields
            .iter()
            .copied()
            .filter(|field| !has_value(&document[*field]) && !has_field(&text, field))
            .collect();
        if missing.is_empty() {
            Judgement::pass(expected, "it has")
        } else {
            let signature = format!("missing: {}", missing.join(" "));
            Judgement::fail(signature, expected, step.quote())
        }
    }
}

/// What the contract wants of a failure.
pub(super) const OF_A_FAILURE: &[&str] = &["diagnostic_code", "violated_invariant", "remediation"];

fn has_value(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::String(text) => !text.trim().is_empty(),
        Value::Array(list) => !list.is_empty(),
        Value::Object(fields) => !fields.is_empty(),
        Value::Bool(_) | Value::Number(_) => true,
    }
}

fn has_field(text: &str, field: &str) -> bool {
    text.match_indices(field).any(|(at, _)| {
        let rest = text[at + field.len()..].trim_start_matches(['"', '\'']);
        let value = rest.trim_start().strip_prefix([':', '=']);
        value.is_some_and(|value| {
            let first = value.trim_start_matches([' ', '"', '\'']).chars().next();
            first.is_some_and(|c| !c.is_whitespace() && !",;}".contains(c))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_in_text_needs_a_value() {
        assert!(has_field("x; diagnostic_code=STATUS; y", "diagnostic_code"));
        assert!(has_field("Remediation:\n  remediation: try again", "remediation"));
        assert!(!has_field("no diagnostic_code here", "diagnostic_code"));
        assert!(!has_field("diagnostic_code=; more", "diagnostic_code"));
    }
}
