//! A row of the matrix: a situation, and what must be said about it.

use libtest_mimic::{Completion, Failed, Trial};
use support::skip::{SkipCode, SkipPhase, SkipReason};

use crate::stage::{Answer, Stage};

/// This machine cannot provoke the situation, for this reason.
pub struct Unable(pub String);

/// Sets the stage for a situation, and says what came of it.
enum Play<T> {
    /// Every machine can.
    Anywhere(fn(&mut Stage) -> T),
    /// Some machines cannot.
    Somewhere(fn(&mut Stage) -> Result<T, Unable>),
}

impl<T> Play<T> {
    fn on(&self, stage: &mut Stage) -> Result<T, Unable> {
        match self {
            Self::Anywhere(play) => Ok(play(stage)),
            Self::Somewhere(play) => play(stage),
        }
    }
}

/// What must be said in a situation.
pub struct Row {
    pub code: SkipCode,
    pub phase: SkipPhase,
    /// The situation, in words.
    pub when: &'static str,
    /// The part of the excerpt that names the real cause.
    pub tells: &'static str,
    play: Play<Answer>,
    /// Why the first of two ways failed, when both were tried.
    pub also: Option<SkipCode>,
    /// What the remediation says instead of that of the code.
    remedy: Option<&'static str>,
}

/// What must work.
pub struct Control {
    name: &'static str,
    play: Play<()>,
}

/// A row that every machine can play.
pub const fn row(
    code: SkipCode,
    phase: SkipPhase,
    when: &'static str,
    tells: &'static str,
    play: fn(&mut Stage) -> Answer,
) -> Row {
    Row { code, phase, when, tells, play: Play::Anywhere(play), also: None, remedy: None }
}

/// A row that some machines cannot play.
pub const fn row_where(
    code: SkipCode,
    phase: SkipPhase,
    when: &'static str,
    tells: &'static str,
    play: fn(&mut Stage) -> Result<Answer, Unable>,
) -> Row {
    Row { code, phase, when, tells, play: Play::Somewhere(play), also: None, remedy: None }
}

pub const fn control(name: &'static str, play: fn(&mut Stage)) -> Control {
    let play = Play::Anywhere(play);
    Control { name, play }
}

pub const fn control_where(
    name: &'static str,
    play: fn(&mut Stage) -> Result<(), Unable>,
) -> Control {
    let play = Play::Somewhere(play);
    Control { name, play }
}

impl Row {
    /// The same row, after another way failed for this reason.
    pub const fn after(mut self, first: SkipCode) -> Self {
        self.also = Some(first);
        self
    }

    /// The same row, where something else helps than what mostly helps.
    pub const fn remedied_by(mut self, words: &'static str) -> Self {
        self.remedy = Some(words);
        self
    }

    pub fn trial(&'static self) -> Trial {
        let name = format!("{} ({})", self.code, self.when);
        Trial::ignorable_test(name, || match self.play.on(&mut Stage::new()) {
            Ok(answer) => self.judge(&answer),
            Err(unable) => not_proven(&unable),
        })
    }

    fn judge(&self, answer: &Answer) -> Result<Completion, Failed> {
        let told = || format!("{answer:#?}");
        let [reason] = answer.reasons.as_slice() else {
            return Err(format!("not one typed reason: {}", told()).into());
        };
        let holds = [
            ("exit 3", answer.exit == Some(3)),
            ("the code", reason.code == self.code),
            ("the phase", reason.phase == self.phase),
            ("the cause", reason.excerpt.contains(self.tells)),
            ("a short excerpt", reason.excerpt.len() <= 600),
            ("the remediation", self.is_remedied(reason)),
            ("the other way", self.names_the_other(reason)),
            ("nothing left, nothing lost", answer.changed.is_empty()),
        ];
        match holds.iter().find(|(_, holds)| !holds) {
            None => Ok(Completion::Completed),
            Some((what, _)) => Err(format!("{what}: {}", told()).into()),
        }
    }

    fn is_remedied(&self, reason: &SkipReason) -> bool {
        let own = self.code.remediation();
        if let Some(words) = self.remedy {
            return reason.remediation.contains(words);
        }
        match self.also {
            None => reason.remediation == own,
            Some(first) => [own, first.remediation()]
                .iter()
                .all(|remediation| reason.remediation.contains(remediation)),
        }
    }

    fn names_the_other(&self, reason: &SkipReason) -> bool {
        let named = |code: SkipCode| reason.excerpt.contains(&format!(": {code}: "));
        self.also.is_none_or(|first| named(first) && named(self.code))
    }
}

impl Control {
    pub fn trial(&'static self) -> Trial {
        Trial::ignorable_test(format!("works: {}", self.name), || {
            match self.play.on(&mut Stage::new()) {
                Ok(()) => Ok(Completion::Completed),
                Err(unable) => not_proven(&unable),
            }
        })
    }
}

/// Only libtest's own protocol can say so; to nextest it would look like a pass.
fn not_proven(Unable(reason): &Unable) -> Result<Completion, Failed> {
    if std::env::var_os("NEXTEST").is_some() {
        return Err(format!("not proven: {reason}").into());
    }
    Ok(Completion::ignored_with(reason))
}
