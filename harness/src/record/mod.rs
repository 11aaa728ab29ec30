//! The record of a run: an append-only stream of events, the only truth about it.
//!
//! Everything else (the run document, `show`, the repro script, the exit code) is a pure function
//! of these events, so a run that was killed at any moment can still be reported.

mod event;
mod journal;
mod read;
mod whole;

/// The folder of stdout and stderr of every command, in the run's folder.
pub const STREAMS: &str = "streams";
/// The folder of missions that the product had made before, packed, in the run's folder.
pub const WORLDS: &str = "worlds";

pub use event::{
    Closing, Ended, Event, FORMAT, Header, Line, PlannedCheck, PlannedScenario, RunProduct, VERSION,
};
pub use journal::{EVENTS_FILE, Journal, ScenarioRecorder};
pub use read::{ReadError, Record, read_record};
