//! What an answer says of where a mission stands.

use std::collections::BTreeMap;

use serde_json::Value;
use support::check::Judgement;

use crate::context::Step;

/// The lane of each work package.
pub(super) type Lanes = BTreeMap<String, String>;

/// The lanes in an answer of `agent tasks status`.
pub(super) fn lanes_in(document: &Value) -> Lanes {
    let packages = document.get("work_packages").and_then(Value::as_array);
    let text = |package: &Value, key: &str| Some(package.get(key)?.as_str()?.to_owned());
    packages
        .into_iter()
        .flatten()
        .filter_map(|package| Some((text(package, "id")?, text(package, "lane")?)))
        .collect()
}

/// The lanes after WP01 was claimed, as [`super::question::Question::ask`] wants them.
pub(super) fn first_claimed() -> Lanes {
    let lane = |(package, lane): (&str, &str)| (package.to_owned(), lane.to_owned());
    [("WP01", "claimed"), ("WP02", "planned")].map(lane).into()
}

/// Judges the lanes that `agent tasks status` shows.
pub(super) fn shows(expected: &Lanes) -> impl FnOnce(&Step) -> Judgement {
    move |step| {
        let wanted = format!("the lanes {}", render_lanes(expected));
        let document = match step.try_document() {
            Ok(document) => document,
            Err(fault) => return Judgement::fail(fault.to_string(), wanted, step.quote()),
        };
        let shown = lanes_in(&document);
        let wrong = expected.iter().find(|(package, lane)| shown.get(*package) != Some(lane));
        match wrong {
            None => Judgement::pass(wanted, render_lanes(&shown)),
            Some((package, _)) => {
                let lane = shown.get(package).map_or("nothing", String::as_str);
                Judgement::fail(format!("shows: {package}={lane}"), wanted, step.quote())
            }
        }
    }
}

/// The figures of [`first_claimed`] in other answers, by JSON pointer.
pub(super) const LIFECYCLE: &[(&str, u64)] = &[("/total_wps", 2), ("/active_wp_count", 1)];
pub(super) const PROGRESS: &[(&str, u64)] =
    &[("/progress/total_wps", 2), ("/progress/in_progress_wps", 1), ("/progress/planned_wps", 1)];

/// Judges the figures that a command tells.
pub(super) fn tells(expected: &'static [(&'static str, u64)]) -> impl FnOnce(&Step) -> Judgement {
    move |step| {
        let all: Vec<String> =
            expected.iter().map(|(place, figure)| format!("{place}={figure}")).collect();
        let wanted = format!("the figures {}", all.join(", "));
        let document = match step.try_document() {
            Ok(document) => document,
            Err(fault) => return Judgement::fail(fault.to_string(), wanted, step.quote()),
        };
        let wrong = expected.iter().find_map(|(place, figure)| {
            let told = document.pointer(place);
            (told.and_then(Value::as_u64) != Some(*figure))
                .then(|| format!("tells: {place}={}", told.unwrap_or(&Value::Null)))
        });
        match wrong {
            None => Judgement::pass(wanted, "these"),
            Some(wrong) => Judgement::fail(wrong, wanted, step.quote()),
        }
    }
}

fn render_lanes(lanes: &Lanes) -> String {
    let all: Vec<String> =
        lanes.iter().map(|(package, lane)| format!("{package}={lane}")).collect();
    all.join(", ")
}

/// Fields whose values differ from call to call, whatever becomes of the mission.
const VOLATILE: [&str; 6] =
    ["age_days", "last_activity_at", "minutes_since_commit", "prompt_file", "run_id", "timestamp"];

/// Where two answers differ first, as a JSON pointer without numbers; `None` where they agree.
pub(super) fn difference(one: &Value, other: &Value) -> Option<String> {
    match (one, other) {
        (Value::Object(one), Value::Object(other)) => {
            let keys = one.keys().chain(other.keys());
            keys.filter(|key| !VOLATILE.contains(&key.as_str())).find_map(|key| {
                let of = |fields: &serde_json::Map<String, Value>| {
                    fields.get(key).cloned().unwrap_or_default()
                };
                Some(format!("/{key}{}", difference(&of(one), &of(other))?))
            })
        }
        (Value::Array(one), Value::Array(other)) if one.len() == other.len() => one
            .iter()
            .zip(other)
            .find_map(|(one, other)| Some(format!("/N{}", difference(one, other)?))),
        _ => (one != other).then(String::new),
    }
}
