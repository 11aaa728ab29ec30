//! What a command writes to: tried before it begins, and never in the way of a decision.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use crate::bench::{Bench, CLOSED, OPEN, USAGE};
use crate::recorded::Recorded;
use crate::{CHECK, SCENARIO, known};

/// A scenario that the reference passes at once.
const ONE: &str = "merge/coordination-dry-run-stays-json";

fn allow(path: &Path, mode: u32) {
    fs_err::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

#[test]
fn a_report_that_cannot_be_written_is_told_before_anything_is_done() {
    let bench = Bench::new();
    bench.record(&Recorded::of("3.2.7"));
    bench.file("file", "mine");
    let bad = "--report=html=file/report.html";
    for args in [
        &["run", "reference", ONE, "--out", "out", bad][..],
        &["gate", "reference", ONE, "--out", "out", bad],
        &["decide", "run", "--report", "json=fine/a.json", bad],
        &["report", "run", "--report", "json=fine/a.json", bad],
        &["report", "run", "--format", "json", "-o", "file/a.json"],
        &["report", "run", "--format", "json", "-o", "run"],
    ] {
        let told = bench.gate(args);
        assert_eq!(told.exit, USAGE, "{args:?}: {}", told.stderr);
        assert!(told.stderr.starts_with("error[report-unwritable]: "), "{}", told.stderr);
        assert_eq!(told.stdout, "", "{args:?}");
    }
    assert_eq!(bench.read("file"), "mine");
    for nothing in ["out", "fine", "run/gate.json"] {
        assert!(!bench.path(nothing).exists(), "{nothing}");
    }
}

#[test]
fn no_report_takes_the_place_of_what_is_read_or_recorded() {
    let bench = Bench::new();
    bench.record(&Recorded::of("3.2.7").fails(SCENARIO, CHECK, "exit=0"));
    bench.file("known.toml", &known(CHECK, "exit=0"));
    fs_err::create_dir_all(bench.path("run/streams/a")).unwrap();
    bench.file("run/streams/a/1", "said");
    std::os::unix::fs::symlink("run/events.jsonl", bench.path("link")).unwrap();
    std::os::unix::fs::symlink("run", bench.path("latest")).unwrap();
    std::os::unix::fs::symlink("/bin/true", bench.path("product")).unwrap();
    let record = bench.read("run/events.jsonl");
    let decide = ["decide", "run", "--known-failures", "known.toml"];
    let refused = |command: &[&str], reports: &[&str], why: &str| {
        let reports = reports.iter().flat_map(|report| ["--report", report]);
        let args: Vec<&str> = command.iter().copied().chain(reports).collect();
        let told = bench.gate(&args);
        assert_eq!(told.exit, USAGE, "{args:?}: {}", told.stdout);
        let starts = "error[report-unwritable]: `";
        assert!(told.stderr.starts_with(starts) && told.stderr.contains(why), "{}", told.stderr);
    };
    for kept in [
        "json=run/events.jsonl",
        "json=run/run.json",
        "json=run/gate.json",
        "html=latest/streams/a/1",
        "html=run/streams/b/1",
        "html=run/../latest/worlds/x",
        "markdown=link",
    ] {
        refused(&decide, &[kept], "belongs to the record of a run");
        refused(&["report", "run"], &[kept], "belongs to the record of a run");
    }
    for kept in ["json=new/run.json", "json=new/events.jsonl", "json=new/streams"] {
        let run = ["run", "reference", ONE, "--out", "new"];
        refused(&run, &[kept], "belongs to the record of a run");
    }
    refused(&decide, &["markdown=./known.toml"], "is read by this command");
    refused(&["run", "./product"], &["markdown=product"], "is read by this command");
    refused(&decide, &["json=a", "html=./a"], "is to be two reports");
    refused(&["report", "run", "--format=json", "-o", "a"], &["html=a"], "is to be two reports");
    refused(&decide, &["json=-"], "is no file");
    assert_eq!(bench.read("run/events.jsonl"), record);
    assert_eq!(bench.read("known.toml"), known(CHECK, "exit=0"));
    assert_eq!(bench.read("run/streams/a/1"), "said");
    // Beside the record there is room, and devices take one after the other.
    let reports = ["json=run/report.json", "html=/dev/null", "markdown=/dev/null"];
    let reports = reports.iter().flat_map(|report| ["--report", report]);
    let told = bench.gate(&decide.into_iter().chain(reports).collect::<Vec<_>>());
    assert_eq!(told.exit, OPEN, "{}", told.stderr);
}

#[test]
fn a_trial_takes_nothing_away() {
    let bench = Bench::new();
    bench.file("report.html", "of yesterday");
    let told = bench.gate(&["run", "no-such-product", "--report", "html=report.html"]);
    assert_eq!(told.exit, USAGE);
    assert_eq!(bench.read("report.html"), "of yesterday");
    let told = bench.gate(&["run", "no-such-product", "--report", "html=new/report.html"]);
    assert!(told.stderr.contains("no-such-product"), "{}", told.stderr);
    assert!(!bench.path("new").exists());
}

#[test]
fn a_folder_that_cannot_be_written_is_told_before_anything_is_run() {
    let bench = Bench::new();
    bench.file("file", "mine");
    for dir in ["cache", "locked"] {
        fs_err::create_dir(bench.path(dir)).unwrap();
    }
    allow(&bench.path("cache"), 0o777);
    allow(&bench.path("locked"), 0o555);
    for out in ["file/out", "locked", "locked/out"] {
        let told =
            bench.gate_held_back(&["run", "reference", ONE, "--cache", "cache", "--out", out]);
        assert_eq!(told.exit, USAGE, "{out}: {}", told.stderr);
        assert!(told.stderr.starts_with("error[out-unusable]: "), "{}", told.stderr);
    }
    // Where runs lie that nobody named a folder for.
    let told = bench.gate_held_back(&["gate", "reference", ONE, "--cache", "cache"]);
    assert_eq!(told.exit, USAGE, "{}", told.stderr);
    assert!(told.stderr.starts_with("error[out-unusable]: "), "{}", told.stderr);
}

#[test]
fn a_report_that_fails_in_the_end_hides_no_decision() {
    let bench = Bench::new();
    for (run, exit, word) in [
        (Recorded::of("3.2.7"), OPEN, "OPEN  "),
        (Recorded::of("3.2.7").fails(SCENARIO, CHECK, "exit=0"), CLOSED, "CLOSED  "),
    ] {
        bench.record(&run);
        let told =
            bench.gate(&["decide", "run", "--report=html=/dev/full", "--report=markdown=a.md"]);
        assert_eq!(told.exit, exit, "{}", told.stderr);
        assert!(told.stdout.contains(word), "{}", told.stdout);
        assert!(told.stderr.starts_with("warning[report-unwritable]: "), "{}", told.stderr);
        assert!(bench.path("run/gate.json").is_file());
        // The others are written all the same.
        fs_err::remove_file(bench.path("a.md")).unwrap();
    }
    // A form that this run has no report of.
    let told = bench.gate(&["decide", "run", "--report=in-toto=a.json"]);
    assert_eq!(told.exit, CLOSED, "{}", told.stderr);
    assert!(told.stderr.starts_with("warning[no-digest]: "), "{}", told.stderr);
}

#[test]
fn a_report_that_fails_in_the_end_hides_no_verdict() {
    let bench = Bench::new();
    let args =
        ["run", "reference", ONE, "--cache", "cache", "--out", "out", "--report=junit=/dev/full"];
    let told = bench.gate(&args);
    assert_eq!(told.exit, OPEN, "{}", told.stderr);
    assert!(told.stdout.contains(ONE), "{}", told.stdout);
    assert!(told.stderr.contains("warning[report-unwritable]: "), "{}", told.stderr);
}

#[test]
fn what_cannot_be_printed_hides_no_verdict() {
    let bench = Bench::new();
    for (run, exit) in
        [(Recorded::of("3.2.7"), OPEN), (Recorded::of("3.2.7").fails(SCENARIO, CHECK, "x"), CLOSED)]
    {
        bench.record(&run);
        for args in [&["decide", "run"][..], &["decide", "run", "--json"]] {
            let told = bench.gate_into(args, "/dev/full");
            assert_eq!(told.exit, exit, "{args:?}: {}", told.stderr);
            assert!(told.stderr.starts_with("warning[stdout-unwritable]: "), "{}", told.stderr);
            assert!(bench.path("run/gate.json").is_file());
        }
        let told = bench.gate_into(&["report", "run", "--format", "json"], "/dev/full");
        assert_eq!(told.exit, USAGE, "{}", told.stderr);
        assert!(told.stderr.starts_with("error[stdout-unwritable]: "), "{}", told.stderr);
    }
}

#[test]
fn a_record_that_is_to_be_read_only_is_decided_on() {
    let bench = Bench::new();
    bench.record(&Recorded::of("3.2.7").fails(SCENARIO, CHECK, "exit=0"));
    // An earlier decision lies there, and it is another one.
    bench.file("known.toml", &known(CHECK, "exit=0"));
    let told = bench.gate(&["decide", "run", "--known-failures", "known.toml"]);
    assert_eq!(told.exit, OPEN, "{}{}", told.stdout, told.stderr);
    let earlier = bench.read("run/gate.json");
    fs_err::create_dir(bench.path("out")).unwrap();
    allow(&bench.path("out"), 0o777);
    allow(&bench.path("run"), 0o555);
    let told = bench.gate_held_back(&["decide", "run", "--report=markdown=out/a.md"]);
    allow(&bench.path("run"), 0o755);
    assert_eq!(told.exit, CLOSED, "{}", told.stderr);
    assert!(told.stdout.contains("CLOSED  "), "{}", told.stdout);
    assert!(told.stderr.starts_with("warning[gate-unwritable]: "), "{}", told.stderr);
    assert!(told.stderr.contains("gate.json"), "{}", told.stderr);
    assert_eq!(bench.read("run/gate.json"), earlier);
    let report = bench.read("out/a.md");
    assert!(report.contains("The gate is closed"), "{report}");
}

#[test]
fn a_file_of_known_failures_that_cannot_be_written_is_no_fault_of_ours() {
    let bench = Bench::new();
    bench.record(&Recorded::of("3.2.7").fails(SCENARIO, CHECK, "exit=0"));
    fs_err::create_dir(bench.path("locked")).unwrap();
    allow(&bench.path("locked"), 0o555);
    let told =
        bench.gate_held_back(&["known-failures", "update", "locked/known.toml", "--from", "run"]);
    assert_eq!(told.exit, USAGE, "{}", told.stderr);
    assert!(told.stderr.starts_with("error[out-unusable]: "), "{}", told.stderr);
}
