//! What `merge --dry-run --json` says.

use serde_json::Value;

/// A dry run's answer, in every shape that a release has used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DryRun {
    /// The document itself.
    pub document: Value,
    /// The names of the blockers it reports, whatever the shape; empty when it reports none.
    pub blockers: Vec<String>,
}

impl DryRun {
    /// Reads the blockers out of a document. Releases have used three unrelated shapes:
    /// `blocker` (missing branch), `diagnostic_code` (target not synchronised, and the whole of a
    /// review conflict), and `blockers[]` (review conflicts one by one).
    pub fn read(document: Value) -> Self {
        let mut blockers: Vec<String> = Vec::new();
        let mut add = |value: Option<&Value>| {
            if let Some(name) = value.and_then(Value::as_str)
                && !blockers.iter().any(|known| known == name)
            {
                blockers.push(name.to_owned());
            }
        };
        add(document.get("blocker"));
        add(document.get("diagnostic_code"));
        for entry in document.get("blockers").and_then(Value::as_array).into_iter().flatten() {
            add(Some(entry));
            for name in ["blocker", "diagnostic_code", "code"] {
                add(entry.get(name));
            }
        }
        Self { document, blockers }
    }

    /// The branch that it says the mission would be merged into.
    pub fn target(&self) -> Option<&str> {
        self.document.get("target_branch").and_then(Value::as_str)
    }

    /// Whether the document itself says that the merge is not ready.
    pub fn says_not_ready(&self) -> bool {
        self.document.get("ready") == Some(&Value::Bool(false)) || !self.blockers.is_empty()
    }
}

/// One reason why a merge does not go on, in the four fields that the contract merge-ship-preflight
/// asks for. A field that is not told is empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ShipBlocker {
    /// `diagnostic_code`.
    pub code: String,
    /// `branch_or_work_package`: what stands in the way.
    pub subject: String,
    /// `violated_invariant`.
    pub invariant: String,
    /// `remediation`, line by line.
    pub remediation: Vec<String>,
}

impl ShipBlocker {
    /// Those that a JSON document names: at its top, or one by one in `blockers`.
    pub fn in_document(document: &Value) -> Vec<Self> {
        let listed = document.get("blockers").and_then(Value::as_array);
        let mut found: Vec<Self> =
            listed.into_iter().flatten().filter_map(Self::of_object).collect();
        // Some releases repeat the code of the first at the top, without its other fields.
        let top = Self::of_object(document);
        found.extend(top.filter(|top| found.iter().all(|known| known.code != top.code)));
        found
    }

