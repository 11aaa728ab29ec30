//! The validators of mission state that releases offer, and what they object to.

use serde_json::Value;
use support::process::Exit;

use crate::context::{Abort, Mission, Step, TestContext};

/// A command that looks over what a mission keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Validator {
    /// The command.
    pub command: &'static [&'static str],
    /// What it is told besides: an option that its help page must name, first.
    pub options: &'static [&'static str],
    /// Whether it is told which mission.
    pub of_mission: bool,
}

/// All of them. Those of the installation, of tools and of agents do not look at a mission.
pub const VALIDATORS: [Validator; 7] = [
    Validator::new(&["agent", "status", "validate"], &["--json"], true),
    Validator::new(&["agent", "status", "doctor"], &["--json"], true),
    Validator::new(&["doctor", "mission-state"], &["--audit", "--json"], true),
    Validator::new(&["doctor", "identity"], &["--json"], false),
    Validator::new(&["doctor", "coordination"], &["--json"], false),
    Validator::new(&["doctor", "workspaces"], &["--json"], false),
    Validator::new(&["validate-tasks"], &[], true),
];

impl Validator {
    const fn new(
        command: &'static [&'static str],
        options: &'static [&'static str],
        of_mission: bool,
    ) -> Self {
        Self { command, options, of_mission }
    }

    fn is_offered(&self, context: &mut TestContext<'_>) -> Result<bool, Abort> {
        let named = self.of_mission.then_some("--mission");
        for option in self.options.iter().copied().chain(named) {
            if !context.offers(self.command, option)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn ask(&self, context: &mut TestContext<'_>, mission: &Mission) -> Result<Step, Abort> {
        let named = ["--mission", mission.slug.as_str()];
        let named = named.into_iter().filter(|_| self.of_mission);
        let said = self.command.iter().chain(self.options).copied();
        context.run(mission, said.chain(named))
    }
}

/// What the validators of one release say of one mission.
#[derive(Debug, Default)]
pub struct Findings {
    /// Those that were asked, as they are called.
    pub asked: Vec<String>,
    /// What they object to, each with the validator that says it.
    pub objections: Vec<String>,
}

/// Asks all validators that the release offers.
pub fn validate(context: &mut TestContext<'_>, mission: &Mission) -> Result<Findings, Abort> {
    let mut findings = Findings::default();
    for validator in &VALIDATORS {
        if !validator.is_offered(context)? {
            continue;
        }
        let name = validator.command.join(" ");
        let step = validator.ask(context, mission)?;
        let objections = objections(&step).into_iter();
        findings.objections.extend(objections.map(|what| format!("{name}: {what}")));
        findings.asked.push(name);
    }
    Ok(findings)
}

/// What a validator names, and where it names nothing and fails all the same, how.
fn objections(step: &Step) -> Vec<String> {
    let mut named = Vec::new();
    match step.try_document() {
        Ok(document) => collect(&document, &mut named),
        Err(_) if step.exit() == Exit::Code(0) => {}
        Err(_) => named.push(step.quote()),
    }
    if named.is_empty() && step.exit() != Exit::Code(0) {
        named.push(step.quote());
    }
    named
}

/// Releases list texts as `errors` and `warnings`, or findings with a severity, or one `error`.
fn collect(document: &Value, named: &mut Vec<String>) {
    match document {
        Value::Array(entries) => entries.iter().for_each(|entry| collect(entry, named)),
        Value::Object(fields) => {
            named.extend(finding(document));
            for (key, value) in fields {
                match (key.as_str(), value) {
                    ("errors" | "warnings", Value::Array(texts)) => {
                        named.extend(texts.iter().map(text));
                    }
                    ("error", Value::String(text)) => named.push(text.clone()),
                    _ => collect(value, named),
                }
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn finding(entry: &Value) -> Option<String> {
    let severity = entry["severity"].as_str()?;
    let is_fine = matches!(severity, "ok" | "info") || entry["passed"] == true;
    if is_fine {
        return None;
    }
    let words = ["code", "category", "error_code", "name", "artifact_path"];
    let texts = ["detail", "message"];
    let said = words.iter().chain(&texts).filter_map(|key| entry[key].as_str());
    Some(said.collect::<Vec<_>>().join(": "))
}

fn text(entry: &Value) -> String {
    entry.as_str().map_or_else(|| entry.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn named(document: &Value) -> Vec<String> {
        let mut named = Vec::new();
        collect(document, &mut named);
        named
    }

    #[test]
    fn a_validator_names_what_it_objects_to_in_one_of_three_forms() {
        let texts = json!({"errors": ["drift"], "warnings": ["late"], "error_count": 1});
        assert_eq!(named(&texts), ["drift", "late"]);
        let findings = json!({"missions": [{"findings": [
            {"severity": "error", "code": "SNAPSHOT_DRIFT", "artifact_path": "status.json", "detail": "d"},
            {"severity": "warning", "category": "stale", "wp_id": null, "message": "m"},
        ]}]});
        assert_eq!(named(&findings), ["SNAPSHOT_DRIFT: status.json: d", "stale: m"]);
        let one = json!({"missions": [{"slug": "x", "error": "unreadable"}]});
        assert_eq!(named(&one), ["unreadable"]);
    }

    #[test]
    fn what_is_fine_is_no_objection() {
        let fine = json!({"errors": [], "error": null, "checks": [
            {"severity": "ok", "message": "git"},
            {"severity": "info", "code": "UNKNOWN_SHAPE"},
            {"severity": "warning", "passed": true, "message": "resolved"},
        ]});
        assert!(named(&fine).is_empty());
    }
}
