//! What a scenario is: one promise, the checks that prove it, and how they are run.

pub use crate::check_spec::CheckSpec;
pub(crate) use crate::check_spec::joined;
use support::machine::Need;

use crate::context::{Abort, TestContext};
use crate::promised::Promised;

/// One promise of the product to be proven.
#[derive(Debug)]
pub struct Scenario {
    /// Stable id, `suite/name`.
    pub id: &'static str,
    /// The promise, as one plain sentence.
    pub promise: &'static str,
    /// The requirement ids that it covers, such as `FR-016`.
    pub requirements: &'static [&'static str],
    /// The product's GitHub issues that it covers.
    pub issues: &'static [u32],
    /// Every check that it judges. One that is left unjudged makes the scenario unproven.
    pub checks: &'static [CheckSpec],
    /// The releases that promised it, where not all did.
    pub promised: Option<Promised>,
    /// The promise of the core that it proves, alone or with others.
    pub core: Option<Core>,
    /// What it needs of the machine beyond what all do. Nothing else is handed out to it; where it is missing, the
    /// scenario is skipped before it begins.
    pub needs: &'static [Need],
    /// What it costs while it is run.
    pub load: Load,
    /// Runs it. Checks do not stop it; a missing prerequisite does (`?`).
    pub run: fn(&mut TestContext<'_>) -> Result<(), Abort>,
}

/// The promises without which nothing else counts: gate 3 of a mission review.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Core {
    /// A planning work package waits for what it depends on.
    DependentWpPlanningLane,
    /// A command says that a repository was never initialised.
    UninitializedRepoFailLoud,
    /// Events are delivered, or what stands in the way is a structured outcome.
    SaasSyncEnabled,
    /// Drift of the contract of events is caught.
    ContractDriftCaught,
}

impl Core {
    /// All of them.
    pub const ALL: [Self; 4] = [
        Self::DependentWpPlanningLane,
        Self::UninitializedRepoFailLoud,
        Self::SaasSyncEnabled,
        Self::ContractDriftCaught,
    ];

    /// Its name in gate 3 of a mission review.
    pub fn name(self) -> &'static str {
        match self {
            Self::DependentWpPlanningLane => "dependent_wp_planning_lane",
            Self::UninitializedRepoFailLoud => "uninitialized_repo_fail_loud",
            Self::SaasSyncEnabled => "saas_sync_enabled",
            Self::ContractDriftCaught => "contract_drift_caught",
        }
    }

    /// The scenarios that prove it, all of them, in the order of the catalogue.
    pub fn scenarios(self) -> impl Iterator<Item = &'static Scenario> {
        crate::all().into_iter().filter(move |scenario| scenario.core == Some(self))
    }
}

/// What a scenario costs while it is run. The scheduler runs more of those that wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Load {
    /// Its commands keep a core busy.
    Busy,
    /// Its commands mostly wait for a server or a lock.
    Waiting,
    /// It measures time: nothing else may be run meanwhile.
    Alone,
}

/// Checks that the context judges in every scenario, over all of its steps.
pub const STANDING_CHECKS: &[CheckSpec] = &[
    CheckSpec::new(
        "sandbox/ends-in-time",
        "NFR-001",
        "every command ends by itself, before its deadline",
    ),
    CheckSpec::new(
        "sandbox/output-is-bounded",
        "sandbox",
        "no command floods a stream, or fills its sandbox",
    ),
    CheckSpec::new(
        "sandbox/stays-on-this-machine",
        "sandbox",
        "no command tries to reach anything beyond loopback",
    ),
    CheckSpec::new(
        "sandbox/can-be-asked",
        "sandbox",
        "no help page, login or preparation that the scenario needs ends in a crash, or says that it did what it did not",
    ),
    CheckSpec::new(
        "sandbox/answers",
        "sandbox",
        "every command of the product that ends by itself says something, on either stream",
    ),
    CheckSpec::new("sandbox/leaves-no-process", "sandbox", "no command leaves a process behind"),
];

impl Scenario {
    /// What a scenario need not say: it covers no issue, every release promised it, and it keeps a core busy. It
    /// judges nothing, so that one that says no more is never a pass.
    pub const DEFAULT: Self = Self {
        id: "",
        promise: "",
        requirements: &[],
        issues: &[],
        checks: &[],
        promised: None,
        core: None,
        needs: &[],
        load: Load::Busy,
        run: |_| Ok(()),
    };

    /// The suite, the part of the id before the slash.
    pub fn suite(&self) -> &'static str {
        self.id.split_once('/').map_or(self.id, |(suite, _)| suite)
    }

    /// Its own checks and the standing ones.
    pub fn declared_checks(&self) -> impl Iterator<Item = &'static CheckSpec> {
        self.checks.iter().chain(STANDING_CHECKS)
    }
}
