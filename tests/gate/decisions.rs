//! The verdict table: what a run and known failures come to.

use insta::assert_snapshot;
use kitty_gate::gate::{Decision, GateDocument, Standing};
use kitty_gate::record::{Ended, Event};
use support::skip::SkipCode;

use crate::bench::{Bench, CLOSED, INCOMPLETE, OPEN};
use crate::case::{Case, case, decisions};
use crate::recorded::Recorded;
use crate::{CHECK, LAST_CHECK, OTHER, OTHER_CHECK, SCENARIO, known, known_failure, leaving, live};

const OVER: &str = "2020-01-01";

fn all_pass() -> Recorded {
    Recorded::of("3.2.7")
}

fn failing() -> Recorded {
    all_pass().fails(SCENARIO, CHECK, "exit=0")
}

/// It is known that the check fails with `exit=0`.
fn expecting(name: &'static str, run: Recorded, releases: &str, expires: &str) -> Case {
    case(name, run).known(known_failure(CHECK, "exit=0", releases, expires))
}

#[test]
fn what_a_run_alone_comes_to() {
    let unasked = || all_pass().also("sync/healthy");
    let stopped = Event::RunEnded { how: Ended::Interrupted, wall_ms: 1 };
    let touched = Event::HomeTouched { paths: vec![".bashrc".into()] };
    let left = Event::LeftOutside { paths: vec!["/tmp/x".into()] };
    let nothing = scenarios::all().iter().fold(all_pass(), |run, known| run.without(known.id));
    let disk_full_once = || all_pass().skips_once(2, SCENARIO, SkipCode::DiskFull);
    assert_snapshot!(decisions([
        case("a run that proves everything", all_pass()),
        case("the same of another release", Recorded::of("3.2.0")),
        case(
            "what was never promised is not required",
            unasked().skips("sync/healthy", SkipCode::NotExercised)
        ),
        case("nor judged", unasked().skips("sync/healthy", SkipCode::DiskFull)),
        case(
            "the core is required of a release that never had it",
            Recorded::of("3.2.0a10").without("contract-drift/caught"),
        ),
        case("a failure that nobody knows", failing()),
        case(
            "the registry was out of reach",
            all_pass().skips(SCENARIO, SkipCode::RegistryUnreachable)
        ),
        case("the disk was full", all_pass().skips(SCENARIO, SkipCode::DiskFull)),
        case("it was not exercised", all_pass().skips(SCENARIO, SkipCode::NotExercised)),
        case("there is no such command", all_pass().skips(SCENARIO, SkipCode::CommandAbsent)),
        case("what was filtered out", all_pass().without(SCENARIO)),
        case("a failure outweighs what was not proven", failing().without(OTHER)),
        case("flaky", all_pass().fails_once(2, SCENARIO, CHECK, "exit=0")),
        case("the machine prevented it once: no flaw of the release", disk_full_once()),
        case("however often the gate asks", disk_full_once()).options(&["--repeat", "1"]),
        case(
            "one that also failed is flaky",
            disk_full_once().fails_once(3, SCENARIO, CHECK, "exit=0")
        ),
        case("run too seldom", all_pass().repeat(1)),
        case("as often as the gate asks", all_pass().repeat(1)).options(&["--repeat", "1"]),
        case("one was filtered out and one cut off", all_pass().without(SCENARIO).cut_off(OTHER)),
        case("the run was killed", all_pass().cut_off(SCENARIO).killed()),
        // Nobody looked at what is left at the end of a run.
        case("it was killed after each scenario had ended", all_pass().killed()),
        case("an operator stopped it", all_pass().killed().then(stopped)),
        case("kitty-gate broke", all_pass().breaks(SCENARIO)),
        case("what the product does wrong all the same stands", failing().breaks(OTHER)),
        case("a touched HOME makes a run worthless", failing().then(touched)),
        case("something was left outside of the sandbox", all_pass().then(left)),
        case("nothing was proven", nothing),
    ]));
}

