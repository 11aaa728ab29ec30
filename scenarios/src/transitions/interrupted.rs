//! An implement that is interrupted leaves a work package that can be taken up again.
//!
//! The command is struck at the moment of its claim, each time that it stages something (what is staged and never
//! committed lies in the way of the next commit), and at moments spread over its whole duration. Whatever it
//! leaves is judged: what the log says, and whether the same command of the same agent then gets the work package
//! to `in_progress`.

mod aftermath;
mod spread;

use std::sync::{Arc, Mutex};

use fixtures::dialect::{AGENT, Ask, Topology};
use fixtures::staged;
use support::check::Judgement;
use support::company::is_quiet;
use support::process::{Blow, Exit, Interrupt, Moment};

use super::log::{Log, path_of};
use crate::expect::exit_zero;
use crate::journey::{Journey, Milestone};
use crate::scenario::{CheckSpec, Scenario};
use crate::stage::{Halt, Mission, Stage, Step};
use aftermath::Aftermath;
use spread::spread;

/// The machine dies, or the kernel is short of memory.
pub const KILLED: Scenario = Scenario {
    id: "transitions/killed-implement-recovers",
    promise: "an implement that is killed at any moment leaves a readable log and a work package that the same agent can take up with one call",
    run: killed,
    ..INTERRUPTED
};

/// A person presses Ctrl-C.
pub const INTERRUPTED: Scenario = Scenario {
    id: "transitions/interrupted-implement-recovers",
    promise: "an implement that is interrupted at any moment leaves a readable log and a work package that the same agent can take up with one call",
    requirements: &["STA-004", "reliability/recovery-from-claimed"],
    issues: &[944, 945],
    checks: &[
        CheckSpec::new(
            "implement-works",
            "STA-001",
            "the control: left alone, it ends with the work package in progress",
        ),
        CheckSpec::new(
            "the-claim-was-struck",
            "STA-004",
            "the control: the command was struck between its claim and its end",
        ),
        CheckSpec::new(
            "every-line-parses",
            "STA-004",
            "whenever it is struck: every line of the log is JSON",
        ),
        CheckSpec::new(
            "no-event-twice",
            "STA-004",
            "whenever it is struck: no two events have one id, then and after the next call",
        ),
        CheckSpec::new(
            "lane-is-recoverable",
            "STA-004",
            "whenever it is struck: the work package is planned, claimed or in progress",
        ),
        CheckSpec::new(
            "one-call-goes-on",
            "STA-004",
            "whenever it is struck: one more call by the same agent succeeds, and it is in progress",
        ),
        CheckSpec::new(
            "no-lock-blocks",
            "STA-004",
            "whenever it is struck: no lock that is left stops the next call",
        ),
    ],
    run: interrupted,
    ..Scenario::DEFAULT
};

const PACKAGE: &str = "WP01";

/// How many stagings are struck at, at the most. 3.2.7 was seen to have seven.
const MOST_STAGINGS: usize = 16;

fn killed(stage: &mut Stage<'_>) -> Result<(), Halt> {
    play(stage, Blow::Kill, KILLED.id)
}

fn interrupted(stage: &mut Stage<'_>) -> Result<(), Halt> {
    play(stage, Blow::Interrupt, INTERRUPTED.id)
}

fn play(stage: &mut Stage<'_>, blow: Blow, id: &str) -> Result<(), Halt> {
    let journey = Journey::pair(Topology::Flat);
    let whole = journey.until(stage, Milestone::Finalised)?;
    let step = implement(stage, &whole)?;
    stage.control("implement-works", &step, is_in_progress(&step, &whole))?;
    let duration = step.duration();

    let mut aftermath = Aftermath::default();
    let (mission, step) = strike_the_claim(stage, &journey, blow)?;
    if !was_struck(&step).held() && !is_quiet() {
        let why =
            format!("it got to its end {TRIES} times before we struck, and others had the machine");
        return Err(Halt::machine_busy(step.argv(), &why));
    }
    stage.control("the-claim-was-struck", &step, was_struck(&step))?;
    aftermath.look(stage, &mission, "at the claim", &step)?;

    for number in 1..=MOST_STAGINGS {
        let mission = journey.until(stage, Milestone::Finalised)?;
        let step = strike(stage, &mission, blow, at_staging(&mission, number))?;
        if !step.was_interrupted() {
            break;
        }
        aftermath.look(stage, &mission, &format!("at staging {number}"), &step)?;
    }

    for share in spread(id) {
        let mission = journey.until(stage, Milestone::Finalised)?;
        let moment = duration.mul_f64(share);
        let step = strike(stage, &mission, blow, Moment::After(moment))?;
        let name = format!("after {:.1} % ({} ms)", share * 100.0, moment.as_millis());
        aftermath.look(stage, &mission, &name, &step)?;
    }
    aftermath.judge(stage, &spread::told(id));
    Ok(())
}

