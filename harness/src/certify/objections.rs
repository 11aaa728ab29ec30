//! What is to be said against what was found.

use std::collections::BTreeSet;

use reference::Fault;

use super::kill_matrix::parts;
use super::{Certificate, Excused, Findings, KillMatrix};
use crate::verdict::Verdict;

/// What is wrong with what was found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Objections {
    /// Scenarios that the clean reference does not pass. To skip one is not to pass it, unless
    /// `harness/fake_products.toml` says why.
    pub unclean: Vec<String>,
    /// What is excused there, and passes all the same.
    pub needless: Vec<String>,
    /// Scenarios that could not be measured, because the machine was not at rest, and the fault that was on.
    pub unmeasured: BTreeSet<(String, Option<Fault>)>,
    /// Scenarios that pass on a null product, with it: they prove nothing.
    pub passes_on_null: Vec<String>,
    /// Checks that nothing turns red.
    pub survivors: Vec<String>,
    /// Faults that turn nothing red.
    pub uncaught: Vec<String>,
    /// Where the committed certificate says otherwise.
    pub differences: Vec<String>,
    /// What broke in kitty-gate itself.
    pub broken: Vec<String>,
}

impl Objections {
    /// What is to be said against what was found, where `committed` is the certificate so far, and `certificate` the
    /// one that would be written now.
    pub fn of(
        findings: &Findings,
        committed: &KillMatrix,
        certificate: &Certificate,
        excused: &Excused,
    ) -> Self {
        let mut told = Self::default();
        for known in &findings.clean {
            let (id, verdict) = (&known.document.id, known.document.verdict);
            if findings.is_unmeasured(id) {
                continue;
            }
            match (verdict, excused.contains_key(id)) {
                (Verdict::Pass, false) | (Verdict::Skip, true) => {}
                (Verdict::Pass, true) => told.needless.push(id.clone()),
                _ => told.unclean.push(format!("{id} ({verdict:?})")),
            }
        }
        let updated = committed.updated(findings);
        let survivors = certificate.survivors().into_iter();
        let is_caught =
            |fault: &&Fault| updated.killed_by.values().any(|by| by.contains(fault.name()));
        let uncaught = findings.faults.iter().filter(|fault| !is_caught(fault));
        // Where not all faults were run, nobody has waited for the machine to be at rest.
        let is_due = |(_, fault): &&(String, Option<Fault>)| findings.is_whole() || fault.is_some();
        Self {
            unmeasured: findings.unmeasured.iter().filter(is_due).cloned().collect(),
            passes_on_null: findings.passes_on_null.clone(),
            survivors: survivors.filter(|name| !findings.is_unmeasured(parts(name).0)).collect(),
            uncaught: uncaught.map(|fault| fault.name().to_owned()).collect(),
            differences: committed.differences(&updated),
            broken: findings.broken.clone(),
            ..told
        }
    }

    /// Whether nothing is wrong. What could not be measured is not wrong, but it is not right either.
    pub fn is_empty(&self) -> bool {
        let unmeasured = self.unmeasured.clone();
        *self == Self { unmeasured, ..Self::default() }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use reference::Edition;

    use super::*;
    use crate::certify::{Clean, Substitution};
    use crate::document::ScenarioDocument;

    const ID: &str = "merge/remediation-works";
    const FAULT: Fault = Fault::ALL[0];

    fn clean(verdict: Verdict) -> Clean {
        Clean {
            scenario: scenarios::all()[0],
            edition: Edition::default(),
            document: ScenarioDocument { verdict, ..ScenarioDocument::bare(ID) },
            reach: BTreeSet::new(),
        }
    }

    fn excuse() -> Excused {
        let red = BTreeMap::from([("merge-succeeds".to_owned(), vec!["sick".to_owned()])]);
        let excuse =
            Substitution { why: "it has none".to_owned(), control: "sound".to_owned(), red };
        BTreeMap::from([(ID.to_owned(), excuse)])
    }

    fn objections(verdict: Verdict, excused: &Excused) -> Objections {
        objections_with(verdict, excused, &[])
    }

    fn objections_with(
        verdict: Verdict,
        excused: &Excused,
        unmeasured: &[Option<Fault>],
    ) -> Objections {
        let findings = Findings {
            clean: vec![clean(verdict)],
            faults: Fault::ALL.to_vec(),
            unmeasured: unmeasured.iter().map(|fault| (ID.to_owned(), *fault)).collect(),
            ..Findings::default()
        };
        let committed = KillMatrix::default();
        let certificate = Certificate::of(&committed.updated(&findings), excused).unwrap();
        Objections::of(&findings, &committed, &certificate, excused)
    }

    #[test]
    fn a_skip_is_no_pass_unless_it_is_excused() {
        let nothing: &[String] = &[];
        assert_eq!(objections(Verdict::Pass, &Excused::new()).unclean, nothing);
        let skipped = objections(Verdict::Skip, &Excused::new());
        assert_eq!(skipped.unclean, [format!("{ID} (Skip)")]);
        assert_eq!(objections(Verdict::Skip, &excuse()).unclean, nothing);
        assert_eq!(objections(Verdict::Pass, &excuse()).needless, [ID]);
        for excused in [Excused::new(), excuse()] {
            assert_eq!(objections(Verdict::Fail, &excused).unclean, [format!("{ID} (Fail)")]);
        }
    }

    #[test]
    fn what_could_not_be_measured_is_told_and_not_held_against_anybody() {
        let survives = |told: &Objections| told.survivors.iter().any(|name| parts(name).0 == ID);
        for verdict in [Verdict::Skip, Verdict::Fail] {
            for fault in [None, Some(FAULT)] {
                let told = objections_with(verdict, &Excused::new(), &[fault]);
                assert_eq!(told.unmeasured, BTreeSet::from([(ID.to_owned(), fault)]));
                assert_eq!(told.unclean, Vec::<String>::new());
                assert!(!survives(&told));
                let told = Objections { survivors: Vec::new(), uncaught: Vec::new(), ..told };
                assert!(told.is_empty());
            }
            let told = objections(verdict, &Excused::new());
            assert!(survives(&told) && !told.unclean.is_empty());
        }
    }

    #[test]
    fn what_nothing_turns_red_survives_and_an_idle_fault_is_uncaught() {
        let told = objections(Verdict::Pass, &Excused::new());
        assert!(told.survivors.contains(&format!("{ID} merge-succeeds")));
        assert!(told.uncaught.contains(&FAULT.name().to_owned()));
        assert!(!told.is_empty());
    }
}
