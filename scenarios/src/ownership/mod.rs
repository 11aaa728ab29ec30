//! The guard of a lane that two work packages share: the product's own pre-commit hook, with plain
//! git commits, as a person or an agent makes them (#951).

mod active;
mod ambiguous;
mod guard;
mod missing_context;
mod shared_lane;
mod stale;

use crate::scenario::{CheckSpec, Scenario};

/// The suite.
pub const SCENARIOS: &[&Scenario] =
    &[&active::SCENARIO, &stale::SCENARIO, &ambiguous::SCENARIO, &missing_context::SCENARIO];

/// What every check here stands for, but for a known defect.
const OWNERSHIP: &str = "reliability/active-ownership";

/// The refused commits changed nothing.
const NOTHING_COMMITTED: CheckSpec = CheckSpec::new(
    "nothing-is-committed",
    OWNERSHIP,
    "what is refused leaves the lane's tip as it was",
);
