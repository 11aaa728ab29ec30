//! Operator exceptions: one person answers for one scenario that was tried and that the machine prevented.
//!
//! The form is that of gate 3 of a mission review, `mission-exception.md`. It covers neither what was never tried,
//! which is to be run, nor what failed: a failure of the product belongs into the issue matrix.

mod draft;
mod form;

use std::collections::BTreeSet;

use jiff::civil::Date;
use support::skip::SkipCode;

use super::document::{GatedException, GatedScenario, NotJudged, Standing};
use super::weak::{NARRATIVE_WORDS, own_words};
use crate::document::{RunDocument, ScenarioDocument};
use crate::reference;
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
    /// Why it is environmental, in the operator's words.
    pub narrative: String,
    /// The command that reproduces it.
    pub reproduction: String,
    /// What becomes of it: an issue, or a retry in a stated window.
    pub follow_up: String,
    /// The line of the scenario, from 1.
    pub scenario_line: usize,
    /// The line of the assertion, from 1.
    pub assertion_line: usize,
    /// The line of the reproduction command, from 1.
    pub reproduction_line: usize,
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

    /// Why it cannot answer for `scenario` of `run`, with file and line.
    pub(super) fn objection(&self, scenario: &GatedScenario, run: &RunDocument) -> Option<String> {
        let executed = run.scenario(&scenario.id);
        let at = |line: usize, why: &str| Some(format!("{}:{line}: {why}", self.file));
        let of_scenario = |why: &str| at(self.scenario_line, why);
        match scenario.standing {
            Standing::Skip | Standing::Missing => match scenario.not_judged {
                Some(NotJudged::Prevented) => self.objection_to_form(run, executed),
                Some(NotJudged::NotStarted) => of_scenario(&format!(
                    "nothing of it began: {}; mend the machine and run it, for no exception covers what was never tried",
                    scenario.because
                )),
                Some(NotJudged::NotRun) => of_scenario(&format!(
                    "nobody tried it: {}; run it, for no exception covers what was never tried",
                    scenario.because
                )),
                Some(NotJudged::NotReached) if fails(executed) => of_scenario(FAILS),
                Some(NotJudged::NotReached) => of_scenario(&format!(
                    "the machine did not prevent it: `{}`; an exception covers nothing else",
                    code_of(executed)
                )),
                Some(NotJudged::Broken) | None => of_scenario(BROKEN),
            },
            Standing::Pass | Standing::Fixed => {
                of_scenario("it was proven, and needs no exception")
            }
            Standing::NotPromised => {
                of_scenario("the release never promised it, and it needs no exception")
            }
            Standing::Error => of_scenario(BROKEN),
            Standing::Known
            | Standing::Flaky
            | Standing::Expired
            | Standing::Fail
            | Standing::Excepted => of_scenario(FAILS),
        }
    }

    /// What the form says otherwise than the run that it is brought for.
    fn objection_to_form(
        &self,
        run: &RunDocument,
        executed: Option<&ScenarioDocument>,
    ) -> Option<String> {
        let reason = executed.and_then(|executed| executed.skip.as_ref())?;
        let at = |line: usize, why: String| Some(format!("{}:{line}: {why}", self.file));
        let named = self.codes(reason.code);
        if named != BTreeSet::from([reason.code.to_string()]) {
            let why = format!(
                "**Failing assertion**: what was recorded is `{}`, and this names {}",
                reason.code,
                if named.is_empty() {
                    "no code".to_owned()
                } else {
                    Vec::from_iter(named).join(", ")
                }
            );
            return at(self.assertion_line, why);
        }
        let command = reference::command("repro", &run.product.spec);
        let wanted = format!("{command} {}", self.scenario);
        // The program may be called by any path, and in any environment.
        let tail = wanted.find("repro ").map_or(wanted.as_str(), |start| &wanted[start..]);
        let is_it = |line: &str| {
            let words: Vec<&str> = line.split_whitespace().collect();
            words.join(" ").ends_with(&format!(" {tail}"))
        };
        if !self.reproduction.lines().any(is_it) {
            let why = format!(
                "## Reproduction command: it reproduces something else than this run saw; give `{wanted}`"
            );
            return at(self.reproduction_line, why);
        }
        let recorded = format!("{} {} {}", reason.headline(), reason.excerpt, reason.remediation);
        let own = own_words(&self.narrative, &recorded);
        (own < NARRATIVE_WORDS).then(|| {
            format!(
                "{}:1: the narrative has {own} words that the record does not say; say in {NARRATIVE_WORDS} different words of your own or more why this is environmental and not a defect",
                self.file
            )
        })
    }

    /// The codes of skips that the assertion names, each once. One that is a plain word (`killed`) counts only where
    /// it is `recorded`: it may be part of a sentence.
    fn codes(&self, recorded: SkipCode) -> BTreeSet<String> {
        let words = self.assertion.split(|c: char| !c.is_ascii_alphanumeric() && c != '-');
        let read = |word: &str| serde_json::from_value::<SkipCode>(word.into()).ok();
        let codes = words.filter_map(read).map(|code| (code, code.to_string()));
        let is_meant = |(code, name): &(SkipCode, String)| *code == recorded || name.contains('-');
        codes.filter(is_meant).map(|(_, name)| name).collect()
    }
}

const FAILS: &str =
    "the product fails it, which no exception covers: it belongs into the issue matrix";
const BROKEN: &str = "kitty-gate or a control broke: that is to be mended, not to be excused";

fn fails(executed: Option<&ScenarioDocument>) -> bool {
    executed.is_some_and(|executed| executed.verdict == Verdict::Fail)
}

/// The code of what was recorded instead of a proof.
fn code_of(executed: Option<&ScenarioDocument>) -> String {
    let reason = executed.and_then(|executed| executed.skip.as_ref());
    reason.map_or_else(String::new, |reason| reason.code.to_string())
}
