//! `known-failures check` and `known-failures update`.

use std::fmt::Write;

use insta::assert_snapshot;
use jiff::ToSpan;
use kitty_gate::gate::known_failures::{Catalogue, KnownFailures};

use crate::bench::{Bench, CLOSED, OPEN, USAGE};
use crate::recorded::Recorded;
use crate::{CHECK, LAST_CHECK, OTHER_CHECK, SCENARIO, known, live, today};

const UPDATE: [&str; 5] = ["known-failures", "update", "e.toml", "--from", "run"];

/// Brings the file up to a run, then fills in as a person would.
fn update(bench: &Bench, run: &Recorded) -> String {
    bench.record(run);
    let told = bench.gate(&UPDATE);
    assert!([OPEN, CLOSED].contains(&told.exit), "{}", told.stderr);
    let filled: Vec<String> = bench.read("e.toml").lines().map(fill).collect();
    bench.file("e.toml", &(filled.join("\n") + "\n"));
    format!("exit {}\n{}", told.exit, told.stdout)
}

/// What only a person can say of a failure.
fn fill(line: &str) -> String {
    match line.split_once(" = \"TODO: ") {
        Some(("expires", _)) => format!("expires = {}", live()),
        Some(("owner", _)) => "owner = \"the owners\"".to_owned(),
        Some((field, _)) => format!("{field} = \"we know of this one\""),
        None => line.to_owned(),
    }
}

/// The file, with days that are the same on every day.
fn text(bench: &Bench) -> String {
    bench.read("e.toml").replace(&live(), "LIVE").replace(&today().to_string(), "TODAY")
}

/// Brings a file up to one run after the other, and tells what is said, what the file says, and how the gate
/// decides on the run with it.
fn story(name: &str, start: &str, runs: &[Recorded]) -> String {
    let bench = Bench::new();
    let mut told = format!("# {name}\n");
    let mut before = start.to_owned();
    if !start.is_empty() {
        bench
            .file("e.toml", &start.replace("LIVE", &live()).replace("TODAY", &today().to_string()));
    }
    for run in runs {
        let said = update(&bench, run);
        let decided = bench.decide(run, &["--known-failures", "e.toml"]);
        let text = text(&bench);
        let file = if text == before { "(the file as before)\n" } else { &text };
        write!(told, "{said}the gate: {}\n{file}\n", decided.gate.decision.name()).unwrap();
        before = text;
        assert!(
            update(&bench, run).contains("nothing to change") || said.contains("by hand"),
            "{told}"
        );
    }
    told
}

/// What `runs` make of a file, as text to begin with.
fn after(runs: &[Recorded]) -> String {
    let bench = Bench::new();
    for run in runs {
        update(&bench, run);
    }
    text(&bench)
}

fn failing(release: &str) -> Recorded {
    Recorded::of(release).fails(SCENARIO, CHECK, "exit=0")
}

/// A run that fails and does not come to the last check.
fn stopping(release: &str) -> Recorded {
    failing(release).leaves(SCENARIO, LAST_CHECK)
}

#[test]
fn a_file_is_brought_up_to_what_fails() {
    let both = || failing("3.2.7").fails(SCENARIO, OTHER_CHECK, "exit=0");
    let otherwise = Recorded::of("3.2.7").fails(SCENARIO, CHECK, "exit=1");
    let unasked = Recorded::of("3.2.7").also("sync/healthy");
    let asked = Recorded::of("3.2.0").fails("sync/healthy", "exits-zero", "exit=1");
    let ranged = after(&[failing("3.2.7")]).replace("\"==3.2.7\"", "\">=3.2,<4\"");
    let elsewhere = after(&[failing("3.2.7")]).replace("we know of", "it was always like");
    assert_snapshot!(
        [
            story("a failure is added", "", &[failing("3.2.7")]),
            story("the same of another release", "", &[failing("3.2.7"), failing("3.2.0")]),
            story("one of two of another release", "", &[both(), failing("3.2.0")]),
            story("one more joins the group that says the same", "", &[failing("3.2.7"), both()]),
            story("or begins another", &elsewhere, &[both()]),
            story(
                "in another way, of one release",
                "",
                &[failing("3.2.7"), failing("3.2.0"), otherwise]
            ),
            story(
                "what is fixed in a range is left to a person",
                &ranged,
                &[Recorded::of("3.2.7")]
            ),
            story(
                "what the release never promised is not added",
                "",
                &[asked, unasked.fails("sync/healthy", "exits-zero", "exit=1")],
            ),
        ]
        .join("\n")
    );
}

