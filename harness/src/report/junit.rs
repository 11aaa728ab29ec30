//! `JUnit` XML, as its readers really show it.
//!
//! GitLab shows one `<failure>`, and of that its text only; Jenkins shows the first one's message and text;
//! the actions of GitHub differ. So each case has one element at most, its text says everything, and its
//! message the gravest in one line. Nobody shows `<system-out>` of a case that failed at first sight, so
//! nothing stands there alone.
//!
//! A known failure is a `<failure>` of type `known-failure`: this file says what was seen, and a reader that
//! shows it as passed or left out would hide it. What may ship is the exit code's to say. A flaky scenario is
//! a `<failure>`, too, and no `<flakyFailure>`, which its readers count as passed.

use std::collections::BTreeMap;
use std::time::Duration;

use super::Evidence;
use super::entry::{Entry, Tone};
use super::subject::{facts, property};
use super::words::{PACKAGE, command, counted, ending, first_lines, product, repro, visible};
use crate::document::{CheckDocument, RunDocument, ScenarioDocument};
use crate::gate::{GateDocument, Standing};
use crate::record::Ended;
use crate::text::{markup_escaped, put};
use crate::verdict::Verdict;

/// How many lines of an observation are shown.
const LINES: usize = 60;

/// The run as `JUnit` XML.
pub fn render(evidence: &Evidence) -> String {
    let mut suites: Vec<(&str, Vec<Case>)> = Vec::new();
    let mut places: BTreeMap<&str, usize> = BTreeMap::new();
    let mut run_itself = Case::of_run(evidence.run());
    run_itself.extend(evidence.gate().and_then(Case::of_file));
    if !run_itself.is_empty() {
        suites.push(("kitty-gate", run_itself));
    }
    for entry in Entry::all(evidence) {
        let place = *places.entry(entry.suite()).or_insert_with(|| {
            suites.push((entry.suite(), Vec::new()));
            suites.len() - 1
        });
        suites[place].1.push(Case::of(evidence, &entry));
    }
    document(evidence, &suites)
}

fn document(evidence: &Evidence, suites: &[(&str, Vec<Case>)]) -> String {
    let cases = || suites.iter().flat_map(|(_, cases)| cases);
    let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let run = evidence.run();
    let counts = Counts::of(cases());
    put(
        &mut xml,
        &format!(
            "<testsuites name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"{}\" time=\"{}\">",
            escaped(&product(&run.product)),
            counts.tests,
            counts.failures,
            counts.errors,
            seconds(run.wall_ms.unwrap_or(counts.ms)),
        ),
    );
    for (name, cases) in suites {
        suite(&mut xml, evidence, name, cases);
    }
    put(&mut xml, "</testsuites>");
    xml
}

fn suite(xml: &mut String, evidence: &Evidence, name: &str, cases: &[Case]) {
    let counts = Counts::of(cases.iter());
    // Without a zone, as the schema of old wants it; it is UTC.
    let began = evidence.run().started_at.get(..19).unwrap_or_default();
    put(
        xml,
        &format!(
            "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\" time=\"{}\" timestamp=\"{}\">",
            escaped(name),
            counts.tests,
            counts.failures,
            counts.errors,
            counts.skipped,
            seconds(counts.ms),
            escaped(began),
        ),
    );
    put(xml, "    <properties>");
    for (name, value) in properties(evidence) {
        put(xml, &format!("      <property name=\"{name}\" value=\"{}\"/>", escaped(&value)));
    }
    put(xml, "    </properties>");
    for case in cases {
        case.put(xml, name);
    }
    put(xml, "  </testsuite>");
}

fn properties(evidence: &Evidence) -> Vec<(String, String)> {
    let run = evidence.run();
    let mut all = vec![
        ("package", PACKAGE.to_owned()),
        ("release", run.product.release.clone().unwrap_or_default()),
        ("run", run.run_id.clone()),
        ("kitty-gate", run.kitty_gate.clone()),
        ("repeat", run.repeat.to_string()),
    ];
    all.extend(run.product.python.clone().map(|python| ("python", python)));
    all.extend(run.network.map(|network| ("network", network.to_string())));
    if let Some(gate) = evidence.gate() {
        all.push(("decision", gate.decision.name().to_owned()));
        all.push(("judged", gate.judged.to_string()));
        all.push(("because", gate.because.join("; ")));
    }
    let all = all.into_iter().map(|(name, value)| (name.to_owned(), value));
    let facts = facts(&run.product).into_iter();
    all.chain(facts.map(|(name, value)| (property(name), value))).collect()
}

