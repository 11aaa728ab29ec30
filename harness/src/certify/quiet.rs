//! What comes out otherwise than it must, on a machine that others use as well: is it so, or was it they?

use support::contention::is_quiet;
use support::skip::SkipCode;

use super::CertifyError;
use crate::document::ScenarioDocument;

/// Whether it says itself that others had the machine.
pub(super) fn was_disturbed(document: &ScenarioDocument) -> bool {
    let reason = document.skip.as_ref();
    reason.is_some_and(|reason| reason.code == SkipCode::MachineBusy)
}

/// Runs it alone, until it comes out well, or as it does on a machine at rest; so often at most. Whether it did, or
/// others had the machine each time, is said beside it.
pub(super) fn run_alone(
    tries: usize,
    first: ScenarioDocument,
    alone: impl Fn() -> Result<Option<ScenarioDocument>, CertifyError>,
    is_well: impl Fn(&ScenarioDocument) -> bool,
) -> Result<(ScenarioDocument, bool), CertifyError> {
    settle(tries, first, alone, is_well, is_quiet)
}

fn settle(
    tries: usize,
    first: ScenarioDocument,
    alone: impl Fn() -> Result<Option<ScenarioDocument>, CertifyError>,
    is_well: impl Fn(&ScenarioDocument) -> bool,
    mut is_quiet: impl FnMut() -> bool,
) -> Result<(ScenarioDocument, bool), CertifyError> {
    let mut latest = first;
    for _ in 0..tries {
        let before = is_quiet();
        let Some(document) = alone()? else { break };
        let was_quiet = before && is_quiet() && !was_disturbed(&document);
        if was_quiet || is_well(&document) {
            return Ok((document, true));
        }
        latest = document;
    }
    Ok((latest, false))
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;
    use crate::verdict::Verdict;

    fn document(verdict: Verdict) -> ScenarioDocument {
        ScenarioDocument { verdict, ..ScenarioDocument::bare("merge/a") }
    }

    /// What comes of a scenario that fails at first, and then so, while the machine is quiet or not; and how often
    /// it is run.
    fn comes(then: &[Verdict], quiet: bool) -> (Option<Verdict>, usize) {
        let executed = Cell::new(0);
        let alone = || {
            let verdict = then[executed.get().min(then.len() - 1)];
            executed.set(executed.get() + 1);
            Ok(Some(document(verdict)))
        };
        let is_well = |document: &ScenarioDocument| document.verdict == Verdict::Pass;
        let first = document(Verdict::Fail);
        let (document, is_measured) = settle(3, first, alone, is_well, || quiet).unwrap();
        (is_measured.then_some(document.verdict), executed.get())
    }

    #[test]
    fn on_a_machine_at_rest_it_is_what_it_is() {
        assert_eq!(comes(&[Verdict::Fail], true), (Some(Verdict::Fail), 1));
        assert_eq!(comes(&[Verdict::Pass], true), (Some(Verdict::Pass), 1));
    }

    #[test]
    fn on_a_busy_one_only_what_is_well_counts() {
        assert_eq!(comes(&[Verdict::Fail], false), (None, 3));
        let at_last = [Verdict::Fail, Verdict::Pass];
        assert_eq!(comes(&at_last, false), (Some(Verdict::Pass), 2));
    }
}
