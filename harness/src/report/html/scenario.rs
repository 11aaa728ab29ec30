//! One scenario of the list.

use super::check::{failed, held, unjudged};
use super::escape::{anchor, escaped};
use crate::document::{ScenarioDocument, StepDocument};
use crate::report::Evidence;
use crate::report::entry::{Entry, Tone};
use crate::report::words::{command, covers, ending, first_lines, repro, shortened, time, visible};
use crate::text::put;

/// How many bytes of streams a page carries. What failed comes first.
const STREAMS: usize = 6 * 1024 * 1024;
/// How much of why something stands so is in the list, in characters.
const BECAUSE: usize = 220;
/// How many lines of an error are shown.
const LINES: usize = 60;

/// How much of the streams may still be shown.
pub struct Streams {
    left: usize,
    of_passed: bool,
}

impl Streams {
    /// Streams of what passed are shown where all fit: the page of a big run has to open on a phone.
    pub fn for_a_page(entries: &[Entry<'_>]) -> Self {
        let steps =
            entries.iter().filter_map(|entry| entry.executed).flat_map(|executed| &executed.steps);
        let all: usize = steps.map(|step| step.stdout.len() + step.stderr.len()).sum();
        Self { left: STREAMS, of_passed: all <= STREAMS / 3 }
    }

    fn take(&mut self, tone: Tone, step: &StepDocument) -> bool {
        let bytes = step.stdout.len() + step.stderr.len();
        if bytes > self.left || (tone == Tone::Good && !self.of_passed) {
            return false;
        }
        self.left -= bytes;
        true
    }
}

/// A scenario: one line, and below it, folded, all there is.
pub fn item(page: &mut String, evidence: &Evidence, entry: &Entry<'_>, streams: &mut Streams) {
    let tone = entry.tone();
    let word = escaped(&entry.word());
    put(
        page,
        &format!(
            "<li id=\"{}\" class=\"{}\" data-word=\"{word}\"><details><summary><span class=\"word\">{word}</span>\
             <span class=\"id\"><i>{}/</i>{}</span>{}<span class=\"line\">{}</span></summary>",
            anchor(entry.id),
            tone.word(),
            escaped(entry.suite()),
            escaped(entry.name()),
            entry.executed.map_or_else(String::new, |executed| {
                format!("<span class=\"took\">{}</span>", time(executed.duration_ms))
            }),
            line(entry)
        ),
    );
    page.push_str("<div class=\"body\">\n");
    if let Some(executed) = entry.executed {
        body(page, evidence, entry, executed, streams);
    } else {
        put(page, &format!("<p>{}</p>", escaped(&entry.because())));
    }
    page.push_str("</div></details></li>\n");
}

fn line(entry: &Entry<'_>) -> String {
    let because = entry.because();
    match entry.executed {
        Some(executed) if because.is_empty() => escaped(&executed.title),
        _ => format!("<code>{}</code>", escaped(&shortened(&visible(&because), BECAUSE))),
    }
}

fn body(
    page: &mut String,
    evidence: &Evidence,
    entry: &Entry<'_>,
    executed: &ScenarioDocument,
    streams: &mut Streams,
) {
    let tags: Vec<String> = covers(executed)
        .iter()
        .map(|name| format!("<span class=\"tag\">{}</span>", escaped(name)))
        .collect();
    put(page, &format!("<p class=\"promise\">{} {}</p>", escaped(&executed.title), tags.join(" ")));
    why(page, entry, executed);
    if entry.tone() != Tone::Good {
        let repro = escaped(&repro(evidence.run(), entry.id));
        put(
            page,
            &format!(
                "<p class=\"repro\"><span>Reproduce</span> <code>{repro}</code> \
                 <button type=\"button\" class=\"copy\" data-copy=\"{repro}\" hidden>Copy</button></p>"
            ),
        );
    }
    for check in entry.failures().filter(|check| step_of(executed, check.step).is_none()) {
        failed(page, evidence, executed, check);
    }
    steps(page, evidence, entry, executed, streams);
    held(page, evidence, executed);
    unjudged(page, executed);
}

fn step_of(executed: &ScenarioDocument, number: Option<usize>) -> Option<&StepDocument> {
    executed.steps.get(number?)
}

/// What stands in the way of a pass, but for failed checks.
fn why(page: &mut String, entry: &Entry<'_>, executed: &ScenarioDocument) {
    if let Some(reason) = &executed.skip {
        put(
            page,
            &format!(
                "<dl class=\"skip\"><div><dt>Not proven</dt><dd><b>{}</b> at {}, by {}</dd></div>",
                reason.code,
                reason.phase,
                escaped(&reason.tool)
            ),
        );
        if !reason.argv.is_empty() {
            put(
                page,
                &format!(
                    "<div><dt>Command</dt><dd><code>{}</code></dd></div>",
                    escaped(&shell_words::join(&reason.argv))
                ),
            );
        }
        if !reason.excerpt.is_empty() {
            put(
                page,
                &format!(
                    "<div><dt>It said</dt><dd><pre>{}</pre></dd></div>",
                    escaped(&reason.excerpt)
                ),
            );
        }
        put(
            page,
            &format!("<div><dt>Remedy</dt><dd>{}</dd></div></dl>", escaped(&reason.remediation)),
        );
    }
    if let Some(error) = &executed.error {
        put(page, &format!("<pre class=\"error\">{}</pre>", escaped(&first_lines(error, LINES))));
    }
    if executed.repeats.len() > 1 {
        let repeats: Vec<String> = executed.repeats.iter().map(ToString::to_string).collect();
        put(page, &format!("<p>Repeats: {}</p>", repeats.join(", ")));
    }
    if let Some(because) = entry.stands_because() {
        put(page, &format!("<p class=\"stands\">{}</p>", escaped(because)));
    }
}

fn steps(
    page: &mut String,
    evidence: &Evidence,
    entry: &Entry<'_>,
    executed: &ScenarioDocument,
    streams: &mut Streams,
) {
    if executed.steps.is_empty() {
        return;
    }
    page.push_str("<h3>Commands</h3>\n<ol class=\"steps\">\n");
    for (number, step) in executed.steps.iter().enumerate() {
        let failures: Vec<_> =
            entry.failures().filter(|check| check.step == Some(number)).collect();
        let shown = streams.take(entry.tone(), step);
        let empty = step.stdout.trim().is_empty() && step.stderr.trim().is_empty();
        let head = format!(
            "<code>{}</code> <span class=\"exit\">{} · {}</span>",
            escaped(&command(step)),
            ending(step),
            time(step.duration_ms)
        );
        if failures.is_empty() && (empty || !shown) {
            put(page, &format!("<li>{head}</li>"));
            continue;
        }
        let open = if failures.is_empty() { "" } else { " open" };
        put(page, &format!("<li><details{open}><summary>{head}</summary>"));
        for check in failures {
            failed(page, evidence, executed, check);
        }
        if shown && !empty {
            page.push_str("<div class=\"pair\">");
            stream(page, "stdout", &step.stdout);
            stream(page, "stderr", &step.stderr);
            page.push_str("</div>\n");
        }
        page.push_str("</details></li>\n");
    }
    page.push_str("</ol>\n");
}

fn stream(page: &mut String, name: &str, text: &str) {
    let text = text.trim_end();
    let text = if text.is_empty() {
        "<p class=\"nothing\">nothing</p>".to_owned()
    } else {
        format!("<pre>{}</pre>", escaped(text))
    };
    put(page, &format!("<div><h4>{name}</h4>{text}</div>"));
}
