use std::path::PathBuf;
use std::slice;

use scenarios::context::{CheckRecord, Observation, Stopped};
use support::check::Judgement;

use super::*;
use crate::record::{Event, PlannedCheck, RunProduct};

/// Requirements of every kind: `R1` and `R2` are proven by what names them, the others by way of them.
const BOOK: &str = r#"
    [[source]]
    name = "s"
    topic = "a topic"
    [[requirement]]
    id = "R1"
    source = "s"
    text = "It works."
    [[requirement]]
    id = "R2"
    source = "s"
    text = "It works."
    [[requirement]]
    id = "BOTH"
    source = "s"
    text = "It works."
    through = ["R1", "R2"]
    [[requirement]]
    id = "LATER"
    source = "s"
    text = "It works."
    planned = ["suite/later"]
    [[requirement]]
    id = "NEVER"
    source = "s"
    text = "It works."
    unreachable = "nobody sees it"
    [[requirement]]
    id = "PART"
    source = "s"
    text = "It works."
    checks = ["suite/one: extra"]
    [[requirement]]
    id = "WHOLE"
    source = "s"
    text = "It works."
    scenarios = ["suite/one"]
    [[defect]]
    id = "D1"
    fact = "It breaks."
    breaks = ["R1"]
"#;

fn planned(id: &str, requirements: &[&str], checks: &[(&str, &str)]) -> PlannedScenario {
    PlannedScenario {
        id: id.to_owned(),
        title: String::new(),
        requirements: requirements.iter().map(ToString::to_string).collect(),
        issues: vec![976],
        checks: checks
            .iter()
            .map(|(id, stands_for)| PlannedCheck {
                id: (*id).to_owned(),
                stands_for: (*stands_for).to_owned(),
                about: String::new(),
            })
            .collect(),
    }
}

/// Covers R1, and has a check for R2, a control and one check more.
fn one() -> PlannedScenario {
    let checks = [
        ("holds", "R1"),
        ("gone", "D1"),
        ("also", "R2"),
        ("extra", "#976"),
        ("sandbox/leaves-no-process", "sandbox"),
    ];
    planned("suite/one", &["R1"], &checks)
}

/// A run that ran `scenario`, in which the checks named in `failed` failed.
fn run(
    scenario: PlannedScenario,
    failed: &[&str],
    stopped: Option<Stopped>,
) -> (Header, RunDocument) {
    let events = attempt(&scenario, 1, failed, stopped);
    let header = header(vec![scenario]);
    let document = RunDocument::of(&header, &events);
    (header, document)
}

fn attempt(
    scenario: &PlannedScenario,
    attempt: u32,
    failed: &[&str],
    stopped: Option<Stopped>,
) -> Vec<Event> {
    let observed = |observation| Event::Observed {
        scenario: scenario.id.clone(),
        attempt,
        observation: Box::new(observation),
    };
    let judged = |check: &PlannedCheck| {
        let judgement = if failed.contains(&check.id.as_str()) {
            Judgement::fail("it-broke", "", "")
        } else {
            Judgement::pass("", "")
        };
        observed(Observation::Check(CheckRecord { id: check.id.clone(), step: None, judgement }))
    };
    let mut events: Vec<Event> = scenario.checks.iter().map(judged).collect();
    events.extend(stopped.map(|stopped| observed(Observation::Stopped(stopped))));
    events.push(Event::ScenarioEnded {
        scenario: scenario.id.clone(),
        attempt,
        duration_ms: 1,
        kept: None,
    });
    events
}

fn header(plan: Vec<PlannedScenario>) -> Header {
    Header {
        format: String::new(),
        version: 1,
        run_id: "run".to_owned(),
        started_at: String::new(),
        kitty_gate: String::new(),
        product: RunProduct {
            spec: "9.9.9".to_owned(),
            subject: None,
            release: None,
            executable: PathBuf::new(),
            method: String::new(),
            python: None,
            lock: Vec::new(),
            findings: Vec::new(),
        },
        plan,
        repeat: 1,
        jobs: 1,
        shard: None,
    }
}

/// How each requirement of the book stands, with the scenarios of `today`.
fn standings(
    (header, run): &(Header, RunDocument),
    today: &[PlannedScenario],
) -> impl Fn(&str) -> Standing + use<> {
    let book = Book::read(BOOK).unwrap();
    let today: Vec<Claim> = today.iter().map(claim_of).collect();
    let judge = Judge::new(&book, header, run, &today, Accepted::default());
    let all: Vec<(String, Standing)> =
        book.requirements.iter().map(|one| (one.id.clone(), judge.standing(one))).collect();
    move |id| {
        let found = all.iter().find(|(known, _)| known == id);
        found.unwrap().1.clone()
    }
}

fn gaps(standing: &Standing) -> Vec<(GapKind, &str)> {
    let gaps = standing.gaps.iter();
    gaps.map(|gap| (gap.kind, gap.by.as_str())).collect()
}

#[test]
fn what_passed_is_proven() {
    let of = standings(&run(one(), &[], None), &[one()]);
    for id in ["R1", "R2", "BOTH", "PART", "WHOLE"] {
        assert_eq!(of(id).state, State::Proven, "{id}: {:?}", of(id));
    }
    assert_eq!(of("NEVER").state, State::Unreachable);
    assert_eq!(of("LATER").state, State::Unproven);
    assert_eq!(gaps(&of("LATER")), [(GapKind::NotWritten, "suite/later")]);
}

