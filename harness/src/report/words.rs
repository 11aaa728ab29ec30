//! What all reports say in the same words.

use std::fmt::Write;
use std::time::Duration;

use scenarios::context::Ending;
use support::product::LockedPackage;

use super::Evidence;
use crate::document::{Overall, RunDocument, ScenarioDocument, StepDocument};
use crate::record::{Ended, RunProduct};
use crate::reference;
use crate::verdict::Verdict;

/// The package that is judged, as the lock names it.
pub const PACKAGE: &str = "spec-kitty-cli";

/// What a product printed, with nothing in it that a terminal, a browser or a reader would follow: control
/// characters are written with a caret, and what cannot be seen is named.
pub fn visible(text: &str) -> String {
    let mut seen = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '\n' | '\t' => seen.push(c),
            '\r' if rest.peek() == Some(&'\n') => {}
            // As `cat -v` writes them: every font has these.
            '\u{0}'..='\u{1f}' | '\u{7f}' => {
                seen.push('^');
                seen.extend(char::from_u32(u32::from(c) ^ 0x40));
            }
            _ if is_unseen(c) => {
                // Writing into a String cannot fail.
                let _ = write!(seen, "\u{27e8}U+{:04X}\u{27e9}", u32::from(c));
            }
            _ => seen.push(c),
        }
    }
    seen
}

/// Marks that turn the direction of writing, join or hide; and what is no character.
pub fn is_unseen(c: char) -> bool {
    matches!(c,
        '\u{80}'..='\u{9f}' | '\u{ad}' | '\u{61c}' | '\u{180e}'
        | '\u{200b}' | '\u{200e}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{fffe}'..='\u{ffff}' | '\u{e0000}'..='\u{e007f}')
}

/// The first of so many characters, and that there were more.
pub fn shortened(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        None => text.to_owned(),
        Some((at, _)) => format!("{}\u{2026}", &text[..at]),
    }
}

/// The first of so many lines, and how many there were more.
pub fn first_lines(text: &str, most: usize) -> String {
    let mut lines = text.lines();
    let shown: Vec<&str> = lines.by_ref().take(most).collect();
    match lines.count() {
        0 => shown.join("\n"),
        more => format!("{}\n[{more} more lines]", shown.join("\n")),
    }
}

/// `1.9 s`, `2 min 5 s`.
pub fn time(ms: u64) -> String {
    let seconds = Duration::from_millis(ms).as_secs_f64();
    match ms {
        0..=999 => format!("{ms} ms"),
        1_000..=119_999 => format!("{seconds:.1} s"),
        _ => format!("{} min {} s", ms / 60_000, ms % 60_000 / 1_000),
    }
}

/// `1 check`, `2 checks`.
pub fn counted(count: usize, what: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {what}{plural}")
}

/// `spec-kitty-cli 3.2.7`.
pub fn product(product: &RunProduct) -> String {
    let release = product.release.as_deref().unwrap_or("(not provisioned)");
    format!("{PACKAGE} {release}")
}

/// What was installed of the package that is judged.
pub fn wheel(product: &RunProduct) -> Option<&LockedPackage> {
    product.lock.iter().find(|package| package.name == PACKAGE)
}

/// The command line as a person would type it.
pub fn command(step: &StepDocument) -> String {
    shell_words::join(&step.argv)
}

/// `exit 1`, `signal 9`, `timed out`.
pub fn ending(step: &StepDocument) -> String {
    match (step.ended, step.exit, step.signal) {
        (Ending::Exit, Some(code), _) => format!("exit {code}"),
        (Ending::Exit, None, _) => "exit".to_owned(),
        (Ending::Signal, _, Some(signal)) => format!("signal {signal}"),
        (Ending::Signal, _, None) => "signal".to_owned(),
        (Ending::TimedOut, _, _) => "timed out".to_owned(),
        (Ending::Starved, _, _) => "starved on a busy machine".to_owned(),
        (Ending::Flooded, _, _) => "printed too much".to_owned(),
        (Ending::Killed, _, _) => "stopped".to_owned(),
    }
}

/// How to run a scenario again.
pub fn repro(run: &RunDocument, scenario: &str) -> String {
    format!("{} {}", reference::command("repro", &run.product.spec), shell_words::quote(scenario))
}

/// The ids and issues that a scenario covers.
pub fn covers(scenario: &ScenarioDocument) -> Vec<String> {
    let issues = scenario.issues.iter().map(|issue| format!("#{issue}"));
    scenario.requirements.iter().cloned().chain(issues).collect()
}

/// What a run came to, where nobody has decided.
pub fn overall(overall: Overall) -> &'static str {
    match overall {
        Overall::Passed => "everything that was run passed",
        Overall::Unproven => "nothing failed, but not everything was proven",
        Overall::Failed => "a promise was broken",
        Overall::Broken => "kitty-gate itself broke: the run cannot be trusted",
    }
}

