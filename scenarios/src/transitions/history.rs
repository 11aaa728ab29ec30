//! Transitions that others have made before, written into the log by hand.

use std::fmt::Write;

use serde_json::json;

use super::by_hand;
use super::log::{LOG, Log};
use crate::context::{Abort, Mission, TestContext};

/// The way from planned to done, as the product's own data model has it (seed 003).
pub(super) const WAY: [&str; 7] =
    ["planned", "claimed", "in_progress", "for_review", "in_review", "approved", "done"];

/// How a planned work package came to this lane.
pub(super) fn way_to(lane: &'static str) -> Vec<(&'static str, &'static str)> {
    match WAY.iter().position(|known| *known == lane) {
        Some(place) => WAY[..=place].windows(2).map(|pair| (pair[0], pair[1])).collect(),
        None => vec![(WAY[0], lane)],
    }
}

/// Appends transitions of a work package to the log, as somebody's earlier commands would have.
pub(super) fn append(
    context: &mut TestContext<'_>,
    mission: &Mission,
    package: &str,
    steps: &[(&str, &str)],
) -> Result<(), Abort> {
    if steps.is_empty() {
        return Ok(());
    }
    let events = Log::of(mission)?.events();
    // Releases put events in order by moment, then by id.
    let latest = events.iter().filter_map(|event| event["at"].as_str()).max();
    let mut lines = String::new();
    for (number, (from, to)) in steps.iter().enumerate() {
        let event = json!({
            "actor": "somebody",
            "at": latest,
            "event_id": format!("01ZZZZZZZZ00000000000000{number:02}"),
            "evidence": null,
            "execution_mode": "worktree",
            "force": false,
            "from_lane": from,
            "mission_id": mission.id,
            "mission_slug": mission.slug,
            "policy_metadata": null,
            "reason": null,
            "review_ref": null,
            "to_lane": to,
            "wp_id": package,
        });
        // Writing into a String cannot fail.
        let _ = write!(lines, " '{event}'");
    }
    let log = format!("kitty-specs/{}/{LOG}", mission.slug);
    by_hand(context, mission, &format!("printf '%s\\n'{lines} >> {log}"))
}
