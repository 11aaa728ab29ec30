//! Operator exceptions: one person answers for one scenario that the environment prevented.
//!
//! The form is that of gate 3 of a mission review, `mission-exception.md`. It covers what was not
//! proven, never what failed: a failure of the product belongs into the issue matrix.

mod draft;
mod form;

use jiff::civil::Date;
use support::skip::SkipCode;

use super::document::{GatedException, GatedScenario, Standing};
use crate::document::ScenarioDocument;
use crate::verdict::Verdict;

pub use draft::{NoDraft, draft};

/// For how many days an exception counts after it was written. The environment of that day is not
/// that of today.
pub const LASTS_DAYS: i32 = 14;

/// An operator exception that has the right form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OperatorException {
    /// The file, as it was given.
    pub file: String,
    /// Who answers for it, with a contact.
    pub operator: String,
    /// When it was written.
    pub date: Date,
    /// The one scenario that it covers.
    pub scenario: String,
    /// What was seen instead of a proof: names the code of the recorded reason.
    pub assertion: String,
    /// What becomes of it: an issue, or a retry in a stated window.
    pub follow_up: String,
    /// The line of the scenario, from 1.
    pub scenario_line: usize,
    /// The line of the assertion, from 1.
    pub assertion_line: usize,
}

impl OperatorException {
    /// As the decision tells it, before anything was made of it.
    pub(super) fn unused(&self) -> GatedException {
        GatedException {
            file: self.file.clone(),
            scenario: self.scenario.clone(),
            operator: self.operator.clone(),
            date: self.date.to_string(),
            follow_up: self.follow_up.clone(),
            used: false,
            refused: format!(
                "{}:{}: there is no such scenario at this gate",
                self.file, self.scenario_line
            ),
        }
    }

    /// Why it cannot answer for `scenario`, with file and line.
    pub(super) fn objection(
        &self,
        scenario: &GatedScenario,
        played: Option<&ScenarioDocument>,
    ) -> Option<String> {
        let at = |line: usize, why: &str| Some(format!("{}:{line}: {why}", self.file));
        let fails = played.is_some_and(|played| played.verdict == Verdict::Fail);
        match scenario.standing {
            Standing::Skip | Standing::Missing if !fails => {
                let code = code_of(played);
                let is_named = self.assertion.contains(&code);
                let why = format!(
                    "Failing assertion: what was recorded is `{code}`, and this speaks of something else"
                );
                if is_named {
                    None
                } else {
                    at(self.assertion_line, &why)
                }
            }
            Standing::Pass => at(self.scenario_line, "it was proven, and needs no exception"),
            Standing::NotPromised => at(
                self.scenario_line,
                "the release never promised it, and it needs no exception",
            ),
            Standing::Error => at(
                self.scenario_line,
                "kitty-gate or a control broke: that is to be mended, not to be excused",
            ),
            Standing::Skip
            | Standing::Missing
            | Standing::Known
            | Standing::Flaky
            | Standing::Fixed
            | Standing::Expired
            | Standing::Fail
            | Standing::Excepted => at(
                self.scenario_line,
                "the product fails it, which no exception covers: it belongs into the issue matrix",
            ),
        }
    }
}

/// The word for what was recorded instead of a proof.
fn code_of(played: Option<&ScenarioDocument>) -> String {
    let Some(played) = played else {
        return MISSING.to_owned();
    };
    let code = played.skip.as_ref().map(|reason| reason.code);
    code.unwrap_or(SkipCode::Interrupted).to_string()
}

/// The word for a scenario that the run does not have.
const MISSING: &str = "missing";
