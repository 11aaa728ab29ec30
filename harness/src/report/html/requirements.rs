//! How each requirement stands.

use super::escape::{anchor, escaped};
use crate::report::entry::Tone;
use crate::requirements::{RequirementDocument, RequirementsDocument, Standing, State};
use crate::text::put;

/// How many names of a list are told.
const NAMES: usize = 8;

/// Each state folded, what is violated open.
pub fn section(page: &mut String, document: &RequirementsDocument) {
    let Some(states) = &document.totals.states else {
        return;
    };
    page.push_str("<section id=\"requirements\"><h2>Requirements</h2>\n");
    for state in [State::Violated, State::Unproven, State::Known, State::Proven, State::Unreachable]
    {
        let count = states.get(&state).copied().unwrap_or(0);
        if count == 0 {
            continue;
        }
        let open = if state == State::Violated { " open" } else { "" };
        put(
            page,
            &format!(
                "<details class=\"{}\"{open}><summary><b>{count}</b> {state}</summary>",
                tone(state).word()
            ),
        );
        page.push_str("<dl class=\"requirements\">\n");
        let all = document.sources.iter().flat_map(|source| &source.requirements);
        for (one, standing) in all.filter_map(|one| Some((one, one.standing.as_ref()?))) {
            if standing.state == state {
                requirement(page, one, standing);
            }
        }
        page.push_str("</dl></details>\n");
    }
    page.push_str("</section>\n");
}

fn tone(state: State) -> Tone {
    match state {
        State::Proven => Tone::Good,
        State::Violated => Tone::Bad,
        State::Unproven => Tone::Unproven,
        State::Known => Tone::Known,
        State::Unreachable => Tone::Aside,
    }
}

fn requirement(page: &mut String, one: &RequirementDocument, standing: &Standing) {
    put(page, &format!("<div><dt>{}</dt><dd>{}", escaped(&one.id), escaped(&one.text)));
    let violations = standing.violations.iter().take(NAMES).map(|one| {
        let known = one
            .known
            .as_ref()
            .map_or_else(String::new, |at| format!(" (known: <code>{}</code>)", escaped(at)));
        format!(
            "<a href=\"#{}\">{}</a> {}{known}",
            anchor(&one.scenario),
            escaped(&one.scenario),
            escaped(&one.check)
        )
    });
    let gaps = standing.gaps.iter().take(NAMES).map(|gap| {
        let by = if gap.by.contains('/') {
            format!("<a href=\"#{}\">{}</a>", anchor(&gap.by), escaped(&gap.by))
        } else {
            escaped(&gap.by)
        };
        format!("{} {by}", gap.kind.words())
    });
    let mut told: Vec<String> = violations.chain(gaps).collect();
    let all = standing.violations.len() + standing.gaps.len();
    if all > told.len() {
        told.push(format!("and {} more", all - told.len()));
    }
    told.extend(one.unreachable.iter().map(|why| escaped(why)));
    if !told.is_empty() {
        put(page, &format!("<small>{}</small>", told.join("; ")));
    }
    page.push_str("</dd></div>\n");
}
