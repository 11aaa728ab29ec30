//! The product's published contracts: their schemas, as published, and typed readings of them.
//!
//! A schema judges whether a document keeps the contract; a typed reading lets a scenario talk
//! about its parts. Older and newer shapes that say the same are read into the same type, so that
//! a scenario judges the promise and one check (`result-schema`) judges the shape.

mod document;
mod mark_status;
mod merge;
mod review_prompt;
mod run_state;
mod schema;
pub mod sync_diagnostic;

pub use document::{DocumentFault, one_document};
pub use mark_status::{IdResult, MarkReply, Reported};
pub use merge::{DryRun, ShipBlocker};
pub use review_prompt::{ReviewPrompt, field};
pub use run_state::{IDENTITY, RUN_INDEX, RUN_STATE, RUNS, RunIndex, RunSnapshot};
pub use schema::Contract;
