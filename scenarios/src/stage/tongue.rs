//! Asking the product in the words that its release understands.

use fixtures::dialect::{Ask, Offers, Wording};
use support::skip::{SkipCode, SkipPhase, SkipReason};

use super::{Halt, Mission, PRODUCT, Stage, Step};

impl Offers for Stage<'_> {
    type Error = Halt;

    fn offers(&mut self, command: &[&str], option: &str) -> Result<bool, Halt> {
        Stage::offers(self, command, option)
    }
}

impl Stage<'_> {
    /// The words for something that one wants done; `None` where the release does without. A release
    /// that has no way to do it ends the scenario here.
    pub fn words_for(&mut self, ask: &Ask<'_>) -> Result<Option<Vec<String>>, Halt> {
        match ask.wording(self)? {
            Wording::Words(words) => Ok(Some(words)),
            Wording::NotNeeded => Ok(None),
            Wording::NotOffered(what) => Err(Halt::Missing(Box::new(not_offered(&what)))),
        }
    }

    /// Has something done in the mission's checkout. Only for what every release can be asked.
    pub fn ask(&mut self, mission: &Mission, ask: &Ask<'_>) -> Result<Step, Halt> {
        match self.words_for(ask)? {
            Some(words) => self.run(mission, words),
            None => Err(Halt::Missing(Box::new(not_offered(&format!("{ask:?}"))))),
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
