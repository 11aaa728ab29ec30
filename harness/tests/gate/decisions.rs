//! The verdict table: what a run and expectations come to.

use kitty_gate::gate::{Decision, Match, NotJudged, Standing};
use kitty_gate::record::{Ended, Event};
use support::skip::SkipCode;

use crate::bench::{BROKEN, Bench, CLOSED, Decided, INCOMPLETE, OPEN};
use crate::recorded::Recorded;
use crate::{CHECK, LAST_CHECK, OTHER_CHECK, SCENARIO, expectation, leaving, live};

const RELEASE: &str = "3.2.7";

fn all_pass() -> Recorded {
    Recorded::of(RELEASE)
}

fn decide(run: &Recorded) -> Decided {
    Bench::new().decide(run, &[])
}

/// Decides with an expectation that the check fails with `exit=0`; `with` are its last two fields.
fn expecting(run: &Recorded, releases: &str, expires: &str) -> Decided {
    let bench = Bench::new();
    bench.file("e.toml", &expectation(CHECK, "exit=0", releases, expires));
    bench.decide(run, &["--expectations", "e.toml"])
}

const OVER: &str = "2020-01-01";

#[test]
fn a_run_that_proves_everything_opens_the_gate() {
    for release in ["3.2.0", "3.2.7"] {
        let decided = decide(&Recorded::of(release));
        decided.is(Decision::Open, OPEN).says("passed");
        assert!(decided.gate.floor.iter().all(|promise| promise.standing == Standing::Pass));
    }
}

#[test]
fn what_was_never_promised_is_not_required_whatever_becomes_of_it() {
    let decided = decide(&all_pass());
    let unasked = decided.scenario("sync/healthy");
    assert_eq!((unasked.standing, unasked.required), (Standing::NotPromised, false));
    let played = all_pass().also("sync/healthy").skips("sync/healthy", SkipCode::NotExercised);
    decide(&played).is(Decision::Open, OPEN);
}

#[test]
fn the_floor_is_required_of_a_release_that_never_had_it() {
    let run = Recorded::of("3.2.0a10").without("contract-drift/caught");
    let decided = decide(&run);
    decided.is(Decision::Incomplete, INCOMPLETE);
    let promise = decided.gate.floor.iter().find(|promise| promise.name == "contract_drift_caught");
    assert_eq!(promise.unwrap().standing, Standing::Missing);
}

#[test]
fn a_failure_that_nobody_expects_closes_it() {
    let decided = decide(&all_pass().fails(SCENARIO, CHECK, "exit=0"));
    decided.is(Decision::Closed, CLOSED).says("1 scenario fails");
    let scenario = decided.scenario(SCENARIO);
    assert_eq!(scenario.standing, Standing::Fail);
    assert_eq!(scenario.checks[0].matched, Match::Unexpected);
    assert_eq!(scenario.because, "exits-nonzero: exit=0");
}

#[test]
fn a_failure_that_is_exactly_as_known_does_not() {
    let run = all_pass().fails(SCENARIO, CHECK, "exit=0");
    for releases in ["==3.2.7", ">=3.2.0,<4"] {
        let decided = expecting(&run, releases, &live());
        decided.is(Decision::Open, OPEN).says("1 scenario fails exactly as known");
        let scenario = decided.scenario(SCENARIO);
        assert_eq!(scenario.standing, Standing::Known);
        let known = scenario.checks[0].expectation.as_ref().unwrap();
        assert_eq!((known.at.as_str(), known.owner.as_str()), ("e.toml:1", "the owners"));
    }
}

#[test]
fn failing_in_another_way_is_a_regression() {
    let decided = expecting(&all_pass().fails(SCENARIO, CHECK, "exit=1"), "==3.2.7", &live());
    decided.is(Decision::Closed, CLOSED);
    let scenario = decided.scenario(SCENARIO);
    assert_eq!(scenario.checks[0].matched, Match::Otherwise);
    assert_eq!(scenario.because, "exits-nonzero: exit=1 (expected at e.toml:1: exit=0)");
}

