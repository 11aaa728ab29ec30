//! A row of the matrix: a situation, and what must be said about it.

use libtest_mimic::{Completion, Failed, Trial};
use support::skip::{SkipCode, SkipPhase, SkipReason};

use crate::playground::{Answer, Playground};

/// This machine cannot provoke the situation, for this reason.
pub struct CannotProvoke(pub String);

/// Sets the context for a situation, and says what came of it.
enum Body<T> {
    /// Every machine can.
    Anywhere(fn(&mut Playground) -> T),
    /// Some machines cannot.
    Somewhere(fn(&mut Playground) -> Result<T, CannotProvoke>),
}

impl<T> Body<T> {
    fn on(&self, playground: &mut Playground) -> Result<T, CannotProvoke> {
        match self {
            Self::Anywhere(run) => Ok(run(playground)),
            Self::Somewhere(run) => run(playground),
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
    run: Body<Answer>,
    /// Why the first of two ways failed, when both were tried.
    pub also: Option<SkipCode>,
    /// What the remediation says instead of that of the code.
    remedy: Option<&'static str>,
}

/// What must work.
pub struct Control {
    name: &'static str,
    run: Body<()>,
}

/// A row that every machine can run.
pub const fn row(
    code: SkipCode,
    phase: SkipPhase,
    when: &'static str,
    tells: &'static str,
    run: fn(&mut Playground) -> Answer,
) -> Row {
    Row { code, phase, when, tells, run: Body::Anywhere(run), also: None, remedy: None }
}

/// A row that some machines cannot run.
pub const fn row_where(
    code: SkipCode,
    phase: SkipPhase,
    when: &'static str,
    tells: &'static str,
    run: fn(&mut Playground) -> Result<Answer, CannotProvoke>,
) -> Row {
    Row { code, phase, when, tells, run: Body::Somewhere(run), also: None, remedy: None }
}

pub const fn control(name: &'static str, run: fn(&mut Playground)) -> Control {
    let run = Body::Anywhere(run);
    Control { name, run }
}

pub const fn control_where(
    name: &'static str,
    run: fn(&mut Playground) -> Result<(), CannotProvoke>,
) -> Control {
    let run = Body::Somewhere(run);
    Control { name, run }
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
        Trial::ignorable_test(name, || match self.run.on(&mut Playground::new()) {
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
            match self.run.on(&mut Playground::new()) {
                Ok(()) => Ok(Completion::Completed),
                Err(unable) => not_proven(&unable),
            }
        })
    }
}

/// Only libtest's own protocol can say so; to nextest it would look like a pass.
fn not_proven(CannotProvoke(reason): &CannotProvoke) -> Result<Completion, Failed> {
    if std::env::var_os("NEXTEST").is_some() {
        return Err(format!("not proven: {reason}").into());
    }
    Ok(Completion::ignored_with(reason))
}
