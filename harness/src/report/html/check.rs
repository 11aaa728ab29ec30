//! Checks: what was expected and observed, and by what each was seen to fail before.

use support::check::Outcome;

use super::escape::escaped;
use crate::document::{CheckDocument, ScenarioDocument};
use crate::report::Evidence;
use crate::report::words::counted;
use crate::text::put;

/// How many faults are named where a check failed, and where it held.
const FAULTS: (usize, usize) = (12, 2);

/// A check that did not hold: expected and observed side by side.
pub fn failed(
    page: &mut String,
    evidence: &Evidence,
    executed: &ScenarioDocument,
    check: &CheckDocument,
) {
    put(
        page,
        &format!(
            "<article class=\"check\"><h4><b>{}</b> <span class=\"tag\">{}</span> <code>{}</code></h4>\n\
             <div class=\"pair\"><div><h5>Expected</h5><pre>{}</pre></div><div><h5>Observed</h5><pre>{}</pre></div></div>",
            escaped(&check.id),
            escaped(&check.stands_for),
            escaped(check.signature.as_deref().unwrap_or_default()),
            escaped(check.expected.trim_end()),
            escaped(check.observed.trim_end())
        ),
    );
    if let Some(told) = known_failure(evidence, executed, check) {
        put(page, &format!("<p class=\"note\">{told}</p>"));
    }
    put(
        page,
        &format!(
            "<p class=\"note\">{}</p></article>",
            certified(evidence, executed, check, FAULTS.0)
        ),
    );
}

/// The checks that held, each with what makes it worth something.
pub fn held(page: &mut String, evidence: &Evidence, executed: &ScenarioDocument) {
    let held = || executed.checks.iter().filter(|check| check.outcome == Outcome::Pass);
    let own: Vec<_> = held().filter(|check| !is_standing(check)).collect();
    let standing = held().count() - own.len();
    if own.is_empty() && standing == 0 {
        return;
    }
    page.push_str("<h3>Held</h3>\n<ul class=\"held\">\n");
    for check in own {
        put(
            page,
            &format!(
                "<li>{} <small>{} · {}</small></li>",
                escaped(&check.id),
                escaped(&check.stands_for),
                certified(evidence, executed, check, FAULTS.1)
            ),
        );
    }
    if standing > 0 {
        put(
            page,
            &format!(
                "<li>{} <small>as in every scenario</small></li>",
                counted(standing, "standing check")
            ),
        );
    }
    page.push_str("</ul>\n");
}

/// The checks that the scenario did not come to.
pub fn unjudged(page: &mut String, executed: &ScenarioDocument) {
    if executed.unjudged.is_empty() {
        return;
    }
    page.push_str("<h3>Not judged</h3>\n<ul class=\"unjudged\">\n");
    for id in &executed.unjudged {
        put(page, &format!("<li>{}</li>", escaped(id)));
    }
    page.push_str("</ul>\n");
}

fn is_standing(check: &CheckDocument) -> bool {
    check.id.starts_with("sandbox/")
}

/// By what a check was seen to fail: without that, nothing would be proven by its holding.
fn certified(
    evidence: &Evidence,
    executed: &ScenarioDocument,
    check: &CheckDocument,
    names: usize,
) -> String {
    let Some(seen) = evidence.certified(executed, &check.id) else {
        return "seen to fail by the tests of kitty-gate".to_owned();
    };
    let mut told = Vec::new();
    let faults = seen.killed_by.len();
    if faults > 0 {
        let by_name: Vec<String> =
            seen.killed_by.iter().take(names).map(|name| escaped(name)).collect();
        let more = faults.saturating_sub(names);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        told.push(format!(
            "certified by {}: {}{more}",
            counted(faults, "fault"),
            by_name.join(", ")
        ));
    }
    if !seen.seen_on.is_empty() {
        told.push(format!("seen to fail on {}", escaped(&seen.seen_on.join(", "))));
    }
    if told.is_empty() {
        "seen to fail by the tests of kitty-gate".to_owned()
    } else {
        told.join("; ")
    }
}

/// The known failure that it was compared with.
fn known_failure(
    evidence: &Evidence,
    executed: &ScenarioDocument,
    check: &CheckDocument,
) -> Option<String> {
    let gated = evidence.gated(&executed.id)?;
    let checked = gated.checks.iter().find(|gated| gated.id == check.id)?;
    let expected = checked.known_failure.as_ref()?;
    Some(format!(
        "<b>{}</b>: {} ({}, {}, until {}, <code>{}</code>)",
        escaped(&checked.matched.to_string()),
        escaped(&expected.reason),
        escaped(&expected.issue),
        escaped(&expected.owner),
        escaped(&expected.expires),
        escaped(&expected.at)
    ))
}
