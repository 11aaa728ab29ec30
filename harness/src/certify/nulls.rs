//! No scenario passes on a product that does nothing: each is run on every null product.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::Arc;

use reference::NullProduct;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::pool::{self, Job};
use super::{CertifyError, Clean, Player, broke};
use crate::reference::Guise;
use crate::verdict::Verdict;

/// By null product and scenario, what came of it.
pub type NullVerdicts = BTreeMap<NullProduct, BTreeMap<String, Verdict>>;

/// A null product, and that no scenario passes on it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CertifiedNull {
    /// Its name.
    pub name: String,
    /// What it does.
    pub about: String,
    /// What each scenario says of it, by id: never that it passes.
    pub verdicts: BTreeMap<String, Verdict>,
}

/// The section of the certificate.
pub(super) fn certified(verdicts: &NullVerdicts) -> Vec<CertifiedNull> {
    let one = |(null, verdicts): (&NullProduct, &BTreeMap<String, Verdict>)| CertifiedNull {
        name: null.name().to_owned(),
        about: null.about().to_owned(),
        verdicts: verdicts.clone(),
    };
    verdicts.iter().map(one).collect()
}

/// Every scenario that passes on a null product, with it.
pub(super) fn passed(verdicts: &NullVerdicts) -> Vec<String> {
    let passed = verdicts.iter().flat_map(|(null, verdicts)| {
        let passed = verdicts.iter().filter(|(_, verdict)| **verdict == Verdict::Pass);
        passed.map(|(id, _)| format!("{id} on {}", null.name()))
    });
    passed.collect()
}

impl Player<'_> {
    /// Every scenario on every null product, in the edition in which it is certified; and what broke in
    /// kitty-gate itself.
    pub(super) fn run_nulls(
        &self,
        clean: &[Clean],
    ) -> Result<(NullVerdicts, Vec<String>), CertifyError> {
        let mut jobs = Vec::new();
        for null in NullProduct::ALL {
            let mut companies = BTreeMap::new();
            for clean in clean {
                let guise = Guise::null(clean.edition, null);
                let company = match companies.entry(guise) {
                    Entry::Occupied(known) => Arc::clone(known.get()),
                    Entry::Vacant(room) => Arc::clone(room.insert(self.workshop.company(guise)?)),
                };
                let all = scenarios::all().into_iter();
                let scenario = all.filter(|scenario| scenario.id == clean.document.id);
                jobs.extend(scenario.map(|scenario| Job {
                    guise,
                    company: Arc::clone(&company),
                    scenario,
                }));
            }
        }
        let (mut verdicts, mut broken) = (NullVerdicts::new(), Vec::new());
        for (guise, document) in
            pool::play(jobs, self.jobs, self.workshop.folder(), self.stop, &|_, _| {})?
        {
            let Some(null) = guise.null else { continue };
            broken.extend(
                broke(&document).map(|why| format!("{}: {}: {why}", null.name(), document.id)),
            );
            verdicts.entry(null).or_default().insert(document.id.clone(), document.verdict);
        }
        Ok((verdicts, broken))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pass_on_a_null_product_is_told() {
        let of = |verdict| {
            let verdicts = BTreeMap::from([("merge/a".to_owned(), verdict)]);
            passed(&NullVerdicts::from([(NullProduct::Silent, verdicts)]))
        };
        assert_eq!(of(Verdict::Pass), ["merge/a on silent"]);
        for verdict in [Verdict::Fail, Verdict::Skip, Verdict::Error] {
            assert!(of(verdict).is_empty(), "{verdict}");
        }
    }
}
