//! What reports are made from.

use std::collections::HashMap;

use super::redact::{Known, Redactor};
use crate::certify::{Certificate, CertifiedCheck, EVERY_SCENARIO};
use crate::document::{RunDocument, ScenarioDocument};
use crate::gate::{GateDocument, GatedScenario};
use crate::requirements::RequirementsDocument;

/// What was recorded, decided and computed of a run, as it is: with paths and names of the machine.
#[derive(Debug, Clone, Copy)]
pub struct Material<'a> {
    /// The run.
    pub run: &'a RunDocument,
    /// SHA-256 of the record that it was computed from, in hexadecimal digits; for attestations.
    pub record_sha256: Option<&'a str>,
    /// The decision on it; `None` where nobody has decided.
    pub gate: Option<&'a GateDocument>,
    /// How each requirement stands after it.
    pub requirements: &'a RequirementsDocument,
    /// By what each check was seen to fail.
    pub certificate: &'a Certificate,
}

/// The same without anything that tells of the machine or of the people at it: what renderers are given.
#[derive(Debug, Clone)]
pub struct Evidence {
    run: RunDocument,
    record_sha256: Option<String>,
    gate: Option<GateDocument>,
    /// Where in the run a scenario stands.
    executed: HashMap<String, usize>,
    /// Where in the decision it does.
    gated: HashMap<String, usize>,
    requirements: RequirementsDocument,
    certified: HashMap<(String, String), CertifiedCheck>,
}

impl Evidence {
    /// Redacts `material`: whatever has the form of something private, and what is `known` to be private.
    pub fn of(material: &Material<'_>, known: &Known) -> serde_json::Result<Self> {
        let mut run = serde_json::to_value(material.run)?;
        let mut gate = serde_json::to_value(material.gate)?;
        let mut requirements = serde_json::to_value(material.requirements)?;
        let redactor = Redactor::of(known, &[&run, &gate, &requirements]);
        for document in [&mut run, &mut gate, &mut requirements] {
            redactor.redact(document);
        }
        let run: RunDocument = serde_json::from_value(run)?;
        let gate: Option<GateDocument> = serde_json::from_value(gate)?;
        Ok(Self {
            executed: numbered(run.scenarios.iter().map(|scenario| &scenario.id)),
            gated: numbered(gate.iter().flat_map(|gate| &gate.scenarios).map(|gated| &gated.id)),
            run,
            record_sha256: material.record_sha256.map(ToOwned::to_owned),
            gate,
            requirements: serde_json::from_value(requirements)?,
            certified: by_name(material.certificate),
        })
    }

    /// The run.
    pub fn run(&self) -> &RunDocument {
        &self.run
    }

    /// SHA-256 of the record, where it is known.
    pub fn record_sha256(&self) -> Option<&str> {
        self.record_sha256.as_deref()
    }

    /// The decision, where there is one.
    pub fn gate(&self) -> Option<&GateDocument> {
        self.gate.as_ref()
    }

    /// How each requirement stands.
    pub fn requirements(&self) -> &RequirementsDocument {
        &self.requirements
    }

    /// What was run of a scenario.
    pub fn executed(&self, id: &str) -> Option<&ScenarioDocument> {
        self.run.scenarios.get(*self.executed.get(id)?)
    }

    /// What the decision says of a scenario.
    pub fn gated(&self, id: &str) -> Option<&GatedScenario> {
        self.gate.as_ref()?.scenarios.get(*self.gated.get(id)?)
    }

    /// By what a check was seen to fail; `None` where the certificate does not mention it.
    pub fn certified(&self, scenario: &ScenarioDocument, check: &str) -> Option<&CertifiedCheck> {
        let name = |scenario: &str| (scenario.to_owned(), check.to_owned());
        self.certified
            .get(&name(&scenario.id))
            .or_else(|| self.certified.get(&name(EVERY_SCENARIO)))
    }
}

fn numbered<'a>(ids: impl Iterator<Item = &'a String>) -> HashMap<String, usize> {
    ids.enumerate().map(|(number, id)| (id.clone(), number)).collect()
}

fn by_name(certificate: &Certificate) -> HashMap<(String, String), CertifiedCheck> {
    let all = certificate.scenarios.iter().flat_map(|scenario| {
        let checks = scenario.checks.iter();
        checks.map(|check| ((scenario.id.clone(), check.id.clone()), check.clone()))
    });
    all.collect()
}
