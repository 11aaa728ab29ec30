//! An event that cannot be appended is a failure, and told as one.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use fixtures::adapter::{AGENT, Operation, Topology};

use super::answer::{OF_A_FAILURE, Part, RequestedTransition, has_fields, names};
use super::by_hand;
use super::history::{append, way_to};
use super::log::{LOG, Log, path_of};
use crate::context::{Abort, Limit, Mission, Step, TestContext};
use crate::expect::{exit_nonzero, exit_zero};
use crate::scenario::{CheckSpec, Scenario};
use crate::walkthrough::{Checkpoint, Walkthrough};
use support::machine::Need;

const EMIT_FAILS: CheckSpec = CheckSpec::new(
    "emit-fails",
    "STA-003",
    "emit, the log may not grow: it exits with a code other than 0",
);
const EMIT_NAMES_THE_TRANSITION: CheckSpec = CheckSpec::new(
    "emit-names-the-transition",
    "STA-003",
    "emit: the answer names mission, work package, lane and event log",
);
const EMIT_DIAGNOSES: CheckSpec = CheckSpec::new(
    "emit-diagnoses",
    "reliability/transition-failure",
    "emit: the answer has a code, the broken invariant and a remedy",
);
const EMIT_LEAVES_THE_LOG: CheckSpec =
    CheckSpec::new("emit-leaves-the-log", "STA-002", "emit: the log is as it was");
const EMIT_WORKS_WITHOUT_THE_LIMIT: CheckSpec = CheckSpec::new(
    "emit-works-without-the-limit",
    "STA-001",
    "the control: once the log can be written again, the same command succeeds",
);
const MOVE_FAILS: CheckSpec = CheckSpec::new(
    "move-fails",
    "STA-003",
    "move-task, log and folder read-only: it exits with a code other than 0",
);
const MOVE_NAMES_THE_TRANSITION: CheckSpec = CheckSpec::new(
    "move-names-the-transition",
    "STA-003",
    "move-task: the answer names mission, work package, lane and event log",
);
const MOVE_DIAGNOSES: CheckSpec = CheckSpec::new(
    "move-diagnoses",
    "reliability/transition-failure",
    "move-task: the answer has a code, the broken invariant and a remedy",
);
const MOVE_LEAVES_THE_LOG: CheckSpec =
    CheckSpec::new("move-leaves-the-log", "STA-002", "move-task: the log is as it was");
const MOVE_WORKS_WITHOUT_THE_LIMIT: CheckSpec = CheckSpec::new(
    "move-works-without-the-limit",
    "STA-001",
    "the control: once the log can be written again, the same command succeeds",
);
const IMPLEMENT_FAILS: CheckSpec = CheckSpec::new(
    "implement-fails",
    "STA-003",
    "implement, log and folder read-only: it exits with a code other than 0",
);
const IMPLEMENT_NAMES_THE_TRANSITION: CheckSpec = CheckSpec::new(
    "implement-names-the-transition",
    "STA-003",
    "implement: the answer names mission, work package, lane and event log",
);
const IMPLEMENT_DIAGNOSES: CheckSpec = CheckSpec::new(
    "implement-diagnoses",
    "reliability/transition-failure",
    "implement: the answer has a code, the broken invariant and a remedy",
);
const IMPLEMENT_LEAVES_THE_LOG: CheckSpec =
    CheckSpec::new("implement-leaves-the-log", "STA-002", "implement: the log is as it was");
const IMPLEMENT_WORKS_WITHOUT_THE_LIMIT: CheckSpec = CheckSpec::new(
    "implement-works-without-the-limit",
    "STA-001",
    "the control: once the log can be written again, the same command succeeds",
);

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
        EMIT_FAILS,
        EMIT_NAMES_THE_TRANSITION,
        EMIT_DIAGNOSES,
        EMIT_LEAVES_THE_LOG,
        EMIT_WORKS_WITHOUT_THE_LIMIT,
        MOVE_FAILS,
        MOVE_NAMES_THE_TRANSITION,
        MOVE_DIAGNOSES,
        MOVE_LEAVES_THE_LOG,
        MOVE_WORKS_WITHOUT_THE_LIMIT,
        IMPLEMENT_FAILS,
        IMPLEMENT_NAMES_THE_TRANSITION,
        IMPLEMENT_DIAGNOSES,
        IMPLEMENT_LEAVES_THE_LOG,
        IMPLEMENT_WORKS_WITHOUT_THE_LIMIT,
    ],
    needs: &[Need::FileLimit, Need::Privileges],
    run,
    ..Scenario::DEFAULT
};

