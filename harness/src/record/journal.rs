//! Writes the events of a run, one line each, as they happen.

use std::io::{self, Write};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use scenarios::context::{Abort, Observation, Recorder};
use serde::Serialize;
use support::process::kill_everything;

use super::{Closing, Event, Header};

/// The file's name in the run's folder.
pub const EVENTS_FILE: &str = "events.jsonl";

/// Told of every event after it was written.
pub type Listener = Box<dyn Fn(&Event) + Send + Sync>;

/// The open record of a run.
pub struct Journal {
    file: Mutex<RecordFile>,
    /// Why something of the run could not be kept. A record with a hole is no record: nothing is written, and
    /// nobody told, after it.
    failure: Mutex<Option<io::Error>>,
    /// Set with the failure: the run ends there.
    stop: Arc<AtomicBool>,
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
        let file =
            fs_err::OpenOptions::new().create_new(true).append(true).open(dir.join(EVENTS_FILE))?;
        let mut file = RecordFile { file, lines: 0 };
        file.write_line(header)?;
        Ok(Self {
            file: Mutex::new(file),
            failure: Mutex::new(None),
            stop: Arc::default(),
            listener,
        })
    }

    /// The same, and `stop` is set where the run cannot be kept.
    #[must_use]
    pub fn stopping(self, stop: Arc<AtomicBool>) -> Self {
        Self { stop, ..self }
    }

    /// Appends an event and hands it to the kernel: a kill after this call loses nothing of it. Only what was
    /// written is told of.
    pub fn append(&self, event: &Event) {
        // Held until the line is there: what another worker appends comes after it, or not at all.
        let mut file = lock(&self.file);
        if lock(&self.failure).is_some() {
            return;
        }
        if let Err(error) = file.write_event(event) {
            return self.fail(error);
        }
        drop(file);
        (self.listener)(event);
    }

    /// Something of the run could not be kept. The run ends here, with what is being run.
    pub fn fail(&self, error: io::Error) {
        lock(&self.failure).get_or_insert(error);
        self.stop.store(true, Ordering::Release);
        kill_everything();
    }

    /// Why the run could not be kept, if it could not.
    pub fn failure(&self) -> Option<io::Error> {
        let failure = lock(&self.failure);
        failure.as_ref().map(|error| io::Error::new(error.kind(), error.to_string()))
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The file, and how many lines it has.
struct RecordFile {
    file: fs_err::File,
    lines: usize,
}

impl RecordFile {
    /// Writes an event; the end of the run closes the record.
    fn write_event(&mut self, event: &Event) -> io::Result<()> {
        self.write_line(event)?;
        if matches!(event, Event::RunEnded { .. }) {
            self.write_line(&Closing { lines_above: self.lines })?;
        }
        Ok(())
    }

    /// One write per line, so that lines of several workers do not mix.
    fn write_line(&mut self, value: &impl Serialize) -> io::Result<()> {
        let mut line = serde_json::to_vec(value)?;
        line.push(b'\n');
        self.file.write_all(&line)?;
        self.lines += 1;
        Ok(())
    }
}

/// Files what a context reports under its scenario.
#[derive(Debug)]
pub struct ScenarioRecorder {
    journal: Arc<Journal>,
    scenario: String,
    attempt: u32,
}

impl ScenarioRecorder {
    /// A recorder for one attempt at a scenario.
    pub fn new(journal: Arc<Journal>, scenario: &str, attempt: u32) -> Self {
        Self { journal, scenario: scenario.to_owned(), attempt }
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

    fn not_kept(&self, error: io::Error) -> Abort {
        self.journal.fail(error);
        Abort::Interrupted
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicUsize;

    use super::*;
    use crate::record::Ended;

    #[test]
    fn what_could_not_be_written_is_not_told_and_stops_the_run() {
        let full = fs_err::OpenOptions::new().append(true).open("/dev/full").unwrap();
        let (told, stop) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicBool::new(false)));
        let counter = Arc::clone(&told);
        let journal = Journal {
            file: Mutex::new(RecordFile { file: full, lines: 1 }),
            failure: Mutex::default(),
            stop: Arc::clone(&stop),
            listener: Box::new(move |_| {
                counter.fetch_add(1, Ordering::Relaxed);
            }),
        };
        journal.append(&Event::RunEnded { how: Ended::Completed, wall_ms: 1 });
        assert_eq!(told.load(Ordering::Relaxed), 0);
        assert!(stop.load(Ordering::Relaxed) && journal.failure().is_some());
        // Nor is anything after it, had somebody made room.
        lock(&journal.file).file =
            tempfile::tempfile().map(|file| fs_err::File::from_parts(file, "new")).unwrap();
        journal.append(&Event::RunEnded { how: Ended::Completed, wall_ms: 2 });
        assert_eq!(told.load(Ordering::Relaxed), 0);
    }
}
