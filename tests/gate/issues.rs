//! The issue matrix of a run, and the matrix that people keep.

use support::skip::SkipCode;

use crate::bench::{Bench, CLOSED, OPEN, USAGE};
use crate::recorded::Recorded;
use crate::{CHECK, SCENARIO, known};

fn matrix(bench: &Bench, more: &[&str]) -> (i32, serde_json::Value) {
    let told = bench.gate(&[&["issues", "run", "--json"], more].concat());
    (told.exit, serde_json::from_str(&told.stdout).unwrap())
}

fn row<'a>(matrix: &'a serde_json::Value, issue: &str) -> (&'a str, &'a str) {
    let rows = matrix["rows"].as_array().unwrap();
    let row = rows.iter().find(|row| row["issue"] == issue).unwrap();
    (row["verdict"].as_str().unwrap(), row["evidence_ref"].as_str().unwrap())
}

fn failing() -> Recorded {
    Recorded::of("3.2.7").fails(SCENARIO, CHECK, "exit=0")
}

fn known_elsewhere() -> String {
    known(CHECK, "exit=0").replace("#976", "owner/name#12")
}

#[test]
fn each_issue_of_a_scenario_has_a_row() {
    let bench = Bench::new();
    bench.record(&Recorded::of("3.2.7"));
    let (exit, matrix) = matrix(&bench, &[]);
    assert_eq!(exit, OPEN);
    for issue in ["#783", "#848", "#952", "#966", "#975", "#976", "#1619"] {
        assert_eq!(row(&matrix, issue).0, "verified-already-fixed", "{issue}");
    }
    let told = bench.gate(&["issues", "run"]);
    assert!(told.stdout.starts_with("| issue | scope | verdict | evidence_ref |\n|---|"));
    assert!(told.stdout.contains("\n| #976 | merge | verified-already-fixed | all 10 scenarios"));
}

#[test]
fn a_failure_is_nobodys_verdict_until_somebody_decides() {
    let bench = Bench::new();
    bench.record(&failing());
    let (exit, undecided) = matrix(&bench, &[]);
    assert_eq!(exit, CLOSED);
    let (verdict, evidence) = row(&undecided, "#976");
    assert_eq!(verdict, "unknown");
    assert!(evidence.contains(&format!("{SCENARIO} (fail)")), "{evidence}");
    bench.file("e.toml", &known_elsewhere());
    let (exit, decided) = matrix(&bench, &["--known-failures", "e.toml"]);
    assert_eq!(exit, OPEN);
    let (verdict, evidence) = row(&decided, "#976");
    assert_eq!(verdict, "deferred-with-followup");
    assert!(evidence.ends_with("followed up in owner/name#12"), "{evidence}");
    bench.record(&Recorded::of("3.2.7").skips(SCENARIO, SkipCode::TimedOut));
    assert_eq!(row(&matrix(&bench, &[]).1, "#976").0, "unknown");
}

#[test]
fn what_was_written_can_be_checked() {
    let bench = Bench::new();
    bench.record(&failing());
    bench.file("e.toml", &known_elsewhere());
    let known = ["--known-failures", "e.toml"];
    let written = bench.gate(&[&["issues", "run"][..], &known].concat()).stdout;
    bench.file("m.md", &format!("# Issues\n\nSome words.\n\n{written}\nMore words.\n"));
    let check = [&["issues", "run", "--matrix", "m.md"][..], &known].concat();
    let told = bench.gate(&check);
    assert_eq!(told.exit, OPEN, "{}{}", told.stdout, told.stderr);
    // Editors of some systems begin a file with this mark.
    bench.file("m.md", &format!("\u{feff}{written}"));
    assert_eq!(bench.gate(&check).exit, OPEN);
    let json = bench.gate(&[&["issues", "run", "--json"][..], &known].concat()).stdout;
    bench.file("m.json", &json);
    let told = bench.gate(&[&["issues", "run", "--matrix", "m.json"][..], &known].concat());
    assert_eq!(told.exit, OPEN, "{}", told.stdout);
}

