//! How long scenarios took in earlier runs, so that the longest begin first and no worker is left
//! alone with a long one at the end.

use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;

use scenarios::Scenario;

use crate::document::RunDocument;

/// Durations in milliseconds by scenario id, of the latest run that ended each.
#[derive(Debug)]
pub struct Durations {
    file: PathBuf,
    known: BTreeMap<String, u64>,
}

impl Durations {
    /// Reads what is known. Nothing known, or nothing readable, only costs order.
    pub fn read(file: PathBuf) -> Self {
        let known = fs_err::read(&file)
            .ok()
            .and_then(|text| serde_json::from_slice(&text).ok())
            .unwrap_or_default();
        Self { file, known }
    }

    /// Sorts the longest first. What was never timed is guessed by what it has to judge.
    pub fn longest_first(&self, plan: &mut [&'static Scenario]) {
        let guess = |scenario: &Scenario| 1_000 * scenario.checks.len() as u64;
        plan.sort_by_cached_key(|scenario| {
            let known = self.known.get(scenario.id).copied();
            std::cmp::Reverse(known.unwrap_or_else(|| guess(scenario)))
        });
    }

    /// Takes over what a run measured and writes it down, whole or not at all.
    pub fn learn(mut self, run: &RunDocument) -> io::Result<()> {
        for scenario in run.scenarios.iter().filter(|scenario| scenario.duration_ms > 0) {
            self.known.insert(scenario.id.clone(), scenario.duration_ms);
        }
        let draft = self.file.with_extension(format!("new-{}", std::process::id()));
        if let Some(dir) = self.file.parent() {
            fs_err::create_dir_all(dir)?;
        }
        fs_err::write(&draft, serde_json::to_vec_pretty(&self.known)?)?;
        fs_err::rename(draft, &self.file)
    }
}