#[test]
fn what_known_failures_make_of_it() {
    let live = &live();
    let unjudged = || all_pass().skips(SCENARIO, SkipCode::TimedOut);
    let stopping = || failing().leaves(SCENARIO, LAST_CHECK);
    let further = || stopping().leaves(SCENARIO, OTHER_CHECK);
    let flaky = all_pass().fails_once(2, SCENARIO, CHECK, "exit=0");
    let closing = all_pass().fails("merge/missing-branch-blocks-merge", CHECK, "exit=0");
    assert_snapshot!(decisions([
        expecting("exactly as known", failing(), "==3.2.7", live),
        expecting("in a range", failing(), ">=3.2.0,<4", live),
        expecting("in another way", all_pass().fails(SCENARIO, CHECK, "exit=1"), "==3.2.7", live),
        expecting(
            "in one way more",
            failing().fails(SCENARIO, OTHER_CHECK, "exit=0"),
            "==3.2.7",
            live
        ),
        expecting("what it leaves unjudged is not proven", stopping(), "==3.2.7", live),
        case("unless that is known, too", stopping()).known(leaving(LAST_CHECK)),
        case("one more is one too many", further()).known(leaving(LAST_CHECK)),
        case("one whose failure is accepted anyway need not be judged", further())
            .known(leaving(LAST_CHECK) + &known(OTHER_CHECK, "exit=0")),
        expecting("expired", failing(), "==3.2.7", OVER),
        expecting("expired, and repaired", all_pass(), "==3.2.7", OVER),
        expecting("expired, and not judged", unjudged(), "==3.2.7", OVER),
        expecting("for another release", failing(), "==3.2.0", live),
        expecting("which says nothing of this one", all_pass(), "==3.2.0", live),
        expecting("nor where it has expired", all_pass(), "==3.2.0", OVER),
        expecting("not judged is not known", unjudged(), "==3.2.7", live),
        expecting("it makes nothing steady", flaky, "==3.2.7", live),
        expecting("nor up for what was run too seldom", failing_once(), "==3.2.7", live),
        case("what closes the gate is named first", closing.without(OTHER))
            .known(known(OTHER_CHECK, "exit=0")),
    ]));
}

fn failing_once() -> Recorded {
    all_pass().repeat(1).fails(SCENARIO, CHECK, "exit=0")
}

#[test]
fn how_much_was_judged_is_a_matter_of_the_record_alone() {
    let run = failing().leaves(SCENARIO, LAST_CHECK).leaves(SCENARIO, OTHER_CHECK);
    let bench = Bench::new();
    let judged = |args: &[&str]| bench.decide(&run, args).gate.judged.to_string();
    let without = judged(&[]);
    assert_eq!(without, "76 of 77 judged");
    let over = |check| known_failure(check, "exit=0", "==3.2.7", OVER);
    for known in [
        leaving(LAST_CHECK),
        known(OTHER_CHECK, "exit=0"),
        over(OTHER_CHECK),
        over(OTHER_CHECK) + &over(LAST_CHECK),
    ] {
        bench.file("e.toml", &known);
        assert_eq!(judged(&["--known-failures", "e.toml"]), without, "{known}");
    }
}

#[test]
fn every_format_says_beside_the_decision_that_once_was_enough() {
    let bench = Bench::new();
    for (repeat, is_once) in [("1", true), ("2", false)] {
        bench.record(&all_pass());
        let decided = bench.gate(&["decide", "run", "--repeat", repeat]);
        assert_eq!(decided.exit, OPEN);
        let mut pages = vec![("decide", decided.stdout)];
        for format in ["markdown", "html", "junit", "github"] {
            let told = bench.gate(&["report", "run", "--format", format]);
            pages.push((format, told.stdout + &told.stderr));
        }
        for (name, page) in pages {
            let says = "each was asked for once";
            assert_eq!(page.contains(says), is_once, "{name}: {page}");
        }
    }
}

#[test]
fn what_was_never_promised_is_listed_and_not_required() {
    let decided = Bench::new().decide(&all_pass(), &[]);
    let unasked = decided.scenario("sync/healthy");
    assert_eq!((unasked.standing, unasked.required), (Standing::NotPromised, false));
}

#[test]
fn repeats_that_do_not_come_as_far_are_flaky() {
    let bench = Bench::new();
    bench.file("e.toml", &leaving(LAST_CHECK));
    bench.record(&failing().leaves(SCENARIO, LAST_CHECK));
    bench.change_record(|record| {
        let is_judged = |line: &&str| {
            line.contains(SCENARIO)
                && line.contains(&format!("{OTHER_CHECK:?}"))
                && line.contains("\"attempt\":2")
        };
        let judged = record.lines().find(is_judged).unwrap();
        record.replace(judged, &format!("{judged}\n{}", judged.replace(OTHER_CHECK, LAST_CHECK)))
    });
    let told = bench.gate(&["decide", "run", "--known-failures", "e.toml"]);
    assert_eq!(told.exit, CLOSED);
    assert!(told.stdout.contains(&format!("flaky     {SCENARIO}\n")), "{}", told.stdout);
}

