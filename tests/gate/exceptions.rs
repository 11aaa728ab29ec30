//! Operator exceptions: what they cover, and what they do not.

use insta::assert_snapshot;
use support::skip::SkipCode;

use crate::bench::{Bench, INCOMPLETE, OPEN, USAGE};
use crate::case::{Case, case, decisions};
use crate::recorded::Recorded;
use crate::{CHECK, LAST_CHECK, OTHER, SCENARIO, known, today};

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
fn excusing(name: &'static str, run: Recorded, assertion: &str) -> Case {
    case(name, run).exception(form(SCENARIO, assertion))
}

fn failing() -> Recorded {
    all_pass().fails(SCENARIO, CHECK, "exit=0")
}

#[test]
fn they_cover_what_the_machine_prevented_and_nothing_else() {
    let prevented = |code| all_pass().skips(SCENARIO, code);
    let of_product = all_pass().skips_of(SCENARIO, SkipCode::DiskFull, "spec-kitty");
    let once = || all_pass().repeat(1);
    let fails = |run: Recorded| run.fails(SCENARIO, CHECK, "exit=0");
    let known = || known(CHECK, "exit=0");
    assert_snapshot!(decisions([
        excusing("no registry", prevented(SkipCode::RegistryUnreachable), "registry-unreachable"),
        excusing("a full disk", prevented(SkipCode::DiskFull), "disk-full at install"),
        excusing("no uv", prevented(SkipCode::UvAbsent), "uv-absent"),
        excusing("never tried", all_pass().without(SCENARIO), "missing: it was left out"),
        excusing("interrupted", prevented(SkipCode::Interrupted), "interrupted"),
        excusing("cut off", all_pass().cut_off(SCENARIO), "interrupted: it was cut off"),
        // What was run less often than the gate asks, whatever came of it.
        excusing("run once", once(), "interrupted: run once").known(known()),
        excusing("failed once, as known", fails(once()), "interrupted: run once").known(known()),
        excusing("not exercised", prevented(SkipCode::NotExercised), "not-exercised"),
        excusing("no such command", prevented(SkipCode::CommandAbsent), "command-absent"),
        excusing("cannot be resolved", prevented(SkipCode::Unresolvable), "unresolvable"),
        excusing("what the product itself says of a machine", of_product, "disk-full"),
        excusing("what the product does wrong", failing(), "exit=0"),
        excusing("flaky", all_pass().fails_once(1, SCENARIO, CHECK, "exit=0"), "exit=0"),
        excusing(
            "what a known failure leaves unjudged",
            failing().leaves(SCENARIO, LAST_CHECK),
            "exit=0"
        )
        .known(known()),
        excusing("kitty-gate broke", all_pass().breaks(SCENARIO), "exit=0"),
        excusing(
            "what was recorded is something else",
            prevented(SkipCode::RegistryUnreachable),
            "disk-full"
        ),
        excusing("nobody needs it", all_pass(), "timed-out"),
    ]));
}

