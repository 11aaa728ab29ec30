//! A finished command in the hands of a scenario.

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use support::check::Judgement;
use support::process::{Exit, Finished, Stream};

use super::{Abort, CheckRecord, Observation, Recorder};
use crate::check_spec::CheckSpec;
use crate::contract::sync_diagnostic::{StderrReading, mentions_diagnostic};
use crate::contract::{DocumentFault, one_document};
use crate::traceback::exception_name;

/// How much of a stream a judgement quotes, in bytes.
const QUOTE: usize = 1500;

/// A finished command, to be judged.
#[derive(Debug)]
#[must_use = "a command that nobody checks proves nothing"]
pub struct Step {
    index: usize,
    argv: Vec<String>,
    finished: Finished,
    recorder: Arc<dyn Recorder>,
    scrubs: Vec<(String, String)>,
}

impl Step {
    pub(super) fn new(
        index: usize,
        argv: Vec<String>,
        finished: Finished,
        recorder: Arc<dyn Recorder>,
        scrubs: Vec<(String, String)>,
    ) -> Self {
        Self { index, argv, finished, recorder, scrubs }
    }

    /// Judges this command by `expectation` and records it under the check's id.
    pub fn check(&self, check: CheckSpec, expectation: impl FnOnce(&Self) -> Judgement) {
        self.record(check.id, expectation(self));
    }

    /// The one JSON document on stdout; anything else fails the check and ends the scenario.
    pub fn document(&self, check: CheckSpec) -> Result<Value, Abort> {
        let document = self.try_document();
        self.record(check.id, self.is_one_document());
        document.map_err(|_| Abort::OnCheck(check.id.to_owned()))
    }

    /// The one JSON document on stdout, if that is what it is.
    pub fn try_document(&self) -> Result<Value, DocumentFault> {
        match self.finished.stdout.bytes() {
            Ok(bytes) => one_document(&bytes),
            Err(_) => Err(DocumentFault::TooLarge),
        }
    }

    /// Judges whether its stdout is exactly one JSON document.
    pub fn is_one_document(&self) -> Judgement {
        let expected = "one JSON document on stdout";
        let Err(fault) = self.try_document() else {
            return Judgement::pass(expected, "one JSON document");
        };
        let signature = match self.traceback() {
            Some(error) => format!("{fault}, {error}"),
            None => fault.to_string(),
        };
        Judgement::fail(signature, expected, self.quote())
    }

    /// The exception that a traceback on either stream ends with, as `traceback: Name`.
    pub fn traceback(&self) -> Option<String> {
        [self.stderr_text(), self.stdout_text()].iter().find_map(|text| exception_name(text))
    }

    /// Whether both streams are empty, but for white space.
    pub fn says_nothing(&self) -> bool {
        self.stdout_text().trim().is_empty() && self.stderr_text().trim().is_empty()
    }

    /// How it ended.
    pub fn exit(&self) -> Exit {
        self.finished.exit
    }

    /// The command line.
    pub fn argv(&self) -> &[String] {
        &self.argv
    }

    /// Its stdout as text, invalid UTF-8 replaced; beyond 8 MiB its beginning and its end.
    pub fn stdout_text(&self) -> String {
        whole_text(&self.finished.stdout)
    }

    /// Its stderr, likewise.
    pub fn stderr_text(&self) -> String {
        whole_text(&self.finished.stderr)
    }

    /// From its start to its end.
    pub fn duration(&self) -> Duration {
        self.finished.duration
    }

    /// The same, without the time in which others on the machine held it up. A release is judged by this where
    /// it must take less than some seconds.
    pub fn own_time(&self) -> Duration {
        self.finished.duration.saturating_sub(self.finished.held_up)
    }

    /// Whether the signal of an interrupt reached it before it had ended.
    pub fn was_interrupted(&self) -> bool {
        self.finished.interrupted.is_some()
    }

    /// What it computed: user and system time, with that of descendants it waited for.
    pub fn cpu(&self) -> Duration {
        self.finished.cpu
    }

    /// From its last byte on stdout to its end, where it printed something; to some 4 ms.
    pub fn tail(&self) -> Option<Duration> {
        self.finished.tail
    }

    /// Its stderr, read for the hygiene of the final sync.
    pub fn hygiene(&self) -> Result<StderrReading, Abort> {
        Ok(StderrReading::of(&fs_err::read(self.finished.stderr.path())?))
    }

    /// Whether its stdout holds anything that looks like a diagnostic.
    pub fn stdout_mentions_diagnostic(&self) -> bool {
        mentions_diagnostic(self.stdout_text().as_bytes())
    }

    /// Exit and the beginning and end of both streams, for the observed side of a judgement.
    pub fn quote(&self) -> String {
        let part = |name, stream: &Stream| {
            let text = stream.excerpt(QUOTE).unwrap_or_else(|error| error.to_string());
            if text.trim().is_empty() {
                format!("{name}: nothing")
            } else {
                format!("{name}:\n{}", text.trim_end())
            }
        };
        format!(
            "{}\n{}\n{}",
            self.finished.exit,
            part("stdout", &self.finished.stdout),
            part("stderr", &self.finished.stderr)
        )
    }

    fn record(&self, id: &str, judgement: Judgement) {
        let scrub = |text: &str| {
            self.scrubs.iter().fold(text.to_owned(), |text, (path, name)| text.replace(path, name))
        };
        let check = CheckRecord::new(id, Some(self.index), judgement).scrubbed(scrub);
        self.recorder.record(Observation::Check(check));
    }
}

/// A stream too large for memory is never taken for an empty one.
fn whole_text(stream: &Stream) -> String {
    match stream.bytes() {
        Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
        Err(_) => stream.excerpt(LARGE_QUOTE).unwrap_or_else(|error| error.to_string()),
    }
}

/// How much of a stream that does not fit into memory is looked at, in bytes.
const LARGE_QUOTE: usize = 1024 * 1024;