fn ask(mission: &Mission) -> Ask<'_> {
    Ask::Implement { mission: &mission.slug, package: PACKAGE, agent: AGENT }
}

fn implement(stage: &mut Stage<'_>, mission: &Mission) -> Result<Step, Halt> {
    stage.ask(mission, &ask(mission))
}

fn strike(
    stage: &mut Stage<'_>,
    mission: &Mission,
    blow: Blow,
    moment: Moment,
) -> Result<Step, Halt> {
    let words = stage.words_for(&ask(mission))?.unwrap_or_default();
    stage.command(mission, words).interrupt(Interrupt { blow, moment }).run()
}

/// How often the claim is tried to be struck. A command that got to its end before the blow says nothing
/// about interruptions.
const TRIES: usize = 5;

/// Strikes between the claim and the end, each time a new copy; the last try, where none did.
fn strike_the_claim(
    stage: &mut Stage<'_>,
    journey: &Journey,
    blow: Blow,
) -> Result<(Mission, Step), Halt> {
    let mut tries = 0;
    loop {
        tries += 1;
        let mission = journey.until(stage, Milestone::Finalised)?;
        let step = strike(stage, &mission, blow, at_the_claim(&mission))?;
        if tries == TRIES || was_struck(&step).held() {
            return Ok((mission, step));
        }
    }
}

/// As soon as the log says that the work package is claimed.
fn at_the_claim(mission: &Mission) -> Moment {
    let path = path_of(mission);
    let is_claimed = move || {
        Log::read(&path).is_ok_and(|log| {
            let moves = log.transitions_of(PACKAGE);
            moves.iter().any(|event| event["to_lane"] == "claimed")
        })
    };
    Moment::When(Arc::new(is_claimed))
}

/// As soon as git has something staged, or something else, for the `number`th time. That the index is another says
/// too little: it is written anew whenever git looks at the files.
fn at_staging(mission: &Mission, number: usize) -> Moment {
    let repo = mission.repo();
    let index = repo.join(".git/index");
    let watch = Mutex::new(Watch::default());
    Moment::When(Arc::new(move || {
        let (Ok(now), Ok(mut watch)) = (fs_err::read(&index), watch.lock()) else {
            return false;
        };
        if watch.index == now {
            return false;
        }
        watch.index = now;
        let staged = staged(&repo).unwrap_or_default();
        if staged != watch.staged {
            watch.changes += usize::from(!staged.is_empty());
            watch.staged = staged;
        }
        watch.changes == number
    }))
}

/// What was seen of a repository's index.
#[derive(Debug, Default)]
struct Watch {
    /// Its file.
    index: Vec<u8>,
    /// What was staged.
    staged: Vec<String>,
    /// How often something was, or something else.
    changes: usize,
}

/// One that was through with everything returned 0.
fn was_struck(step: &Step) -> Judgement {
    let expected = "the command did not get to its end";
    match step.exit() {
        Exit::Code(0) => Judgement::fail("got-to-its-end", expected, step.quote()),
        exit => Judgement::pass(expected, exit.to_string()),
    }
}

/// It succeeded, and the log says so.
fn is_in_progress(step: &Step, mission: &Mission) -> Judgement {
    let expected = format!("exit 0, and {PACKAGE} in progress");
    let ended = exit_zero()(step);
    if !ended.held() {
        return ended;
    }
    let lane = Log::of(mission).ok().and_then(|log| log.lane_of(PACKAGE));
    match lane.as_deref() {
        Some("in_progress") => Judgement::pass(expected, "it is"),
        lane => {
            let signature = format!("lane={}", lane.unwrap_or("none"));
            Judgement::fail(signature, expected, step.quote())
        }
    }
}
