//! The task board does not pass off how far the work has come as how much of it is done.

use fixtures::{Recipe, StatusLane, TASK_BOARD};
use serde_json::Value;
use support::check::{Judgement, equal, none_of};

use crate::context::{Abort, Mission, Step, TestContext};
use crate::control::{FOLLOWS, prove_that_status_follows};
use crate::expect::exit_zero;
use crate::scenario::{CheckSpec, Scenario};

const PEOPLE_EXIT_ZERO: CheckSpec =
    CheckSpec::new("people-exit-zero", "#966", "the board for people exits with 0");
const PEOPLE_SEE_WHAT_IS_DONE: CheckSpec = CheckSpec::new(
    "people-see-what-is-done",
    "#966",
    "one line has the done work packages of all, and their percentage",
);
const PEOPLE_SEE_WEIGHTED_PROGRESS_APART: CheckSpec = CheckSpec::new(
    "people-see-weighted-progress-apart",
    "#966",
    "another line has the weighted percentage, and calls it weighted or readiness",
);
const NO_UNLABELLED_PERCENTAGE: CheckSpec = CheckSpec::new(
    "no-unlabelled-percentage",
    "#966",
    "every percentage is that of the done ones, or is called weighted or readiness",
);
const JSON_EXITS_ZERO: CheckSpec =
    CheckSpec::new("json-exits-zero", "#966", "with --json it exits with 0");
const STDOUT_IS_ONE_JSON_DOCUMENT: CheckSpec =
    CheckSpec::new("stdout-is-one-json-document", "#966", "--json prints one document");
const SEES_THE_BOARD: CheckSpec = CheckSpec::new(
    "sees-the-board",
    "#966",
    "the control: it counts the work packages in every state",
);
const NAMES_THE_MISSION: CheckSpec =
    CheckSpec::new("names-the-mission", "#966", "the document says which mission it is about");
const JSON_HAS_WHAT_IS_DONE: CheckSpec = CheckSpec::new(
    "json-has-what-is-done",
    "#966",
    "total_wps, done_count and done_percentage are numbers, and right",
);
const JSON_HAS_WEIGHTED_PROGRESS: CheckSpec = CheckSpec::new(
    "json-has-weighted-progress",
    "#966",
    "weighted_percentage is a number between the done ones and all",
);
const JSON_PROGRESS_HAS_A_MEANING: CheckSpec = CheckSpec::new(
    "json-progress-has-a-meaning",
    "#966",
    "progress_percentage comes with progress_semantics, or not at all",
);

pub const SCENARIO: Scenario = Scenario {
    id: "regressions/task-board-progress",
    promise: "the task board tells what is done from how far the work has come",
    requirements: &["NFR-002"],
    issues: &[966],
    checks: &[
        PEOPLE_EXIT_ZERO,
        PEOPLE_SEE_WHAT_IS_DONE,
        PEOPLE_SEE_WEIGHTED_PROGRESS_APART,
        NO_UNLABELLED_PERCENTAGE,
        JSON_EXITS_ZERO,
        STDOUT_IS_ONE_JSON_DOCUMENT,
        SEES_THE_BOARD,
        FOLLOWS,
        NAMES_THE_MISSION,
        JSON_HAS_WHAT_IS_DONE,
        JSON_HAS_WEIGHTED_PROGRESS,
        JSON_PROGRESS_HAS_A_MEANING,
    ],
    run,
    ..Scenario::DEFAULT
};

fn run(context: &mut TestContext<'_>) -> Result<(), Abort> {
    let mission = context.mission(&Recipe::task_board())?;
    let step = board(context, &mission, &[])?;
    step.check(PEOPLE_EXIT_ZERO, exit_zero());
    judge_for_people(&step);

    let step = board(context, &mission, &["--json"])?;
    step.check(JSON_EXITS_ZERO, exit_zero());
    let board = step.document(STDOUT_IS_ONE_JSON_DOCUMENT)?;
    step.check(SEES_THE_BOARD, |_| sees(&board));
    step.check(NAMES_THE_MISSION, |_| {
        equal("mission", &Some(mission.slug.as_str()), &board["mission_slug"].as_str())
    });
    step.check(JSON_HAS_WHAT_IS_DONE, |_| has_done(&board));
    step.check(JSON_HAS_WEIGHTED_PROGRESS, |_| has_weighted(&board));
    step.check(JSON_PROGRESS_HAS_A_MEANING, |_| has_a_meaning(&board));
    prove_that_status_follows(context)
}

fn board(context: &mut TestContext<'_>, mission: &Mission, more: &[&str]) -> Result<Step, Abort> {
    let command = ["agent", "tasks", "status", "--mission", &mission.slug];
    context.run(mission, command.iter().chain(more))
}

/// How many work packages stand in a state.
fn standing(lane: StatusLane) -> usize {
    TASK_BOARD.iter().filter(|(_, stands)| *stands == lane).count()
}

