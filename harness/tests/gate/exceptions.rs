//! Operator exceptions: what they cover, and what they do not.

use kitty_gate::gate::{Decision, Standing};
use support::skip::SkipCode;

use crate::bench::{Bench, CLOSED, INCOMPLETE, OPEN, USAGE};
use crate::recorded::Recorded;
use crate::{CHECK, LAST_CHECK, SCENARIO, known};

fn all_pass() -> Recorded {
    Recorded::of("3.2.7")
}

fn today() -> String {
    let now = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC);
    now.date().to_string()
}

/// A form that is filled in.
fn form(scenario: &str, assertion: &str) -> String {
    format!(
        "# Mission Exception: the runner has no registry\n\n**Operator**: Ada <ada@example.org>\n\
         **Date**: {}\n**Failing scenario**: {scenario}\n**Failing assertion**: {assertion}\n\n\
         The runner lost its route to the registry, and so did every other job of that hour.\n\n\
         ## Reproduction command\n\n```sh\nkitty-gate repro 3.2.7 {scenario}\n```\n\n\
         ## Follow-up\n\nRetried within 2 days.\n",
        today()
    )
}

#[test]
fn it_covers_what_the_environment_prevented() {
    for (run, assertion) in [
        (
            all_pass().skips(SCENARIO, SkipCode::RegistryUnreachable),
            "registry-unreachable at install",
        ),
        (
            all_pass().skips(SCENARIO, SkipCode::NotExercised),
            "not-exercised: no room for it",
        ),
        (all_pass().without(SCENARIO), "missing: it was left out"),
    ] {
        let bench = Bench::new();
        bench.file("x.md", &form(SCENARIO, assertion));
        let decided = bench.decide(&run, &["--exception", "x.md"]);
        decided
            .is(Decision::OpenWithExceptions, OPEN)
            .says("covered by an operator's exception");
        let scenario = decided.scenario(SCENARIO);
        assert_eq!(scenario.standing, Standing::Excepted);
        assert!(
            scenario
                .because
                .starts_with("Ada <ada@example.org> answers for it: ")
        );
        assert!(decided.gate.exceptions[0].used);
    }
}

#[test]
fn it_covers_exactly_its_own_scenario() {
    let bench = Bench::new();
    bench.file("x.md", &form(SCENARIO, "timed-out at install"));
    let other = "floor/uninitialized-repo-fails-loud";
    let run = all_pass()
        .skips(SCENARIO, SkipCode::TimedOut)
        .skips(other, SkipCode::TimedOut);
    let decided = bench.decide(&run, &["--exception", "x.md"]);
    decided.is(Decision::Incomplete, INCOMPLETE);
    assert_eq!(decided.scenario(other).standing, Standing::Skip);
    bench.file("y.md", &form(other, "timed-out at install"));
    bench
        .decide(&run, &["--exception", "x.md", "--exception", "y.md"])
        .is(Decision::OpenWithExceptions, OPEN);
}

#[test]
fn it_does_not_cover_what_the_product_does_wrong() {
    let bench = Bench::new();
    bench.file("x.md", &form(SCENARIO, "exit=0"));
    let run = all_pass().fails(SCENARIO, CHECK, "exit=0");
    let decided = bench.decide(&run, &["--exception", "x.md"]);
    decided
        .is(Decision::Closed, CLOSED)
        .says("exception refused: x.md:5: the product fails it, which no exception covers");
    let flaky = all_pass().fails_once(1, SCENARIO, CHECK, "exit=0");
    bench
        .decide(&flaky, &["--exception", "x.md"])
        .is(Decision::Closed, CLOSED);
    // Nor what a failure leaves unjudged, though that was not proven.
    bench.file("e.toml", &known(CHECK, "exit=0"));
    let hiding = all_pass()
        .fails(SCENARIO, CHECK, "exit=0")
        .leaves(SCENARIO, LAST_CHECK);
    let given = ["--exception", "x.md", "--expectations", "e.toml"];
    bench
        .decide(&hiding, &given)
        .is(Decision::Incomplete, INCOMPLETE)
        .says("exception refused: x.md:5: the product fails it, which no exception covers");
    let broken = all_pass().breaks(SCENARIO);
    bench
        .decide(&broken, &["--exception", "x.md"])
        .says("x.md:5: kitty-gate or a control broke");
}

#[test]
fn it_must_speak_of_what_was_recorded() {
    let bench = Bench::new();
    bench.file("x.md", &form(SCENARIO, "disk-full at create"));
    let run = all_pass().skips(SCENARIO, SkipCode::RegistryUnreachable);
    bench
        .decide(&run, &["--exception", "x.md"])
        .is(Decision::Incomplete, INCOMPLETE)
        .says("x.md:6: Failing assertion: what was recorded is `registry-unreachable`");
}

