//! The run document, for programs.

use super::Evidence;

/// The run document as JSON.
pub fn render(evidence: &Evidence) -> String {
    // Nothing in it can fail: its maps have names as keys, its numbers are finite.
    let mut text = serde_json::to_string_pretty(evidence.run()).unwrap_or_default();
    text.push('\n');
    text
}
