//! Operator exceptions: what they cover, and what they do not.

use kitty_gate::gate::{Decision, Standing};
use support::skip::SkipCode;

use crate::bench::{Bench, CLOSED, Decided, INCOMPLETE, OPEN, USAGE};
use crate::recorded::Recorded;
use crate::{CHECK, LAST_CHECK, SCENARIO, known, today};

fn all_pass() -> Recorded {
    Recorded::of("3.2.7")
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

/// What one exception for the scenario makes of a run.
fn excusing(run: &Recorded, assertion: &str) -> Decided {
    let bench = Bench::new();
    bench.file("x.md", &form(SCENARIO, assertion));
    bench.decide(run, &["--exception", "x.md"])
}

#[test]
fn it_covers_what_the_machine_prevented() {
    for code in [SkipCode::RegistryUnreachable, SkipCode::DiskFull, SkipCode::UvAbsent] {
        let run = all_pass().skips(SCENARIO, code);
        let decided = excusing(&run, &format!("{code} at install"));
        decided.is(Decision::OpenWithExceptions, OPEN).says("covered by an operator's exception");
        let scenario = decided.scenario(SCENARIO);
        assert_eq!(scenario.standing, Standing::Excepted);
        assert!(scenario.because.starts_with("Ada <ada@example.org> answers for it: "));
        assert!(decided.gate.exceptions[0].used);
        assert_eq!(decided.gate.judged.to_string(), "76 of 77 judged");
    }
}

#[test]
fn it_does_not_cover_what_was_never_tried() {
    for (run, assertion) in [
        (all_pass().without(SCENARIO), "missing: it was left out"),
        (all_pass().skips(SCENARIO, SkipCode::Interrupted), "interrupted"),
        (all_pass().cut_off(SCENARIO), "interrupted: it was cut off"),
    ] {
        excusing(&run, assertion)
            .is(Decision::Incomplete, INCOMPLETE)
            .says("exception refused: x.md:5: nobody tried it: ")
            .says("run it, for no exception covers what was never tried");
    }
    // Nor what was run less often than the gate asks, whatever came of it.
    for once in [all_pass().repeat(1), all_pass().repeat(1).fails(SCENARIO, CHECK, "exit=0")] {
        let bench = Bench::new();
        bench.file("x.md", &form(SCENARIO, "interrupted: played once"));
        bench.file("e.toml", &known(CHECK, "exit=0"));
        let given = ["--exception", "x.md", "--expectations", "e.toml"];
        bench
            .decide(&once, &given)
            .is(Decision::Incomplete, INCOMPLETE)
            .says("x.md:5: nobody tried it: played to its end 1 of 3 times; run it");
    }
}

#[test]
fn it_does_not_cover_what_is_no_fault_of_the_machine() {
    for code in [SkipCode::NotExercised, SkipCode::CommandAbsent, SkipCode::Unresolvable] {
        let run = all_pass().skips(SCENARIO, code);
        excusing(&run, &code.to_string())
            .is(Decision::Incomplete, INCOMPLETE)
            .says("exception refused: x.md:5: the machine did not prevent it: ");
    }
    // Nor what the product itself says of a machine.
    let run = all_pass().skips_of(SCENARIO, SkipCode::DiskFull, "spec-kitty");
    excusing(&run, "disk-full")
        .is(Decision::Incomplete, INCOMPLETE)
        .says("the machine did not prevent it: `disk-full`");
}

#[test]
fn a_gate_takes_as_many_as_it_says_and_no_more() {
    let bench = Bench::new();
    let other = "floor/uninitialized-repo-fails-loud";
    bench.file("x.md", &form(SCENARIO, "disk-full"));
    bench.file("y.md", &form(other, "disk-full"));
    let run = all_pass().skips(SCENARIO, SkipCode::DiskFull).skips(other, SkipCode::DiskFull);
    let capped = |most: &str| {
        let given = ["--exception", "x.md", "--exception", "y.md"];
        bench.decide(&run, &[&given[..], &["--max-exceptions", most]].concat())
    };
    let decided = capped("2");
    decided.is(Decision::OpenWithExceptions, OPEN);
    assert_eq!(decided.gate.max_exceptions, Some(2));
    for most in ["1", "0"] {
        capped(most).is(Decision::Incomplete, INCOMPLETE).says(&format!(
            "2 scenarios rest on operator exceptions, and this gate takes {most} at most"
        ));
    }
    // It waives nothing.
    let failing = all_pass().fails(SCENARIO, CHECK, "exit=0");
    bench.decide(&failing, &["--max-exceptions", "9"]).is(Decision::Closed, CLOSED);
}

/// Fills in a draft as somebody would who only wants the gate open.
fn filled(draft: &str) -> String {
    draft
        .replace("TODO: your name and contact", "Ada <ada@example.org>")
        .replace(
            "TODO: say why the environment prevents it, and why that is not a defect of the product.",
            "The runner lost its route to the registry at noon.",
        )
        .replace("TODO: the address of an issue, or until when it is tried again.", "See #12.")
}

#[test]
fn no_loop_of_drafts_opens_a_gate_that_played_a_part() {
    let bench = Bench::new();
    let ids = || scenarios::all().into_iter().map(|scenario| scenario.id);
    let is_played = |id: &str| id.starts_with("merge/") || id.starts_with("mark-status/");
    let part = ids().filter(|id| !is_played(id)).fold(all_pass().repeat(1), Recorded::without);
    bench.record(&part);
    let mut given = vec!["decide".to_owned(), "run".to_owned()];
    for (number, id) in ids().filter(|id| !is_played(id)).enumerate() {
        let file = format!("{number}.md");
        let told = bench.gate(&["exception", "new", "run", id, "-o", &file]);
        assert_eq!(told.exit, USAGE, "{id}");
        assert!(
            told.stderr.starts_with("error[not-tried]")
                && told.stderr.contains("run it: kitty-gate gate 3.2.7"),
            "{}",
            told.stderr
        );
        // Nor do forms that are written by hand.
        bench.file(&file, &form(id, "missing: the run does not have it"));
        given.extend(["--exception".to_owned(), file]);
    }
    let given: Vec<&str> = given.iter().map(String::as_str).collect();
    for repeat in ["1", "3"] {
        let told = bench.gate(&[&given[..], &["--repeat", repeat]].concat());
        assert_eq!(told.exit, INCOMPLETE, "{}", told.stdout);
        assert!(
            told.stdout.contains(if repeat == "1" {
                " (25 of 77 judged)"
            } else {
                " (0 of 77 judged)"
            }),
            "{}",
            told.stdout
        );
        assert!(!told.stdout.contains("exception new"), "{}", told.stdout);
        assert!(
            told.stdout.contains("run what was not run: kitty-gate gate 3.2.7 --repeat "),
            "{}",
            told.stdout
        );
    }
}

#[test]
fn an_exception_is_advised_last_and_only_where_running_does_not_help() {
    let bench = Bench::new();
    let advice = |run: &Recorded| {
        bench.record(run);
        let told = bench.gate(&["decide", "run"]).stdout;
        let at = told.find("\nnext  ").unwrap();
        told[at..].to_owned()
    };
    let other = "floor/uninitialized-repo-fails-loud";
    let prevented = || all_pass().skips(SCENARIO, SkipCode::DiskFull);
    let told = advice(&prevented());
    let mend = told.find("mend what is named, and run again").unwrap();
    let excuse = told.find("where the machine cannot be mended: kitty-gate exception new");
    assert!(mend < excuse.unwrap(), "{told}");
    for run in [
        prevented().without(other),
        prevented().cut_off(other),
        all_pass().skips(SCENARIO, SkipCode::NotExercised),
        all_pass().repeat(1),
        all_pass().breaks(SCENARIO),
    ] {
        let told = advice(&run);
        assert!(!told.contains("exception"), "{told}");
    }
}

#[test]
fn it_covers_exactly_its_own_scenario() {
    let bench = Bench::new();
    bench.file("x.md", &form(SCENARIO, "timed-out at install"));
    let other = "floor/uninitialized-repo-fails-loud";
    let run = all_pass().skips(SCENARIO, SkipCode::TimedOut).skips(other, SkipCode::TimedOut);
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
    bench.decide(&flaky, &["--exception", "x.md"]).is(Decision::Closed, CLOSED);
    // Nor what a failure leaves unjudged, though that was not proven.
    bench.file("e.toml", &known(CHECK, "exit=0"));
    let hiding = all_pass().fails(SCENARIO, CHECK, "exit=0").leaves(SCENARIO, LAST_CHECK);
    let given = ["--exception", "x.md", "--expectations", "e.toml"];
    bench
        .decide(&hiding, &given)
        .is(Decision::Incomplete, INCOMPLETE)
        .says("exception refused: x.md:5: the product fails it, which no exception covers");
    let broken = all_pass().breaks(SCENARIO);
    bench.decide(&broken, &["--exception", "x.md"]).says("x.md:5: kitty-gate or a control broke");
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
        ("**Operator**", "Operator", "x.md:1: **Operator**: is missing"),
        (SCENARIO, "merge/*", "x.md:5: **Failing scenario**: a pattern"),
        (
            &today().to_string(),
            "2020-01-01",
            "x.md:4: **Date**: 2020-01-01 is more than 14 days ago",
        ),
        ("Ada <ada@example.org>", "y", "x.md:3: **Operator**: `y` is nobody"),
        (
            "The runner lost its route to the registry, and so did every other job of that hour.",
            "x",
            "x.md:1: the narrative is missing",
        ),
    ] {
        bench.file("x.md", &whole.replace(from, to));
        // The product does not exist: nothing may be asked of it before the form is refused.
        for command in [["decide", "run"], ["gate", "./nothing"]] {
            let told = bench.gate(&[&command[..], &["--exception", "x.md"]].concat());
            assert_eq!(told.exit, USAGE);
            assert!(told.stderr.starts_with("error[exception-refused]: "), "{}", told.stderr);
            assert!(told.stderr.contains(why), "{}", told.stderr);
        }
    }
    bench.file("x.md", &whole);
    bench.file("y.md", &whole);
    let told = bench.gate(&["decide", "run", "--exception", "x.md", "--exception", "y.md"]);
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
    let filled = filled(&draft);
    bench.file("x.md", &filled);
    let decided = bench.gate(&["decide", "run", "--exception", "x.md"]);
    assert_eq!(decided.exit, OPEN, "{}{}", decided.stdout, decided.stderr);
    let again = bench.gate(&["exception", "new", "run", SCENARIO, "-o", "x.md"]);
    assert_eq!(again.exit, USAGE, "what a person has written is not overwritten");
    assert_eq!(bench.read("x.md"), filled);
}

#[test]
fn there_is_no_draft_for_what_was_judged() {
    for (run, code) in [
        (all_pass(), "nothing-to-excuse"),
        (all_pass().fails(SCENARIO, CHECK, "exit=0"), "product-failure"),
        (all_pass().breaks(SCENARIO), "not-environmental"),
        (all_pass().without(SCENARIO), "not-tried"),
        (all_pass().skips(SCENARIO, SkipCode::Interrupted), "not-tried"),
        (all_pass().skips(SCENARIO, SkipCode::NotExercised), "not-environmental"),
    ] {
        let bench = Bench::new();
        bench.record(&run);
        let told = bench.gate(&["exception", "new", "run", SCENARIO]);
        assert_eq!(told.exit, USAGE);
        assert!(told.stderr.starts_with(&format!("error[{code}]")), "{}", told.stderr);
    }
}
