//! Layer 0 of kitty-gate: what every other layer stands on.
//!
//! Processes, sandboxes, network isolation, nested environments, product releases,
//! and the vocabulary of checks and skips. Nothing here knows what a mission or a scenario is.

pub mod canary;
pub mod check;
pub mod contention;
pub mod env_vars;
pub mod machine;
pub mod nested_env;
pub mod network;
pub mod process;
pub mod product;
pub mod sandbox;
pub mod shared_folders;
pub mod skip;