/// A case of a suite.
struct Case {
    name: String,
    ms: u64,
    fact: Option<Fact>,
    /// The commands.
    out: String,
}

/// What stands in a case.
struct Fact {
    element: Element,
    kind: &'static str,
    message: String,
    text: String,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Element {
    Failure,
    Error,
    Skipped,
}

impl Element {
    fn name(self) -> &'static str {
        match self {
            Self::Failure => "failure",
            Self::Error => "error",
            Self::Skipped => "skipped",
        }
    }
}

impl Case {
    fn of(evidence: &Evidence, entry: &Entry<'_>) -> Self {
        Self {
            name: entry.name().to_owned(),
            ms: entry.executed.map_or(0, |executed| executed.duration_ms),
            fact: Fact::of(evidence, entry),
            out: repaired(entry) + &entry.executed.map_or_else(String::new, commands),
        }
    }

    /// What is wrong with the file of known failures, where the gate is strict about it.
    fn of_file(gate: &GateDocument) -> Option<Self> {
        let those = gate.scenarios.iter();
        let those = those.filter(|scenario| gate.strict && scenario.standing == Standing::Fixed);
        let told: Vec<String> =
            those.map(|scenario| format!("{}: {}", scenario.id, scenario.because)).collect();
        let message = "the file of known failures is not true any more".to_owned();
        (!told.is_empty()).then(|| Self {
            name: "known-failures-are-true".to_owned(),
            ms: 0,
            fact: Some(Fact {
                element: Element::Failure,
                kind: "known-failure-fixed",
                text: format!("{message}\n{}\n", told.join("\n")),
                message,
            }),
            out: String::new(),
        })
    }

    /// What is wrong with the run as a whole.
    fn of_run(run: &RunDocument) -> Vec<Self> {
        let paths = |all: &[std::path::PathBuf]| {
            let all = all.iter().map(|path| path.display().to_string());
            all.collect::<Vec<_>>().join("\n")
        };
        let wrong = |name: &str, element, message: &str, text: String| Self {
            name: name.to_owned(),
            ms: 0,
            fact: Some(Fact {
                element,
                kind: "run",
                message: message.to_owned(),
                text: format!("{message}\n{text}"),
            }),
            out: String::new(),
        };
        let mut all = Vec::new();
        match run.ended {
            Ended::Completed => {}
            Ended::Interrupted => {
                let message = "the operator stopped the run before its end";
                all.push(wrong("run-completed", Element::Skipped, message, String::new()));
            }
            Ended::Killed => {
                let message = "the run has no end: it was killed, or was still going on";
                all.push(wrong("run-completed", Element::Error, message, String::new()));
            }
        }
        if !run.home_touched.is_empty() {
            let message = "the real HOME was touched: no verdict can be trusted";
            all.push(wrong("home-untouched", Element::Error, message, paths(&run.home_touched)));
        }
        if !run.left_outside.is_empty() {
            let message = "something was left outside of the sandbox";
            all.push(wrong(
                "nothing-left-outside",
                Element::Failure,
                message,
                paths(&run.left_outside),
            ));
        }
        all
    }

    fn put(&self, xml: &mut String, class: &str) {
        let head = format!(
            "    <testcase classname=\"{}\" name=\"{}\" time=\"{}\"",
            escaped(class),
            escaped(&self.name),
            seconds(self.ms)
        );
        if self.fact.is_none() && self.out.is_empty() {
            return put(xml, &format!("{head}/>"));
        }
        put(xml, &format!("{head}>"));
        if let Some(fact) = &self.fact {
            let name = fact.element.name();
            put(
                xml,
                &format!(
                    "      <{name} type=\"{}\" message=\"{}\">{}</{name}>",
                    fact.kind,
                    escaped(&fact.message),
                    escaped_text(&fact.text)
                ),
            );
        }
        if !self.out.is_empty() {
            put(xml, &format!("      <system-out>{}</system-out>", escaped_text(&self.out)));
        }
        put(xml, "    </testcase>");
    }
}

impl Fact {
    fn of(evidence: &Evidence, entry: &Entry<'_>) -> Option<Self> {
        let (element, kind) = element(entry)?;
        let because = entry.because();
        let message =
            if kind == "known-failure" { format!("known failure: {because}") } else { because };
        Some(Self { element, kind, text: text(evidence, entry, &message), message })
    }
}

