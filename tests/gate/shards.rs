//! Several machines: the parts of a run, merged, come to what the whole does.

use kitty_gate::gate::{Decision, GateDocument, Standing};
use kitty_gate::record::Event;
use support::product::Subject;
use support::skip::SkipCode;

use crate::bench::{BROKEN, Bench, CLOSED, INCOMPLETE, OPEN, USAGE};
use crate::recorded::Recorded;
use crate::{CHECK, SCENARIO};

/// A run with something of everything.
fn whole() -> Recorded {
    Recorded::of("3.2.0")
        .fails(SCENARIO, CHECK, "exit=0")
        .fails_once(2, "merge/uncommitted-edits-survive", "the-edit-survives", "edit-destroyed")
        .skips("ship/focused-branch-path-works", SkipCode::TimedOut)
        .breaks("core/uninitialized-repo-fails-loud")
}

/// Records the parts below the bench, and says where they are.
fn parts(bench: &Bench, of: usize, run: impl Fn() -> Recorded) -> Vec<String> {
    let record = |index: usize| {
        let name = format!("part-{index}");
        run().part(index, of).write(&bench.path(&name));
        format!("{name}/run")
    };
    (1..=of).map(record).collect()
}

fn merge(bench: &Bench, parts: &[String]) -> (i32, String, String) {
    let _ = std::fs::remove_dir_all(bench.path("merged"));
    let mut args: Vec<&str> = vec!["merge"];
    args.extend(parts.iter().map(String::as_str));
    args.extend(["-o", "merged"]);
    let told = bench.gate(&args);
    (told.exit, told.stdout, told.stderr)
}

/// The decision on a run, without the id and the digest that each run has for itself.
fn decision(bench: &Bench, run: &str) -> (i32, GateDocument) {
    let told = bench.gate(&["decide", run, "--json"]);
    let gate: GateDocument = serde_json::from_str(&told.stdout).unwrap();
    let (run_id, record_sha256) = (String::new(), String::new());
    (told.exit, GateDocument { run_id, record_sha256, ..gate })
}

#[test]
fn the_decision_on_all_parts_is_that_on_the_whole() {
    let clean = || Recorded::of("3.2.0");
    for (run, exit, merged) in [(whole as fn() -> Recorded, CLOSED, BROKEN), (clean, OPEN, OPEN)] {
        let bench = Bench::new();
        bench.record(&run());
        let unsharded = decision(&bench, "run");
        assert_eq!(unsharded.0, exit);
        for of in [1, 3, 16] {
            let bench = Bench::new();
            let mut parts = parts(&bench, of, run);
            assert_eq!(merge(&bench, &parts).0, merged);
            assert_eq!(decision(&bench, "merged"), unsharded, "{of} parts");
            // However they are named.
            parts.reverse();
            assert_eq!(merge(&bench, &parts).0, merged);
            assert_eq!(decision(&bench, "merged"), unsharded, "{of} parts, reversed");
        }
    }
}

#[test]
fn a_part_that_is_missing_leaves_it_incomplete() {
    let bench = Bench::new();
    let mut parts = parts(&bench, 4, || Recorded::of("3.2.0"));
    parts.remove(2);
    let (exit, stdout, _) = merge(&bench, &parts);
    assert_eq!(exit, INCOMPLETE);
    assert!(stdout.contains("missing: 3/4"), "{stdout}");
    let (exit, gate) = decision(&bench, "merged");
    assert_eq!((exit, gate.decision), (INCOMPLETE, Decision::Incomplete));
    assert!(gate.totals[&Standing::Missing] > 0);
}

#[test]
fn one_part_alone_is_never_open() {
    let bench = Bench::new();
    Recorded::of("3.2.0").part(1, 2).write(&bench.path("part"));
    let (exit, gate) = decision(&bench, "part/run");
    assert_eq!((exit, gate.decision), (INCOMPLETE, Decision::Incomplete));
    assert!(gate.because.iter().any(|why| why.contains("part 1/2 of a run")), "{:?}", gate.because);
}

#[test]
fn a_part_that_was_killed_leaves_the_whole_without_its_end() {
    let bench = Bench::new();
    let all = || Recorded::of("3.2.0");
    all().part(1, 2).write(&bench.path("a"));
    all().part(2, 2).killed().write(&bench.path("b"));
    assert_eq!(merge(&bench, &["a/run".to_owned(), "b/run".to_owned()]).0, INCOMPLETE);
    let (exit, gate) = decision(&bench, "merged");
    assert_eq!(exit, INCOMPLETE);
    assert!(gate.because.iter().any(|why| why.contains("the run has not ended")));
}

