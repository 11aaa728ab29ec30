//! The answer, why, and what was run.

use super::escape::{anchor, escaped};
use crate::document::Overall;
use crate::gate::{Decision, GateDocument};
use crate::record::Ended;
use crate::report::Evidence;
use crate::report::entry::{Entry, Tone};
use crate::report::subject;
use crate::report::words::{PACKAGE, counted, overall, time, wheel};
use crate::text::put;

/// The head of the page.
pub fn header(page: &mut String, evidence: &Evidence, entries: &[Entry<'_>]) {
    let run = evidence.run();
    let release = run.product.release.as_deref().unwrap_or("not provisioned");
    put(
        page,
        &format!(
            "<header class=\"top {}\">\n<p class=\"name\">{PACKAGE} <b>{}</b></p>",
            tone(evidence).word(),
            escaped(release)
        ),
    );
    if let Some(gate) = evidence.gate() {
        decided(page, gate);
    } else {
        let told = overall(run.overall());
        put(page, &format!("<h1>{}</h1>", sentence(told)));
        put(page, "<p class=\"why\">No decision was made on this run.</p>");
    }
    bar(page, entries);
    facts(page, evidence);
    page.push_str(
        "<nav aria-label=\"Sections\"><a href=\"#scenarios\">Scenarios</a> <a class=\"scripted\" hidden href=\"#timeline\">Timeline</a> \
         <a href=\"#requirements\">Requirements</a> <a href=\"#limitations\">Limitations</a></nav>\n</header>\n",
    );
}

fn tone(evidence: &Evidence) -> Tone {
    match (evidence.gate().map(|gate| gate.decision), evidence.run().overall()) {
        (Some(Decision::Open), _) | (None, Overall::Passed) => Tone::Good,
        (Some(Decision::OpenWithExceptions), _) => Tone::Known,
        (Some(Decision::Incomplete), _) | (None, Overall::Unproven) => Tone::Unproven,
        (Some(Decision::Closed), _) | (None, Overall::Failed) => Tone::Bad,
        (None, Overall::Broken) => Tone::Broken,
    }
}

fn decided(page: &mut String, gate: &GateDocument) {
    put(page, &format!("<h1>{}</h1>", sentence(gate.decision.meaning())));
    put(
        page,
        &format!(
            "<p class=\"why\">The gate is <b>{}</b>, decided on {}; <b>{}</b>.</p>",
            gate.decision.name(),
            escaped(&gate.decided_on),
            gate.judged
        ),
    );
    if !gate.because.is_empty() {
        page.push_str("<ul class=\"because\">\n");
        for why in &gate.because {
            put(page, &format!("<li>{}</li>", escaped(why)));
        }
        page.push_str("</ul>\n");
    }
    promises(page, gate);
    exceptions(page, gate);
}

fn promises(page: &mut String, gate: &GateDocument) {
    if gate.core.is_empty() {
        return;
    }
    page.push_str("<ul class=\"core\" aria-label=\"The core\">\n");
    for promise in &gate.core {
        let by = promise.scenarios.first().map(String::as_str).unwrap_or_default();
        put(
            page,
            &format!(
                "<li class=\"{}\"><a href=\"#{}\">{}</a> <b>{}</b></li>",
                Tone::from(promise.standing).word(),
                anchor(by),
                escaped(&promise.name.replace('_', " ")),
                promise.standing
            ),
        );
    }
    page.push_str("</ul>\n");
}

fn exceptions(page: &mut String, gate: &GateDocument) {
    if gate.exceptions.is_empty() {
        return;
    }
    page.push_str("<ul class=\"because\">\n");
    for one in &gate.exceptions {
        let counts = if one.used {
            "counts".to_owned()
        } else {
            format!("refused: {}", escaped(&one.refused))
        };
        put(
            page,
            &format!(
                "<li>Operator exception <code>{}</code> by {} ({}) for <a href=\"#{}\">{}</a> {counts}; follow-up: {}</li>",
                escaped(&one.file),
                escaped(&one.operator),
                escaped(&one.date),
                anchor(&one.scenario),
                escaped(&one.scenario),
                escaped(&one.follow_up)
            ),
        );
    }
    page.push_str("</ul>\n");
}

/// How many stand how, as a bar; the same in words is in the filter and in the list.
fn bar(page: &mut String, entries: &[Entry<'_>]) {
    let count = |tone| entries.iter().filter(|entry| entry.tone() == tone).count();
    let counts: Vec<(Tone, usize)> = Tone::ALL
        .into_iter()
        .map(|tone| (tone, count(tone)))
        .filter(|(_, count)| *count > 0)
        .collect();
    let all = entries.len().max(1);
    let words: Vec<String> =
        counts.iter().map(|(tone, count)| format!("{count} {}", plain(*tone))).collect();
    put(
        page,
        &format!(
            "<figure class=\"bar\"><svg viewBox=\"0 0 1000 10\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"{}\">",
            words.join(", ")
        ),
    );
    let mut done = 0;
    for (tone, count) in &counts {
        let (from, to) = (done * 1000 / all, (done + count) * 1000 / all);
        put(
            page,
            &format!(
                "<rect class=\"{}\" x=\"{from}\" y=\"0\" width=\"{}\" height=\"10\"/>",
                tone.word(),
                to - from
            ),
        );
        done += count;
    }
    page.push_str("</svg><figcaption>");
    for (tone, count) in &counts {
        put(
            page,
            &format!("<span class=\"{}\"><b>{count}</b> {}</span>", tone.word(), plain(*tone)),
        );
    }
    page.push_str("</figcaption></figure>\n");
}

fn plain(tone: Tone) -> &'static str {
    match tone {
        Tone::Bad => "broken promises",
        Tone::Broken => "not judged",
        Tone::Unproven => "not proven",
        Tone::Repaired => "repaired",
        Tone::Known => "accepted",
        Tone::Aside => "not promised",
        Tone::Good => "proven",
    }
}

/// What was run: in one line, and folded in full.
fn facts(page: &mut String, evidence: &Evidence) {
    let run = evidence.run();
    let ended = match run.ended {
        Ended::Completed => "",
        Ended::Interrupted => ", stopped by the operator",
        Ended::Killed => "killed, or still going on",
    };
    let python = escaped(run.product.python.as_deref().unwrap_or("unknown"));
    let network =
        run.network.map_or_else(|| "not closed".to_owned(), |network| network.to_string());
    let took = format!("{}{ended}", run.wall_ms.map_or_else(String::new, time));
    let began = format_time(&run.started_at);
    let executed = counted(run.repeat as usize, "time");
    let digest = wheel(&run.product).and_then(|wheel| wheel.sha256.as_deref());
    let code = |text: &str| format!("<code>{}</code>", escaped(text));
    put(
        page,
        &format!(
            "<details class=\"facts\"><summary>{began} · {took} · Python {python} · network {network}</summary>\n<dl>"
        ),
    );
    for (name, value) in [
        ("Asked for", escaped(&run.product.spec)),
        ("Installed by", escaped(&run.product.method)),
        ("Python", python),
        ("Network", network),
        ("Begun", began),
        ("Took", took),
        ("Runs", format!("{executed} each, {} at a time", run.jobs)),
        ("kitty-gate", escaped(&run.kitty_gate)),
        ("Run", code(&run.run_id)),
        ("Wheel, sha256", digest.map_or_else(|| "not known".to_owned(), code)),
    ]
    .into_iter()
    .chain(subject::facts(&run.product).into_iter().map(|(name, value)| (name, code(&value))))
    {
        put(page, &format!("<div><dt>{name}</dt><dd>{value}</dd></div>"));
    }
    page.push_str("</dl></details>\n");
    findings(page, evidence);
}

fn findings(page: &mut String, evidence: &Evidence) {
    for finding in &evidence.run().product.findings {
        put(
            page,
            &format!(
                "<p class=\"finding\"><b>{}</b> {}: {}</p>",
                escaped(&finding.code.to_string()),
                escaped(&finding.about),
                escaped(&finding.detail)
            ),
        );
    }
}

/// `2026-11-21T12:00:00.123Z`, as people write it.
fn format_time(at: &str) -> String {
    match at.get(..19) {
        Some(seconds) => escaped(&seconds.replacen('T', " ", 1)) + " UTC",
        None => escaped(at),
    }
}

fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|c| c.to_uppercase().to_string());
    escaped(&format!("{}{}", first.unwrap_or_default(), letters.as_str()))
}
