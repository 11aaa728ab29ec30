//! `expectations check` and `expectations update`.

use jiff::ToSpan;
use kitty_gate::gate::Decision;
use kitty_gate::gate::expectation::{Catalogue, Expectations};

use crate::bench::{Bench, CLOSED, OPEN, USAGE};
use crate::recorded::Recorded;
use crate::{CHECK, LAST_CHECK, OTHER_CHECK, SCENARIO, known, live, today};

/// What only a person can say of a failure.
const FILLED: [&str; 4] = ["--reason", REASON, "--owner", "the owners"];
const REASON: &str = "we know of this one";

fn update(bench: &Bench, run: &Recorded) -> String {
    bench.record(run);
    let told = bench.gate(
        &[
            &["expectations", "update", "e.toml", "--from", "run"],
            &FILLED[..],
            &["--expires", &live()],
        ]
        .concat(),
    );
    assert_eq!(told.exit, OPEN, "{}", told.stderr);
    told.stdout
}

fn failing(release: &str) -> Recorded {
    Recorded::of(release).fails(SCENARIO, CHECK, "exit=0")
}

#[test]
fn what_was_taken_up_from_a_run_makes_it_known() {
    let bench = Bench::new();
    let told = update(&bench, &failing("3.2.7"));
    assert!(told.contains(&format!("added           {SCENARIO} {CHECK}: exit=0")), "{told}");
    let decided = bench.decide(&failing("3.2.7"), &["--expectations", "e.toml"]);
    decided.is(Decision::Open, OPEN);
    let expectation = decided.scenario(SCENARIO).checks[0].expectation.clone().unwrap();
    assert_eq!((expectation.issue.as_str(), expectation.releases[0].as_str()), ("#976", "==3.2.7"));
}

#[test]
fn what_only_a_person_can_say_is_left_to_be_filled_in() {
    let bench = Bench::new();
    bench.record(&failing("3.2.7"));
    assert_eq!(bench.gate(&["expectations", "update", "e.toml", "--from", "run"]).exit, OPEN);
    let told = bench.gate(&["expectations", "check", "e.toml"]);
    assert_eq!(told.exit, USAGE);
    for field in ["reason", "owner", "expires"] {
        assert!(told.stderr.contains(&format!("{field}: `TODO")), "{}", told.stderr);
    }
}

#[test]
fn an_entry_keeps_the_day_on_which_it_was_written() {
    let bench = Bench::new();
    update(&bench, &failing("3.2.7"));
    let text = bench.read("e.toml");
    let written = format!("\nwritten = {}\nexpires = ", today());
    assert!(text.contains(&written), "{text}");
    // What is brought up to another run is not written anew.
    let before = text.replace(&today().to_string(), &(today() - 10.days()).to_string());
    bench.file("e.toml", &before);
    update(&bench, &stopping("3.2.7"));
    update(&bench, &stopping("3.2.0"));
    let text = bench.read("e.toml");
    assert!(!text.contains(&written), "{text}");
    // One that does not say it is refused, and told where.
    let without = before.lines().filter(|line| !line.starts_with("written"));
    bench.file("e.toml", &without.collect::<Vec<_>>().join("\n"));
    let told = bench.gate(&["expectations", "check", "e.toml"]);
    assert_eq!(told.exit, USAGE);
    assert!(
        told.stderr.starts_with(
            "error[expectations-refused]: e.toml:1: written: is missing; give the day"
        ),
        "{}",
        told.stderr
    );
}

#[test]
fn what_would_be_refused_is_not_written() {
    let bench = Bench::new();
    bench.record(&failing("3.2.7"));
    let update = ["expectations", "update", "e.toml", "--from", "run"];
    let far = (today() + 201.days()).to_string();
    for (option, value, why) in [
        ("--reason", "x", "--reason: `x` explains nothing"),
        ("--owner", "y", "--owner: `y` is nobody"),
        ("--expires", far.as_str(), "is more than 200 days after"),
    ] {
        let told = bench.gate(&[&update[..], &[option, value]].concat());
        assert_eq!(told.exit, USAGE, "{}", told.stdout);
        assert!(told.stderr.starts_with("error[expectations-refused]: "));
        assert!(told.stderr.contains(why), "{}", told.stderr);
        assert!(!bench.path("e.toml").exists());
    }
}

