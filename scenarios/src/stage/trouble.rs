//! What every command must keep to, whatever the scenario is about.

use support::check::{Judgement, none_of};

use super::{Ending, StepRecord};

/// What the standing checks will report ([`crate::STANDING_CHECKS`]).
#[derive(Debug, Default)]
pub(super) struct Trouble {
    endings: Vec<String>,
    attempts: Vec<String>,
    leaks: Vec<String>,
    crashes: Vec<String>,
}

impl Trouble {
    /// Takes down what a command did that it must not.
    pub(super) fn note(&mut self, step: &StepRecord) {
        let command = step.argv.join(" ");
        if step.ended == Ending::Killed {
            // The operator cut it off; what it left or tried says nothing.
            return;
        }
        match step.ended {
            Ending::TimedOut => self.endings.push(format!("{command}: timed out")),
            Ending::Flooded => self.endings.push(format!("{command}: flooded a stream")),
            // Whom a scenario kills, dies of it.
            Ending::Signal if step.interrupted_ms.is_some() => {}
            Ending::Signal => self.endings.push(format!("{command}: died of a signal")),
            Ending::Exit | Ending::Killed => {}
        }
        let attempts = step.attempts.iter();
        self.attempts
            .extend(attempts.map(|attempt| format!("{command}: {}", attempt.target)));
        // A tree that was ended at its deadline, or by the scenario, had no time to end its own.
        let was_cut_off = step.ended == Ending::TimedOut || step.interrupted_ms.is_some();
        let leaks = step.leaks.iter().filter(|_| !was_cut_off);
        self.leaks
            .extend(leaks.map(|leak| format!("{command}: {}", leak.command)));
    }

    /// Takes down an attempt to leave that was no step's.
    pub(super) fn note_attempt(&mut self, command: &str, target: &str) {
        self.attempts.push(format!("{command}: {target}"));
    }

    /// Takes down a help page or a login that ended in a crash.
    pub(super) fn note_crash(&mut self, crash: String) {
        self.crashes.push(crash);
    }

    /// The first of the crashes, if there was one.
    pub(super) fn take_crash(&mut self) -> Option<String> {
        (!self.crashes.is_empty()).then(|| self.crashes.swap_remove(0))
    }

    /// Whether there is something to judge though no command was run.
    pub(super) fn is_there(&self) -> bool {
        let all = [&self.endings, &self.attempts, &self.leaks, &self.crashes];
        all.iter().any(|seen| !seen.is_empty())
    }

    /// The standing checks, by id.
    pub(super) fn judge(&self) -> [(&'static str, Judgement); 4] {
        [
            (
                "stage/can-be-asked",
                none_of("none", &self.crashes, |first| {
                    first
                        .split_once(": ")
                        .map_or("crash", |(_, crash)| crash)
                        .to_owned()
                }),
            ),
            ("stage/ends-in-time", none("did-not-end", &self.endings)),
            (
                "stage/stays-on-this-machine",
                none("tried-to-leave", &self.attempts),
            ),
            (
                "stage/leaves-no-process",
                none("left-a-process", &self.leaks),
            ),
        ]
    }
}

fn none(signature: &str, seen: &[String]) -> Judgement {
    none_of("none", seen, |_| signature.to_owned())
}
