//! An implement that is interrupted leaves a work package that can be taken up again.
//!
//! The command is struck at the moment of its claim, each time that it stages something (what is staged and never
//! committed lies in the way of the next commit), and at moments spread over its whole duration. Whatever it
//! leaves is judged: what the log says, and whether the same command of the same agent then gets the work package
//! to `in_progress`.

mod aftermath;
mod spread;

use std::sync::{Arc, Mutex};

use fixtures::adapter::{AGENT, Operation, Topology};
use fixtures::staged;
use support::check::Judgement;
use support::contention::is_quiet;
use support::process::{Exit, Interrupt, InterruptPoint, InterruptSignal};

use super::log::{Log, path_of};
use crate::context::{Abort, Mission, Step, TestContext};
use crate::expect::exit_zero;
use crate::scenario::{CheckSpec, Scenario};
use crate::walkthrough::{Checkpoint, Walkthrough};
use aftermath::Aftermath;
use spread::spread;

const IMPLEMENT_WORKS: CheckSpec = CheckSpec::new(
    "implement-works",
    "STA-001",
    "the control: left alone, it ends with the work package in progress",
);
const THE_CLAIM_WAS_STRUCK: CheckSpec = CheckSpec::new(
    "the-claim-was-struck",
    "STA-004",
    "the control: the command was struck between its claim and its end",
);
const EVERY_LINE_PARSES: CheckSpec = CheckSpec::new(
    "every-line-parses",
    "STA-004",
    "whenever it is struck: every line of the log is JSON",
);
const NO_EVENT_TWICE: CheckSpec = CheckSpec::new(
    "no-event-twice",
    "STA-004",
    "whenever it is struck: no two events have one id, then and after the next call",
);
const LANE_IS_RECOVERABLE: CheckSpec = CheckSpec::new(
    "lane-is-recoverable",
    "STA-004",
    "whenever it is struck: the work package is planned, claimed or in progress",
);
const ONE_CALL_GOES_ON: CheckSpec = CheckSpec::new(
    "one-call-goes-on",
    "STA-004",
    "whenever it is struck: one more call by the same agent succeeds, and it is in progress",
);
const NO_LOCK_BLOCKS: CheckSpec = CheckSpec::new(
    "no-lock-blocks",
    "STA-004",
    "whenever it is struck: no lock that is left stops the next call",
);

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
        IMPLEMENT_WORKS,
        THE_CLAIM_WAS_STRUCK,
        EVERY_LINE_PARSES,
        NO_EVENT_TWICE,
        LANE_IS_RECOVERABLE,
        ONE_CALL_GOES_ON,
        NO_LOCK_BLOCKS,
    ],
    run: interrupted,
    ..Scenario::DEFAULT
};

const PACKAGE: &str = "WP01";

/// How many stagings are struck at, at the most. 3.2.7 was seen to have seven.
const MOST_STAGINGS: usize = 16;

fn killed(context: &mut TestContext<'_>) -> Result<(), Abort> {
    run_interrupted(context, InterruptSignal::Kill, KILLED.id)
}

fn interrupted(context: &mut TestContext<'_>) -> Result<(), Abort> {
    run_interrupted(context, InterruptSignal::Interrupt, INTERRUPTED.id)
}

fn run_interrupted(
    context: &mut TestContext<'_>,
    signal: InterruptSignal,
    id: &str,
) -> Result<(), Abort> {
    let walkthrough = Walkthrough::pair(Topology::Flat);
    let whole = walkthrough.until(context, Checkpoint::Finalised)?;
    let step = implement(context, &whole)?;
    context.control(IMPLEMENT_WORKS, &step, is_in_progress(&step, &whole))?;
    let duration = step.duration();

    let mut aftermath = Aftermath::default();
    let (mission, step) = interrupt_the_claim(context, &walkthrough, signal)?;
    if !was_struck(&step).held() && !is_quiet() {
        let why =
            format!("it got to its end {TRIES} times before we struck, and others had the machine");
        return Err(Abort::machine_busy(step.argv(), &why));
    }
    context.control(THE_CLAIM_WAS_STRUCK, &step, was_struck(&step))?;
    aftermath.inspect(context, &mission, "at the claim", &step)?;

    for number in 1..=MOST_STAGINGS {
        let mission = walkthrough.until(context, Checkpoint::Finalised)?;
        let step = interrupt_at(context, &mission, signal, at_staging(&mission, number))?;
        if !step.was_interrupted() {
            break;
        }
        aftermath.inspect(context, &mission, &format!("at staging {number}"), &step)?;
    }

    for share in spread(id) {
        let mission = walkthrough.until(context, Checkpoint::Finalised)?;
        let point = duration.mul_f64(share);
        let step = interrupt_at(context, &mission, signal, InterruptPoint::After(point))?;
        let name = format!("after {:.1} % ({} ms)", share * 100.0, point.as_millis());
        aftermath.inspect(context, &mission, &name, &step)?;
    }
    aftermath.judge_all(context, &spread::describe_spread(id));
    Ok(())
}

fn ask(mission: &Mission) -> Operation<'_> {
    Operation::Implement { mission: &mission.slug, package: PACKAGE, agent: AGENT }
}

fn implement(context: &mut TestContext<'_>, mission: &Mission) -> Result<Step, Abort> {
    context.perform(mission, &ask(mission))
}

fn interrupt_at(
    context: &mut TestContext<'_>,
    mission: &Mission,
    signal: InterruptSignal,
    point: InterruptPoint,
) -> Result<Step, Abort> {
    let words = context.words_for(&ask(mission))?.unwrap_or_default();
    context.command(mission, words).interrupt(Interrupt { signal, point }).run()
}

/// How often the claim is tried to be struck. A command that got to its end before the signal says nothing
/// about interruptions.
const TRIES: usize = 5;

/// Strikes between the claim and the end, each time a new copy; the last try, where none did.
fn interrupt_the_claim(
    context: &mut TestContext<'_>,
    walkthrough: &Walkthrough,
    signal: InterruptSignal,
) -> Result<(Mission, Step), Abort> {
    let mut tries = 0;
    loop {
        tries += 1;
        let mission = walkthrough.until(context, Checkpoint::Finalised)?;
        let step = interrupt_at(context, &mission, signal, at_the_claim(&mission))?;
        if tries == TRIES || was_struck(&step).held() {
            return Ok((mission, step));
        }
    }
}

/// As soon as the log says that the work package is claimed.
fn at_the_claim(mission: &Mission) -> InterruptPoint {
    let path = path_of(mission);
    let is_claimed = move || {
        Log::read(&path).is_ok_and(|log| {
            let moves = log.transitions_of(PACKAGE);
            moves.iter().any(|event| event["to_lane"] == "claimed")
        })
    };
    InterruptPoint::When(Arc::new(is_claimed))
}

/// As soon as git has something staged, or something else, for the `number`th time. That the index is another says
/// too little: it is written anew whenever git looks at the files.
fn at_staging(mission: &Mission, number: usize) -> InterruptPoint {
    let repo = mission.repo();
    let index = repo.join(".git/index");
    let watch = Mutex::new(IndexWatch::default());
    InterruptPoint::When(Arc::new(move || {
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
struct IndexWatch {
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