/// The percentage that is done, to one digit.
fn done_percentage() -> f64 {
    let share = |count: usize| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
    share(standing(StatusLane::Done)) * 100.0 / share(TASK_BOARD.len())
}

fn is_done_percentage(seen: f64) -> bool {
    (seen - done_percentage()).abs() < 0.5
}

fn judge_for_people(step: &Step) {
    let text = step.stdout_text();
    let done = format!("{}/{}", standing(StatusLane::Done), TASK_BOARD.len());
    let shows_done = |line: &&str| {
        line.contains(&done) && percentages(line).iter().any(|&p| is_done_percentage(p))
    };
    let shows_weighted = |line: &&str| is_labelled(line) && !percentages(line).is_empty();
    let one = |what: &str, signature: &str, found: Option<&str>| match found {
        Some(line) => Judgement::pass(what, line.trim()),
        None => Judgement::fail(signature, what, step.quote()),
    };
    step.check(PEOPLE_SEE_WHAT_IS_DONE, |_| {
        let what = format!("a line with {done} and {:.1}%", done_percentage());
        one(&what, "not-shown", text.lines().find(shows_done))
    });
    step.check(PEOPLE_SEE_WEIGHTED_PROGRESS_APART, |_| {
        let what = "a line with a percentage that is called weighted or readiness";
        one(what, "not-shown", text.lines().find(shows_weighted))
    });
    let is_unlabelled = |line: &&str| {
        !is_labelled(line) && percentages(line).iter().any(|&p| !is_done_percentage(p))
    };
    let unlabelled: Vec<&str> = text.lines().filter(is_unlabelled).map(str::trim).collect();
    step.check(NO_UNLABELLED_PERCENTAGE, |_| {
        none_of("none", &unlabelled, |_| "unlabelled".to_owned())
    });
}

fn is_labelled(line: &str) -> bool {
    let line = line.to_lowercase();
    line.contains("weighted") || line.contains("readiness")
}

/// Every number before a percent sign.
fn percentages(line: &str) -> Vec<f64> {
    let before = line.split('%').rev().skip(1);
    let number = |text: &str| {
        let from = text.rfind(|c: char| !c.is_ascii_digit() && c != '.');
        let digits =
            from.map_or(text, |at| text[at..].trim_start_matches(|c: char| !c.is_ascii_digit()));
        digits.parse().ok()
    };
    before.filter_map(number).collect()
}

fn sees(board: &Value) -> Judgement {
    let expected = "by_lane counts the work packages of the fixture";
    let differs = TASK_BOARD.iter().find(|(_, lane)| {
        board["by_lane"][lane.as_str()].as_u64() != u64::try_from(standing(*lane)).ok()
    });
    match differs {
        None => Judgement::pass(expected, board["by_lane"].to_string()),
        Some((_, lane)) => Judgement::fail(
            format!("by-lane: {}", lane.as_str()),
            expected,
            board["by_lane"].to_string(),
        ),
    }
}

fn has_done(board: &Value) -> Judgement {
    let expected = "total_wps, done_count, done_percentage as in the fixture";
    let count = |of: usize| Some(u64::try_from(of).unwrap_or(u64::MAX));
    let percentage = board["done_percentage"].as_f64();
    let wrong = [
        ("total_wps", board["total_wps"].as_u64() == count(TASK_BOARD.len())),
        ("done_count", board["done_count"].as_u64() == count(standing(StatusLane::Done))),
        ("done_percentage", percentage.is_some_and(is_done_percentage)),
    ]
    .into_iter()
    .find(|(_, right)| !right);
    judge_board(board, expected, wrong.map(|(field, _)| field))
}

fn has_weighted(board: &Value) -> Judgement {
    let expected = "weighted_percentage, more than done_percentage and less than 100";
    let weighted = board["weighted_percentage"].as_f64();
    let right = weighted.is_some_and(|seen| seen > done_percentage() + 1.0 && seen < 100.0);
    judge_board(board, expected, (!right).then_some("weighted_percentage"))
}

fn has_a_meaning(board: &Value) -> Judgement {
    let expected = "progress_semantics beside progress_percentage";
    let meaning = board["progress_semantics"].as_str().unwrap_or_default();
    let bare = !board["progress_percentage"].is_null() && meaning.is_empty();
    judge_board(board, expected, bare.then_some("progress_semantics"))
}

/// What is wrong, or not there, by the name of its field.
fn judge_board(board: &Value, expected: &str, wrong: Option<&str>) -> Judgement {
    let Some(field) = wrong else {
        return Judgement::pass(expected, "they are");
    };
    let kind = if board[field].is_null() { "absent" } else { "wrong" };
    Judgement::fail(format!("{kind}: {field}"), expected, board[field].to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentages_are_read_from_a_line() {
        assert_eq!(percentages("│ Completed: 1 (58.3%) │"), [58.3]);
        assert_eq!(percentages("Done progress: 1/6 (16.7%) of 100%"), [100.0, 16.7]);
        assert_eq!(percentages("60%"), [60.0]);
        assert!(percentages("Progress: 1/6").is_empty());
    }
}
