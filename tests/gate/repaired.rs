//! A known failure that holds now: good news in the decision and on every page, and no broken promise.

use insta::assert_snapshot;
use kitty_gate::gate::Decision;

use crate::bench::{Bench, CLOSED, OPEN};
use crate::case::{case, decisions};
use crate::recorded::Recorded;
use crate::{CHECK, LAST_CHECK, OTHER_CHECK, SCENARIO, known, leaving};

const KNOWN: [&str; 2] = ["--known-failures", "e.toml"];
const STRICT: [&str; 3] = ["--known-failures", "e.toml", "--strict"];

fn all_pass() -> Recorded {
    Recorded::of("3.2.7")
}

fn failing() -> Recorded {
    all_pass().fails(SCENARIO, CHECK, "exit=0")
}

fn bench(known_failures: &str) -> Bench {
    let bench = Bench::new();
    bench.file("e.toml", known_failures);
    bench
}

#[test]
fn what_is_repaired_opens_the_gate_and_a_strict_one_once_it_is_taken_out() {
    let one = || known(CHECK, "exit=0");
    let both = || one() + &known(OTHER_CHECK, "exit=0");
    let seldom = || all_pass().repeat(1);
    let hiding = all_pass().fails(SCENARIO, OTHER_CHECK, "exit=0").leaves(SCENARIO, LAST_CHECK);
    let worse = failing().fails(SCENARIO, LAST_CHECK, "worse");
    assert_snapshot!(decisions([
        case("a fix", all_pass()).known(one()),
        case("a strict gate", all_pass()).known(one()).options(&["--strict"]),
        case("a file that is true closes no strict gate", failing())
            .known(one())
            .options(&["--strict"]),
        case("one of two", failing()).known(both()),
        case("one of two, strictly", failing()).known(both()).options(&["--strict"]),
        case("the other of two ways to fail", failing()).known(one() + &known(CHECK, "exit=9")),
        case("the same, strictly", failing())
            .known(one() + &known(CHECK, "exit=9"))
            .options(&["--strict"]),
        case("what is judged after all, and holds", failing()).known(leaving(LAST_CHECK)),
        case("the same, strictly", failing()).known(leaving(LAST_CHECK)).options(&["--strict"]),
        case("what is judged after all, and is worse", worse).known(leaving(LAST_CHECK)),
        case("a fix that was run too seldom", seldom()).known(both()),
        case("a fix beside what was not judged", hiding).known(both()),
    ]));
}

#[test]
fn what_next_advises_mends_the_file() {
    let bench = bench(&known(CHECK, "exit=0"));
    bench.decide(&all_pass(), &STRICT).is(Decision::Closed, CLOSED);
    let open = bench.gate(&[&["decide", "run"], &KNOWN[..]].concat());
    let strict = bench.gate(&[&["decide", "run"], &STRICT[..]].concat());
    assert_snapshot!(format!("{}\n{}", open.stdout, strict.stdout));
    let update = ["known-failures", "update", "e.toml", "--from", "run"];
    assert_eq!(bench.gate(&update).exit, OPEN);
    bench.decide(&all_pass(), &STRICT).is(Decision::Open, OPEN);
}

/// The decision, and each report of it.
fn pages(bench: &Bench, run: &Recorded) -> Vec<(&'static str, String)> {
    bench.decide(run, &KNOWN);
    let formats = ["markdown", "html", "junit", "github"];
    let report = |format| {
        let told = bench.gate(&["report", "run", "--format", format]);
        (format, told.stdout + &told.stderr)
    };
    let mut pages: Vec<(&str, String)> = formats.map(report).to_vec();
    pages.push(("decide", bench.gate(&[&["decide", "run"], &KNOWN[..]].concat()).stdout));
    let matrix = bench.gate(&[&["issues", "run"], &KNOWN[..]].concat());
    pages.push(("issues", matrix.stdout));
    pages
}

#[test]
fn an_issue_is_not_fixed_while_one_of_its_scenarios_fails() {
    let other = "merge/dry-run-is-read-only";
    let check = "the-dry-run-answers";
    let of_other = known(check, "exit=0").replace(SCENARIO, other);
    let bench = bench(&(known(CHECK, "exit=0") + &of_other));
    for (run, verdict) in [
        (all_pass().fails(other, check, "exit=0"), "deferred-with-followup"),
        (all_pass(), "verified-already-fixed"),
    ] {
        let pages = pages(&bench, &run);
        let page = |name| &pages.iter().find(|(known, _)| *known == name).unwrap().1;
        assert!(
            page("issues").contains(&format!("| #976 | merge | {verdict} |")),
            "{}",
            page("issues")
        );
        let row = format!("| `#976` | {verdict} |");
        assert!(page("markdown").contains(&row), "{}", page("markdown"));
    }
}

#[test]
fn it_is_good_news_on_every_page() {
    let bench = bench(&known(CHECK, "exit=0"));
    for (name, page) in pages(&bench, &all_pass()) {
        assert!(page.contains("repaired"), "{name}: {page}");
        for bad in [
            "may not ship",
            "may not ship",
            "broken promises",
            "<failure",
            "violated</summary>",
            "::error",
        ] {
            assert!(!page.contains(bad), "{name} says {bad}");
        }
        if name != "issues" {
            assert!(page.contains("e.toml"), "{name} does not say what to take out");
            assert!(page.contains("77 of 77 judged"), "{name}");
        }
    }
    let matrix = bench.gate(&[&["issues", "run"], &KNOWN[..]].concat());
    assert!(
        matrix.stdout.contains("| #976 | merge | verified-already-fixed | "),
        "{}",
        matrix.stdout
    );
}

#[test]
fn a_strict_gate_says_so_to_readers_of_junit() {
    let bench = bench(&known(CHECK, "exit=0"));
    bench.decide(&all_pass(), &STRICT);
    let junit = bench.gate(&["report", "run", "--format", "junit"]).stdout;
    assert_eq!(junit.matches("<failure").count(), 1, "{junit}");
    assert!(junit.contains("name=\"known-failures-are-true\""), "{junit}");
}

#[test]
fn what_is_accepted_violates_nothing_in_red() {
    let bench = bench(&known(CHECK, "exit=0"));
    let run = failing();
    let state = |bench: &Bench| {
        let told = bench.gate(&["requirements", "run", "--json"]).stdout;
        let document: serde_json::Value = serde_json::from_str(&told).unwrap();
        let states = document["totals"]["states"].clone();
        (states["violated"].clone(), states["known"].clone())
    };
    bench.record(&run);
    let (violated, known) = state(&bench);
    assert!(violated.as_u64().unwrap() > 0, "nobody has decided yet");
    assert_eq!(known, 0);
    for (name, page) in pages(&bench, &run) {
        for bad in ["<b>violated</b>", "violated</summary>", "**violated**", "may not ship"] {
            assert!(!page.contains(bad), "{name} says {bad}");
        }
    }
    assert_eq!(state(&bench), (0.into(), violated));
    let html = bench.gate(&["report", "run", "--format", "html"]).stdout;
    assert!(html.contains("<details class=\"known\"><summary><b>"), "{html}");
    assert!(html.contains("(known: <code>e.toml:9</code>)"));
    // One that is not accepted is violated, whatever else is known.
    let worse = run.fails(SCENARIO, OTHER_CHECK, "exit=0");
    bench.decide(&worse, &KNOWN);
    assert!(state(&bench).0.as_u64().unwrap() > 0);
}
