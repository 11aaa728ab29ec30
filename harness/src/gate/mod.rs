//! From verdicts to a decision: may it ship?

mod document;

pub use document::{
    Decision, FORMAT, GATE_FILE, GateDocument, GatedCheck, GatedException, GatedPromise,
    GatedScenario, Match, MatchedExpectation, Standing, VERSION,
};