/// The checks of one command.
struct Checks {
    fails: CheckSpec,
    names: CheckSpec,
    diagnoses: CheckSpec,
    leaves: CheckSpec,
    works: CheckSpec,
}

const EMIT: Checks = Checks {
    fails: EMIT_FAILS,
    names: EMIT_NAMES_THE_TRANSITION,
    diagnoses: EMIT_DIAGNOSES,
    leaves: EMIT_LEAVES_THE_LOG,
    works: EMIT_WORKS_WITHOUT_THE_LIMIT,
};

const MOVE: Checks = Checks {
    fails: MOVE_FAILS,
    names: MOVE_NAMES_THE_TRANSITION,
    diagnoses: MOVE_DIAGNOSES,
    leaves: MOVE_LEAVES_THE_LOG,
    works: MOVE_WORKS_WITHOUT_THE_LIMIT,
};

const IMPLEMENT: Checks = Checks {
    fails: IMPLEMENT_FAILS,
    names: IMPLEMENT_NAMES_THE_TRANSITION,
    diagnoses: IMPLEMENT_DIAGNOSES,
    leaves: IMPLEMENT_LEAVES_THE_LOG,
    works: IMPLEMENT_WORKS_WITHOUT_THE_LIMIT,
};

const PACKAGE: &str = "WP01";

fn run(context: &mut TestContext<'_>) -> Result<(), Abort> {
    let walkthrough = Walkthrough::pair(Topology::Flat);
    let copy = |context: &mut TestContext<'_>| walkthrough.until(context, Checkpoint::Finalised);

    let mission = copy(context)?;
    // The limit is on the answer's file, too: the log has to be longer than that.
    append(context, &mission, "WP02", &way_to("done"))?;
    let (slug, package) = (mission.slug.as_str(), PACKAGE);
    let emit = Operation::Emit { mission: slug, package, to: "claimed", actor: "somebody" };
    judge_refusal(context, &mission, &emit, &["claimed"], &EMIT)?;

    let mission = copy(context)?;
    let moving = Operation::Move { mission: slug, package, to: "claimed", note: "Begin" };
    judge_refusal(context, &mission, &moving, &["claimed"], &MOVE)?;

    let mission = copy(context)?;
    let implement = Operation::Implement { mission: slug, package, agent: AGENT };
    judge_refusal(context, &mission, &implement, &["claimed", "in_progress"], &IMPLEMENT)
}

fn judge_refusal(
    context: &mut TestContext<'_>,
    mission: &Mission,
    ask: &Operation<'_>,
    lanes: &[&str],
    checks: &Checks,
) -> Result<(), Abort> {
    let before = Log::of(mission)?;
    let wanted = RequestedTransition { mission, package: PACKAGE, lanes };
    let step = without_append(context, mission, ask, &before)?;
    step.check(checks.fails, exit_nonzero());
    let parts = [Part::Mission, Part::Package, Part::Lane, Part::Log];
    step.check(checks.names, names(&parts, wanted));
    step.check(checks.diagnoses, has_fields(OF_A_FAILURE));
    context.check(checks.leaves, Log::of(mission)?.is_unchanged(&before));
    let step = context.perform(mission, ask)?;
    step.check(checks.works, exit_zero());
    Ok(())
}

/// Runs it where nothing can be appended to the log.
///
/// A file size limit is the plain case of a full disk, but git's own files meet it first where a
/// worktree is made. Permissions must bind the folder, too: some releases replace the log by a
/// new file (DW17).
fn without_append(
    context: &mut TestContext<'_>,
    mission: &Mission,
    ask: &Operation<'_>,
    log: &Log,
) -> Result<Step, Abort> {
    let words = context.words_for(ask)?.unwrap_or_default();
    if let Operation::Emit { .. } = ask {
        return context.command(mission, words).limit(Limit::FileSize(log.size())).run();
    }
    let _given_back = ReadOnly::of(mission);
    let dir = format!("kitty-specs/{}", mission.slug);
    let lock = format!("chmod 0444 {dir}/{LOG} && chmod 0555 {dir}");
    by_hand(context, mission, &lock)?;
    let step = context.command(mission, words).limit(Limit::Permissions).run()?;
    let unlock = format!("chmod 0755 {dir} && chmod 0644 {dir}/{LOG}");
    by_hand(context, mission, &unlock)?;
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
