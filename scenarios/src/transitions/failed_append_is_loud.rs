//! An event that cannot be appended is a failure, and told as one.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use fixtures::dialect::{AGENT, Ask, Topology};

use super::answer::{OF_A_FAILURE, Part, Wanted, has_fields, names};
use super::by_hand;
use super::history::{append, way_to};
use super::log::{LOG, Log, path_of};
use crate::expect::{exit_nonzero, exit_zero};
use crate::journey::{Journey, Milestone};
use crate::scenario::{CheckSpec, Scenario};
use crate::stage::{Halt, Limit, Mission, Stage, Step};
use support::machine::Need;

pub const SCENARIO: Scenario = Scenario {
    id: "transitions/failed-append-is-loud",
    promise: "a transition whose event cannot be appended fails, says what was wanted and where, and leaves the log as it was",
    requirements: &[
        "STA-002",
        "STA-003",
        "reliability/transition-failure",
        "reliability/missing-read-back",
    ],
    issues: &[944, 945],
    checks: &[
        CheckSpec::new(
            "emit-fails",
            "STA-003",
            "emit, the log may not grow: it exits with a code other than 0",
        ),
        CheckSpec::new(
            "emit-names-the-transition",
            "STA-003",
            "emit: the answer names mission, work package, lane and event log",
        ),
        CheckSpec::new(
            "emit-diagnoses",
            "reliability/transition-failure",
            "emit: the answer has a code, the broken invariant and a remedy",
        ),
        CheckSpec::new("emit-leaves-the-log", "STA-002", "emit: the log is as it was"),
        CheckSpec::new(
            "emit-works-without-the-limit",
            "STA-001",
            "the control: once the log can be written again, the same command succeeds",
        ),
        CheckSpec::new(
            "move-fails",
            "STA-003",
            "move-task, log and folder read-only: it exits with a code other than 0",
        ),
        CheckSpec::new(
            "move-names-the-transition",
            "STA-003",
            "move-task: the answer names mission, work package, lane and event log",
        ),
        CheckSpec::new(
            "move-diagnoses",
            "reliability/transition-failure",
            "move-task: the answer has a code, the broken invariant and a remedy",
        ),
        CheckSpec::new("move-leaves-the-log", "STA-002", "move-task: the log is as it was"),
        CheckSpec::new(
            "move-works-without-the-limit",
            "STA-001",
            "the control: once the log can be written again, the same command succeeds",
        ),
        CheckSpec::new(
            "implement-fails",
            "STA-003",
            "implement, log and folder read-only: it exits with a code other than 0",
        ),
        CheckSpec::new(
            "implement-names-the-transition",
            "STA-003",
            "implement: the answer names mission, work package, lane and event log",
        ),
        CheckSpec::new(
            "implement-diagnoses",
            "reliability/transition-failure",
            "implement: the answer has a code, the broken invariant and a remedy",
        ),
        CheckSpec::new("implement-leaves-the-log", "STA-002", "implement: the log is as it was"),
        CheckSpec::new(
            "implement-works-without-the-limit",
            "STA-001",
            "the control: once the log can be written again, the same command succeeds",
        ),
    ],
    needs: &[Need::FileLimit, Need::Privileges],
    run,
    ..Scenario::DEFAULT
};

/// The checks of one command.
struct Ids {
    fails: &'static str,
    names: &'static str,
    diagnoses: &'static str,
    leaves: &'static str,
    works: &'static str,
}

const EMIT: Ids = Ids {
    fails: "emit-fails",
    names: "emit-names-the-transition",
    diagnoses: "emit-diagnoses",
    leaves: "emit-leaves-the-log",
    works: "emit-works-without-the-limit",
};

const MOVE: Ids = Ids {
    fails: "move-fails",
    names: "move-names-the-transition",
    diagnoses: "move-diagnoses",
    leaves: "move-leaves-the-log",
    works: "move-works-without-the-limit",
};

