//! Layer 3 of kitty-gate: plans, runs, records, judges and reports.
//!
//! Data flows one way: arguments, plan, jobs, events, verdicts, document, exit code.

pub mod certify;
pub mod cli;
pub mod console;
pub mod document;
pub mod draft;
pub mod gate;
pub mod matrix;
pub mod merge;
pub mod observed;
pub mod plan;
pub mod record;
pub mod recorded;
pub mod reference;
pub mod report;
pub mod repro;
pub mod requirements;
pub mod runner;
pub mod session;
pub mod shard;
mod text;
pub mod verdict;
mod whole_file;