#[test]
fn what_is_no_verdict_is_refused_with_its_line() {
    let bench = Bench::new();
    bench.record(&Recorded::of("3.2.7"));
    let whole = bench.gate(&["issues", "run"]).stdout;
    let line = 1 + whole.lines().position(|line| line.starts_with("| #976 ")).unwrap();
    let row = whole.lines().nth(line - 1).unwrap().to_owned();
    let verdict = "verified-already-fixed";
    for (to, why) in [
        (row.replace(verdict, ""), "verdict: is empty"),
        (row.replace(verdict, "unknown"), "verdict: `unknown` is no verdict"),
        (row.replace(verdict, "in-mission"), "verdict: `in-mission` is not allowed at the end"),
        (row.replace(verdict, "wontfix"), "verdict: there is no `wontfix`"),
        (
            "| #976 | merge | deferred-with-followup | later |".to_owned(),
            "evidence_ref: a deferral must name",
        ),
        ("| #976 | merge | fixed | |".to_owned(), "evidence_ref: is empty"),
        ("| nine | merge | fixed | run |".to_owned(), "issue: `nine` is no issue"),
        (format!("{row}\n{row}"), "#976 stands on line"),
    ] {
        bench.file("m.md", &whole.replace(&row, &to));
        let told = bench.gate(&["issues", "run", "--matrix", "m.md"]);
        assert_eq!(told.exit, CLOSED, "{to}");
        let place = if to.contains('\n') { line + 1 } else { line };
        assert!(told.stdout.contains(&format!("m.md:{place}: {why}")), "{why}: {}", told.stdout);
    }
    bench.file("m.md", &whole.replace(&format!("{row}\n"), ""));
    let told = bench.gate(&["issues", "run", "--matrix", "m.md"]);
    assert!(told.stdout.contains("m.md:1: #976 has no row"), "{}", told.stdout);
}

#[test]
fn what_is_called_fixed_must_be_borne_out() {
    let bench = Bench::new();
    bench.record(&Recorded::of("3.2.7"));
    let whole = bench.gate(&["issues", "run"]).stdout;
    for run in [
        failing(),
        Recorded::of("3.2.7")
            .without(SCENARIO)
            .skips("merge/missing-branch-blocks-merge", SkipCode::TimedOut),
    ] {
        bench.record(&run);
        for verdict in ["fixed", "verified-already-fixed"] {
            bench.file("m.md", &whole.replace("verified-already-fixed", verdict));
            let told = bench.gate(&["issues", "run", "--matrix", "m.md"]);
            assert_eq!(told.exit, CLOSED);
            let why = format!("#976 is called {verdict}, and the run does not bear it out");
            assert!(told.stdout.contains(&why), "{}", told.stdout);
        }
    }
    // A deferral with a handle says what is true of it.
    let deferred = whole.lines().map(|line| {
        if line.starts_with("| #976 ") {
            "| #976 | merge | deferred-with-followup | see #1000 |"
        } else {
            line
        }
    });
    bench.record(&failing());
    bench.file("m.md", &deferred.collect::<Vec<_>>().join("\n"));
    let told = bench.gate(&["issues", "run", "--matrix", "m.md"]);
    assert_eq!(told.exit, OPEN, "{}", told.stdout);
}

#[test]
fn what_is_no_matrix_is_refused() {
    let bench = Bench::new();
    bench.record(&Recorded::of("3.2.7"));
    for (name, text, why) in [
        ("m.md", "| a | b |\n|---|---|\n| 1 | 2 |\n", "m.md:1: there is no table with the columns"),
        ("m.json", "{", "m.json:1: not JSON"),
        ("m.json", "{\"rows\": [{\"issue\": \"#1\"}]}", "m.json:1: must be a list of rows"),
    ] {
        bench.file(name, text);
        let told = bench.gate(&["issues", "run", "--matrix", name]);
        assert_eq!(told.exit, USAGE);
        assert!(told.stderr.contains(why), "{}", told.stderr);
    }
}
