//! The diagnostic line of the final sync, and what else a command prints around it.
//!
//! The contract `sync-diagnostics-output` and seed 000 (section 1) give the line its form; issue 4 (FR-002 to FR-006)
//! says what may stand beside it. Text in, a reading out: what a reading means for a release is for a scenario to judge.
//!
//! A diagnostic is one line. The sandbox's terminal is 400 columns wide, and the product does not wrap diagnostics.

mod diagnostic;
mod reading;
mod sign;
mod stdout;
mod terminal;

pub use diagnostic::{Diagnostic, code};
pub use reading::{Quote, StderrReading};
pub use sign::Sign;
pub use stdout::mentions_diagnostic;