#[test]
fn what_one_part_says_of_its_machine_is_said_of_the_whole() {
    let bench = Bench::new();
    let all = || Recorded::of("3.2.0");
    let paths = vec!["/tmp/x".into()];
    all().part(1, 2).write(&bench.path("a"));
    all().part(2, 2).then(Event::LeftOutside { paths }).write(&bench.path("b"));
    assert_eq!(merge(&bench, &["a/run".to_owned(), "b/run".to_owned()]).0, CLOSED);
    assert_eq!(decision(&bench, "merged").0, CLOSED);
}

#[test]
fn a_part_that_ran_nothing_is_named() {
    let all = || Recorded::of("3.2.0");
    let failing = || all().fails(SCENARIO, CHECK, "exit=0");
    let nothing = || {
        let plan = scenarios::all();
        let ids = plan.iter().map(|scenario| scenario.id);
        ids.fold(all(), Recorded::without)
    };
    // How long scenarios take decides which part has it.
    let its_part = if all().part(1, 2).plays(SCENARIO) { 1 } else { 2 };
    for (name, most, idle, exit) in [
        ("began nothing", all().part(1, 2), all().part(2, 2).idle(), INCOMPLETE),
        ("was killed at once", all().part(1, 2), all().part(2, 2).idle().killed(), INCOMPLETE),
        ("had nothing to run", all(), nothing(), INCOMPLETE),
        (
            "what failed outweighs it",
            failing().part(its_part, 2),
            all().part(3 - its_part, 2).idle(),
            CLOSED,
        ),
    ] {
        let bench = Bench::new();
        most.write(&bench.path("a"));
        idle.write(&bench.path("b"));
        let (code, stdout, _) = merge(&bench, &["a/run".to_owned(), "b/run".to_owned()]);
        assert_eq!(code, exit, "{name}: {stdout}");
        assert!(stdout.contains("ran nothing: b/run"), "{name}: {stdout}");
        let part = ["b/run (1/2);", "b/run (2/2);", "b/run;"];
        assert!(part.iter().any(|part| stdout.contains(part)), "{name}: {stdout}");
    }
}

#[test]
fn it_exits_as_the_merged_run() {
    let all = || Recorded::of("3.2.0");
    for (run, exit) in [
        (all as fn() -> Recorded, OPEN),
        (|| Recorded::of("3.2.0").fails(SCENARIO, CHECK, "exit=0"), CLOSED),
        (|| Recorded::of("3.2.0").skips(SCENARIO, SkipCode::TimedOut), INCOMPLETE),
        (|| Recorded::of("3.2.0").breaks(SCENARIO), BROKEN),
    ] {
        let bench = Bench::new();
        let parts = parts(&bench, 2, run);
        assert_eq!(merge(&bench, &parts).0, exit);
        assert_eq!(bench.gate(&["show", "merged"]).exit, exit);
    }
}

#[test]
fn what_is_not_one_run_is_refused() {
    let bench = Bench::new();
    let all = || Recorded::of("3.2.0");
    all().part(1, 2).write(&bench.path("a"));
    let wheel = Subject::Wheel { sha256: "d1".to_owned() };
    for (other, why) in [
        (all().part(1, 2), "both have part 1/2"),
        (all().part(2, 2).about(wheel), "what the product was differs:  and wheel file sha256 d1"),
        (all().part(2, 3), "the number of parts differs: 2 and 3"),
        (Recorded::of("3.2.7").part(2, 2), "the product differs: 3.2.0 and 3.2.7"),
        (all().repeat(1).part(2, 2), "the number of repeats differs: 3 and 1"),
    ] {
        let _ = std::fs::remove_dir_all(bench.path("b"));
        other.write(&bench.path("b"));
        let (exit, _, stderr) = merge(&bench, &["a/run".to_owned(), "b/run".to_owned()]);
        assert_eq!(exit, USAGE, "{why}");
        assert!(stderr.starts_with("error[not-one-run]") && stderr.contains(why), "{stderr}");
    }
    // Two runs that nobody cut, and that share a scenario.
    for name in ["c", "d"] {
        all().write(&bench.path(name));
    }
    let (exit, _, stderr) = merge(&bench, &["c/run".to_owned(), "d/run".to_owned()]);
    assert_eq!(exit, USAGE);
    assert!(stderr.contains("both have mark-status/"), "{stderr}");
}

