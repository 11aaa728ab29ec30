//! Reports of recorded runs, made ones and real ones.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod cli;
mod decided;
mod html;
mod junit;
mod others;
mod redaction;
mod sample_run;
mod subject;

use kitty_gate::certify;
use kitty_gate::gate::GateDocument;
use kitty_gate::report::{Evidence, Known, Material, ReportFormat, render};
use kitty_gate::requirements;
use sample_run::SampleRun;

/// Every form of a report.
const FORMATS: [ReportFormat; 6] = [
    ReportFormat::Markdown,
    ReportFormat::Html,
    ReportFormat::Junit,
    ReportFormat::Json,
    ReportFormat::Github,
    ReportFormat::InToto,
];

/// What reports of a made run are made from.
fn evidence(made: &SampleRun, gate: Option<&GateDocument>) -> Evidence {
    let run = made.document();
    let book = scenarios::requirements::ours().unwrap();
    let material = Material {
        run: &run,
        record_sha256: Some("d1"),
        gate,
        requirements: &requirements::document(&book, Some((&made.header, &run)), gate),
        certificate: &certify::committed().unwrap(),
    };
    Evidence::of(&material, &Known::default()).unwrap()
}

fn rendered(format: ReportFormat, made: &SampleRun, gate: Option<&GateDocument>) -> String {
    render(format, &evidence(made, gate)).unwrap()
}

/// The same run gives the same report.
#[test]
fn reports_are_functions_of_the_run() {
    for format in FORMATS {
        let once = rendered(format, &SampleRun::of(40), None);
        assert_eq!(once, rendered(format, &SampleRun::of(40), None), "{format:?}");
    }
}

/// A record that was cut off anywhere has a report of each form, and none of them calls it whole.
#[test]
fn a_killed_run_can_be_reported() {
    let whole = SampleRun::of(20);
    for left in [0, 3, 9, 40, whole.events.len() - 1] {
        let mut cut = SampleRun::of(20);
        cut.events.truncate(left);
        for format in [ReportFormat::Markdown, ReportFormat::Html] {
            let text = rendered(format, &cut, None);
            assert!(text.contains("it was killed, or was still going on"), "{format:?} of {left}");
        }
        assert!(rendered(ReportFormat::Junit, &cut, None).contains("<error type=\"run\""));
        rendered(ReportFormat::Github, &cut, None);
    }
    assert!(!rendered(ReportFormat::Markdown, &whole, None).contains("was killed"));
}
