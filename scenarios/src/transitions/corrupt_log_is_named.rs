//! A log that cannot be read is refused by its name.

use fixtures::adapter::{Operation, Topology};
use support::check::Judgement;

use super::answer::{Part, RequestedTransition, has_fields, names};
use super::by_hand;
use super::log::{LOG, Log, path_of};
use crate::context::{Abort, Mission, Step, TestContext};
use crate::expect::{exit_nonzero, exit_zero};
use crate::scenario::{CheckSpec, Scenario};
use crate::walkthrough::{Checkpoint, Walkthrough};

const WORKS_OTHERWISE: CheckSpec = CheckSpec::new(
    "works-otherwise",
    "STA-001",
    "the control: the same command succeeds where the log is whole",
);
const BROKEN_LINE_FAILS: CheckSpec = CheckSpec::new(
    "broken-line-fails",
    "STA-003",
    "a line that is no JSON: it exits with a code other than 0",
);
const BROKEN_LINE_IS_NAMED: CheckSpec = CheckSpec::new(
    "broken-line-is-named",
    "DW9",
    "a line that is no JSON: the answer names mission, log and line",
);
const BROKEN_LINE_IS_DIAGNOSED: CheckSpec = CheckSpec::new(
    "broken-line-is-diagnosed",
    "DW9",
    "a line that is no JSON: the answer has a code and a remedy",
);
const BROKEN_LINE_STAYS: CheckSpec =
    CheckSpec::new("broken-line-stays", "STA-003", "a line that is no JSON: the log is as it was");
const FOLDER_FAILS: CheckSpec = CheckSpec::new(
    "folder-fails",
    "STA-003",
    "a folder in the log's place: it exits with a code other than 0",
);
const FOLDER_IS_NAMED: CheckSpec = CheckSpec::new(
    "folder-is-named",
    "DW9",
    "a folder in the log's place: the answer names mission and log",
);
const FOLDER_IS_DIAGNOSED: CheckSpec = CheckSpec::new(
    "folder-is-diagnosed",
    "DW9",
    "a folder in the log's place: the answer has a code and a remedy",
);
const FOLDER_STAYS: CheckSpec = CheckSpec::new(
    "folder-stays",
    "STA-003",
    "a folder in the log's place: it is there, and empty",
);

pub const SCENARIO: Scenario = Scenario {
    id: "transitions/corrupt-log-is-named",
    promise: "a transition of a mission whose log cannot be read fails, names the log and the place, and mends nothing by itself",
    requirements: &["STA-003", "reliability/transition-failure"],
    issues: &[944, 945],
    checks: &[
        WORKS_OTHERWISE,
        BROKEN_LINE_FAILS,
        BROKEN_LINE_IS_NAMED,
        BROKEN_LINE_IS_DIAGNOSED,
        BROKEN_LINE_STAYS,
        FOLDER_FAILS,
        FOLDER_IS_NAMED,
        FOLDER_IS_DIAGNOSED,
        FOLDER_STAYS,
    ],
    run,
    ..Scenario::DEFAULT
};

const PACKAGE: &str = "WP01";

/// What every diagnosed failure has, whether a transition's own invariant is broken or not.
const DIAGNOSIS: &[&str] = &["diagnostic_code", "remediation"];

fn run(context: &mut TestContext<'_>) -> Result<(), Abort> {
    let walkthrough = Walkthrough::pair(Topology::Flat);
    let whole = walkthrough.until(context, Checkpoint::Finalised)?;
    let step = claim(context, &whole)?;
    context.control(WORKS_OTHERWISE, &step, exit_zero()(&step))?;

    let torn = walkthrough.until(context, Checkpoint::Finalised)?;
    let log = format!("kitty-specs/{}/{LOG}", torn.slug);
    by_hand(context, &torn, &format!("echo '{{\"event_id\": ' >> {log}"))?;
    let before = Log::of(&torn)?;
    let step = claim(context, &torn)?;
    step.check(BROKEN_LINE_FAILS, exit_nonzero());
    let parts = [Part::Mission, Part::Log, Part::Line(before.count())];
    step.check(BROKEN_LINE_IS_NAMED, names(&parts, wanted(&torn)));
    step.check(BROKEN_LINE_IS_DIAGNOSED, has_fields(DIAGNOSIS));
    context.check(BROKEN_LINE_STAYS, Log::of(&torn)?.is_unchanged(&before));

    let folder = walkthrough.until(context, Checkpoint::Finalised)?;
    by_hand(context, &folder, &format!("rm {log} && mkdir {log}"))?;
    let step = claim(context, &folder)?;
    step.check(FOLDER_FAILS, exit_nonzero());
    let parts = [Part::Mission, Part::Log];
    step.check(FOLDER_IS_NAMED, names(&parts, wanted(&folder)));
    step.check(FOLDER_IS_DIAGNOSED, has_fields(DIAGNOSIS));
    context.check(FOLDER_STAYS, is_an_empty_folder(&folder));
    Ok(())
}

fn claim(context: &mut TestContext<'_>, mission: &Mission) -> Result<Step, Abort> {
    context.perform(
        mission,
        &Operation::Emit {
            mission: &mission.slug,
            package: PACKAGE,
            to: "claimed",
            actor: "somebody",
        },
    )
}

fn wanted(mission: &Mission) -> RequestedTransition<'_> {
    RequestedTransition { mission, package: PACKAGE, lanes: &["claimed"] }
}

fn is_an_empty_folder(mission: &Mission) -> Judgement {
    let expected = "an empty folder where the log was";
    match fs_err::read_dir(path_of(mission)) {
        Ok(mut entries) => match entries.next() {
            None => Judgement::pass(expected, "it is there"),
            Some(_) => Judgement::fail("written-into", expected, "there is something in it"),
        },
        Err(error) => Judgement::fail("replaced", expected, error.to_string()),
    }
}
