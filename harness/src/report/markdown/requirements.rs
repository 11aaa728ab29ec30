//! How each requirement stands.

use std::collections::BTreeMap;

use super::escape::{code, head, prose, row};
use crate::report::words::{counted, shortened};
use crate::requirements::{GapKind, RequirementDocument, RequirementsDocument, Standing, State};
use crate::text::put;

/// How many names of a list are told.
const NAMES: usize = 8;
/// How much of a promise stands in a table, in characters.
const TEXT: usize = 200;

/// Totals, then what is violated or not proven with what speaks against it, then the rest by name.
pub fn section(text: &mut String, document: &RequirementsDocument) {
    let Some(states) = &document.totals.states else {
        return;
    };
    put(text, "## Requirements\n");
    let told: Vec<String> = State::ALL
        .iter()
        .map(|state| format!("{} {state}", states.get(state).copied().unwrap_or(0)))
        .collect();
    put(text, &format!("{}.\n", told.join(", ")));
    table(text, document, State::Violated);
    table(text, document, State::Unproven);
    table(text, document, State::Known);
    names(text, document, State::Proven, "Proven");
    names(text, document, State::Unreachable, "Out of reach from outside");
    if !document.unassigned.is_empty() {
        put(text, "Failed checks that stand for no known requirement:\n");
        for lost in &document.unassigned {
            put(text, &format!("- {} {}", code(&lost.scenario), code(&lost.check)));
        }
        text.push('\n');
    }
}

fn of_state(
    document: &RequirementsDocument,
    state: State,
) -> impl Iterator<Item = (&RequirementDocument, &Standing)> {
    let all = document.sources.iter().flat_map(|source| &source.requirements);
    all.filter_map(|one| Some((one, one.standing.as_ref()?)))
        .filter(move |(_, standing)| standing.state == state)
}

fn table(text: &mut String, document: &RequirementsDocument, state: State) {
    let mut any = false;
    let mut not_run = 0;
    for (one, standing) in of_state(document, state) {
        if nothing_was_run(standing) {
            not_run += 1;
            continue;
        }
        if !any {
            text.push_str(&head(&["Requirement", "State", "Promise", "What speaks against it"]));
            any = true;
        }
        text.push_str(&row(&[
            code(&one.id),
            if state == State::Known { state.to_string() } else { format!("**{state}**") },
            prose(&shortened(&one.text, TEXT)),
            against(standing),
        ]));
    }
    if any {
        text.push('\n');
    }
    if not_run > 0 {
        let amount = counted(not_run, "requirement");
        put(text, &format!("And {amount} of which this run run nothing.\n"));
    }
}

fn nothing_was_run(standing: &Standing) -> bool {
    let absent =
        |kind| matches!(kind, GapKind::NotRun | GapKind::NotWritten | GapKind::PartUnproven);
    standing.violations.is_empty() && standing.gaps.iter().all(|gap| absent(gap.kind))
}

fn against(standing: &Standing) -> String {
    let mut told: Vec<String> = Vec::new();
    let violations: Vec<String> = standing
        .violations
        .iter()
        .map(|one| {
            let known = one.known.as_ref();
            let known = known.map_or_else(String::new, |at| format!(" (known: {})", code(at)));
            format!("{} {}{known}", code(&one.scenario), code(&one.check))
        })
        .collect();
    told.extend(shortlist(&violations));
    let mut gaps: BTreeMap<GapKind, Vec<String>> = BTreeMap::new();
    for gap in &standing.gaps {
        gaps.entry(gap.kind).or_default().push(code(&gap.by));
    }
    for (kind, by) in gaps {
        told.push(format!("{}: {}", kind.words(), shortlist(&by).join(", ")));
    }
    told.join("; ")
}

fn names(text: &mut String, document: &RequirementsDocument, state: State, title: &str) {
    let all: Vec<String> = of_state(document, state).map(|(one, _)| code(&one.id)).collect();
    if !all.is_empty() {
        put(text, &format!("{title} ({}): {}.\n", all.len(), all.join(", ")));
    }
}

fn shortlist(all: &[String]) -> Vec<String> {
    let mut shown: Vec<String> = all.iter().take(NAMES).cloned().collect();
    if all.len() > NAMES {
        shown.push(format!("{} more", all.len() - NAMES));
    }
    shown
}
