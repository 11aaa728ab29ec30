//! From verdicts to a decision: may it ship?
//!
//! The decision is a pure function of a recorded run, of what is required of its release
//! ([`policy`]), of the known failures ([`known_failures`]), of what operators answer for
//! ([`exception`]), and of the day.

mod case;
mod decision;
mod document;
pub mod exception;
mod form_reader;
pub mod known_failures;
mod matching;
pub mod next;
mod not_judged;
pub mod policy;
mod problem;
mod standing;
mod verdicts;
mod weak;

pub use case::{Case, StrictOptions};
pub use decision::decide;
pub use document::{
    Decision, FORMAT, GATE_FILE, GateDocument, GatedCheck, GatedException, GatedPromise,
    GatedScenario, Judged, KnownFailureDocument, Match, NotJudged, Standing, VERSION,
};
pub(crate) use problem::is_handle;
pub use problem::{Problem, Refused};
