//! A decision as text for a tired person at a terminal. Pure.

use std::path::Path;

use anstyle::AnsiColor;

use super::{Style, wrapped};
use crate::console::inert;
use crate::gate::next::next;
use crate::gate::{Decision, GateDocument, GatedScenario, Standing};
use crate::report::subject::in_a_line;
use crate::text::put;

/// How many scenarios of one standing are listed; the rest is counted.
const LISTED: usize = 40;
/// The same of what the run does not have: on one of several machines that is most of it.
const LISTED_MISSING: usize = 5;

/// The scenarios that did not simply pass, then the decision, why, and what to do next: last, where
/// the eye is when a run has ended. `dir` is the run's folder.
pub fn render(gate: &GateDocument, dir: &Path, style: Style) -> String {
    let mut page = Page { text: String::new(), style };
    page.scenarios(gate);
    page.core(gate);
    page.line("");
    page.decision(gate);
    if let Some(subject) = in_a_line(&gate.product) {
        page.wrapped("which is  ", &subject);
    }
    for why in &gate.because {
        page.wrapped("  - ", why);
    }
    for (number, step) in next(gate, dir).iter().enumerate() {
        page.wrapped(if number == 0 { "next  " } else { "      " }, step);
    }
    page.text
}

struct Page {
    text: String,
    style: Style,
}

impl Page {
    fn scenarios(&mut self, gate: &GateDocument) {
        let quiet = [Standing::Pass, Standing::NotPromised];
        for standing in Standing::ALL.into_iter().filter(|known| !quiet.contains(known)) {
            let those: Vec<&GatedScenario> =
                gate.scenarios.iter().filter(|scenario| scenario.standing == standing).collect();
            let listed = if standing == Standing::Missing { LISTED_MISSING } else { LISTED };
            for scenario in those.iter().take(listed) {
                let label = standing.to_string();
                let painted = self.painted(&format!("{label:<9}"), colour(standing));
                let about = if standing == Standing::Known {
                    format!("{painted} {}  {}", scenario.id, inert(&scenario.because))
                } else {
                    format!("{painted} {}", scenario.id)
                };
                self.line(&about);
                if standing != Standing::Known && !scenario.because.is_empty() {
                    self.wrapped("            ", &scenario.because);
                }
            }
            if those.len() > listed {
                self.line(&format!("          and {} more", those.len() - listed));
            }
        }
    }

    fn core(&mut self, gate: &GateDocument) {
        let below: Vec<String> = gate
            .core
            .iter()
            .filter(|promise| !matches!(promise.standing, Standing::Pass | Standing::Fixed))
            .map(|promise| format!("{} ({})", promise.name, promise.standing))
            .collect();
        if !below.is_empty() {
            self.wrapped("core      ", &format!("not kept, or not proven: {}", below.join(", ")));
        }
    }

    fn decision(&mut self, gate: &GateDocument) {
        let release = gate.product.release.as_deref().unwrap_or("not provisioned");
        let paint = match gate.decision {
            Decision::Open => AnsiColor::Green,
            Decision::OpenWithExceptions | Decision::Incomplete => AnsiColor::Yellow,
            Decision::Closed => AnsiColor::Red,
        };
        let word = self.painted(&gate.decision.name().to_uppercase(), Some(paint));
        let line = format!(
            "{word}  spec-kitty-cli {release}: {} ({})",
            gate.decision.meaning(),
            gate.judged
        );
        self.line(&line);
    }

    fn painted(&self, text: &str, colour: Option<AnsiColor>) -> String {
        match colour.filter(|_| self.style.colours) {
            Some(colour) => {
                let style = anstyle::Style::new().bold().fg_color(Some(colour.into()));
                format!("{style}{text}{style:#}")
            }
            None => text.to_owned(),
        }
    }

    fn line(&mut self, line: &str) {
        put(&mut self.text, line);
    }

    fn wrapped(&mut self, lead: &str, text: &str) {
        self.line(&wrapped(lead, lead.len(), &inert(text), self.style.width));
    }
}