#[test]
fn what_is_fixed_goes_and_what_people_wrote_stays() {
    let whole = "# The file of known failures.\n\n".to_owned()
        + &after(&[failing("3.2.7").fails(SCENARIO, OTHER_CHECK, "exit=0")])
        + "\n# The end.\n";
    let commented = whole
        .replace("[[group]]", "# Seen by us.\n[[group]]")
        .replace("owner = \"the owners\"", "owner = \"the owners\" # and them")
        .replace("releases = [\"==3.2.7\"]", "releases = [\"==3.2.7\"] # and no other")
        .replace("    { check", "    # As the log says.\n    { check");
    let one = || Recorded::of("3.2.7").fails(SCENARIO, OTHER_CHECK, "exit=0");
    assert_snapshot!(
        [
            story("one after the other", &commented, &[one(), Recorded::of("3.2.7")]),
            story("the last of a list", &commented, &[failing("3.2.7"), failing("3.2.0")]),
        ]
        .join("\n")
    );
}

#[test]
fn what_a_failure_leaves_unjudged_is_said_with_it() {
    let both = stopping("3.2.7").fails(SCENARIO, OTHER_CHECK, "exit=0");
    let further = stopping("3.2.7").leaves(SCENARIO, OTHER_CHECK);
    let two = after(&[failing("3.2.7"), failing("3.2.0")]);
    let apart = after(&[failing("3.2.7"), failing("3.2.0"), stopping("3.2.0")]);
    let commented =
        after(&[failing("3.2.7")]).replace("    { check", "    # As the log says.\n    { check");
    let ranged = apart.replacen("\"==3.2.7\"", "\">=3.2.5,<4\"", 1);
    let steps = [stopping("3.2.7"), further, stopping("3.2.7"), failing("3.2.7")];
    assert_snapshot!(
        [
            story("the last failure says it", "", &[both]),
            story("there and back again", &commented, &steps),
            story("of one release", &two, &[stopping("3.2.0")]),
            story("what becomes like it joins it", &apart, &[stopping("3.2.7")]),
            story("and so does a third release", &apart, &[stopping("3.2.0rc2")]),
            story("a range is left to a person", &ranged, &[stopping("3.2.7")]),
        ]
        .join("\n")
    );
}

#[test]
fn what_only_a_person_can_say_is_left_to_be_filled_in() {
    let bench = Bench::new();
    bench.record(&failing("3.2.7"));
    assert_eq!(bench.gate(&UPDATE).exit, OPEN);
    let told = bench.gate(&["known-failures", "check", "e.toml"]);
    assert_eq!(told.exit, USAGE);
    for field in ["reason", "owner", "expires"] {
        assert!(told.stderr.contains(&format!("{field}: `TODO")), "{}", told.stderr);
    }
}

#[test]
fn a_group_keeps_the_day_on_which_it_was_written() {
    let bench = Bench::new();
    let written = (today() - 10.days()).to_string();
    let before = after(&[failing("3.2.7")]).replace("TODAY", &written).replace("LIVE", &live());
    bench.file("e.toml", &before);
    update(&bench, &failing("3.2.0"));
    update(&bench, &failing("3.2.0rc2"));
    assert!(text(&bench).contains(&written) && !text(&bench).contains("TODAY"), "{}", text(&bench));
    // One that does not say it is refused, and told where.
    let without = before.lines().filter(|line| !line.starts_with("written"));
    bench.file("e.toml", &without.collect::<Vec<_>>().join("\n"));
    let told = bench.gate(&["known-failures", "check", "e.toml"]);
    assert_eq!(told.exit, USAGE);
    let why = "error[known-failures-refused]: e.toml:1: written: is missing; give the day";
    assert!(told.stderr.starts_with(why), "{}", told.stderr);
}

#[test]
fn nothing_is_accepted_by_a_command() {
    let bench = Bench::new();
    // A new failure is drafted, and so is one that leaves more unjudged than was accepted.
    for (run, start) in [
        (failing("3.2.7"), String::new()),
        (stopping("3.2.7"), after(&[failing("3.2.7")]).replace("LIVE", &live())),
    ] {
        bench.file("e.toml", &start.replace("TODAY", &today().to_string()));
        bench.record(&run);
        assert_eq!(bench.gate(&UPDATE).exit, OPEN);
        let told = bench.gate(&["decide", "run", "--known-failures", "e.toml"]);
        assert_eq!(told.exit, USAGE, "{}", told.stdout);
        assert!(told.stderr.contains("reason: `TODO"), "{}", told.stderr);
    }
    for option in ["--reason", "--owner", "--expires"] {
        let told = bench.gate(&[&UPDATE[..], &[option, "we know of this one"]].concat());
        assert_eq!(told.exit, USAGE, "{}", told.stdout);
    }
}

