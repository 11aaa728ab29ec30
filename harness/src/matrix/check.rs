//! What is to be said against a matrix: its form, and what a run says of it.

use std::collections::BTreeMap;

use super::{DEFERRED, IssueMatrix, ReadRow, UNKNOWN, VERIFIED};
use crate::gate::{Problem, is_handle};

/// The verdicts that a finished mission may have.
const FINAL: [&str; 3] = ["fixed", VERIFIED, DEFERRED];
/// The verdict of an issue that is still worked on.
const IN_MISSION: &str = "in-mission";

/// Everything that is wrong with `rows`, held against what the run came to.
pub fn objections(rows: &[ReadRow], found: &IssueMatrix) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut seen: BTreeMap<u32, usize> = BTreeMap::new();
    for read in rows {
        problems.extend(form(read));
        let Some(number) = number_of(&read.row.issue) else {
            let message =
                format!("issue: `{}` is no issue; give its number, as #976", read.row.issue);
            problems.push(Problem::at(read.line, message));
            continue;
        };
        if let Some(first) = seen.insert(number, read.line) {
            let message =
                format!("#{number} stands on line {first} already; one row for each issue");
            problems.push(Problem::at(read.line, message));
        }
        problems.extend(truth(read, number, found));
    }
    for row in &found.rows {
        let missing = number_of(&row.issue).filter(|number| !seen.contains_key(number));
        if let Some(number) = missing {
            let message = format!("#{number} has no row, and scenarios of the run cover it");
            problems.push(Problem::at(1, message));
        }
    }
    problems
}

fn form(read: &ReadRow) -> Option<Problem> {
    let row = &read.row;
    let message = match row.verdict.as_str() {
        "" => format!("verdict: is empty; give {}", FINAL.join(", or ")),
        UNKNOWN => format!("verdict: `{UNKNOWN}` is no verdict; give {}", FINAL.join(", or ")),
        IN_MISSION => format!("verdict: `{IN_MISSION}` is not allowed at the end of a mission"),
        other if !FINAL.contains(&other) => {
            format!("verdict: there is no `{other}`; give {}", FINAL.join(", or "))
        }
        DEFERRED if !is_handle(&row.evidence_ref) => {
            "evidence_ref: a deferral must name its follow-up: `#976`, `owner/name#976` or an address"
                .to_owned()
        }
        _ if row.evidence_ref.trim().is_empty() => {
            "evidence_ref: is empty; say what bears the verdict out".to_owned()
        }
        _ => return None,
    };
    Some(Problem::at(read.line, message))
}

/// What is called fixed must have been proven by the run.
fn truth(read: &ReadRow, number: u32, found: &IssueMatrix) -> Option<Problem> {
    let claims_fixed = ["fixed", VERIFIED].contains(&read.row.verdict.as_str());
    let row = found.rows.iter().find(|row| number_of(&row.issue) == Some(number))?;
    if !claims_fixed || row.verdict == VERIFIED {
        return None;
    }
    let message = format!(
        "#{number} is called {}, and the run does not bear it out: {}",
        read.row.verdict, row.evidence_ref
    );
    Some(Problem::at(read.line, message))
}

/// `#976`, `976`, `owner/name#976`, or a link to it.
fn number_of(cell: &str) -> Option<u32> {
    let bare = cell.trim().trim_matches(['`', '*', '[', ']', '(', ')']);
    let text = bare.split_once("](").map_or(bare, |(text, _)| text);
    let digits = text.rsplit(['#', '/']).next()?;
    digits.trim().parse().ok()
}
