//! What every command must keep to, whatever the scenario is about.

use support::check::{Judgement, none_of};

use super::{Ending, StepRecord};

/// The check that judges how much a command writes.
pub(super) const OUTPUT_IS_BOUNDED: &str = "sandbox/output-is-bounded";

const FLOODED: &str = "flooded a stream";
const FILLED: &str = "filled its sandbox";

/// What the standing checks will report ([`crate::STANDING_CHECKS`]).
#[derive(Debug, Default)]
pub(super) struct StandingChecks {
    endings: Vec<String>,
    floods: Vec<String>,
    attempts: Vec<String>,
    leaks: Vec<String>,
    useless: Vec<String>,
    silent: Vec<String>,
}

impl StandingChecks {
    /// Takes down what a command did that it must not.
    pub(super) fn note(&mut self, step: &StepRecord) {
        let command = step.argv.join(" ");
        if step.ended == Ending::Killed {
            // The operator cut it off; what it left or tried says nothing.
            return;
        }
        match step.ended {
            Ending::TimedOut => self.endings.push(format!("{command}: timed out")),
            // It was ended for that, in however little time.
            Ending::Flooded => self.floods.push(format!("{command}: {FLOODED}")),
            // Whom a scenario kills, dies of it.
            Ending::Signal if step.interrupted_ms.is_some() => {}
            Ending::Signal => self.endings.push(format!("{command}: died of a signal")),
            // On a busy machine it says nothing that a command did not end.
            Ending::Exit | Ending::Killed | Ending::Starved => {}
        }
        if step.is_silent_answer() {
            self.silent.push(format!("{command}: exit {}", step.exit.unwrap_or_default()));
        }
        let attempts = step.attempts.iter();
        self.attempts.extend(attempts.map(|attempt| format!("{command}: {}", attempt.target)));
        // A tree that was ended at its deadline, or by the scenario, had no time to end its own.
        let was_ended = matches!(step.ended, Ending::TimedOut | Ending::Starved | Ending::Flooded);
        let was_cut_off = was_ended || step.interrupted_ms.is_some();
        let leaks = step.leaks.iter().filter(|_| !was_cut_off);
        self.leaks.extend(leaks.map(|leak| format!("{command}: {}", leak.command)));
    }

    /// Takes down an attempt to leave that was no step's.
    pub(super) fn note_attempt(&mut self, command: &str, target: &str) {
        self.attempts.push(format!("{command}: {target}"));
    }

    /// Takes down that a command filled the disk that its sandbox lies on.
    pub(super) fn note_filled(&mut self, command: &str) {
        self.floods.push(format!("{command}: {FILLED}"));
    }

    /// Takes down why the scenario could not ask: a help page, a login or a preparation that crashed or did
    /// not do what it said.
    pub(super) fn note_useless(&mut self, why: String) {
        self.useless.push(why);
    }

    /// Whether there is something to judge though no command was run.
    pub(super) fn is_there(&self) -> bool {
        let all =
            [&self.endings, &self.floods, &self.attempts, &self.leaks, &self.useless, &self.silent];
        all.iter().any(|seen| !seen.is_empty())
    }

    /// The standing checks, by id.
    pub(super) fn judge_all(&self) -> [(&'static str, Judgement); 6] {
        [
            (
                "sandbox/can-be-asked",
                none_of("none", &self.useless, |first| {
                    first.split_once(": ").map_or("crash", |(_, crash)| crash).to_owned()
                }),
            ),
            (
                "sandbox/answers",
                none_of("none that says nothing", &self.silent, |first| {
                    signature_of_silence(first)
                }),
            ),
            ("sandbox/ends-in-time", none("did-not-end", &self.endings)),
            (
                OUTPUT_IS_BOUNDED,
                none_of("none", &self.floods, |first| {
                    if first.ends_with(FILLED) { "filled" } else { "flooded" }.to_owned()
                }),
            ),
            ("sandbox/stays-on-this-machine", none("tried-to-leave", &self.attempts)),
            ("sandbox/leaves-no-process", none("left-a-process", &self.leaks)),
        ]
    }
}

/// With the exit code, not with the command line: that has ids in it.
fn signature_of_silence(silent: &str) -> String {
    let exit = silent.rsplit_once(": ").map_or("", |(_, exit)| exit);
    format!("silent: {exit}")
}

fn none(signature: &str, seen: &[String]) -> Judgement {
    none_of("none", seen, |_| signature.to_owned())
}
