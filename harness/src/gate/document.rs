//! The gate document: the decision on a release and what it rests on. What `gate --json` prints.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::record::RunProduct;
use crate::verdict::Verdict;

/// The name of the format.
pub const FORMAT: &str = "kitty-gate/gate";
/// Its version; raised when a reader of the old one would be misled.
pub const VERSION: u32 = 3;
/// The file's name in the run's folder.
pub const GATE_FILE: &str = "gate.json";

/// May it ship?
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Decision {
    /// All that is required was proven, or fails as a live known failure says, or does better.
    Open,
    /// The same, but for scenarios which the environment prevented and an operator answers for.
    OpenWithExceptions,
    /// Something required was not proven, or kitty-gate itself broke.
    Incomplete,
    /// The release breaks a promise that nobody expected it to break, or a known failure has expired. With
    /// `--strict` also: a known failure is not true any more.
    Closed,
}

impl Decision {
    /// Its name, as people read it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::OpenWithExceptions => "open with exceptions",
            Self::Incomplete => "incomplete",
            Self::Closed => "closed",
        }
    }

    /// What it means for the release: the same words wherever a decision is told.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Open => "it may ship",
            Self::OpenWithExceptions => "it may ship, and operators answer for what was not proven",
            Self::Incomplete => "it may not ship yet: not everything was proven",
            Self::Closed => "it may not ship",
        }
    }
}

/// How a scenario stands at the gate.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// It was proven.
    Pass,
    /// It was repaired, whole or in part: a known failure says that it fails, or is not judged, and it holds. The
    /// entry has to go, or to say less; what else fails is known.
    Fixed,
    /// It fails exactly as live known failures say.
    Known,
    /// The environment prevented it, and an operator exception covers it.
    Excepted,
    /// The release never promised it. Its failure counts, where it was run.
    NotPromised,
    /// It was to be run, and nothing was proven.
    Skip,
    /// It is required, and the run does not have it.
    Missing,
    /// kitty-gate itself broke, or a control failed.
    Error,
    /// Its repeats differ.
    Flaky,
    /// A known failure has expired: somebody has to look again.
    Expired,
    /// A check failed that nobody expected to fail, or failed in another way.
    Fail,
}

impl Standing {
    /// All of them, the worst last.
    pub const ALL: [Self; 11] = [
        Self::Pass,
        Self::Fixed,
        Self::Known,
        Self::Excepted,
        Self::NotPromised,
        Self::Skip,
        Self::Missing,
        Self::Error,
        Self::Flaky,
        Self::Expired,
        Self::Fail,
    ];
}

impl std::fmt::Display for Standing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.serialize(f)
    }
}

/// A decision, and all that it rests on. A pure function of the recorded run, the known failures, the
/// exceptions and the day.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct GateDocument {
    /// Always `kitty-gate/gate`.
    pub format: String,
    /// Version of the format.
    pub version: u32,
    /// Id of the run that was judged.
    pub run_id: String,
    /// SHA-256 of the record that was decided on (`events.jsonl`), in lower-case hex: of a record that is another one
    /// by now, the decision says nothing.
    pub record_sha256: String,
    /// The product of the run.
    pub product: RunProduct,
    /// The day of the decision, with which known failures and exceptions were compared: `2026-11-21`.
    pub decided_on: String,
    /// The decision.
    pub decision: Decision,
    /// Whether kitty-gate itself broke, so that the decision cannot be more than incomplete.
    pub broken: bool,
    /// Why, the gravest first, each a sentence for a person.
    pub because: Vec<String>,
    /// How much of what is required was really judged.
    pub judged: Judged,
    /// Whether a known failure that is not true any more closes the gate (`--strict`).
    pub strict: bool,
    /// How many operator exceptions the gate takes (`--max-exceptions`); `null` where nobody said.
    pub max_exceptions: Option<u32>,
    /// How often each scenario has to be run, all alike, to count.
    pub repeat: u32,
    /// How many scenarios stand how; every standing is listed.
    pub totals: BTreeMap<Standing, usize>,
    /// Every scenario that is required or was run, in the order of the catalogue.
    pub scenarios: Vec<GatedScenario>,
    /// The promises of the core, without which nothing else counts.
    pub core: Vec<GatedPromise>,
    /// The operator exceptions that were brought, and what became of each.
    pub exceptions: Vec<GatedException>,
}

/// How much of what is required was really judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Judged {
    /// Required scenarios whose checks were evaluated as often as the gate asks, whatever came of it.
    pub scenarios: usize,
    /// Required scenarios.
    pub required: usize,
}

impl std::fmt::Display for Judged {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} of {} judged", self.scenarios, self.required)
    }
}

/// What kept a required scenario from being judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum NotJudged {
    /// It was tried, and the machine prevented it. An operator exception can cover this, and nothing else.
    Prevented,
    /// The machine stopped it before any command of it began: it was not tried.
    NotStarted,
    /// Nobody ran it, or not to its end, or not often enough.
    NotRun,
    /// It was run and did not come to all that it is to judge; the machine is not at fault.
    NotReached,
    /// kitty-gate itself broke, or a control failed.
    Broken,
}

/// A scenario at the gate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct GatedScenario {
    /// Its id.
    pub id: String,
    /// Whether the decision needs it: the release promised it, or it belongs to the core.
    pub required: bool,
    /// How it stands.
    pub standing: Standing,
    /// What the run says of it; `null` where the run does not have it.
    pub verdict: Option<Verdict>,
    /// What kept it from being judged; `null` where it was judged, or is not required.
    pub not_judged: Option<NotJudged>,
    /// Why it stands so, in one sentence; empty for a pass.
    pub because: String,
    /// The checks that failed, and those that a known failure names.
    pub checks: Vec<GatedCheck>,
}

/// A check that failed, or that a known failure names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct GatedCheck {
    /// Its id.
    pub id: String,
    /// How it failed; `null` where it held or was not judged.
    pub signature: Option<String>,
    /// How it compares with the known failures.
    pub matched: Match,
    /// The known failure of this release that it was compared with, if there is one.
    pub known_failure: Option<KnownFailureDocument>,
}

/// How a check compares with the known failures.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Match {
    /// It fails exactly as a live known failure says.
    Known,
    /// It was not judged, for the scenario ended before, and a known failure says so, or accepts its failure.
    Unjudged,
    /// It was not judged, and nobody expected that: whether it holds is not known.
    Unproven,
    /// A known failure says that it is not judged, and it was, and does not fail unexpectedly.
    Judged,
    /// A known failure says that it fails, and it held.
    Fixed,
    /// The known failure has expired.
    Expired,
    /// It fails in another way than the known failure.
    Otherwise,
    /// It fails, and the known failures of it are for other releases only.
    OutOfRange,
    /// It fails, and nobody expected it.
    Unexpected,
}

impl std::fmt::Display for Match {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.serialize(f)
    }
}

/// A known failure, as the decision quotes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct KnownFailureDocument {
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
    /// The day on which it was written.
    pub written: String,
    /// The last day on which it counts.
    pub expires: String,
}

/// A promise of the core.
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
