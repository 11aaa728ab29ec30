//! What is kept of a run names its mission, in both ways.

use support::check::Judgement;

use super::kept::{begun, index, only_state};
use crate::context::{Abort, Mission, TestContext};
use crate::scenario::{CheckSpec, Scenario};

const SNAPSHOT_HAS_THE_ID: CheckSpec = CheckSpec::new(
    "has-the-mission-id",
    "execution-state/run-snapshot",
    "mission_id is the one of meta.json",
);
const SNAPSHOT_HAS_THE_SLUG: CheckSpec = CheckSpec::new(
    "has-the-mission-slug",
    "execution-state/run-snapshot",
    "mission_slug is the mission's handle",
);
const ENTRY_HAS_THE_ID: CheckSpec = CheckSpec::new(
    "has-the-mission-id",
    "execution-state/feature-runs-index",
    "mission_id is the one of meta.json",
);
const ENTRY_HAS_THE_SLUG: CheckSpec = CheckSpec::new(
    "has-the-mission-slug",
    "execution-state/feature-runs-index",
    "mission_slug is the mission's handle",
);

pub const SNAPSHOT: Scenario = Scenario {
    id: "run-identity/snapshot-carries-mission",
    promise: "the saved state of a new run carries the id and the handle of its mission",
    requirements: &["execution-state/run-snapshot", "execution-state/run-ref"],
    issues: &[1619],
    checks: &[MADE_ONE_RUN, SNAPSHOT_HAS_THE_ID, SNAPSHOT_HAS_THE_SLUG],
    run: snapshot,
    ..Scenario::DEFAULT
};

pub const INDEX: Scenario = Scenario {
    id: "run-identity/index-carries-mission",
    promise: "the index of runs carries the id and the handle of each mission beside its run",
    requirements: &["execution-state/feature-runs-index", "execution-state/run-ref"],
    issues: &[1619],
    checks: &[MADE_ONE_RUN, ENTRY_HAS_THE_ID, ENTRY_HAS_THE_SLUG],
    run: entry,
    ..Scenario::DEFAULT
};

pub(super) const MADE_ONE_RUN: CheckSpec = CheckSpec::new(
    "made-one-run",
    "execution-state/feature-runs-index",
    "the control: reporting a step makes one run, and the index knows it",
);

fn snapshot(context: &mut TestContext<'_>) -> Result<(), Abort> {
    let mission = begun(context, MADE_ONE_RUN)?;
    let saved = only_state(&mission).map_err(Abort::Broken)?;
    let checks = [SNAPSHOT_HAS_THE_ID, SNAPSHOT_HAS_THE_SLUG];
    check_identity(context, checks, &mission, saved.mission_id, saved.mission_slug);
    Ok(())
}

fn entry(context: &mut TestContext<'_>) -> Result<(), Abort> {
    let mission = begun(context, MADE_ONE_RUN)?;
    let index = index(&mission).map_err(Abort::Broken)?;
    let entry = index.entries.into_values().next();
    let (id, slug) = entry.map(|entry| (entry.mission_id, entry.mission_slug)).unwrap_or_default();
    check_identity(context, [ENTRY_HAS_THE_ID, ENTRY_HAS_THE_SLUG], &mission, id, slug);
    Ok(())
}

fn check_identity(
    context: &TestContext<'_>,
    [has_id, has_slug]: [CheckSpec; 2],
    mission: &Mission,
    id: Option<String>,
    slug: Option<String>,
) {
    context.check(has_id, carries("mission-id", &mission.id, id));
    context.check(has_slug, carries("mission-slug", &mission.slug, slug));
}

fn carries(name: &str, expected: &str, observed: Option<String>) -> Judgement {
    match observed {
        Some(observed) if observed == expected => Judgement::pass(expected, observed),
        Some(observed) => Judgement::fail(format!("{name}-is-another"), expected, observed),
        None => Judgement::fail(format!("no-{name}"), expected, "nothing, or null"),
    }
}
