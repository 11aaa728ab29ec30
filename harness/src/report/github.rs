//! What GitHub shows of a job: a summary below it, and annotations.

use std::fmt::Write;

use super::Evidence;
use super::entry::{Entry, Tone};
use super::markdown::escape::{code_in_html, prose};
use super::markdown::{self, scenario};
use super::words::{counted, first_lines, overall, product, repro, shortened, visible};
use crate::document::Overall;
use crate::gate::Decision;

/// What GitHub takes of a summary is 1 MiB, and nothing of a longer one. Something else may stand there, too.
const BUDGET: usize = 1000 * 1024;
/// How many annotations of a kind GitHub shows.
const ANNOTATIONS: usize = 10;
/// How much one annotation says, in characters and lines.
const MESSAGE: (usize, usize) = (900, 12);

/// The summary: the answer, what did not pass, and each such scenario folded, as far as there is room.
pub fn summary(evidence: &Evidence) -> String {
    let entries = Entry::gravest_first(evidence);
    let mut head = format!("## {}\n\n", prose(&product(&evidence.run().product)));
    markdown::subject(&mut head, evidence);
    markdown::verdict(&mut head, evidence);
    let mut table = String::new();
    markdown::summary(&mut table, evidence, &entries);
    let mut limits = String::new();
    markdown::limits(&mut limits, evidence);
    // Rows and folds are whole or not there: half of one would swallow what follows.
    let mut room = Room::default();
    room.put(&head);
    for row in table.split_inclusive('\n') {
        room.put(row);
    }
    for entry in entries.iter().filter(|entry| entry.tone() != Tone::Good) {
        room.put(&fold(evidence, entry));
    }
    room.put(&limits);
    room.closed()
}

fn fold(evidence: &Evidence, entry: &Entry<'_>) -> String {
    let mut body = String::new();
    scenario::section(&mut body, evidence, entry);
    format!(
        "<details><summary>{}: {}</summary>\n\n{body}\n</details>\n\n",
        code_in_html(entry.id),
        prose(&entry.word())
    )
}

/// A text that does not outgrow the budget.
#[derive(Default)]
struct Room {
    text: String,
    left_out: bool,
}

impl Room {
    const NOTICE: &str = "\n> [!NOTE]\n> There was more than GitHub shows: the report in the run’s folder has it all.\n";

    fn put(&mut self, part: &str) {
        if self.text.len() + part.len() + Self::NOTICE.len() > BUDGET {
            self.left_out = true;
        } else {
            self.text.push_str(part);
        }
    }

    fn closed(mut self) -> String {
        if self.left_out {
            self.text.push_str(Self::NOTICE);
        }
        self.text
    }
}

/// Workflow commands, the gravest first: GitHub shows the first ten of a kind, and drops the others unsaid.
pub fn annotations(evidence: &Evidence) -> String {
    let entries = Entry::gravest_first(evidence);
    let of = |tones: &[Tone]| -> Vec<&Entry<'_>> {
        entries.iter().filter(|entry| tones.contains(&entry.tone())).collect()
    };
    let mut text = String::new();
    let (kind, title) = headline(evidence);
    let why = evidence.gate().map_or_else(String::new, |gate| gate.because.join("\n"));
    command(&mut text, kind, &title, &why);
    for (level, tones) in [
        ("error", &[Tone::Bad, Tone::Broken][..]),
        ("warning", &[Tone::Unproven]),
        ("notice", &[Tone::Repaired, Tone::Known, Tone::Aside]),
    ] {
        let room = ANNOTATIONS - usize::from(kind == level);
        several(&mut text, evidence, level, &of(tones), room);
    }
    text
}

fn headline(evidence: &Evidence) -> (&'static str, String) {
    let run = evidence.run();
    let (told, tone) = match evidence.gate() {
        Some(gate) => (
            format!(
                "{}: the gate is {} ({})",
                gate.decision.meaning(),
                gate.decision.name(),
                gate.judged
            ),
            match gate.decision {
                Decision::Open | Decision::OpenWithExceptions => "notice",
                Decision::Incomplete | Decision::Closed => "error",
            },
        ),
        None => (
            overall(run.overall()).to_owned(),
            match run.overall() {
                Overall::Passed => "notice",
                Overall::Unproven => "warning",
                Overall::Failed | Overall::Broken => "error",
            },
        ),
    };
    (tone, format!("{}: {told}", product(&run.product)))
}

/// As many as are shown; the last says how many there are more.
fn several(
    text: &mut String,
    evidence: &Evidence,
    level: &str,
    entries: &[&Entry<'_>],
    room: usize,
) {
    let shown = if entries.len() > room { room - 1 } else { entries.len() };
    for entry in &entries[..shown] {
        let message =
            format!("{}\nreproduce: {}", entry.because(), repro(evidence.run(), entry.id));
        command(text, level, &format!("{}: {}", entry.id, entry.word()), &message);
    }
    if entries.len() > shown {
        let more = counted(entries.len() - shown, "scenario");
        command(text, level, &format!("{more} more"), "the summary names them all");
    }
}

fn command(text: &mut String, level: &str, title: &str, message: &str) {
    let message = if message.is_empty() { title } else { message };
    let message = first_lines(&shortened(&visible(message), MESSAGE.0), MESSAGE.1);
    // Writing into a String cannot fail.
    let _ = writeln!(text, "::{level} title={}::{}", property(&visible(title)), data(&message));
}

/// As GitHub's runner reads the text of a command.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// As it reads a property, which ends at a comma or a colon.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_cannot_be_left() {
        let mut text = String::new();
        command(&mut text, "error", "a: b, c%\n::x", "50%\r\n::set-output name=x::y\u{1b}[0m");
        assert_eq!(
            text,
            "::error title=a%3A b%2C c%25%0A%3A%3Ax::50%25%0A::set-output name=x::y^[[0m\n"
        );
    }

    #[test]
    fn what_does_not_fit_is_left_out_and_said() {
        let mut room = Room::default();
        room.put("head\n");
        room.put(&"x".repeat(BUDGET));
        room.put("tail\n");
        let text = room.closed();
        assert!(text.starts_with("head\ntail\n\n> [!NOTE]"), "{text}");
        assert!(text.len() <= BUDGET);
    }
}