#[test]
fn runs_of_other_filters_can_be_put_together() {
    let bench = Bench::new();
    let all = || Recorded::of("3.2.0");
    all().without(SCENARIO).write(&bench.path("most"));
    let ids: Vec<&str> = scenarios::all().iter().map(|scenario| scenario.id).collect();
    let others = ids.iter().filter(|id| **id != SCENARIO);
    others.fold(all(), |run, id| run.without(id)).write(&bench.path("one"));
    assert_eq!(merge(&bench, &["most/run".to_owned(), "one/run".to_owned()]).0, OPEN);
    assert_eq!(decision(&bench, "merged").0, OPEN);
}

#[test]
fn the_reference_run_in_parts_comes_to_what_it_does_in_one_piece() {
    let bench = Bench::new();
    let cache = bench.path("cache").to_string_lossy().into_owned();
    let run = |more: &[&str]| {
        let args = ["run", "reference", "merge", "mark-status", "--cache", &cache];
        let told = bench.gate(&[&args[..], more].concat());
        assert_eq!(told.exit, OPEN, "{}{}", told.stdout, told.stderr);
    };
    run(&["--out", "whole"]);
    run(&["--out", "one", "--shard", "1/2"]);
    run(&["--out", "two", "--shard", "2/2"]);
    let (exit, stdout, _) = merge(&bench, &["two".to_owned(), "one".to_owned()]);
    assert_eq!(exit, OPEN, "{stdout}");
    let (whole, merged) = (decision(&bench, "whole"), decision(&bench, "merged"));
    assert_eq!(whole.0, INCOMPLETE, "it was run once, and the other suites not at all");
    assert_eq!(whole, merged);
    // Every file that the record names was brought over.
    let shown = bench.gate(&["show", "merged", "--json"]);
    let run: serde_json::Value = serde_json::from_str(&shown.stdout).unwrap();
    let steps =
        run["scenarios"].as_array().unwrap().iter().flat_map(|s| s["steps"].as_array().unwrap());
    let files: Vec<_> = steps.map(|step| step["stdout_file"].as_str().unwrap()).collect();
    assert!(files.len() > 20);
    assert!(files.iter().all(|file| bench.path("merged").join(file).is_file()));
    // Whoever brought a part without them is told.
    assert!(!stdout.contains("without all streams"), "{stdout}");
    fs_err::remove_dir_all(bench.path("one/streams")).unwrap();
    let (exit, stdout, _) = merge(&bench, &["two".to_owned(), "one".to_owned()]);
    assert_eq!(exit, OPEN, "{stdout}");
    assert!(stdout.contains("\nwithout all streams: one; "), "{stdout}");
}

#[test]
fn a_plan_names_the_parts() {
    let bench = Bench::new();
    let told = bench.gate(&["plan", "3.2.7", "--shards", "3", "--format", "github-matrix"]);
    assert_eq!((told.exit, told.stdout.lines().count()), (OPEN, 1));
    let matrix: serde_json::Value = serde_json::from_str(&told.stdout).unwrap();
    let entries = matrix["include"].as_array().unwrap();
    assert_eq!(entries.len(), 3);
    assert_eq!((&entries[1]["shard"], &entries[1]["name"]), (&"2/3".into(), &"2-of-3".into()));
    let told = bench.gate(&["plan", "3.2.7", "--shards", "3", "--format", "json"]);
    let plan: serde_json::Value = serde_json::from_str(&told.stdout).unwrap();
    let shards = plan["shards"].as_array().unwrap();
    let planned: usize = shards.iter().map(|s| s["scenarios"].as_array().unwrap().len()).sum();
    let (_, gate) = {
        bench.record(&Recorded::of("3.2.7"));
        decision(&bench, "run")
    };
    assert_eq!(planned, gate.scenarios.iter().filter(|scenario| scenario.required).count());
    let told = bench.gate(&["plan", "nope"]);
    assert_eq!(told.exit, USAGE);
    assert!(told.stderr.starts_with("error[no-such-product]: "), "{}", told.stderr);
    for built_later in ["dist/of-tomorrow.whl", "reference"] {
        let told = bench.gate(&["plan", built_later]);
        assert_eq!(told.exit, OPEN, "{}", told.stderr);
        assert!(told.stdout.contains("Only the run tells which release it is"), "{}", told.stdout);
    }
    let told = bench.gate(&["plan", "3.2.7", "merge", "--shards", "99"]);
    assert_eq!(told.exit, USAGE);
    assert!(told.stderr.contains("error[too-many-shards]"), "{}", told.stderr);
    let told = bench.gate(&["run", "reference", "merge", "--shard", "3/2"]);
    assert_eq!(told.exit, USAGE);
    assert!(told.stderr.contains("there is no part 3 of 2"), "{}", told.stderr);
}