#[test]
fn weak_entries_are_refused_before_anything_is_played() {
    let bench = Bench::new();
    bench.record(&failing("3.2.7"));
    let whole = known(CHECK, "exit=0");
    let far = (today() + 201.days()).to_string();
    for (from, to, why) in [
        ("the branch is not looked at", "x", "e.toml:6: reason: `x`"),
        ("the owners", "y", "e.toml:8: owner: `y` is nobody"),
        (&live(), &far, "e.toml:10: expires: "),
        ("==3.2.7", ">=3", "e.toml:5: releases: `>=3` has no upper end"),
        ("==3.2.7", "!=1", "e.toml:5: releases: `!=1` has no upper end"),
        ("==3.2.7", "", "e.toml:5: releases: `` has no upper end"),
    ] {
        bench.file("e.toml", &whole.replace(from, to));
        for command in [["gate", "./nothing"], ["decide", "run"]] {
            let told = bench.gate(&[&command[..], &["--expectations", "e.toml"]].concat());
            assert_eq!(told.exit, USAGE);
            let starts = format!("error[expectations-refused]: {why}");
            assert!(told.stderr.starts_with(&starts), "{}", told.stderr);
        }
    }
}

#[test]
fn the_same_failure_of_another_release_widens_the_entry() {
    let bench = Bench::new();
    update(&bench, &failing("3.2.7"));
    let told = update(&bench, &failing("3.2.0"));
    assert!(told.contains("widened"), "{told}");
    let text = bench.read("e.toml");
    assert_eq!(text.matches("[[expectation]]").count(), 1, "{text}");
    assert!(text.contains("releases = [\"==3.2.7\", \"==3.2.0\"]"), "{text}");
    assert!(update(&bench, &failing("3.2.0")).contains("nothing to change"));
    assert_eq!(bench.read("e.toml"), text);
}

#[test]
fn what_is_fixed_goes_and_what_people_wrote_stays() {
    let bench = Bench::new();
    update(&bench, &failing("3.2.7").fails(SCENARIO, OTHER_CHECK, "exit=0"));
    let commented = bench
        .read("e.toml")
        .replace("[[expectation]]", "# Seen by us.\n[[expectation]]")
        .replace("owner = \"the owners\"", "owner = \"the owners\" # and them");
    bench.file("e.toml", &format!("# The file of known failures.\n\n{commented}\n# The end.\n"));
    let told = update(&bench, &Recorded::of("3.2.7").fails(SCENARIO, OTHER_CHECK, "exit=0"));
    assert!(told.contains(&format!("removed         e.toml:4 {SCENARIO} {CHECK}")), "{told}");
    let text = bench.read("e.toml");
    assert_eq!(text.matches("[[expectation]]").count(), 1, "{text}");
    assert!(text.starts_with("# The file of known failures.\n"), "{text}");
    assert_eq!(text.matches("# Seen by us.").count(), 2, "{text}");
    assert!(
        text.contains("owner = \"the owners\" # and them") && text.ends_with("# The end.\n"),
        "{text}"
    );
    // The last one goes, too, and nothing that was written with it.
    update(&bench, &Recorded::of("3.2.7"));
    let text = bench.read("e.toml");
    assert!(!text.contains("expectation]]"), "{text}");
    assert_eq!(text.matches("# Seen by us.").count(), 2, "{text}");
    assert!(text.ends_with("# The end.\n"), "{text}");
}

#[test]
fn failing_in_another_way_replaces_the_entry_for_this_release_only() {
    let bench = Bench::new();
    update(&bench, &failing("3.2.7"));
    update(&bench, &failing("3.2.0"));
    update(&bench, &Recorded::of("3.2.7").fails(SCENARIO, CHECK, "exit=1"));
    let text = bench.read("e.toml");
    assert!(text.contains("signature = \"exit=0\"\nreleases = [\"==3.2.0\"]"), "{text}");
    assert!(text.contains("signature = \"exit=1\"\nreleases = [\"==3.2.7\"]"), "{text}");
}

