//! One line of `events.jsonl`.

use std::path::PathBuf;

use scenarios::Scenario;
use scenarios::context::Observation;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use support::network::Isolation;
use support::product::{Finding, LockedPackage, Subject};

use crate::shard::Shard;

/// The name of the format, in the first line of the file.
pub const FORMAT: &str = "kitty-gate/events";
/// Its version; raised when a reader of the old one would be misled.
pub const VERSION: u32 = 2;

/// The first line: what the run set out to do.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Header {
    /// [`FORMAT`].
    pub format: String,
    /// [`VERSION`].
    pub version: u32,
    /// Id of the run.
    pub run_id: String,
    /// When it began, RFC 3339 in UTC.
    pub started_at: String,
    /// The kitty-gate that ran it.
    pub kitty_gate: String,
    /// What was driven.
    pub product: RunProduct,
    /// What was to be run; a scenario that is missing from the events was not.
    pub plan: Vec<PlannedScenario>,
    /// How often each scenario was to be run.
    pub repeat: u32,
    /// How many at a time.
    pub jobs: usize,
    /// The part of a run that several machines run; nothing for a whole one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shard: Option<Shard>,
}

/// The product of a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RunProduct {
    /// As given on the command line.
    pub spec: String,
    /// What that was when the run began; nothing for a published release, whose lock tells it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<Subject>,
    /// The release that it turned out to be; `None` when it would not say.
    pub release: Option<String>,
    /// The executable; `$KITTY_GATE_CACHE` stands for the store's folder.
    pub executable: PathBuf,
    /// How it was provisioned: `uv`, `pip`, or `executable` when it was installed already.
    pub method: String,
    /// The interpreter it runs on, as version.
    pub python: Option<String>,
    /// Every installed package.
    pub lock: Vec<LockedPackage>,
    /// What provisioning found out about the release.
    pub findings: Vec<Finding>,
}

/// A scenario of the plan, as it was declared when the run was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PlannedScenario {
    /// Its id.
    pub id: String,
    /// Its promise.
    pub title: String,
    /// The requirement ids that it covers.
    pub requirements: Vec<String>,
    /// The issues that it covers.
    pub issues: Vec<u32>,
    /// The checks that it has to judge.
    pub checks: Vec<PlannedCheck>,
}

/// A check that a scenario declared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PlannedCheck {
    /// Its id.
    pub id: String,
    /// The requirement or the known defect it stands for.
    pub stands_for: String,
    /// What it states.
    pub about: String,
}

impl From<&Scenario> for PlannedScenario {
    fn from(scenario: &Scenario) -> Self {
        Self {
            id: scenario.id.to_owned(),
            title: scenario.promise.to_owned(),
            requirements: scenario.requirements.iter().map(ToString::to_string).collect(),
            issues: scenario.issues.to_vec(),
            checks: scenario
                .declared_checks()
                .map(|check| PlannedCheck {
                    id: check.id.to_owned(),
                    stands_for: check.stands_for.to_owned(),
                    about: check.about.to_owned(),
                })
                .collect(),
        }
    }
}

/// Any later line.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum Event {
    /// A worker has closed its network.
    WorkerReady {
        /// Its number, from 0.
        worker: usize,
        /// How firmly.
        isolation: Isolation,
    },
    /// A scenario begins.
    ScenarioStarted {
        /// Its id.
        scenario: String,
        /// Which repeat, from 1.
        attempt: u32,
        /// The worker that runs it.
        worker: usize,
        /// Milliseconds since the run began.
        at_ms: u64,
    },
    /// Something happened in it.
    Observed {
        /// Its id.
        scenario: String,
        /// Which repeat.
        attempt: u32,
        /// What.
        observation: Box<Observation>,
    },
    /// It has ended. A scenario without this line was cut off.
    ScenarioEnded {
        /// Its id.
        scenario: String,
        /// Which repeat.
        attempt: u32,
        /// How long it took, in milliseconds.
        duration_ms: u64,
        /// The folder of its sandboxes, when it was left on disk.
        kept: Option<PathBuf>,
    },
    /// Something of the product's lies in folders that everybody may write to, and did not before.
    LeftOutside {
        /// Absolute paths.
        paths: Vec<PathBuf>,
    },
    /// The real HOME was touched: the sandbox leaks, and no verdict of the run can be trusted.
    HomeTouched {
        /// What changed, below HOME.
        paths: Vec<PathBuf>,
    },
    /// The run has ended. A run without this line was killed.
    RunEnded {
        /// How.
        how: Ended,
        /// Wall time of the whole run after provisioning, in milliseconds.
        wall_ms: u64,
    },
}

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Ended {
    /// Everything planned was run.
    Completed,
    /// The operator stopped it.
    Interrupted,
    /// It was killed, and says nothing about its end.
    Killed,
}

/// The last line of a run that has ended: a record that lost lines, or has some twice, does not agree with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Closing {
    /// How many lines stand above it.
    pub lines_above: usize,
}

/// Any line of the file: the header first, then events, and a closing line where the run has ended.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Line {
    /// The first line.
    Header(Box<Header>),
    /// The last line.
    Closing(Closing),
    /// Any other line.
    Event(Event),
}