#[test]
fn a_record_that_knows_fewer_checks_does_not_prove_what_is_asked_today() {
    let bench = Bench::new();
    bench.record(&all_pass());
    let forget = |line: &str| {
        let mut line: serde_json::Value = serde_json::from_str(line).unwrap();
        for scenario in line["plan"].as_array_mut().into_iter().flatten() {
            let checks = scenario["checks"].as_array_mut().unwrap();
            checks.retain(|check| check["id"] != CHECK);
        }
        let forgotten = line["observation"]["id"] == CHECK;
        (!forgotten).then(|| line.to_string() + "\n")
    };
    bench.change_record(|record| record.lines().filter_map(forget).collect());
    let told = bench.gate(&["decide", "run"]);
    assert_eq!(told.exit, INCOMPLETE);
    let why = format!("recorded by an older catalogue, without {CHECK}");
    assert!(told.stdout.contains(&why), "{}", told.stdout);
}

#[test]
fn a_person_reads_the_decision_the_reason_and_the_next_step() {
    let bench = Bench::new();
    bench.file("e.toml", &known(CHECK, "exit=0"));
    let told = |run: &Recorded, args: &[&str]| {
        bench.record(run);
        bench.gate(&[&["decide", "run"], args].concat()).stdout
    };
    // No colours in a pipe, and none of the product's.
    let closed = told(&all_pass().fails(SCENARIO, CHECK, "exit=0\u{1b}[31m"), &[]);
    let hiding = failing().leaves(SCENARIO, LAST_CHECK);
    let incomplete = told(&hiding, &["--known-failures", "e.toml"]);
    assert_snapshot!(format!("{closed}\n{incomplete}"));
    let shown = bench.gate(&["show", "run", SCENARIO]).stdout;
    assert!(shown.contains(&format!("\nnot judged    {LAST_CHECK}\n")), "{shown}");
}

#[test]
fn a_decision_does_not_say_where_its_files_lie() {
    let bench = Bench::new();
    let file = bench.file("e.toml", &known(CHECK, "exit=0"));
    let decided = bench.decide(&failing(), &["--known-failures", &file.to_string_lossy()]);
    let known =
        decided.is(Decision::Open, OPEN).scenario(SCENARIO).checks[0].known_failure.as_ref();
    assert_eq!(known.unwrap().at, "e.toml:9");
}

#[test]
fn a_decision_in_an_older_format_is_refused_with_the_way_out() {
    let bench = Bench::new();
    let GateDocument { version, .. } = bench.decide(&all_pass(), &[]).gate;
    let older = format!("\"version\": {}", version - 1);
    let gate = bench.read("run/gate.json").replace(&format!("\"version\": {version}"), &older);
    bench.file("run/gate.json", &gate);
    let told = bench.gate(&["report", "run", "--format", "markdown"]);
    assert_eq!(told.exit, crate::bench::USAGE);
    assert!(told.stderr.starts_with("error[gate-unreadable]: "), "{}", told.stderr);
    assert!(told.stderr.contains("hint: decide anew"), "{}", told.stderr);
}

#[test]
fn a_record_that_cannot_be_read_is_told_with_the_way_out_whoever_reads_it() {
    let bench = Bench::new();
    bench.record(&all_pass());
    let record = bench.read("run/events.jsonl");
    bench.file("run/events.jsonl", &record.replacen("\n{", "\n", 1));
    is_refused_by_all(&bench, "events.jsonl, line 2: ");
}

#[test]
fn a_record_with_a_line_too_few_or_too_many_decides_nothing() {
    let bench = Bench::new();
    bench.record(&failing());
    let record = bench.read("run/events.jsonl");
    let failed = record.lines().find(|line| line.contains("\"exit=0\"")).unwrap();
    // Without it, the check was not judged once; with it, it was judged of a further command.
    for (line, lines) in [(failed, 0), (failed, 2), (record.lines().nth(1).unwrap(), 0)] {
        let changed = record.replacen(&format!("{line}\n"), &format!("{line}\n").repeat(lines), 1);
        bench.file("run/events.jsonl", &changed);
        is_refused_by_all(&bench, ": not the whole record of a run: ");
    }
}

fn is_refused_by_all(bench: &Bench, why: &str) {
    for args in [
        &["decide", "run"][..],
        &["show", "run"],
        &["report", "run", "--format", "json"],
        &["requirements", "run"],
        &["issues", "run"],
        &["exception", "new", "run", SCENARIO],
        &["known-failures", "update", "known.toml", "--from", "run"],
        &["merge", "run", "-o", "merged"],
    ] {
        let told = bench.gate(args);
        assert_eq!(told.exit, crate::bench::USAGE, "{args:?}");
        assert!(told.stderr.starts_with("error[run-unreadable]: "), "{args:?}: {}", told.stderr);
        assert!(told.stderr.contains(why), "{args:?}: {}", told.stderr);
        assert!(told.stderr.contains("hint: the folder holds no record"), "{args:?}");
    }
}