#[test]
fn a_range_is_left_to_a_person() {
    let bench = Bench::new();
    update(&bench, &failing("3.2.7"));
    let ranged = bench.read("e.toml").replace("[\"==3.2.7\"]", "\">=3.2,<4\"");
    bench.file("e.toml", &ranged);
    bench.record(&Recorded::of("3.2.7"));
    let told = bench.gate(&["expectations", "update", "e.toml", "--from", "run"]);
    assert_eq!(told.exit, CLOSED);
    assert!(told.stdout.contains("narrow by hand  e.toml:"), "{}", told.stdout);
    assert!(bench.read("e.toml").contains(">=3.2,<4"));
}

/// A run that fails and does not come to the last check.
fn stopping(release: &str) -> Recorded {
    failing(release).leaves(SCENARIO, LAST_CHECK)
}

/// Whether the file, as it is now, makes the run open the gate.
fn opens(bench: &Bench, run: &Recorded) -> bool {
    let decided = bench.decide(run, &["--expectations", "e.toml"]);
    decided.gate.decision == Decision::Open
}

#[test]
fn what_a_failure_leaves_unjudged_is_taken_up_with_it() {
    let bench = Bench::new();
    let run = stopping("3.2.7").fails(SCENARIO, OTHER_CHECK, "exit=0");
    update(&bench, &run);
    let text = bench.read("e.toml");
    assert_eq!(text.matches("unjudged").count(), 1, "{text}");
    assert!(
        text.contains(&format!("signature = \"exit=0\"\nunjudged = [{LAST_CHECK:?}]\nreleases")),
        "{text}"
    );
    assert!(opens(&bench, &run), "{text}");
    assert!(update(&bench, &run).contains("nothing to change"));
}

#[test]
fn an_entry_says_anew_what_is_unjudged_and_keeps_what_people_wrote() {
    let bench = Bench::new();
    update(&bench, &failing("3.2.7"));
    let commented = bench
        .read("e.toml")
        .replace("signature =", "# As the log says.\nsignature =")
        .replace("owner = \"the owners\"", "owner = \"the owners\" # and them");
    bench.file("e.toml", &commented);
    let told = update(&bench, &stopping("3.2.7"));
    assert!(told.contains(&format!("unjudged        {SCENARIO} {CHECK}: exit=0")), "{told}");
    let said = bench.read("e.toml");
    assert!(opens(&bench, &stopping("3.2.7")), "{said}");
    let further = stopping("3.2.7").leaves(SCENARIO, OTHER_CHECK);
    update(&bench, &further);
    assert!(opens(&bench, &further), "{}", bench.read("e.toml"));
    // Back again, step by step.
    update(&bench, &stopping("3.2.7"));
    assert_eq!(bench.read("e.toml"), said);
    update(&bench, &failing("3.2.7"));
    assert_eq!(bench.read("e.toml"), commented);
}

#[test]
fn what_one_release_leaves_unjudged_is_not_said_of_another() {
    let bench = Bench::new();
    update(&bench, &failing("3.2.7"));
    update(&bench, &failing("3.2.0"));
    update(&bench, &stopping("3.2.0"));
    let text = bench.read("e.toml");
    assert!(text.contains("releases = [\"==3.2.7\"]"), "{text}");
    assert!(
        text.contains(&format!("unjudged = [{LAST_CHECK:?}]\nreleases = [\"==3.2.0\"]")),
        "{text}"
    );
    assert_eq!(text.matches(REASON).count(), 2, "{text}");
    assert!(opens(&bench, &stopping("3.2.0")) && opens(&bench, &failing("3.2.7")), "{text}");
    // What becomes like it joins it.
    update(&bench, &stopping("3.2.7"));
    let joined = bench.read("e.toml");
    assert!(joined.contains("[\"==3.2.0\", \"==3.2.7\"]"), "{joined}");
    assert_eq!(joined.matches("[[expectation]]").count(), 1, "{joined}");
    bench.file("e.toml", &text);
    // And so does a third release.
    update(&bench, &stopping("3.2.0rc2"));
    assert!(bench.read("e.toml").contains("[\"==3.2.0\", \"==3.2.0rc2\"]"));
    // A range is left to a person.
    bench.file("e.toml", &text.replace("[\"==3.2.7\"]", "\">=3.2.5,<4\""));
    bench.record(&stopping("3.2.7"));
    let told = bench.gate(&["expectations", "update", "e.toml", "--from", "run"]);
    assert_eq!(told.exit, CLOSED);
    assert!(told.stdout.contains("narrow by hand  e.toml:"), "{}", told.stdout);
}