#[test]
fn one_that_nobody_needs_is_told() {
    let bench = Bench::new();
    bench.file("x.md", &form(SCENARIO, "timed-out"));
    bench
        .decide(&all_pass(), &["--exception", "x.md"])
        .is(Decision::Open, OPEN)
        .says("x.md:5: it was proven, and needs no exception");
}

#[test]
fn one_without_its_form_is_refused_before_anything_is_played() {
    let bench = Bench::new();
    bench.record(&all_pass());
    let whole = form(SCENARIO, "timed-out");
    for (from, to, why) in [
        (
            "**Operator**",
            "Operator",
            "x.md:1: **Operator**: is missing",
        ),
        (
            SCENARIO,
            "merge/*",
            "x.md:5: **Failing scenario**: a pattern",
        ),
        (
            &today(),
            "2020-01-01",
            "x.md:4: **Date**: 2020-01-01 is more than 14 days ago",
        ),
    ] {
        bench.file("x.md", &whole.replace(from, to));
        // The product does not exist: nothing may be asked of it before the form is refused.
        for command in [["decide", "run"], ["gate", "./nothing"]] {
            let told = bench.gate(&[&command[..], &["--exception", "x.md"]].concat());
            assert_eq!(told.exit, USAGE);
            assert!(
                told.stderr.starts_with("error[exception-refused]: "),
                "{}",
                told.stderr
            );
            assert!(told.stderr.contains(why), "{}", told.stderr);
        }
    }
    bench.file("x.md", &whole);
    bench.file("y.md", &whole);
    let told = bench.gate(&[
        "decide",
        "run",
        "--exception",
        "x.md",
        "--exception",
        "y.md",
    ]);
    assert_eq!(told.exit, USAGE);
    assert!(told.stderr.contains("y.md:5: `merge/"), "{}", told.stderr);
    let told = bench.gate(&["decide", "run", "--exception", "z.md"]);
    assert_eq!(told.exit, USAGE);
    assert!(told.stderr.contains("z.md"), "{}", told.stderr);
}

#[test]
fn a_draft_says_what_was_recorded_and_is_refused_until_it_is_filled_in() {
    let bench = Bench::new();
    bench.record(&all_pass().skips(SCENARIO, SkipCode::RegistryUnreachable));
    let told = bench.gate(&["exception", "new", "run", SCENARIO, "-o", "x.md"]);
    assert_eq!((told.exit, told.stderr.as_str()), (OPEN, ""));
    let draft = bench.read("x.md");
    assert!(
        draft.contains("**Failing assertion**: registry-unreachable at scenario: it could not")
    );
    assert!(draft.contains("kitty-gate repro 3.2.7 merge/"));
    let refused = bench.gate(&["decide", "run", "--exception", "x.md"]);
    assert_eq!(refused.exit, USAGE);
    for part in ["**Operator**", "narrative", "## Follow-up"] {
        assert!(refused.stderr.contains(part), "{part}: {}", refused.stderr);
    }
    let filled = draft
        .replace("TODO: your name and contact", "Ada <ada@example.org>")
        .replace(
            "TODO: say why the environment prevents it, and why that is not a defect of the product.",
            "The runner lost its route to the registry at noon.",
        )
        .replace("TODO: the address of an issue, or until when it is tried again.", "See #12.");
    bench.file("x.md", &filled);
    let decided = bench.gate(&["decide", "run", "--exception", "x.md"]);
    assert_eq!(decided.exit, OPEN, "{}{}", decided.stdout, decided.stderr);
    let again = bench.gate(&["exception", "new", "run", SCENARIO, "-o", "x.md"]);
    assert_eq!(
        again.exit, USAGE,
        "what a person has written is not overwritten"
    );
    assert_eq!(bench.read("x.md"), filled);
}

#[test]
fn there_is_no_draft_for_what_was_judged() {
    for (run, code) in [
        (all_pass(), "nothing-to-excuse"),
        (
            all_pass().fails(SCENARIO, CHECK, "exit=0"),
            "product-failure",
        ),
        (all_pass().breaks(SCENARIO), "not-environmental"),
    ] {
        let bench = Bench::new();
        bench.record(&run);
        let told = bench.gate(&["exception", "new", "run", SCENARIO]);
        assert_eq!(told.exit, USAGE);
        assert!(
            told.stderr.starts_with(&format!("error[{code}]")),
            "{}",
            told.stderr
        );
    }
}
