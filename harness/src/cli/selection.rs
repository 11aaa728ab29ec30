//! What is wrong with a choice of scenarios, and what to choose instead.

use scenarios::Scenario;

use super::failure::Failure;
use crate::plan::{self, PlanError};

pub(super) fn plan_failure(error: &PlanError) -> Failure {
    let failure = Failure::usage("no-such-scenario", error.to_string());
    let PlanError::NothingMatches(word) = error else {
        return failure;
    };
    match plan::similar_to(word).as_slice() {
        [] => failure.hint("`kitty-gate list` names all scenarios"),
        similar => failure.hint(format!("did you mean {}?", similar.join(" or "))),
    }
}

/// A machine without anything to run would prove nothing, and look as if it had.
pub(super) fn enough_for(plan: &[&'static Scenario], parts: usize) -> Result<(), Failure> {
    if parts <= plan.len() {
        return Ok(());
    }
    let message = format!("{} scenarios cannot be cut into {parts} parts", plan.len());
    Err(Failure::usage("too-many-shards", message).hint("take fewer machines"))
}
