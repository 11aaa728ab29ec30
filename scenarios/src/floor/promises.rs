//! The promises of the floor, by the names that a mission review knows, and what proves them.

/// A promise of the floor.
#[derive(Debug)]
pub struct FloorPromise {
    /// Its name in gate 3 of a mission review.
    pub name: &'static str,
    /// The ids of the scenarios that prove it, all of them.
    pub scenarios: &'static [&'static str],
}

/// The floor. A scenario that is not there is told as missing, and a test fails.
pub const PROMISES: &[FloorPromise] = &[
    FloorPromise {
        name: "dependent_wp_planning_lane",
        scenarios: &["floor/dependent-wp-planning-lane"],
    },
    FloorPromise {
        name: "uninitialized_repo_fail_loud",
        scenarios: &["floor/uninitialized-repo-fails-loud"],
    },
    FloorPromise {
        name: "saas_sync_enabled",
        // Events are delivered, or what stands in the way is a structured outcome.
        scenarios: &[
            "sync/healthy",
            "sync/lifecycle-commands",
            "sync/unreachable",
            "sync/armed-healthy",
        ],
    },
    FloorPromise { name: "contract_drift_caught", scenarios: &["contract-drift/caught"] },
];
