//! The record of a run: an append-only stream of events, the only truth about it.
//!
//! Everything else (the run document, `show`, the repro script, the exit code) is a pure function
//! of these events, so a run that was killed at any moment can still be reported.

mod event;
mod journal;
mod read;
mod whole;

pub use event::{
    Closing, Ended, Event, FORMAT, Header, Line, PlannedCheck, PlannedScenario, RunProduct, VERSION,
};
pub use journal::{EVENTS_FILE, Journal, ScenarioRecorder};
pub use read::{ReadError, read_events};
