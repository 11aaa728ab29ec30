//! Judgements of a reply of `mark-status --json`.

use support::check::Judgement;

use crate::context::Step;
use crate::contract::{IdResult, MarkReply, Reported};

/// The reply reports `wanted` for each of `ids`.
pub fn reports(reply: &MarkReply, ids: &[&str], wanted: Reported) -> Judgement {
    reports_any(reply, ids, &[wanted])
}

/// The reply reports one of `wanted` for each of `ids`.
pub fn reports_any(reply: &MarkReply, ids: &[&str], wanted: &[Reported]) -> Judgement {
    let names: Vec<_> = wanted.iter().map(ToString::to_string).collect();
    let expected = format!("{} for {}", names.join(" or "), ids.join(", "));
    if let MarkReply::Refused(error) = reply {
        return Judgement::fail(
            format!("refused: {}", without_ids(error)),
            expected,
            error.as_str(),
        );
    }
    let off =
        ids.iter().find(|id| !reply.outcome_of(id).is_some_and(|seen| wanted.contains(&seen)));
    match off {
        None => Judgement::pass(expected, "as expected"),
        Some(id) => {
            let seen =
                reply.outcome_of(id).map_or_else(|| "silence".to_owned(), |seen| seen.to_string());
            Judgement::fail(format!("{id}: {seen}"), expected, reply.to_string())
        }
    }
}

/// One entry for each of `ids`, in their order (FR-009, FR-010).
pub fn one_entry_each(reply: &MarkReply, ids: &[&str]) -> Judgement {
    let expected = format!("one entry for each of {}, in this order", ids.join(", "));
    match reply {
        MarkReply::PerId { results, .. } => {
            let entries: Vec<&str> = results.iter().map(|result| result.id.as_str()).collect();
            if entries == ids {
                Judgement::pass(expected, "as expected")
            } else {
                Judgement::fail("entries-differ", expected, entries.join(", "))
            }
        }
        MarkReply::Lists { .. } => {
            Judgement::fail("lists-instead-of-entries", expected, reply.to_string())
        }
        MarkReply::Refused(error) => {
            Judgement::fail(format!("refused: {}", without_ids(error)), expected, error.as_str())
        }
        MarkReply::Unknown => Judgement::fail("unknown-shape", expected, "JSON of another shape"),
    }
}

/// The summary counts what the entries say.
pub fn summary_adds_up(reply: &MarkReply) -> Judgement {
    let expected = "a summary that counts the entries";
    let MarkReply::PerId { results, summary } = reply else {
        return Judgement::fail("no-summary", expected, reply.to_string());
    };
    let count =
        |wanted| results.iter().filter(|IdResult { outcome, .. }| *outcome == wanted).count();
    let counted =
        (count(Reported::Updated), count(Reported::AlreadySatisfied), count(Reported::NotFound));
    let said = (summary.updated, summary.already_satisfied, summary.not_found);
    if counted == said {
        Judgement::pass(expected, "it does")
    } else {
        Judgement::fail("summary-differs", expected, format!("{said:?} for {counted:?}"))
    }
}

/// The command reports no id at all as updated.
pub fn nothing_updated(step: &Step) -> Judgement {
    let expected = "no result that says updated";
    // A refusal that is no JSON (a usage error) reports nothing as updated.
    let Ok(document) = step.try_document() else {
        return Judgement::pass(expected, step.quote());
    };
    match MarkReply::read(&document).updated_ids().first() {
        Some(id) => Judgement::fail(format!("updated: {id:?}"), expected, document.to_string()),
        None => Judgement::pass(expected, document.to_string()),
    }
}

/// The first sentence of an error without what differs from call to call.
fn without_ids(error: &str) -> String {
    let head = error.split([':', '.', '\'']).next().unwrap_or(error);
    head.chars().take(60).collect::<String>().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn reply() -> MarkReply {
        MarkReply::read(&json!({
            "results": [
                {"id": "T001", "outcome": "updated", "message": ""},
                {"id": "T999", "outcome": "not_found", "message": ""}
            ],
            "summary": {"updated": 1, "already_satisfied": 0, "not_found": 1}
        }))
    }

    #[test]
    fn a_true_reply_holds() {
        assert!(one_entry_each(&reply(), &["T001", "T999"]).held());
        assert!(reports(&reply(), &["T001"], Reported::Updated).held());
        assert!(summary_adds_up(&reply()).held());
    }

    #[test]
    fn each_lie_has_its_signature() {
        let signature = |judgement: Judgement| judgement.signature.unwrap_or_default();
        assert_eq!(signature(one_entry_each(&reply(), &["T999", "T001"])), "entries-differ");
        assert_eq!(signature(reports(&reply(), &["T999"], Reported::Updated)), "T999: not_found");
        assert_eq!(signature(reports(&reply(), &["T5"], Reported::NotFound)), "T5: silence");
        let refused = MarkReply::Refused("No task IDs found in tasks.md: T005".to_owned());
        assert_eq!(
            signature(reports(&refused, &["T005"], Reported::Updated)),
            "refused: No task IDs found in tasks"
        );
        let lists = MarkReply::Lists { updated: vec!["T001".to_owned()], not_found: Vec::new() };
        assert_eq!(signature(one_entry_each(&lists, &["T001"])), "lists-instead-of-entries");
        assert_eq!(signature(summary_adds_up(&lists)), "no-summary");
    }
}