#[test]
fn failing_in_one_way_more_is_a_regression() {
    let run = all_pass().fails(SCENARIO, CHECK, "exit=0").fails(SCENARIO, OTHER_CHECK, "exit=0");
    let decided = expecting(&run, "==3.2.7", &live());
    decided.is(Decision::Closed, CLOSED);
    let matched: Vec<Match> = decided.scenario(SCENARIO).checks.iter().map(|c| c.matched).collect();
    assert_eq!(matched, [Match::Known, Match::Unexpected]);
}

#[test]
fn what_a_known_failure_leaves_unjudged_is_not_proven() {
    let run = all_pass().fails(SCENARIO, CHECK, "exit=0").leaves(SCENARIO, LAST_CHECK);
    let decided = expecting(&run, "==3.2.7", &live());
    decided.is(Decision::Incomplete, INCOMPLETE).says("1 scenario was not proven");
    let scenario = decided.scenario(SCENARIO);
    assert_eq!(scenario.standing, Standing::Skip);
    assert_eq!(
        scenario.because,
        format!(
            "1 check fails as known (#976); nobody expects that these were never judged: {LAST_CHECK}"
        )
    );
    let matched: Vec<Match> = scenario.checks.iter().map(|check| check.matched).collect();
    assert_eq!(matched, [Match::Known, Match::Unproven]);
}

#[test]
fn what_a_known_failure_leaves_unjudged_can_be_known_too() {
    let bench = Bench::new();
    bench.file("e.toml", &leaving(LAST_CHECK));
    let failing = || all_pass().fails(SCENARIO, CHECK, "exit=0");
    let expecting = ["--expectations", "e.toml"];
    let decided = bench.decide(&failing().leaves(SCENARIO, LAST_CHECK), &expecting);
    decided.is(Decision::Open, OPEN);
    let scenario = decided.scenario(SCENARIO);
    assert_eq!(scenario.because, "1 check fails as known (#976); 1 not judged, as known");
    let at =
        |check: usize| scenario.checks[check].expectation.as_ref().map(|known| known.at.as_str());
    assert_eq!((scenario.checks[1].matched, at(1)), (Match::Unjudged, Some("e.toml:1")));
    // One more is one too many.
    let further = failing().leaves(SCENARIO, LAST_CHECK).leaves(SCENARIO, OTHER_CHECK);
    let decided = bench.decide(&further, &expecting);
    decided.is(Decision::Incomplete, INCOMPLETE);
    assert!(decided.scenario(SCENARIO).because.ends_with(OTHER_CHECK));
    // One whose failure is accepted anyway need not be judged.
    let both = leaving(LAST_CHECK) + &expectation(OTHER_CHECK, "exit=0", "==3.2.7", &live());
    bench.file("e.toml", &both);
    bench.decide(&further, &expecting).is(Decision::Open, OPEN);
}

#[test]
fn repeats_that_do_not_come_as_far_are_flaky() {
    let bench = Bench::new();
    bench.file("e.toml", &leaving(LAST_CHECK));
    bench.record(&all_pass().fails(SCENARIO, CHECK, "exit=0").leaves(SCENARIO, LAST_CHECK));
    let record = bench.read("run/events.jsonl");
    let judged = record.lines().find(|line| {
        line.contains(SCENARIO)
            && line.contains(&format!("{OTHER_CHECK:?}"))
            && line.contains("\"attempt\":2")
    });
    let judged = judged.unwrap();
    let further = format!("{judged}\n{}", judged.replace(OTHER_CHECK, LAST_CHECK));
    bench.file("run/events.jsonl", &record.replace(judged, &further));
    let told = bench.gate(&["decide", "run", "--expectations", "e.toml"]);
    assert_eq!(told.exit, CLOSED);
    assert!(told.stdout.contains(&format!("flaky     {SCENARIO}\n")), "{}", told.stdout);
}

