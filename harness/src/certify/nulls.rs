//! No scenario passes on a product that does nothing: each is run on every null product.

use reference::NullProduct;

use super::{CertifyError, Findings, Runner};
use crate::document::ScenarioDocument;
use crate::reference::Variant;
use crate::verdict::Verdict;

impl Runner<'_> {
    /// Every scenario on every null product, in the edition in which it is certified.
    pub(super) fn run_nulls(&self, findings: &mut Findings) -> Result<(), CertifyError> {
        let wanted = NullProduct::ALL.into_iter().flat_map(|null| {
            let all = findings.clean.iter();
            all.map(move |clean| (Variant::null(clean.edition, null), clean.scenario))
        });
        let jobs = self.jobs_of(wanted.collect::<Vec<_>>())?;
        for (job, document) in self.run_all(jobs, &|_, _| {})? {
            if let Some(null) = job.variant.null {
                findings.take_null(null, &document);
            }
        }
        findings.passes_on_null.sort();
        Ok(())
    }
}

impl Findings {
    fn take_null(&mut self, null: NullProduct, document: &ScenarioDocument) {
        match document.verdict {
            Verdict::Pass => {
                self.passes_on_null.push(format!("{} on {}", document.id, null.name()));
            }
            Verdict::Skip => {
                let skipped_on = self.kills.skipped_on.entry(document.id.clone()).or_default();
                skipped_on.insert(null.name().to_owned());
            }
            Verdict::Fail | Verdict::Flaky | Verdict::Error => {}
        }
        self.take_broken(null.name(), document);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pass_on_a_null_product_is_told() {
        let of = |verdict| {
            let mut findings = Findings::default();
            let document = ScenarioDocument { verdict, ..ScenarioDocument::bare("merge/a") };
            findings.take_null(NullProduct::Silent, &document);
            (findings.passes_on_null, findings.kills.skipped_on.len())
        };
        assert_eq!(of(Verdict::Pass), (vec!["merge/a on silent".to_owned()], 0));
        assert_eq!(of(Verdict::Skip), (Vec::new(), 1));
        for verdict in [Verdict::Fail, Verdict::Error] {
            assert_eq!(of(verdict), (Vec::new(), 0), "{verdict}");
        }
    }
}
