//! For a job on GitHub.

use super::Evidence;

/// The summary.
pub fn summary(_: &Evidence) -> String {
    String::new()
}

/// The annotations.
pub fn annotations(_: &Evidence) -> String {
    String::new()
}