fn colour(standing: Standing) -> Option<AnsiColor> {
    match standing {
        Standing::Pass | Standing::NotPromised => None,
        Standing::Fixed => Some(AnsiColor::Green),
        Standing::Known | Standing::Excepted => Some(AnsiColor::Cyan),
        Standing::Skip | Standing::Missing => Some(AnsiColor::Yellow),
        Standing::Error | Standing::Flaky | Standing::Expired | Standing::Fail => {
            Some(AnsiColor::Red)
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::gate::{FORMAT, Judged, VERSION};
    use crate::record::RunProduct;

    fn gate(decision: Decision, scenarios: Vec<GatedScenario>) -> GateDocument {
        GateDocument {
            format: FORMAT.to_owned(),
            version: VERSION,
            run_id: "run".to_owned(),
            record_sha256: String::new(),
            product: RunProduct {
                spec: "3.2.7".to_owned(),
                subject: None,
                release: Some("3.2.7".to_owned()),
                executable: "spec-kitty".into(),
                method: "uv".to_owned(),
                python: None,
                lock: Vec::new(),
                findings: Vec::new(),
            },
            decided_on: "2026-11-21".to_owned(),
            decision,
            broken: false,
            because: vec![
                "a reason of several words that does not fit on a narrow line".to_owned(),
            ],
            judged: Judged { scenarios: 25, required: 77 },
            strict: false,
            max_exceptions: None,
            repeat: 3,
            totals: BTreeMap::new(),
            scenarios,
            core: Vec::new(),
            exceptions: Vec::new(),
        }
    }

    fn scenario(number: usize, standing: Standing) -> GatedScenario {
        GatedScenario {
            id: format!("suite/number-{number}"),
            required: true,
            standing,
            verdict: None,
            not_judged: None,
            because: "because of\u{1b}[31m something".to_owned(),
            checks: Vec::new(),
        }
    }

    fn plain(gate: &GateDocument, width: usize) -> String {
        let style = Style { colours: false, width };
        render(gate, Path::new("run"), style)
    }

    #[test]
    fn the_decision_stands_last_with_its_reason_and_the_next_step() {
        let text = plain(&gate(Decision::Closed, vec![scenario(1, Standing::Fail)]), 0);
        let lines: Vec<&str> = text.lines().collect();
        let at = lines.iter().position(|line| line.starts_with("CLOSED  ")).unwrap();
        assert!(lines[at + 1].starts_with("  - a reason"));
        assert_eq!(lines[at + 2], "next  kitty-gate show run suite/number-1");
        assert_eq!(lines[at + 3], "      kitty-gate repro 3.2.7 suite/number-1");
        assert_eq!(lines.len(), at + 4);
    }

    #[test]
    fn a_narrow_terminal_is_respected() {
        let text = plain(&gate(Decision::Incomplete, vec![scenario(1, Standing::Skip)]), 40);
        let prose =
            text.lines().filter(|line| line.starts_with("  - ") || line.starts_with("    "));
        assert!(prose.clone().count() > 2, "{text}");
        assert!(prose.clone().all(|line| line.chars().count() <= 40), "{text}");
    }

    #[test]
    fn only_our_own_colours_reach_a_terminal() {
        let closed = gate(Decision::Closed, vec![scenario(1, Standing::Fail)]);
        assert!(!plain(&closed, 80).contains('\u{1b}'));
        let style = Style { colours: true, width: 80 };
        let painted = render(&closed, Path::new("run"), style);
        assert!(painted.contains("\u{1b}[1m\u{1b}[31mCLOSED\u{1b}[0m"), "{painted:?}");
        assert!(!painted.contains("of\u{1b}[31m something"), "{painted:?}");
    }

    #[test]
    fn a_long_list_is_cut_and_counted() {
        for (standing, listed) in [(Standing::Fail, LISTED), (Standing::Missing, LISTED_MISSING)] {
            let many = (1..=listed + 3).map(|number| scenario(number, standing)).collect();
            let text = plain(&gate(Decision::Closed, many), 0);
            assert!(text.contains(&format!("suite/number-{listed}\n")), "{text}");
            assert!(!text.contains(&format!("suite/number-{}\n", listed + 1)), "{text}");
            assert!(text.contains("          and 3 more\n"), "{text}");
        }
    }
}