#[test]
fn each_covers_its_own_scenario_and_a_gate_takes_as_many_as_it_says() {
    let run = || all_pass().skips(SCENARIO, SkipCode::DiskFull).skips(OTHER, SkipCode::DiskFull);
    let one = |name| excusing(name, run(), "disk-full");
    let both = |name| one(name).exception(form(OTHER, "disk-full"));
    assert_snapshot!(decisions([
        one("one of two"),
        both("two of two"),
        both("two at most").options(&["--max-exceptions", "2"]),
        both("one at most").options(&["--max-exceptions", "1"]),
        both("none").options(&["--max-exceptions", "0"]),
        case("the option waives nothing", failing()).options(&["--max-exceptions", "9"]),
    ]));
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
fn no_loop_of_drafts_opens_a_gate_that_ran_a_part() {
    let bench = Bench::new();
    let ids = || scenarios::all().into_iter().map(|scenario| scenario.id);
    let has_run = |id: &str| id.starts_with("merge/") || id.starts_with("mark-status/");
    let part = ids().filter(|id| !has_run(id)).fold(all_pass().repeat(1), Recorded::without);
    bench.record(&part);
    let mut given = vec!["decide".to_owned(), "run".to_owned()];
    for (number, id) in ids().filter(|id| !has_run(id)).enumerate() {
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
fn what_stops_every_scenario_before_it_begins_leaves_nothing_to_answer_for() {
    for (code, tool) in [(SkipCode::DiskFull, "kitty-gate"), (SkipCode::GitAbsent, "git")] {
        let bench = Bench::new();
        let once = all_pass().repeat(1);
        let ids: Vec<&str> = scenarios::all().into_iter().map(|known| known.id).collect();
        let stopped: Vec<&str> =
            ids.into_iter().filter(|id| *id != OTHER && once.plays(id)).collect();
        bench.record(&stopped.iter().fold(once, |run, id| run.skips_of(id, code, tool)));
        let mut given = vec!["decide", "run", "--repeat", "1"];
        let files: Vec<String> = (0..stopped.len()).map(|number| format!("{number}.md")).collect();
        for (id, file) in stopped.iter().zip(&files) {
            let told = bench.gate(&["exception", "new", "run", id, "-o", file]);
            assert_eq!(told.exit, USAGE, "{id}");
            assert!(told.stderr.starts_with("error[not-tried]: nothing of"), "{}", told.stderr);
            bench.file(file, &form(id, &code.to_string()));
            given.extend(["--exception", file]);
        }
        let told = bench.gate(&given);
        assert_eq!(told.exit, INCOMPLETE, "{}", told.stdout);
        for part in [" (1 of 77 judged)", "nothing of it began", "mend what is named"] {
            assert!(told.stdout.contains(part), "{part}: {}", told.stdout);
        }
        assert!(!told.stdout.contains("exception new"), "{}", told.stdout);
    }
}

#[test]
fn more_exceptions_than_judgements_open_nothing() {
    let bench = Bench::new();
    let run = all_pass();
    let ids: Vec<&str> = scenarios::all().into_iter().map(|known| known.id).collect();
    let ids: Vec<&str> = ids.into_iter().filter(|id| run.plays(id)).collect();
    for (count, exit) in [(38, OPEN), (39, INCOMPLETE)] {
        let prevented = &ids[..count];
        let full = prevented.iter().fold(all_pass(), |run, id| run.skips(id, SkipCode::DiskFull));
        bench.record(&full);
        let mut given = vec!["decide".to_owned(), "run".to_owned()];
        for (number, id) in prevented.iter().enumerate() {
            let file = format!("{number}.md");
            bench.file(&file, &form(id, "disk-full"));
            given.extend(["--exception".to_owned(), file]);
        }
        let given: Vec<&str> = given.iter().map(String::as_str).collect();
        let told = bench.gate(&given);
        assert_eq!(told.exit, exit, "{}", told.stdout);
        let is_told =
            told.stdout.contains("39 scenarios rest on operator exceptions, more than the 38");
        assert_eq!(is_told, exit == INCOMPLETE, "{}", told.stdout);
    }
}

#[test]
fn each_is_for_the_run_that_it_describes() {
    let bench = Bench::new();
    bench.record(&all_pass().skips(SCENARIO, SkipCode::RegistryUnreachable));
    let whole = form(SCENARIO, "registry-unreachable at install");
    let own = "The runner lost its route to the registry, and so did every other job of that hour.";
    let of_another = whole.replace("repro 3.2.7", "repro reference");
    let of_a_longer = whole.replace("repro 3.2.7 merge", "repro 3.2.7 x/merge");
    let of_all =
        whole.replace("registry-unreachable at", "registry-unreachable disk-full uv-absent");
    let of_words = whole.replace(
        own,
        "As recorded: it could not. Check the network and the registry, then run it again.",
    );
    let by_path = whole.replace("kitty-gate repro", "HTTPS_PROXY= target/debug/kitty-gate repro");
    for (text, why) in [
        (of_another, Some("x.md:10: ## Reproduction command: it reproduces something else")),
        (of_a_longer, Some("x.md:10: ## Reproduction command: it reproduces something else")),
        (
            of_all,
            Some("x.md:6: **Failing assertion**: what was recorded is `registry-unreachable`"),
        ),
        (of_words, Some("x.md:1: the narrative has ")),
        (by_path, None),
        // Editors of some systems begin a file with this mark.
        (format!("\u{feff}{whole}"), None),
        (whole, None),
    ] {
        bench.file("x.md", &text);
        let told = bench.gate(&["decide", "run", "--exception", "x.md"]);
        assert_eq!(told.exit, if why.is_some() { INCOMPLETE } else { OPEN }, "{}", told.stdout);
        let why = why.unwrap_or("OPEN WITH EXCEPTIONS");
        let flat = told.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(flat.contains(why), "{why}: {}", told.stdout);
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
    let prevented = || all_pass().skips(SCENARIO, SkipCode::DiskFull);
    let told = advice(&prevented());
    let mend = told.find("mend what is named, and run again").unwrap();
    let excuse = told.find("where the machine cannot be mended: kitty-gate exception new");
    assert!(mend < excuse.unwrap(), "{told}");
    for run in [
        prevented().without(OTHER),
        prevented().cut_off(OTHER),
        all_pass().skips(SCENARIO, SkipCode::NotExercised),
        all_pass().repeat(1),
        all_pass().breaks(SCENARIO),
    ] {
        let told = advice(&run);
        assert!(!told.contains("exception"), "{told}");
    }
}

#[test]
fn one_without_its_form_is_refused_before_anything_is_run() {
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
