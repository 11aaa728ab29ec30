//! A known failure that holds now: good news in the decision and on every page, and no broken promise.

use kitty_gate::gate::{Decision, Match, Standing};

use crate::bench::{Bench, CLOSED, INCOMPLETE, OPEN};
use crate::recorded::Recorded;
use crate::{CHECK, LAST_CHECK, OTHER_CHECK, SCENARIO, known, leaving};

const KNOWN: [&str; 2] = ["--expectations", "e.toml"];
const STRICT: [&str; 3] = ["--expectations", "e.toml", "--strict"];

fn all_pass() -> Recorded {
    Recorded::of("3.2.7")
}

fn bench(expectations: &str) -> Bench {
    let bench = Bench::new();
    bench.file("e.toml", expectations);
    bench
}

#[test]
fn a_fix_keeps_the_gate_open_and_says_what_to_take_out() {
    let bench = bench(&known(CHECK, "exit=0"));
    let decided = bench.decide(&all_pass(), &KNOWN);
    decided.is(Decision::Open, OPEN).says(
        "1 scenario is repaired: merge/missing-branch-blocks-dry-run; take out of e.toml what is not true any more \
         (line 1)",
    );
    let scenario = decided.scenario(SCENARIO);
    assert_eq!((scenario.standing, scenario.not_judged), (Standing::Fixed, None));
    assert_eq!(scenario.because, "exits-nonzero holds now: remove e.toml:1");
    assert!(!decided.gate.strict);
    assert_eq!(decided.gate.judged.to_string(), "77 of 77 judged");
    let told = bench.gate(&[&["decide", "run"], &KNOWN[..]].concat());
    assert_eq!(told.exit, OPEN);
    for line in [
        &format!("fixed     {SCENARIO}\n"),
        "OPEN  spec-kitty-cli 3.2.7: it may ship (77 of 77 judged)\n",
        "take out what is repaired: kitty-gate expectations update e.toml --from run\n",
    ] {
        assert!(told.stdout.contains(line), "{line}: {}", told.stdout);
    }
}

#[test]
fn what_next_advises_mends_the_file() {
    let bench = bench(&known(CHECK, "exit=0"));
    bench.decide(&all_pass(), &STRICT).is(Decision::Closed, CLOSED);
    let update = ["expectations", "update", "e.toml", "--from", "run"];
    assert_eq!(bench.gate(&update).exit, OPEN);
    bench.decide(&all_pass(), &STRICT).is(Decision::Open, OPEN);
}

#[test]
fn a_strict_gate_stays_closed_until_the_file_is_true() {
    let bench = bench(&known(CHECK, "exit=0"));
    let decided = bench.decide(&all_pass(), &STRICT);
    decided.is(Decision::Closed, CLOSED).says("--strict closes the gate until then");
    assert!(decided.gate.because[0].starts_with("1 scenario is repaired"));
    assert!(decided.gate.strict);
    let told = bench.gate(&[&["decide", "run"], &STRICT[..]].concat()).stdout;
    assert!(
        told.contains(
            "\nnext  take out what is repaired: kitty-gate expectations update e.toml --from run\n"
        ),
        "{told}"
    );
    // A file that is true closes nothing.
    let failing = all_pass().fails(SCENARIO, CHECK, "exit=0");
    bench.decide(&failing, &STRICT).is(Decision::Open, OPEN);
}

#[test]
fn one_of_two_known_failures_may_be_repaired() {
    let bench = bench(&(known(CHECK, "exit=0") + &known(OTHER_CHECK, "exit=0")));
    let run = all_pass().fails(SCENARIO, CHECK, "exit=0");
    let decided = bench.decide(&run, &KNOWN);
    let scenario = decided.is(Decision::Open, OPEN).scenario(SCENARIO);
    assert_eq!(scenario.standing, Standing::Fixed);
    assert_eq!(
        scenario.because,
        "people-exit-nonzero holds now: remove e.toml:11; 1 check fails as known (#976)"
    );
    bench.decide(&run, &STRICT).is(Decision::Closed, CLOSED);
}