const IMPLEMENT: Ids = Ids {
    fails: "implement-fails",
    names: "implement-names-the-transition",
    diagnoses: "implement-diagnoses",
    leaves: "implement-leaves-the-log",
    works: "implement-works-without-the-limit",
};

const PACKAGE: &str = "WP01";

fn run(stage: &mut Stage<'_>) -> Result<(), Halt> {
    let journey = Journey::pair(Topology::Flat);
    let copy = |stage: &mut Stage<'_>| journey.until(stage, Milestone::Finalised);

    let mission = copy(stage)?;
    // The limit is on the answer's file, too: the log has to be longer than that.
    append(stage, &mission, "WP02", &way_to("done"))?;
    let (slug, package) = (mission.slug.as_str(), PACKAGE);
    let emit = Ask::Emit { mission: slug, package, to: "claimed", actor: "somebody" };
    judge(stage, &mission, &emit, &["claimed"], &EMIT)?;

    let mission = copy(stage)?;
    let moving = Ask::Move { mission: slug, package, to: "claimed", note: "Begin" };
    judge(stage, &mission, &moving, &["claimed"], &MOVE)?;

    let mission = copy(stage)?;
    let implement = Ask::Implement { mission: slug, package, agent: AGENT };
    judge(stage, &mission, &implement, &["claimed", "in_progress"], &IMPLEMENT)
}

fn judge(
    stage: &mut Stage<'_>,
    mission: &Mission,
    ask: &Ask<'_>,
    lanes: &[&str],
    ids: &Ids,
) -> Result<(), Halt> {
    let before = Log::of(mission)?;
    let wanted = Wanted { mission, package: PACKAGE, lanes };
    let step = without_append(stage, mission, ask, &before)?;
    step.check(ids.fails, exit_nonzero());
    let parts = [Part::Mission, Part::Package, Part::Lane, Part::Log];
    step.check(ids.names, names(&parts, wanted));
    step.check(ids.diagnoses, has_fields(OF_A_FAILURE));
    stage.check(ids.leaves, Log::of(mission)?.is_unchanged(&before));
    let step = stage.ask(mission, ask)?;
    step.check(ids.works, exit_zero());
    Ok(())
}

/// Runs it where nothing can be appended to the log.
///
/// A file size limit is the plain case of a full disk, but git's own files meet it first where a
/// worktree is made. Permissions must bind the folder, too: some releases replace the log by a
/// new file (DW17).
fn without_append(
    stage: &mut Stage<'_>,
    mission: &Mission,
    ask: &Ask<'_>,
    log: &Log,
) -> Result<Step, Halt> {
    let words = stage.words_for(ask)?.unwrap_or_default();
    if let Ask::Emit { .. } = ask {
        return stage.command(mission, words).limit(Limit::FileSize(log.size())).run();
    }
    let _given_back = ReadOnly::of(mission);
    let dir = format!("kitty-specs/{}", mission.slug);
    let lock = format!("chmod 0444 {dir}/{LOG} && chmod 0555 {dir}");
    by_hand(stage, mission, &lock)?;
    let step = stage.command(mission, words).limit(Limit::Permissions).run()?;
    let unlock = format!("chmod 0755 {dir} && chmod 0644 {dir}/{LOG}");
    by_hand(stage, mission, &unlock)?;
    Ok(step)
}

/// Gives the permissions back, however the scenario ends: the sandbox must be removed.
struct ReadOnly {
    dir: PathBuf,
    log: PathBuf,
}

impl ReadOnly {
    fn of(mission: &Mission) -> Self {
        Self { dir: mission.spec_dir(), log: path_of(mission) }
    }
}

impl Drop for ReadOnly {
    fn drop(&mut self) {
        // Where that fails, removing the sandbox will, and says so.
        let _ = fs_err::set_permissions(&self.dir, Permissions::from_mode(0o755));
        let _ = fs_err::set_permissions(&self.log, Permissions::from_mode(0o644));
    }
}