#[test]
fn what_has_expired_is_red_unless_it_holds() {
    let failing = expecting(&all_pass().fails(SCENARIO, CHECK, "exit=0"), "==3.2.7", OVER);
    failing.is(Decision::Closed, CLOSED).says("an expectation that has expired");
    assert_eq!(failing.scenario(SCENARIO).standing, Standing::Expired);
    let fixed = expecting(&all_pass(), "==3.2.7", OVER);
    assert_eq!(fixed.is(Decision::Open, OPEN).scenario(SCENARIO).standing, Standing::Fixed);
    let unjudged = expecting(&all_pass().skips(SCENARIO, SkipCode::TimedOut), "==3.2.7", OVER);
    assert_eq!(
        unjudged.is(Decision::Closed, CLOSED).scenario(SCENARIO).standing,
        Standing::Expired
    );
}

#[test]
fn a_release_outside_of_the_range_is_red() {
    let decided = expecting(&all_pass().fails(SCENARIO, CHECK, "exit=0"), "==3.2.0", &live());
    decided.is(Decision::Closed, CLOSED);
    let scenario = decided.scenario(SCENARIO);
    assert_eq!(scenario.checks[0].matched, Match::OutOfRange);
    assert_eq!(scenario.because, "exits-nonzero: exit=0 (expected at e.toml:1 for ==3.2.0 only)");
    // An expectation for another release says nothing of this one.
    expecting(&all_pass(), "==3.2.0", &live()).is(Decision::Open, OPEN);
    expecting(&all_pass(), "==3.2.0", OVER).is(Decision::Open, OPEN);
}

#[test]
fn what_was_not_proven_leaves_it_incomplete() {
    for code in [SkipCode::RegistryUnreachable, SkipCode::NotExercised, SkipCode::CommandAbsent] {
        let decided = decide(&all_pass().skips(SCENARIO, code));
        decided.is(Decision::Incomplete, INCOMPLETE).says("1 scenario was not proven");
        assert_eq!(decided.scenario(SCENARIO).standing, Standing::Skip);
    }
}

#[test]
fn a_known_failure_that_was_not_judged_is_not_known() {
    let decided = expecting(&all_pass().skips(SCENARIO, SkipCode::TimedOut), "==3.2.7", &live());
    decided.is(Decision::Incomplete, INCOMPLETE);
    assert_eq!(decided.scenario(SCENARIO).checks[0].matched, Match::Unjudged);
}

#[test]
fn what_was_filtered_out_is_missing() {
    let decided = decide(&all_pass().without(SCENARIO));
    decided.is(Decision::Incomplete, INCOMPLETE).says("1 scenario is required and not in this run");
    assert_eq!(decided.scenario(SCENARIO).standing, Standing::Missing);
}

#[test]
fn a_failure_outweighs_what_was_not_proven() {
    let run =
        all_pass().fails(SCENARIO, CHECK, "exit=0").without("floor/uninitialized-repo-fails-loud");
    decide(&run).is(Decision::Closed, CLOSED);
}

#[test]
fn flaky_is_not_green() {
    let decided = decide(&all_pass().fails_once(2, SCENARIO, CHECK, "exit=0"));
    decided.is(Decision::Closed, CLOSED).says("1 scenario changes when it is repeated");
    assert_eq!(decided.scenario(SCENARIO).standing, Standing::Flaky);
    assert_eq!(decided.scenario(SCENARIO).because, "repeats: pass, fail, pass");
    // An expectation does not make it steady.
    expecting(&all_pass().fails_once(2, SCENARIO, CHECK, "exit=0"), "==3.2.7", &live())
        .is(Decision::Closed, CLOSED);
}

