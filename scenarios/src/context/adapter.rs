//! Asking the product in the words that its release understands.

use fixtures::adapter::{Offers, Operation, Wording};
use support::skip::{SkipCode, SkipPhase, SkipReason};

use super::{Abort, Mission, PRODUCT, Step, TestContext};

impl Offers for TestContext<'_> {
    type Error = Abort;

    fn offers(&mut self, command: &[&str], option: &str) -> Result<bool, Abort> {
        TestContext::offers(self, command, option)
    }
}

impl TestContext<'_> {
    /// The words for something that one wants done; `None` where the release does without. A release
    /// that has no way to do it ends the scenario here.
    pub fn words_for(&mut self, ask: &Operation<'_>) -> Result<Option<Vec<String>>, Abort> {
        match ask.wording(self)? {
            Wording::Words(words) => Ok(Some(words)),
            Wording::NotNeeded => Ok(None),
            Wording::NotOffered(what) => Err(Abort::Missing(Box::new(not_offered(&what)))),
        }
    }

    /// Has something done in the mission's checkout. Only for what every release can be asked.
    pub fn perform(&mut self, mission: &Mission, ask: &Operation<'_>) -> Result<Step, Abort> {
        match self.words_for(ask)? {
            Some(words) => self.run(mission, words),
            None => Err(Abort::Missing(Box::new(not_offered(&format!("{ask:?}"))))),
        }
    }
}

fn not_offered(what: &str) -> SkipReason {
    let code = SkipCode::CommandAbsent;
    SkipReason {
        code,
        phase: SkipPhase::Scenario,
        tool: PRODUCT.to_owned(),
        argv: Vec::new(),
        exit: None,
        excerpt: format!("this release does not offer {what}"),
        interpreter: None,
        remediation: code.remediation().to_owned(),
    }
}
