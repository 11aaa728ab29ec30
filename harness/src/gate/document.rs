//! The gate document: the decision on a release and what it rests on. What `gate --json` prints.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::record::RunProduct;
use crate::verdict::Verdict;

/// The name of the format.
pub const FORMAT: &str = "kitty-gate/gate";
/// Its version; raised when a reader of the old one would be misled.
pub const VERSION: u32 = 1;
/// The file's name in the run's folder.
pub const GATE_FILE: &str = "gate.json";

/// May it ship?
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Decision {
    /// All that is required was proven, or fails exactly as a live expectation says.
    Open,
    /// The same, but for scenarios which the environment prevented and an operator answers for.
    OpenWithExceptions,
    /// Something required was not proven, or kitty-gate itself broke.
    Incomplete,
    /// The release breaks a promise that nobody expected it to break, or an expectation is not true.
    Closed,
}

/// How a scenario stands at the gate.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// It was proven.
    Pass,
    /// It fails exactly as live expectations say.
    Known,
    /// The environment prevented it, and an operator exception covers it.
    Excepted,
    /// The release never promised it. Its failure counts, where it was played.
    NotPromised,
    /// It was to be played, and nothing was proven.
    Skip,
    /// It is required, and the run does not have it.
    Missing,
    /// kitty-gate itself broke, or a control failed.
    Error,
    /// Its repeats differ.
    Flaky,
    /// It does better than an expectation says, which has to go, or to say less.
    Fixed,
    /// An expectation has expired: somebody has to look again.
    Expired,
    /// A check failed that nobody expected to fail, or failed in another way.
    Fail,
}

impl Standing {
    /// All of them, the worst last.
    pub const ALL: [Self; 11] = [
        Self::Pass,
        Self::Known,
        Self::Excepted,
        Self::NotPromised,
        Self::Skip,
        Self::Missing,
        Self::Error,
        Self::Flaky,
        Self::Fixed,
        Self::Expired,
        Self::Fail,
    ];
}

impl std::fmt::Display for Standing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.serialize(f)
    }
}

/// A decision, and all that it rests on. A pure function of the recorded run, the expectations, the
/// exceptions and the day.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct GateDocument {
    /// Always `kitty-gate/gate`.
    pub format: String,
    /// Version of the format.
    pub version: u32,
    /// Id of the run that was judged.
    pub run_id: String,
    /// The product of the run.
    pub product: RunProduct,
    /// The day of the decision, on which expectations and exceptions were held against: `2026-11-21`.
    pub decided_on: String,
    /// The decision.
    pub decision: Decision,
    /// Whether kitty-gate itself broke, so that the decision cannot be more than incomplete.
    pub broken: bool,
    /// Why, the gravest first, each a sentence for a person.
    pub because: Vec<String>,
    /// How often each scenario has to be played, all alike, to count.
    pub repeat: u32,
    /// How many scenarios stand how; every standing is listed.
    pub totals: BTreeMap<Standing, usize>,
    /// Every scenario that is required or was played, in the order of the catalogue.
    pub scenarios: Vec<GatedScenario>,
    /// The promises of the floor, without which nothing else counts.
    pub floor: Vec<GatedPromise>,
    /// The operator exceptions that were brought, and what became of each.
    pub exceptions: Vec<GatedException>,
}

/// A scenario at the gate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct GatedScenario {
    /// Its id.
    pub id: String,
    /// Whether the decision needs it: the release promised it, or it belongs to the floor.
    pub required: bool,
    /// How it stands.
    pub standing: Standing,
    /// What the run says of it; `null` where the run does not have it.
    pub verdict: Option<Verdict>,
    /// Why it stands so, in one sentence; empty for a pass.
    pub because: String,
    /// The checks that failed, and those that an expectation speaks of.
    pub checks: Vec<GatedCheck>,
}

/// A check that failed, or that an expectation speaks of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct GatedCheck {
    /// Its id.
    pub id: String,
    /// How it failed; `null` where it held or was not judged.
    pub signature: Option<String>,
    /// What the expectations say of it.
    pub matched: Match,
    /// The expectation that speaks of it for this release, if one does.
    pub expectation: Option<MatchedExpectation>,
}

/// What expectations say of a check.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Match {
    /// It fails exactly as a live expectation says.
    Known,
    /// It was not judged, for the scenario ended before, and an expectation says so, or accepts its failure.
    Unjudged,
    /// It was not judged, and nobody expected that: whether it holds is not known.
    Unproven,
    /// An expectation says that it is not judged, and it was.
    Judged,
    /// An expectation says that it fails, and it held.
    Fixed,
    /// The expectation has expired.
    Expired,
    /// It fails in another way than the expectation says.
    Otherwise,
    /// It fails, and expectations for it are for other releases only.
    OutOfRange,
    /// It fails, and nobody expected it.
    Unexpected,
}

/// The expectation that speaks of a check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MatchedExpectation {
    /// Where it stands, as `file:line`.
    pub at: String,
    /// How the check is expected to fail.
    pub signature: String,
    /// The releases that it is for, as PEP 440 specifiers; any of them.
    pub releases: Vec<String>,
    /// Why it is accepted for now.
    pub reason: String,
    /// Where it is followed up.
    pub issue: String,
    /// Who answers for it.
    pub owner: String,
    /// The last day on which it counts.
    pub expires: String,
}

/// A promise of the floor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct GatedPromise {
    /// Its name in gate 3 of a mission review.
    pub name: String,
    /// The scenarios that prove it on this release.
    pub scenarios: Vec<String>,
    /// How the worst of them stands.
    pub standing: Standing,
}

/// An operator exception.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct GatedException {
    /// Its file, as it was given.
    pub file: String,
    /// The scenario that it covers.
    pub scenario: String,
    /// Who answers for it.
    pub operator: String,
    /// When it was written.
    pub date: String,
    /// What becomes of it afterwards.
    pub follow_up: String,
    /// Whether the decision rests on it.
    pub used: bool,
    /// Why not, as `file:line: reason`; empty where it is used.
    pub refused: String,
}