#[test]
fn what_the_machine_prevented_once_is_no_flaw_of_the_release() {
    let run = || all_pass().skips_once(2, SCENARIO, SkipCode::DiskFull);
    let decided = decide(&run());
    let scenario = decided.is(Decision::Incomplete, INCOMPLETE).scenario(SCENARIO);
    assert_eq!(scenario.standing, Standing::Skip);
    assert_eq!(scenario.because, "played to its end 2 of 3 times; repeats: pass, skip, pass");
    // However often the gate asks.
    let bench = Bench::new();
    let decided = bench.decide(&run(), &["--repeat", "1"]);
    decided.is(Decision::Incomplete, INCOMPLETE);
    assert_eq!(decided.gate.judged.to_string(), "76 of 77 judged");
    // One that also failed is flaky all the same.
    let decided = decide(&run().fails_once(3, SCENARIO, CHECK, "exit=0"));
    assert_eq!(decided.scenario(SCENARIO).standing, Standing::Flaky);
}

#[test]
fn played_too_seldom_is_not_proven() {
    let once = all_pass().repeat(1);
    decide(&once).is(Decision::Incomplete, INCOMPLETE).says("nothing was proven");
    Bench::new().decide(&once, &["--repeat", "1"]).is(Decision::Open, OPEN);
    let known = all_pass().repeat(1).fails(SCENARIO, CHECK, "exit=0");
    let decided = expecting(&known, "==3.2.7", &live());
    assert_eq!(decided.scenario(SCENARIO).standing, Standing::Skip);
    assert_eq!(decided.gate.judged.to_string(), "0 of 77 judged");
}

#[test]
fn it_says_how_much_was_really_judged() {
    let other = "floor/uninitialized-repo-fails-loud";
    for (run, left, why) in [
        (all_pass(), 0, None),
        (all_pass().fails(SCENARIO, CHECK, "exit=0"), 0, None),
        (all_pass().fails_once(2, SCENARIO, CHECK, "exit=0"), 0, None),
        (all_pass().without(SCENARIO).cut_off(other), 2, Some(NotJudged::NotRun)),
        (all_pass().skips(SCENARIO, SkipCode::DiskFull), 1, Some(NotJudged::Prevented)),
        (all_pass().skips(SCENARIO, SkipCode::NotExercised), 1, Some(NotJudged::NotReached)),
        (all_pass().breaks(SCENARIO), 1, Some(NotJudged::Broken)),
        // What was never promised is none of it.
        (all_pass().also("sync/healthy").skips("sync/healthy", SkipCode::DiskFull), 0, None),
    ] {
        let bench = Bench::new();
        let decided = bench.decide(&run, &[]);
        let judged = format!("{} of 77 judged", 77 - left);
        assert_eq!(decided.gate.judged.to_string(), judged);
        assert_eq!(decided.scenario(SCENARIO).not_judged, why);
        let told = bench.gate(&["decide", "run"]).stdout;
        assert!(told.contains(&format!(" ({judged})\n")), "{told}");
    }
}

#[test]
fn what_closes_it_is_named_first() {
    let other = "floor/uninitialized-repo-fails-loud";
    let bench = Bench::new();
    bench.file("e.toml", &expectation(OTHER_CHECK, "exit=0", "==3.2.7", &live()));
    let run = all_pass().fails("merge/missing-branch-blocks-merge", CHECK, "exit=0").without(other);
    let decided = bench.decide(&run, &["--expectations", "e.toml"]);
    decided.is(Decision::Closed, CLOSED);
    let why = &decided.gate.because;
    assert_eq!(
        why[0],
        "1 scenario fails in a way that no expectation accepts: merge/missing-branch-blocks-merge"
    );
    assert!(why[1].contains("not in this run"), "{why:?}");
    assert!(why[2].contains("repaired"), "{why:?}");
}

#[test]
fn what_was_cut_off_is_not_proven() {
    let cut = all_pass().cut_off(SCENARIO).killed();
    decide(&cut).is(Decision::Incomplete, INCOMPLETE).says("the run has not ended");
    // Even where each scenario had ended: nobody looked at what is left at the end of a run.
    decide(&all_pass().killed()).is(Decision::Incomplete, INCOMPLETE);
    let stopped = Event::RunEnded { how: Ended::Interrupted, wall_ms: 1 };
    let stopped = all_pass().killed().then(stopped);
    decide(&stopped).is(Decision::Incomplete, INCOMPLETE).says("an operator stopped the run");
}

