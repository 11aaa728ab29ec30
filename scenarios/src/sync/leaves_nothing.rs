//! When the command has ended, nothing of its sync is left. (That no process is left is a standing
//! check, and with its processes a command loses its locks and connections.)

use std::path::Path;

use fixtures::hosted::Endpoint;
use support::check::Judgement;

use super::healthy::delivered;
use super::play::{healthy, play};
use crate::mark_status::mark;
use crate::scenario::{CheckSpec, Load, Scenario};
use crate::stage::{Halt, Stage, Step};

pub const SCENARIO: Scenario = Scenario {
    id: "sync/leaves-nothing-behind",
    promise: "a command that has ended leaves no daemon, and nothing that stands in the way of the next one",
    requirements: &["FR-001", "FR-005"],
    issues: &[952],
    checks: &[
        CheckSpec::new(
            "no-daemon",
            "FR-001",
            "no state file of a sync daemon is there, where daemons are manual",
        ),
        CheckSpec::new(
            "the-next-command-syncs",
            "FR-005",
            "the next command delivers its own events, and has no diagnostic",
        ),
    ],
    load: Load::Waiting,
    run,
};

/// Where a daemon says how it is reached, below HOME (facts 1d of hosted sync).
const DAEMON: &str = ".spec-kitty/sync-daemon";

fn run(stage: &mut Stage<'_>) -> Result<(), Halt> {
    let play = play(stage, healthy())?;
    let daemon = stage.home_file(&play.mission, DAEMON)?;
    play.step.check("no-daemon", |_| no_file(&daemon));
    let before = delivered(&play.hosted.asked(Endpoint::Batch)).len();
    let next = mark(stage, &play.mission, &["T003"])?;
    let after = delivered(&play.hosted.asked(Endpoint::Batch)).len();
    let diagnostics = next.hygiene()?.diagnostic_count;
    next.check("the-next-command-syncs", |step| {
        syncs(after > before, diagnostics, step)
    });
    Ok(())
}

fn no_file(path: &Path) -> Judgement {
    let expected = "no state file of a daemon";
    if path.exists() {
        Judgement::fail("daemon-state", expected, DAEMON)
    } else {
        Judgement::pass(expected, "none")
    }
}

fn syncs(delivered: bool, diagnostics: u64, step: &Step) -> Judgement {
    let expected = "more events delivered, no diagnostic";
    if !delivered {
        Judgement::fail("not-delivered", expected, step.quote())
    } else if diagnostics > 0 {
        Judgement::fail(format!("diagnostics={diagnostics}"), expected, step.quote())
    } else {
        Judgement::pass(expected, "both")
    }
}