/// `44 pass, 14 skip, 33 fail`.
pub fn totals(evidence: &Evidence) -> String {
    let told: Vec<String> = match evidence.gate() {
        Some(gate) => gate
            .totals
            .iter()
            .filter(|(_, count)| **count > 0)
            .map(|(standing, count)| format!("{count} {standing}"))
            .collect(),
        None => Verdict::ALL
            .into_iter()
            .filter(|verdict| evidence.run().count(*verdict) > 0)
            .map(|verdict| format!("{} {verdict}", evidence.run().count(verdict)))
            .collect(),
    };
    if told.is_empty() { "no scenarios".to_owned() } else { told.join(", ") }
}

/// What keeps a reader from taking the run for more than it is.
pub fn limitations(evidence: &Evidence) -> Vec<String> {
    let run = evidence.run();
    let mut told = Vec::new();
    match run.ended {
        Ended::Completed => {}
        Ended::Interrupted => told.push("The operator stopped the run before its end.".to_owned()),
        Ended::Killed => {
            told.push("The run has no end: it was killed, or was still going on.".to_owned());
        }
    }
    if !run.home_touched.is_empty() {
        let paths = joined(run.home_touched.iter().map(|path| path.display().to_string()));
        told.push(format!("The real HOME was touched, so no verdict can be trusted: {paths}."));
    }
    if !run.left_outside.is_empty() {
        let paths = joined(run.left_outside.iter().map(|path| path.display().to_string()));
        told.push(format!("Left outside of the sandbox: {paths}."));
    }
    match run.network {
        Some(support::network::Isolation::Isolated) => {}
        Some(support::network::Isolation::Guarded) => told.push(
            "The network was guarded, not closed: a program that ignores proxies could have left the machine."
                .to_owned(),
        ),
        None => told.push("No worker got so far as to close its network.".to_owned()),
    }
    if run.repeat == 1 {
        told.push("Each scenario was run once: whether it is flaky was not looked at.".to_owned());
    }
    told.extend(skips(run));
    told
}

/// Skips by their reasons, the most frequent first.
fn skips(run: &RunDocument) -> Vec<String> {
    let mut reasons: Vec<(String, Vec<&str>)> = Vec::new();
    for scenario in &run.scenarios {
        let Some(reason) = scenario.skip.as_ref().filter(|_| scenario.verdict == Verdict::Skip)
        else {
            continue;
        };
        let why = format!("{} ({} at {})", reason.code, reason.tool, reason.phase);
        match reasons.iter_mut().find(|(known, _)| *known == why) {
            Some((_, of)) => of.push(&scenario.id),
            None => reasons.push((why, vec![&scenario.id])),
        }
    }
    reasons.sort_by_key(|(_, of)| std::cmp::Reverse(of.len()));
    let told = reasons.into_iter().map(|(why, of)| {
        let amount = counted(of.len(), "scenario");
        let names = joined(of.into_iter().map(ToOwned::to_owned));
        format!("Not proven, {why}: {amount}: {names}.")
    });
    told.collect()
}

/// How many names of a list are told.
const NAMES: usize = 12;

fn joined(names: impl Iterator<Item = String>) -> String {
    let all: Vec<String> = names.collect();
    let shown = all[..all.len().min(NAMES)].join(", ");
    match all.len().saturating_sub(NAMES) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_seen_is_named() {
        assert_eq!(visible("a\u{1b}[31mb\0\u{7f}"), "a^[[31mb^@^?");
        assert_eq!(visible("x\u{202e}gnp.exe"), "x\u{27e8}U+202E\u{27e9}gnp.exe");
        assert_eq!(visible("a\r\nb\rc\td"), "a\nb^Mc\td");
        assert_eq!(visible("\u{85}\u{2028}\u{feff}"), "⟨U+0085⟩⟨U+2028⟩⟨U+FEFF⟩");
        assert_eq!(visible("Grüße, 猫 🐱 ✓"), "Grüße, 猫 🐱 ✓");
    }

    #[test]
    fn long_things_are_cut_at_characters() {
        assert_eq!(shortened("äöü", 3), "äöü");
        assert_eq!(shortened("äöü", 2), "äö\u{2026}");
        assert_eq!(first_lines("a\nb\nc", 2), "a\nb\n[1 more lines]");
        assert_eq!(first_lines("a\nb", 2), "a\nb");
    }

    #[test]
    fn times_are_told_as_people_do() {
        assert_eq!([time(7), time(1949), time(125_000)], ["7 ms", "1.9 s", "2 min 5 s"]);
    }
}
