//! Writes the events of a run, one line each, as they happen.

use std::io::{self, Write};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use scenarios::stage::{Observation, Recorder};
use serde::Serialize;

use super::{Event, Header};

/// The file's name in the run's folder.
pub const EVENTS_FILE: &str = "events.jsonl";

/// Told of every event after it was written.
pub type Listener = Box<dyn Fn(&Event) + Send + Sync>;

/// The open record of a run.
pub struct Journal {
    file: Mutex<fs_err::File>,
    /// The first failure to write. A record with a hole is no record.
    failure: Mutex<Option<io::Error>>,
    listener: Listener,
}

impl std::fmt::Debug for Journal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Journal").finish_non_exhaustive()
    }
}

impl Journal {
    /// Begins the record of a run in `dir`, which exists.
    pub fn begin(dir: &Path, header: &Header, listener: Listener) -> io::Result<Self> {
        let mut file = fs_err::OpenOptions::new()
            .create_new(true)
            .append(true)
            .open(dir.join(EVENTS_FILE))?;
        write_line(&mut file, header)?;
        Ok(Self {
            file: Mutex::new(file),
            failure: Mutex::new(None),
            listener,
        })
    }

    /// Appends an event and hands it to the kernel: a kill after this call loses nothing of it.
    pub fn append(&self, event: &Event) {
        let written = write_line(
            &mut self.file.lock().unwrap_or_else(PoisonError::into_inner),
            event,
        );
        if let Err(error) = written {
            let mut failure = self.failure.lock().unwrap_or_else(PoisonError::into_inner);
            failure.get_or_insert(error);
        }
        (self.listener)(event);
    }

    /// The first failure to write, if there was one.
    pub fn take_failure(&self) -> Option<io::Error> {
        self.failure
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take()
    }
}

/// One write per line, so that lines of several workers do not mix.
fn write_line(file: &mut fs_err::File, value: &impl Serialize) -> io::Result<()> {
    let mut line = serde_json::to_vec(value)?;
    line.push(b'\n');
    file.write_all(&line)
}

/// Files what a stage reports under its scenario.
#[derive(Debug)]
pub struct ScenarioRecorder {
    journal: Arc<Journal>,
    scenario: String,
    attempt: u32,
}

impl ScenarioRecorder {
    /// A recorder for one attempt at a scenario.
    pub fn new(journal: Arc<Journal>, scenario: &str, attempt: u32) -> Self {
        Self {
            journal,
            scenario: scenario.to_owned(),
            attempt,
        }
    }
}

impl Recorder for ScenarioRecorder {
    fn record(&self, observation: Observation) {
        self.journal.append(&Event::Observed {
            scenario: self.scenario.clone(),
            attempt: self.attempt,
            observation: Box::new(observation),
        });
    }
}