/// What a scenario is to a reader of `JUnit`; nothing for a pass.
fn element(entry: &Entry<'_>) -> Option<(Element, &'static str)> {
    let of_verdict = |verdict| match verdict {
        Verdict::Pass => None,
        Verdict::Fail => Some((Element::Failure, "check-failed")),
        Verdict::Flaky => Some((Element::Failure, "flaky")),
        Verdict::Skip => Some((Element::Skipped, "not-proven")),
        Verdict::Error => Some((Element::Error, "kitty-gate")),
    };
    let verdict = entry.executed.map(|executed| executed.verdict);
    let Some(gated) = entry.gated else {
        return verdict.and_then(of_verdict);
    };
    match gated.standing {
        Standing::Pass => None,
        Standing::Fixed if entry.passed() => None,
        // What was repaired in part fails as known in the rest.
        Standing::Fixed | Standing::Known => Some((Element::Failure, "known-failure")),
        Standing::Excepted => Some((Element::Skipped, "operator-exception")),
        Standing::NotPromised => {
            verdict.map_or(Some((Element::Skipped, "not-promised")), of_verdict)
        }
        Standing::Skip if verdict == Some(Verdict::Fail) => Some((Element::Failure, "not-proven")),
        Standing::Skip => Some((Element::Skipped, "not-proven")),
        Standing::Missing => Some((Element::Skipped, "missing")),
        Standing::Error => Some((Element::Error, "kitty-gate")),
        Standing::Flaky => Some((Element::Failure, "flaky")),
        Standing::Expired => Some((Element::Failure, "known-failure-expired")),
        Standing::Fail => Some((Element::Failure, "check-failed")),
    }
}

/// Everything about it, for readers that show nothing else.
fn text(evidence: &Evidence, entry: &Entry<'_>, message: &str) -> String {
    let mut text = String::new();
    put(&mut text, message);
    let Some(executed) = entry.executed else {
        return text;
    };
    put(&mut text, &format!("promise: {}", executed.title));
    if let Some(reason) = &executed.skip {
        put(&mut text, &format!("not proven: {reason}"));
    }
    if let Some(error) = &executed.error {
        put(&mut text, &format!("broken: {error}"));
    }
    let failures: Vec<_> = entry.failures().collect();
    if !failures.is_empty() {
        put(&mut text, &format!("\n{} failed", counted(failures.len(), "check")));
    }
    for check in failures {
        failed(&mut text, check, executed);
    }
    if !executed.unjudged.is_empty() {
        put(&mut text, &format!("\nnot judged: {}", executed.unjudged.join(", ")));
    }
    put(&mut text, &format!("\nreproduce: {}", repro(evidence.run(), entry.id)));
    text
}

fn failed(text: &mut String, check: &CheckDocument, executed: &ScenarioDocument) {
    let signature = check.signature.as_deref().unwrap_or_default();
    put(text, &format!("\n{} [{}]: {signature}", check.id, check.stands_for));
    if let Some(step) = check.step.and_then(|number| executed.steps.get(number)) {
        put(text, &format!("command:  {} ({})", command(step), ending(step)));
    }
    put(text, &format!("expected: {}", check.expected));
    put(text, &format!("observed: {}", first_lines(&check.observed, LINES)));
}

/// That a scenario passed which is said to fail, and what has to be taken out of the file for it.
fn repaired(entry: &Entry<'_>) -> String {
    if entry.tone() == Tone::Repaired {
        format!("repaired: {}\n", entry.because())
    } else {
        String::new()
    }
}

fn commands(executed: &ScenarioDocument) -> String {
    let mut text = String::new();
    for step in &executed.steps {
        put(
            &mut text,
            &format!("$ {}\n  {}, {} ms", command(step), ending(step), step.duration_ms),
        );
    }
    text
}

/// How many cases there are of each kind, and how long they took together, in milliseconds.
#[derive(Default)]
struct Counts {
    tests: usize,
    failures: usize,
    errors: usize,
    skipped: usize,
    ms: u64,
}

impl Counts {
    fn of<'c>(cases: impl Iterator<Item = &'c Case>) -> Self {
        let mut counts = Self::default();
        for case in cases {
            counts.tests += 1;
            counts.ms += case.ms;
            match case.fact.as_ref().map(|fact| fact.element) {
                Some(Element::Failure) => counts.failures += 1,
                Some(Element::Error) => counts.errors += 1,
                Some(Element::Skipped) => counts.skipped += 1,
                None => {}
            }
        }
        counts
    }
}

fn seconds(ms: u64) -> String {
    format!("{:.3}", Duration::from_millis(ms).as_secs_f64())
}

/// For an attribute: a line break in it would become a space.
fn escaped(text: &str) -> String {
    escaped_text(text).replace('\n', "&#10;").replace('\t', "&#9;")
}

/// For text. What XML 1.0 has no place for, escaped or not, is made visible first.
fn escaped_text(text: &str) -> String {
    markup_escaped(&visible(text))
}
