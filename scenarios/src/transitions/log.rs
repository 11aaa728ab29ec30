//! A mission's event log at one moment, as an outsider reads it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::Value;
use support::check::Judgement;

use crate::context::{Abort, Mission};

/// The file's name, in a mission's folder.
pub(super) const LOG: &str = "status.events.jsonl";

/// The bytes of a log at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Log {
    bytes: Vec<u8>,
}

/// Where a mission without a coordination branch keeps its log: in the primary checkout.
pub(super) fn path_of(mission: &Mission) -> PathBuf {
    mission.spec_dir().join(LOG)
}

impl Log {
    /// The mission's log as it is now.
    pub(super) fn of(mission: &Mission) -> Result<Self, Abort> {
        Ok(Self::read(&path_of(mission))?)
    }

    /// Any log; a folder or a missing file is an error.
    pub(super) fn read(path: &Path) -> std::io::Result<Self> {
        fs_err::read(path).map(|bytes| Self { bytes })
    }

    /// Its length in bytes.
    pub(super) fn size(&self) -> u64 {
        self.bytes.len() as u64
    }

    /// Every line, parsed; the number of each counts from 1.
    fn lines(&self) -> impl Iterator<Item = (usize, Result<Value, serde_json::Error>)> {
        self.bytes
            .split(|&byte| byte == b'\n')
            .enumerate()
            .filter(|(_, line)| !line.trim_ascii().is_empty())
            .map(|(index, line)| (index + 1, serde_json::from_slice(line)))
    }

    /// How many lines it has.
    pub(super) fn count(&self) -> usize {
        self.lines().count()
    }

    /// The numbers of the lines that are no JSON.
    pub(super) fn broken_lines(&self) -> Vec<usize> {
        self.lines().filter_map(|(number, line)| line.is_err().then_some(number)).collect()
    }

    /// Every line that can be read, in order.
    pub(super) fn events(&self) -> Vec<Value> {
        self.lines().filter_map(|(_, line)| line.ok()).collect()
    }

    /// The transitions of one work package, in order.
    pub(super) fn transitions_of(&self, package: &str) -> Vec<Value> {
        let mut events = self.events();
        events.retain(|event| event["wp_id"] == package && event["to_lane"].is_string());
        events
    }

    /// Where a work package stands; `None` before its first transition.
    pub(super) fn lane_of(&self, package: &str) -> Option<String> {
        let last = self.transitions_of(package).pop()?;
        last["to_lane"].as_str().map(str::to_owned)
    }

    /// Ids that more than one event has.
    pub(super) fn repeated_ids(&self) -> Vec<String> {
        let mut seen = BTreeSet::new();
        self.events()
            .iter()
            .filter_map(|event| event["event_id"].as_str())
            .filter(|id| !seen.insert((*id).to_owned()))
            .map(str::to_owned)
            .collect()
    }

    /// What was appended since `before`; `None` where the old bytes are not its beginning any more.
    pub(super) fn added_since(&self, before: &Self) -> Option<Self> {
        let rest = self.bytes.strip_prefix(before.bytes.as_slice())?;
        Some(Self { bytes: rest.to_owned() })
    }

    /// Judges that the old bytes are still there, and still its beginning.
    pub(super) fn keeps(&self, before: &Self) -> Judgement {
        let expected = "every byte that the log had, and the new ones after them";
        match self.added_since(before) {
            Some(added) => {
                let told = format!("{} old bytes, {} new", before.size(), added.size());
                Judgement::pass(expected, told)
            }
            None => Judgement::fail("old-bytes-changed", expected, self.summarize()),
        }
    }

    /// Judges that not one byte is different.
    pub(super) fn is_unchanged(&self, before: &Self) -> Judgement {
        let expected = "the log as it was, byte by byte";
        if self == before {
            return Judgement::pass(expected, format!("{} bytes, as before", self.size()));
        }
        let signature = match self.added_since(before) {
            Some(_) => "appended",
            None => "old-bytes-changed",
        };
        Judgement::fail(signature, expected, self.summarize())
    }

    /// Its transitions in a few words, for a judgement.
    pub(super) fn summarize(&self) -> String {
        let told: Vec<String> = self.lines().map(|(number, line)| tell(number, line)).collect();
        told.join("\n")
    }
}

fn tell(number: usize, line: Result<Value, serde_json::Error>) -> String {
    let Ok(event) = line else {
        return format!("line {number}: no JSON");
    };
    let word = |key: &str| event[key].as_str().unwrap_or("-").to_owned();
    match event["to_lane"].as_str() {
        Some(to) => format!(
            "line {number}: {} {} -> {to} by {}",
            word("wp_id"),
            word("from_lane"),
            word("actor")
        ),
        None => format!("line {number}: {}", word("event_type")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn log(text: &str) -> Log {
        Log { bytes: text.as_bytes().to_owned() }
    }

    const TWO: &str = "{\"event_id\":\"1\",\"wp_id\":\"WP01\",\"to_lane\":\"planned\"}\n{\"event_id\":\"2\",\"wp_id\":\"WP02\",\"to_lane\":\"planned\"}\n";

    #[test]
    fn what_was_added_is_told_only_where_the_old_bytes_stand() {
        let before = log(TWO);
        let more =
            format!("{TWO}{{\"event_id\":\"3\",\"wp_id\":\"WP01\",\"to_lane\":\"claimed\"}}\n");
        let after = log(&more);
        assert_eq!(after.added_since(&before).unwrap().count(), 1);
        assert_eq!(after.lane_of("WP01").unwrap(), "claimed");
        assert!(after.keeps(&before).held());
        assert_eq!(after.is_unchanged(&before).signature.unwrap(), "appended");
        let rewritten = log(&more.replace("planned", "Planned"));
        assert_eq!(rewritten.added_since(&before), None);
        assert_eq!(rewritten.keeps(&before).signature.unwrap(), "old-bytes-changed");
    }

    #[test]
    fn a_torn_line_and_a_repeated_id_are_found() {
        let torn = log(&format!("{TWO}{{\"event_id\":"));
        assert_eq!(torn.broken_lines(), [3]);
        assert!(torn.repeated_ids().is_empty());
        assert_eq!(log(&TWO.repeat(2)).repeated_ids(), ["1", "2"]);
    }
}