#[test]
fn what_broke_in_kitty_gate_is_ours() {
    let decided = decide(&all_pass().breaks(SCENARIO));
    decided.is(Decision::Incomplete, BROKEN).says("1 scenario has no verdict");
    // What the product does wrong all the same stands.
    let both =
        all_pass().breaks("floor/uninitialized-repo-fails-loud").fails(SCENARIO, CHECK, "exit=0");
    decide(&both).is(Decision::Closed, CLOSED);
}

#[test]
fn a_touched_home_makes_a_run_worthless() {
    let touched = Event::HomeTouched { paths: vec![".bashrc".into()] };
    let run = all_pass().fails(SCENARIO, CHECK, "exit=0").then(touched);
    decide(&run).is(Decision::Incomplete, BROKEN).says("nothing of this run can be trusted");
}

#[test]
fn what_is_left_outside_closes_it() {
    let left = Event::LeftOutside { paths: vec!["/tmp/x".into()] };
    decide(&all_pass().then(left)).is(Decision::Closed, CLOSED).says("left something outside");
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
    let record: String = bench.read("run/events.jsonl").lines().filter_map(forget).collect();
    bench.file("run/events.jsonl", &record);
    let told = bench.gate(&["decide", "run"]);
    assert_eq!(told.exit, INCOMPLETE);
    let why = format!("recorded by an older catalogue, without {CHECK}");
    assert!(told.stdout.contains(&why), "{}", told.stdout);
}

#[test]
fn nothing_proven_is_not_open() {
    let ids: Vec<&str> = scenarios::all().iter().map(|scenario| scenario.id).collect();
    let nothing = ids.iter().fold(all_pass(), |run, id| run.without(id));
    decide(&nothing).is(Decision::Incomplete, INCOMPLETE).says("nothing was proven");
}

#[test]
fn a_person_reads_the_decision_the_reason_and_the_next_step() {
    let bench = Bench::new();
    bench.record(&all_pass().fails(SCENARIO, CHECK, "exit=0\u{1b}[31m"));
    let told = bench.gate(&["decide", "run"]);
    assert_eq!(told.exit, CLOSED);
    assert!(
        told.stdout.contains("CLOSED  spec-kitty-cli 3.2.7: it must not ship (77 of 77 judged)\n"),
        "{}",
        told.stdout
    );
    assert!(told.stdout.contains(&format!("fail      {SCENARIO}\n")), "{}", told.stdout);
    assert!(
        told.stdout.contains(&format!("kitty-gate repro 3.2.7 {SCENARIO}\n")),
        "{}",
        told.stdout
    );
    assert!(!told.stdout.contains('\u{1b}'), "no colours in a pipe, and none of the product's");
}

#[test]
fn a_person_is_led_to_the_expectation_that_says_too_little() {
    let bench = Bench::new();
    bench.file("e.toml", &expectation(CHECK, "exit=0", "==3.2.7", &live()));
    bench.record(&all_pass().fails(SCENARIO, CHECK, "exit=0").leaves(SCENARIO, LAST_CHECK));
    let told = bench.gate(&["decide", "run", "--expectations", "e.toml"]);
    let next = format!("kitty-gate show run {SCENARIO}, and say at e.toml:1 what is `unjudged`\n");
    assert!(told.stdout.ends_with(&next), "{}", told.stdout);
    let shown = bench.gate(&["show", "run", SCENARIO]).stdout;
    assert!(shown.contains(&format!("\nnot judged    {LAST_CHECK}\n")), "{shown}");
}

#[test]
fn a_decision_does_not_say_where_its_files_lie() {
    let bench = Bench::new();
    let file = bench.file("e.toml", &expectation(CHECK, "exit=0", "==3.2.7", &live()));
    let run = all_pass().fails(SCENARIO, CHECK, "exit=0");
    let decided = bench.decide(&run, &["--expectations", &file.to_string_lossy()]);
    let known = decided.scenario(SCENARIO).checks[0].expectation.as_ref();
    assert_eq!(known.unwrap().at, "e.toml:1");
}
