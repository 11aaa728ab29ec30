//! A snapshot of the contract that an installed package declares, and what differs between two.

use std::collections::BTreeSet;

use fixtures::Drift;
use serde_json::Value;
use support::check::Judgement;

use crate::context::{Abort, Mission, Nested, Step, TestContext, Tool};

/// Prints the contract as one JSON document; a package without an `Event` that has a schema has
/// the schema null.
const PRINT: &str = "import json, spec_kitty_events as s\n\
    schema = getattr(getattr(s, 'Event', None), 'model_json_schema', lambda: None)()\n\
    print(json.dumps({'version': s.__version__, 'schema': schema}))";

/// What an installed package declares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Contract(Value);

/// Asks the interpreter of a nested environment.
pub(super) fn snapshot(
    context: &mut TestContext<'_>,
    nested: &Nested,
    mission: &Mission,
) -> Result<(Step, Contract), Abort> {
    let step = context.command(mission, ["-I", "-c", PRINT]).tool(nested, Tool::Python).run()?;
    // What cannot be asked declares nothing.
    let contract = Contract(step.try_document().unwrap_or(Value::Null));
    Ok((step, contract))
}

impl Contract {
    /// Whether it is one at all: a version, and an envelope with fields.
    pub(super) fn is_whole(&self) -> bool {
        self.0["version"].is_string() && !self.fields().is_empty() && !self.required().is_empty()
    }

    /// What a candidate lacks, adds and changes, a line each; empty when they are the same.
    pub(super) fn differences(&self, candidate: &Self) -> Vec<String> {
        let mut lines = Vec::new();
        if self.0["version"] != candidate.0["version"] {
            lines.push(format!("Version: {}", text(&candidate.0["version"])));
        }
        let (ours, theirs) = (self.fields(), candidate.fields());
        push(&mut lines, "Missing", ours.difference(&theirs));
        push(&mut lines, "Unexpected", theirs.difference(&ours));
        let required = candidate.required();
        push(&mut lines, "Newly required", required.difference(&self.required()));
        let same = ours.intersection(&theirs);
        push(
            &mut lines,
            "Changed",
            same.filter(|field| self.field(field) != candidate.field(field)),
        );
        let extra = |contract: &Self| contract.0["schema"]["additionalProperties"].clone();
        if extra(self) != extra(candidate) {
            lines.push(format!("Unknown fields: {}", text(&extra(candidate))));
        }
        lines
    }

    fn fields(&self) -> BTreeSet<&str> {
        let fields = self.0["schema"]["properties"].as_object();
        fields.into_iter().flat_map(|fields| fields.keys().map(String::as_str)).collect()
    }

    fn required(&self) -> BTreeSet<&str> {
        let required = self.0["schema"]["required"].as_array();
        required.into_iter().flatten().filter_map(Value::as_str).collect()
    }

    fn field(&self, name: &str) -> &Value {
        &self.0["schema"]["properties"][name]
    }
}

fn push<'a>(lines: &mut Vec<String>, what: &str, fields: impl Iterator<Item = &'a &'a str>) {
    let fields: Vec<String> = fields.map(|field| format!("'{field}'")).collect();
    if !fields.is_empty() {
        lines.push(format!("{what}: [{}]", fields.join(", ")));
    }
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// The line by which a drift must be told.
pub(super) fn telling(drift: Drift) -> &'static str {
    match drift {
        Drift::NoId | Drift::RenameId | Drift::NoIdForbid => "Missing: ['event_id']",
        Drift::StrictId => "Changed: ['event_id']",
        Drift::Schema999 => "Changed: ['schema_version']",
        Drift::NewReq => "Newly required: ['envelope_digest']",
        Drift::Ver999 | Drift::Tiny => "Version: 999.0.0",
    }
}

/// The differences tell the drift.
pub(super) fn tells(differences: &[String], drift: Drift) -> Judgement {
    let line = telling(drift);
    let expected = format!("differences with the line `{line}`");
    if differences.iter().any(|difference| difference == line) {
        return Judgement::pass(expected, differences.join("\n"));
    }
    let signature = match differences {
        [] => "no-difference".to_owned(),
        [first, ..] => format!("told-as: {first}"),
    };
    Judgement::fail(signature, expected, differences.join("\n"))
}