    fn of_object(object: &Value) -> Option<Self> {
        let text = |key: &str| {
            let text = object.get(key).and_then(Value::as_str);
            text.unwrap_or_default().to_owned()
        };
        let remediation = match object.get("remediation") {
            Some(Value::Array(lines)) => {
                let lines = lines.iter().filter_map(Value::as_str);
                lines.map(str::to_owned).collect()
            }
            Some(Value::String(line)) => vec![line.clone()],
            Some(Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_)) | None => {
                Vec::new()
            }
        };
        let code = text("diagnostic_code");
        (!code.is_empty()).then(|| Self {
            code,
            subject: text("branch_or_work_package"),
            invariant: text("violated_invariant"),
            remediation,
        })
    }

    /// Those that a text for people names: lines `key: value`, each beginning with its code. What is to
    /// be done is a line of its own each time, or a list below its key.
    pub fn in_text(text: &str) -> Vec<Self> {
        let mut found: Vec<Self> = Vec::new();
        let mut in_list = false;
        for line in text.lines().map(str::trim) {
            if let (true, Some(item), Some(latest)) =
                (in_list, line.strip_prefix("- "), found.last_mut())
            {
                latest.remediation.push(item.to_owned());
                continue;
            }
            let Some((key, value)) = line.split_once(':') else {
                in_list = false;
                continue;
            };
            let value = value.trim();
            in_list = key == "remediation" && value.is_empty();
            if key == "diagnostic_code" {
                found.push(Self::default());
            }
            if let Some(latest) = found.last_mut() {
                latest.take_over(key, value);
            }
        }
        found
    }

    fn take_over(&mut self, key: &str, value: &str) {
        let value = value.to_owned();
        match key {
            "diagnostic_code" => self.code = value,
            "branch_or_work_package" => self.subject = value,
            "violated_invariant" => self.invariant = value,
            "remediation" if !value.is_empty() => self.remediation.push(value),
            _ => {}
        }
    }

    /// The required fields that are not told, as the contract calls them.
    pub fn lacks(&self) -> Vec<&'static str> {
        let told = [
            ("diagnostic_code", !self.code.is_empty()),
            ("branch_or_work_package", !self.subject.is_empty()),
            ("violated_invariant", !self.invariant.is_empty()),
            ("remediation", self.remediation.iter().any(|line| !line.is_empty())),
        ];
        let lacking = told.into_iter().filter(|(_, told)| !told);
        lacking.map(|(name, _)| name).collect()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn blockers_of_every_shape_are_named() {
        let missing = json!({"ready": false, "blocker": "missing_mission_branch"});
        assert_eq!(DryRun::read(missing).blockers, ["missing_mission_branch"]);
        let sync = json!({"diagnostic_code": "TARGET_BRANCH_NOT_SYNCHRONIZED", "state": "x"});
        assert_eq!(DryRun::read(sync).blockers, ["TARGET_BRANCH_NOT_SYNCHRONIZED"]);
        let review = json!({
            "blocked": true, "diagnostic_code": "REJECTED",
            "blockers": [{"diagnostic_code": "REJECTED"}, {"blocker": "missing_mission_branch"}]
        });
        assert_eq!(DryRun::read(review).blockers, ["REJECTED", "missing_mission_branch"]);
        let preview = json!({"mission_slug": "x", "target_branch": "main"});
        assert!(!DryRun::read(preview).says_not_ready());
    }

    #[test]
    fn either_word_says_that_it_is_not_ready() {
        let says = |document| DryRun::read(document).says_not_ready();
        assert!(says(json!({"ready": false})));
        assert!(says(json!({"blockers": ["X"]})));
        assert!(says(json!({"ready": true, "diagnostic_code": "X"})));
        assert!(!says(json!({"ready": true, "blockers": []})));
        assert!(!says(json!({})));
    }

    #[test]
    fn a_blocker_is_read_from_either_form() {
        let document = json!({
            "diagnostic_code": "REJECTED",
            "blockers": [{
                "diagnostic_code": "REJECTED", "branch_or_work_package": "WP01",
                "violated_invariant": "none_rejected", "remediation": ["Review it.", "Or move it."]
            }]
        });
        let text = "Error: no\n    diagnostic_code: REJECTED\n    branch_or_work_package: WP01\n    \
                    violated_invariant: none_rejected\n    remediation: Review it.\n    \
                    remediation: Or move it.\n  Mission: x\n";
        let found = ShipBlocker::in_document(&document);
        assert_eq!(found, ShipBlocker::in_text(text));
        assert_eq!(found.len(), 1);
        assert!(found[0].lacks().is_empty());
    }

    #[test]
    fn a_remediation_may_be_a_list_below_its_key() {
        let text = "Error: no\n  diagnostic_code: DIVERGED\n  remediation:\n  - It is diverged.\n  \
                    - Then push it: git push\n\n- not this\n";
        let found = ShipBlocker::in_text(text);
        let expected = ["It is diverged.", "Then push it: git push"];
        assert_eq!(found[0].remediation, expected);
        let other = "diagnostic_code: DIVERGED\nbranch_or_work_package:\n- not this\n";
        assert!(ShipBlocker::in_text(other)[0].remediation.is_empty());
        let told = "diagnostic_code: DIVERGED\nremediation: Push it\n- not this\n";
        assert_eq!(ShipBlocker::in_text(told)[0].remediation, ["Push it"]);
    }

    #[test]
    fn what_is_not_told_is_lacking() {
        let document = json!({"diagnostic_code": "X", "remediation": []});
        let found = ShipBlocker::in_document(&document);
        let lacking = ["branch_or_work_package", "violated_invariant", "remediation"];
        assert_eq!(found[0].lacks(), lacking);
        assert_eq!(ShipBlocker::in_document(&json!({"ready": true})), []);
        assert_eq!(ShipBlocker::in_text("Error: something: else\n"), []);
    }
}
