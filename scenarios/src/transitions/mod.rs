//! A reported transition is a durable event, and an interrupted one can be taken up again
//! (STA-001 to STA-004).

mod success_is_an_event;

use crate::scenario::Scenario;

/// The suite.
pub const SCENARIOS: &[&Scenario] = &[&success_is_an_event::SCENARIO];