#[test]
fn a_failed_check_violates_what_it_stands_for() {
    let of = standings(&run(one(), &["holds"], None), &[one()]);
    let violation = Violation {
        scenario: "suite/one".to_owned(),
        check: "holds".to_owned(),
        stands_for: "R1".to_owned(),
        signature: "it-broke".to_owned(),
        known: None,
    };
    for id in ["R1", "WHOLE"] {
        assert_eq!(of(id).state, State::Violated, "{id}");
        assert_eq!(of(id).violations, slice::from_ref(&violation), "{id}");
    }
    assert_eq!(of("BOTH").state, State::Violated);
    assert_eq!(gaps(&of("BOTH")), [(GapKind::PartViolated, "R1")]);
    // Single checks held all the same.
    for id in ["R2", "PART"] {
        assert_eq!(of(id).state, State::Proven, "{id}");
    }
}

#[test]
fn a_defect_violates_what_it_breaks_and_an_issue_what_the_scenario_covers() {
    for check in ["gone", "extra"] {
        let of = standings(&run(one(), &[check], None), &[one()]);
        assert_eq!(of("R1").state, State::Violated, "{check}");
        assert_eq!(of("R1").violations[0].check, check);
        assert_eq!(of("R2").state, State::Proven, "{check}");
    }
    let of = standings(&run(one(), &["extra"], None), &[one()]);
    assert_eq!(of("PART").state, State::Violated);
}

#[test]
fn a_scenario_that_fails_elsewhere_proves_nothing_as_a_whole() {
    let of = standings(&run(one(), &["also"], None), &[one()]);
    assert_eq!(of("R2").state, State::Violated);
    assert_eq!(of("R1").state, State::Unproven, "its control may have failed");
    assert_eq!(gaps(&of("R1")), [(GapKind::FailedOtherwise, "suite/one")]);
    assert_eq!(of("R1").gaps[0].why, "also [R2]");
    // A standing check is about the sandbox, not about what the scenario is there for.
    let of = standings(&run(one(), &["sandbox/leaves-no-process"], None), &[one()]);
    assert_eq!(of("WHOLE").state, State::Unproven);
}

#[test]
fn what_was_skipped_or_broke_proves_and_violates_nothing() {
    let stopped = Stopped::Interrupted;
    let of = standings(&run(one(), &[], Some(stopped)), &[one()]);
    assert_eq!(of("R1").state, State::Unproven);
    assert_eq!(gaps(&of("R1")), [(GapKind::Skipped, "suite/one")]);
    assert_eq!(of("R1").gaps[0].why, "interrupted");
    assert_eq!(gaps(&of("R2")), [(GapKind::Skipped, "suite/one")]);

    let stopped = Stopped::Broken { message: "disk full\nat once".to_owned() };
    let of = standings(&run(one(), &["holds"], Some(stopped)), &[one()]);
    assert_eq!(of("R1").state, State::Unproven, "what we broke, we cannot judge");
    assert_eq!(gaps(&of("R1")), [(GapKind::Broke, "suite/one")]);
    assert_eq!(of("R1").gaps[0].why, "disk full");
    assert_eq!(gaps(&of("BOTH")), [(GapKind::PartUnproven, "R1"), (GapKind::PartUnproven, "R2")]);
}

#[test]
fn repeats_that_differ_prove_nothing_and_violate_what_failed_in_one() {
    let mut events = attempt(&one(), 1, &[], None);
    events.extend(attempt(&one(), 2, &["also"], None));
    let header = header(vec![one()]);
    let document = RunDocument::of(&header, &events);
    let of = standings(&(header, document), &[one()]);
    assert_eq!(of("R2").state, State::Violated);
    assert_eq!(of("R1").state, State::Unproven);
    assert_eq!(gaps(&of("R1")), [(GapKind::Flaky, "suite/one")]);
}

#[test]
fn what_was_not_run_is_not_proven() {
    let today = [one(), planned("suite/two", &["R1"], &[("a", "R1")])];
    let of = standings(&run(one(), &[], None), &today);
    assert_eq!(of("R1").state, State::Unproven);
    assert_eq!(gaps(&of("R1")), [(GapKind::NotRun, "suite/two")]);
    assert_eq!(of("R2").state, State::Proven);
}

#[test]
fn an_old_record_does_not_prove_what_is_claimed_today() {
    let then = planned("suite/one", &["R1"], &[("holds", "R1")]);
    let of = standings(&run(then.clone(), &[], None), &[one()]);
    assert_eq!(of("R1").state, State::Proven);
    assert_eq!(gaps(&of("R2")), [(GapKind::ClaimedLater, "suite/one")]);
    let nobody = standings(&run(then, &[], None), &[]);
    assert_eq!(gaps(&nobody("R2")), [(GapKind::Unnamed, "R2")]);
    assert_eq!(nobody("R2").state, State::Unproven);
}

#[test]
fn a_failure_that_violates_nothing_known_is_not_lost() {
    let strange = planned("suite/old", &["GONE"], &[("odd", "GONE"), ("holds", "R1")]);
    let (header, run) = run(strange, &["odd", "holds"], None);
    let book = Book::read(BOOK).unwrap();
    let judge = Judge::new(&book, &header, &run, &[], Accepted::default());
    let lost: Vec<String> = judge.unassigned().into_iter().map(|one| one.check).collect();
    assert_eq!(lost, ["odd"]);
}
