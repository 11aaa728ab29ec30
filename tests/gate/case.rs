//! A decision from beginning to end: a run, the files that people wrote, and what comes of it, in a few lines.

use std::fmt::Write;

use kitty_gate::gate::{GateDocument, GatedScenario, Standing};

use crate::bench::{Bench, Decided};
use crate::recorded::Recorded;

/// How many scenarios are shown; the rest is counted.
const SHOWN: usize = 3;

/// What is decided on.
pub struct Case {
    name: &'static str,
    run: Recorded,
    known: String,
    exceptions: Vec<String>,
    options: Vec<&'static str>,
}

/// The decision on a run alone.
pub fn case(name: &'static str, run: Recorded) -> Case {
    Case { name, run, known: String::new(), exceptions: Vec::new(), options: Vec::new() }
}

impl Case {
    /// These failures are known.
    pub fn known(mut self, text: impl Into<String>) -> Self {
        self.known = text.into();
        self
    }

    /// An operator brings this form.
    pub fn exception(mut self, text: String) -> Self {
        self.exceptions.push(text);
        self
    }

    pub fn options(mut self, options: &[&'static str]) -> Self {
        self.options.extend(options);
        self
    }

    fn decide(&self) -> Decided {
        let bench = Bench::new();
        let mut args = self.options.clone();
        if !self.known.is_empty() {
            bench.file("e.toml", &self.known);
            args.extend(["--known-failures", "e.toml"]);
        }
        for (name, text) in ["x.md", "y.md"].into_iter().zip(&self.exceptions) {
            bench.file(name, text);
            args.extend(["--exception", name]);
        }
        bench.decide(&self.run, &args)
    }
}

/// What each of the cases comes to.
pub fn decisions(cases: impl IntoIterator<Item = Case>) -> String {
    let told = cases.into_iter().map(|case| {
        let Decided { exit, gate } = case.decide();
        format!("# {}\n{}", case.name, summary(exit, &gate))
    });
    told.collect::<Vec<_>>().join("\n")
}

fn summary(exit: i32, gate: &GateDocument) -> String {
    let mut text = format!("{} ({}), exit {exit}\n", gate.decision.name(), gate.judged);
    for why in &gate.because {
        writeln!(text, "- {why}").unwrap();
    }
    let bare = |promise: &&kitty_gate::gate::GatedPromise| promise.standing != Standing::Pass;
    let core: Vec<&str> =
        gate.core.iter().filter(bare).map(|promise| promise.name.as_str()).collect();
    if !core.is_empty() {
        writeln!(text, "core: {}", core.join(", ")).unwrap();
    }
    let is_shown = |scenario: &&GatedScenario| match scenario.standing {
        Standing::Pass => false,
        Standing::NotPromised => scenario.verdict.is_some(),
        _ => true,
    };
    let shown: Vec<&GatedScenario> = gate.scenarios.iter().filter(is_shown).collect();
    for scenario in shown.iter().take(SHOWN) {
        let unjudged = scenario.not_judged;
        let unjudged = unjudged.map_or_else(String::new, |why| format!(", not judged: {why:?}"));
        let GatedScenario { id, standing, because, .. } = scenario;
        writeln!(text, "{standing}{unjudged}: {id}: {because}").unwrap();
        for check in &scenario.checks {
            let signature = check.signature.as_deref().unwrap_or("-");
            let known = check.known_failure.as_ref();
            let at =
                known.map_or_else(String::new, |known| format!(" [{}, {}]", known.at, known.owner));
            writeln!(text, "    {}: {signature}: {:?}{at}", check.id, check.matched).unwrap();
        }
    }
    if shown.len() > SHOWN {
        writeln!(text, "and {} more", shown.len() - SHOWN).unwrap();
    }
    text
}