#[test]
fn a_check_that_fails_alike_of_two_commands_gets_one_entry() {
    let bench = Bench::new();
    bench.record(&failing("3.2.7"));
    let record = bench.read("run/events.jsonl");
    let twice = |line: &str| {
        let is_it = line.contains("exit=0") && line.contains("\"check\"");
        format!("{line}\n").repeat(if is_it { 2 } else { 1 })
    };
    let record: String = record.lines().map(twice).collect();
    bench.file("run/events.jsonl", &record);
    let args = ["expectations", "update", "e.toml", "--from", "run"];
    assert_eq!(bench.gate(&args).exit, OPEN);
    assert_eq!(bench.read("e.toml").matches("[[expectation]]").count(), 1);
}

#[test]
fn what_the_release_never_promised_is_not_taken_up() {
    let bench = Bench::new();
    let run = Recorded::of("3.2.7").also("sync/healthy");
    let told = update(&bench, &run.fails("sync/healthy", "exits-zero", "exit=1"));
    assert!(told.contains("nothing to change"), "{told}");
    let run = Recorded::of("3.2.0").fails("sync/healthy", "exits-zero", "exit=1");
    assert!(update(&bench, &run).contains("added"));
}

#[test]
fn check_tells_what_a_run_says_against_the_file() {
    let bench = Bench::new();
    update(&bench, &failing("3.2.7"));
    assert_eq!(bench.gate(&["expectations", "check", "e.toml"]).exit, OPEN);
    for (run, why) in [
        (Recorded::of("3.2.7"), "holds now: "),
        (Recorded::of("3.2.7").fails(SCENARIO, CHECK, "exit=1"), "fails in another way: "),
        (failing("3.2.0"), "is not for this release: "),
        (failing("3.2.7").fails(SCENARIO, OTHER_CHECK, "exit=0"), "not expected: "),
        (stopping("3.2.7"), "not expected to be unjudged: "),
    ] {
        bench.record(&run);
        let told = bench.gate(&["expectations", "check", "e.toml", "--from", "run"]);
        assert_eq!(told.exit, CLOSED, "{why}");
        assert!(told.stdout.contains(why), "{}", told.stdout);
    }
    bench.record(&failing("3.2.7"));
    assert_eq!(bench.gate(&["expectations", "check", "e.toml", "--from", "run"]).exit, OPEN);
    let expired = bench
        .read("e.toml")
        .replace(&live(), "2020-01-01")
        .replace(&today().to_string(), "2019-12-01");
    bench.file("e.toml", &expired);
    let told = bench.gate(&["expectations", "check", "e.toml"]);
    assert_eq!(told.exit, CLOSED);
    assert!(told.stdout.contains("expired on 2020-01-01"), "{}", told.stdout);
}

#[test]
fn a_file_that_cannot_be_used_is_refused_before_anything_is_played() {
    let bench = Bench::new();
    bench.file("e.toml", "[[expectation]]\nscenario = \"merge/nothing\"\n");
    for command in [["gate", "./nothing"], ["decide", "run"]] {
        let told = bench.gate(&[&command[..], &["--expectations", "e.toml"]].concat());
        assert_eq!(told.exit, USAGE);
        assert!(
            told.stderr.starts_with("error[expectations-refused]: e.toml:1: check: is missing"),
            "{}",
            told.stderr
        );
    }
}

#[test]
fn what_we_commit_can_be_used_and_speaks_of_checks_that_there_are() {
    let file = format!("{}/../expectations.toml", env!("CARGO_MANIFEST_DIR"));
    let text = fs_err::read_to_string(file).unwrap();
    let ours = Expectations::read("expectations.toml", &text, &Catalogue::ours(), today());
    let ours = ours.unwrap_or_else(|refused| panic!("{refused}"));
    for release in ["3.2.0rc2", "3.2.0", "3.2.7"] {
        let release = release.parse().unwrap();
        assert!(ours.entries.iter().any(|entry| entry.is_for(&release)));
    }
}
