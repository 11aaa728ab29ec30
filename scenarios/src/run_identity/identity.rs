//! What is kept of a run names its mission, in both ways.

use support::check::Judgement;

use super::kept::{begun, index, only_state};
use crate::scenario::{CheckSpec, Scenario};
use crate::stage::{Halt, Mission, Stage};

pub const SNAPSHOT: Scenario = Scenario {
    id: "run-identity/snapshot-carries-mission",
    promise: "the saved state of a new run carries the id and the handle of its mission",
    requirements: &["execution-state/run-snapshot", "execution-state/run-ref"],
    issues: &[1619],
    checks: &[
        MADE_ONE_RUN,
        CheckSpec::new(
            "has-the-mission-id",
            "execution-state/run-snapshot",
            "mission_id is the one of meta.json",
        ),
        CheckSpec::new(
            "has-the-mission-slug",
            "execution-state/run-snapshot",
            "mission_slug is the mission's handle",
        ),
    ],
    run: snapshot,
    ..Scenario::DEFAULT
};

pub const INDEX: Scenario = Scenario {
    id: "run-identity/index-carries-mission",
    promise: "the index of runs carries the id and the handle of each mission beside its run",
    requirements: &["execution-state/feature-runs-index", "execution-state/run-ref"],
    issues: &[1619],
    checks: &[
        MADE_ONE_RUN,
        CheckSpec::new(
            "has-the-mission-id",
            "execution-state/feature-runs-index",
            "mission_id is the one of meta.json",
        ),
        CheckSpec::new(
            "has-the-mission-slug",
            "execution-state/feature-runs-index",
            "mission_slug is the mission's handle",
        ),
    ],
    run: entry,
    ..Scenario::DEFAULT
};

pub(super) const MADE_ONE_RUN: CheckSpec = CheckSpec::new(
    "made-one-run",
    "execution-state/feature-runs-index",
    "the control: reporting a step makes one run, and the index knows it",
);

fn snapshot(stage: &mut Stage<'_>) -> Result<(), Halt> {
    let mission = begun(stage, MADE_ONE_RUN.id)?;
    let saved = only_state(&mission).map_err(Halt::Broken)?;
    judge(stage, &mission, saved.mission_id, saved.mission_slug);
    Ok(())
}

fn entry(stage: &mut Stage<'_>) -> Result<(), Halt> {
    let mission = begun(stage, MADE_ONE_RUN.id)?;
    let index = index(&mission).map_err(Halt::Broken)?;
    let entry = index.entries.into_values().next();
    let (id, slug) = entry.map(|entry| (entry.mission_id, entry.mission_slug)).unwrap_or_default();
    judge(stage, &mission, id, slug);
    Ok(())
}

fn judge(stage: &Stage<'_>, mission: &Mission, id: Option<String>, slug: Option<String>) {
    stage.check("has-the-mission-id", carries("mission-id", &mission.id, id));
    stage.check("has-the-mission-slug", carries("mission-slug", &mission.slug, slug));
}

fn carries(name: &str, expected: &str, observed: Option<String>) -> Judgement {
    match observed {
        Some(observed) if observed == expected => Judgement::pass(expected, observed),
        Some(observed) => Judgement::fail(format!("{name}-is-another"), expected, observed),
        None => Judgement::fail(format!("no-{name}"), expected, "nothing, or null"),
    }
}