#[test]
fn weak_entries_are_refused_before_anything_is_run() {
    let bench = Bench::new();
    bench.record(&failing("3.2.7"));
    let whole = known(CHECK, "exit=0");
    let far = (today() + 201.days()).to_string();
    for (from, to, why) in [
        ("the branch is not looked at", "x", "e.toml:2: reason: `x`"),
        ("the owners", "y", "e.toml:4: owner: `y` is nobody"),
        (&live(), &far, "e.toml:6: expires: "),
        ("==3.2.7", ">=3", "e.toml:7: releases: `>=3` has no end"),
        ("==3.2.7", "!=1", "e.toml:7: releases: `!=1` has no end"),
        ("==3.2.7", "", "e.toml:7: releases: `` has no end"),
    ] {
        bench.file("e.toml", &whole.replace(from, to));
        for command in [["gate", "./nothing"], ["decide", "run"]] {
            let told = bench.gate(&[&command[..], &["--known-failures", "e.toml"]].concat());
            assert_eq!(told.exit, USAGE);
            let starts = format!("error[known-failures-refused]: {why}");
            assert!(told.stderr.starts_with(&starts), "{}", told.stderr);
        }
    }
}

#[test]
fn a_check_that_fails_alike_of_two_commands_gets_one_entry() {
    let bench = Bench::new();
    bench.record(&failing("3.2.7"));
    let twice = |line: &str| {
        let is_it = line.contains("exit=0") && line.contains("\"check\"");
        format!("{line}\n").repeat(if is_it { 2 } else { 1 })
    };
    bench.change_record(|record| record.lines().map(twice).collect());
    assert_eq!(bench.gate(&UPDATE).exit, OPEN);
    assert_eq!(bench.read("e.toml").matches("check = ").count(), 1);
}

#[test]
fn check_tells_what_a_run_says_against_the_file() {
    let bench = Bench::new();
    update(&bench, &failing("3.2.7"));
    assert_eq!(bench.gate(&["known-failures", "check", "e.toml"]).exit, OPEN);
    for (run, why) in [
        (Recorded::of("3.2.7"), "holds now: "),
        (Recorded::of("3.2.7").fails(SCENARIO, CHECK, "exit=1"), "fails in another way: "),
        (failing("3.2.0"), "is not for this release: "),
        (failing("3.2.7").fails(SCENARIO, OTHER_CHECK, "exit=0"), "not known: "),
        (stopping("3.2.7"), "no known failure leaves it unjudged: "),
    ] {
        bench.record(&run);
        let told = bench.gate(&["known-failures", "check", "e.toml", "--from", "run"]);
        assert_eq!(told.exit, CLOSED, "{why}");
        assert!(told.stdout.contains(why), "{}", told.stdout);
    }
    bench.record(&failing("3.2.7"));
    assert_eq!(bench.gate(&["known-failures", "check", "e.toml", "--from", "run"]).exit, OPEN);
    // It fails as one entry says, and not as the other.
    let one = bench.read("e.toml");
    bench.file("e.toml", &format!("{one}\n{}", known(CHECK, "exit=7")));
    let told = bench.gate(&["known-failures", "check", "e.toml", "--from", "run"]);
    assert_eq!(told.exit, CLOSED, "{}", told.stdout);
    let stale = format!(": does not fail so: {SCENARIO} {CHECK}: exit=7\n");
    assert!(told.stdout.contains(&stale), "{}", told.stdout);
    bench.file("e.toml", &one);
    let expired = bench
        .read("e.toml")
        .replace(&live(), "2020-01-01")
        .replace(&today().to_string(), "2019-12-01");
    bench.file("e.toml", &expired);
    let told = bench.gate(&["known-failures", "check", "e.toml"]);
    assert_eq!(told.exit, CLOSED);
    assert!(told.stdout.contains("expired on 2020-01-01"), "{}", told.stdout);
}

#[test]
fn a_file_that_cannot_be_used_is_refused_before_anything_is_run() {
    let bench = Bench::new();
    bench.file("e.toml", "[[group]]\nowner = \"the owners\"\n");
    for command in [["gate", "./nothing"], ["decide", "run"]] {
        let told = bench.gate(&[&command[..], &["--known-failures", "e.toml"]].concat());
        assert_eq!(told.exit, USAGE);
        assert!(
            told.stderr.starts_with("error[known-failures-refused]: e.toml:1: reason: is missing"),
            "{}",
            told.stderr
        );
    }
}

#[test]
fn what_we_commit_can_be_used_and_speaks_of_checks_that_there_are() {
    let file = format!("{}/../known-failures.toml", env!("CARGO_MANIFEST_DIR"));
    let text = fs_err::read_to_string(file).unwrap();
    let ours = KnownFailures::read("known-failures.toml", &text, &Catalogue::ours(), today());
    let ours = ours.unwrap_or_else(|refused| panic!("{refused}"));
    for release in ["3.2.0rc2", "3.2.0", "3.2.7"] {
        let release = release.parse().unwrap();
        assert!(ours.failures.iter().any(|entry| entry.is_for(&release)));
    }
}
