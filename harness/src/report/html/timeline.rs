//! When each scenario and each command was run, by which worker: data that the script draws.

use serde_json::{Value, json};

use super::escape::data;
use crate::document::{AttemptDocument, ScenarioDocument};
use crate::report::Evidence;
use crate::report::entry::Entry;
use crate::text::put;

/// An empty section, and what fills it.
pub fn section(page: &mut String, evidence: &Evidence, entries: &[Entry<'_>]) {
    let times: Vec<Value> = entries
        .iter()
        .enumerate()
        .flat_map(|(number, entry)| {
            let executed = entry.executed.into_iter();
            executed.flat_map(move |executed| {
                let attempts = executed.attempts.iter();
                attempts.filter_map(move |attempt| times(number, executed, attempt))
            })
        })
        .collect();
    if times.is_empty() {
        return;
    }
    page.push_str(
        "<section id=\"timeline\" class=\"scripted\" hidden aria-labelledby=\"timeline-title\"><h2 id=\"timeline-title\">Timeline</h2>\n\
         <p class=\"hint\" id=\"timeline-hint\">One lane for each worker; the darker parts are commands. Arrow keys move, Enter opens the scenario.</p>\n\
         <div class=\"tools\"><button type=\"button\" data-zoom=\"2\">Zoom in</button><button type=\"button\" data-zoom=\"0.5\">Zoom out</button></div>\n\
         <div class=\"lanes\" tabindex=\"0\" role=\"group\" aria-describedby=\"timeline-hint\"></div>\n\
         <p class=\"at\" role=\"status\" aria-live=\"polite\"></p></section>\n",
    );
    let value = json!({"wall": evidence.run().wall_ms, "times": times});
    put(page, &format!("<script type=\"application/json\" id=\"times\">{}</script>", data(&value)));
}

/// `[place in the list, worker, at, duration, repeat, [[at, duration], ...]]`, all in milliseconds; commands where they
/// are of this repeat.
fn times(number: usize, executed: &ScenarioDocument, attempt: &AttemptDocument) -> Option<Value> {
    let (worker, at) = (attempt.worker?, attempt.at_ms?);
    let mut clock = 0;
    let shown = executed.shown == Some(attempt.number);
    let steps: Vec<Value> = executed
        .steps
        .iter()
        .filter(|_| shown)
        .map(|step| {
            // Records of old say only how long each took: one after the other, then.
            let from = step.at_ms.unwrap_or(clock);
            clock = from + step.duration_ms;
            json!([from, step.duration_ms])
        })
        .collect();
    let duration = attempt.duration_ms.unwrap_or(clock);
    Some(json!([number, worker, at, duration, attempt.number, steps]))
}
