//! Hosted sync: what goes wrong at the end of a command that has succeeded locally is told once, on
//! stderr, in a form that can be read, and is no failure (FR-001 to FR-006, #952).
//!
//! The hosted service is ours, on loopback, and does what each scenario's recipe says. A release
//! that never calls it proves nothing here.

mod attempt;
mod bounded_retries;
mod codes;
mod ending_session;
mod expired_session;
mod fast_path;
mod healthy;
mod hygiene;
mod leaves_nothing;
mod lifecycle;
mod local_failure;
mod no_failure_wording;
mod opted_in;
mod unreachable;

use crate::scenario::Scenario;

/// The suite.
pub const SCENARIOS: &[&Scenario] = &[
    &healthy::SCENARIO,
    &codes::LOCK_UNAVAILABLE,
    &codes::AUTH_REFRESH,
    &codes::WEBSOCKET_OFFLINE,
    &codes::EVENT_LOOP,
    &codes::SERVER_AUTH,
    &bounded_retries::SCENARIO,
    &no_failure_wording::COLOURED,
    &no_failure_wording::ON_A_TERMINAL,
    &local_failure::SCENARIO,
    &unreachable::SCENARIO,
    &lifecycle::SCENARIO,
    &expired_session::SCENARIO,
    &leaves_nothing::SCENARIO,
    &fast_path::SCENARIO,
    &opted_in::HEALTHY,
    &opted_in::NOT_RENEWED,
    &ending_session::AUTH_REFRESH,
    &ending_session::SERVER_AUTH,
    &ending_session::EVENT_LOOP,
];