#[test]
fn one_of_two_ways_to_fail_may_be_repaired() {
    let bench = bench(&(known(CHECK, "exit=0") + &known(CHECK, "exit=9")));
    let run = all_pass().fails(SCENARIO, CHECK, "exit=0");
    let decided = bench.decide(&run, &KNOWN);
    let because = &decided.is(Decision::Open, OPEN).scenario(SCENARIO).because;
    assert!(
        because.starts_with("exits-nonzero fails no more in one way: remove e.toml:11"),
        "{because}"
    );
}

#[test]
fn what_is_judged_after_all_is_good_news_where_it_holds() {
    let bench = bench(&leaving(LAST_CHECK));
    let run = || all_pass().fails(SCENARIO, CHECK, "exit=0");
    let decided = bench.decide(&run(), &KNOWN);
    let scenario = decided.is(Decision::Open, OPEN).scenario(SCENARIO);
    assert_eq!(scenario.standing, Standing::Fixed);
    assert_eq!(
        scenario.because,
        format!(
            "{LAST_CHECK} is judged now: take it out of `unjudged` at e.toml:1; 1 check fails as known (#976)"
        )
    );
    bench.decide(&run(), &STRICT).is(Decision::Closed, CLOSED);
    // What it hid may be worse: then it is a failure that nobody expects.
    let worse = run().fails(SCENARIO, LAST_CHECK, "worse");
    let decided = bench.decide(&worse, &KNOWN);
    let scenario = decided.is(Decision::Closed, CLOSED).scenario(SCENARIO);
    assert_eq!(scenario.standing, Standing::Fail);
    let matched: Vec<Match> = scenario.checks.iter().map(|check| check.matched).collect();
    assert_eq!(matched, [Match::Known, Match::Unexpected]);
}

#[test]
fn a_fix_does_not_make_up_for_what_was_not_judged() {
    let both = known(CHECK, "exit=0") + &known(OTHER_CHECK, "exit=0");
    let bench = bench(&both);
    let seldom = bench.decide(&all_pass().repeat(1), &KNOWN);
    let scenario = seldom.is(Decision::Incomplete, INCOMPLETE).scenario(SCENARIO);
    assert_eq!(scenario.standing, Standing::Skip);
    let hiding = all_pass().fails(SCENARIO, OTHER_CHECK, "exit=0").leaves(SCENARIO, LAST_CHECK);
    let decided = bench.decide(&hiding, &KNOWN);
    let scenario = decided.is(Decision::Incomplete, INCOMPLETE).scenario(SCENARIO);
    assert_eq!(scenario.standing, Standing::Skip);
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
fn it_is_good_news_on_every_page() {
    let bench = bench(&known(CHECK, "exit=0"));
    for (name, page) in pages(&bench, &all_pass()) {
        assert!(page.contains("repaired"), "{name}: {page}");
        for bad in [
            "must not ship",
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
    let run = all_pass().fails(SCENARIO, CHECK, "exit=0");
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
        for bad in ["<b>violated</b>", "violated</summary>", "**violated**", "must not ship"] {
            assert!(!page.contains(bad), "{name} says {bad}");
        }
    }
    assert_eq!(state(&bench), (0.into(), violated));
    let html = bench.gate(&["report", "run", "--format", "html"]).stdout;
    assert!(html.contains("<details class=\"known\"><summary><b>"), "{html}");
    assert!(html.contains("(known: <code>e.toml:1</code>)"));
    // One that is not accepted is violated, whatever else is known.
    let worse = run.fails(SCENARIO, OTHER_CHECK, "exit=0");
    bench.decide(&worse, &KNOWN);
    assert!(state(&bench).0.as_u64().unwrap() > 0);
}
