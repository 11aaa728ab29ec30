//! Decisions that nobody made: every standing, a known failure, exceptions, the core.

use std::collections::BTreeMap;

use data_encoding::HEXLOWER;
use kitty_gate::gate::{
    Decision, FORMAT, GateDocument, GatedCheck, GatedException, GatedPromise, GatedScenario,
    Judged, KnownFailureDocument, Match, NotJudged, Standing, VERSION,
};
use kitty_gate::verdict::Verdict;
use sha2::{Digest, Sha256};

use crate::sample_run::SampleRun;

/// A closed gate, in which each standing is found, one after the other.
pub fn decided(made: &SampleRun) -> GateDocument {
    let run = made.document();
    let record_sha256 = HEXLOWER.encode(&Sha256::digest(made.record()));
    let mut scenarios: Vec<GatedScenario> = run
        .scenarios
        .iter()
        .enumerate()
        .map(|(number, scenario)| GatedScenario {
            id: scenario.id.clone(),
            required: true,
            standing: Standing::ALL[number % Standing::ALL.len()],
            verdict: Some(scenario.verdict),
            not_judged: (scenario.verdict == Verdict::Skip).then_some(NotJudged::NotReached),
            because: format!("because of number {number}"),
            checks: scenario.failures().map(|check| gated_check(&check.id)).collect(),
        })
        .collect();
    scenarios.push(GatedScenario {
        id: "core/never-run".to_owned(),
        required: true,
        standing: Standing::Missing,
        verdict: None,
        not_judged: Some(NotJudged::NotRun),
        because: "the run does not have it".to_owned(),
        checks: Vec::new(),
    });
    let mut totals: BTreeMap<Standing, usize> =
        Standing::ALL.into_iter().map(|one| (one, 0)).collect();
    for scenario in &scenarios {
        *totals.entry(scenario.standing).or_default() += 1;
    }
    GateDocument {
        format: FORMAT.to_owned(),
        version: VERSION,
        run_id: run.run_id.clone(),
        record_sha256,
        product: run.product.clone(),
        decided_on: "2026-11-21".to_owned(),
        decision: Decision::Closed,
        broken: false,
        because: vec!["a check failed that nobody expected to fail".to_owned()],
        judged: Judged {
            scenarios: scenarios.iter().filter(|one| one.not_judged.is_none()).count(),
            required: scenarios.len(),
        },
        strict: false,
        max_exceptions: None,
        repeat: 1,
        totals,
        core: vec![GatedPromise {
            name: "never_run".to_owned(),
            scenarios: vec!["core/never-run".to_owned()],
            standing: Standing::Missing,
        }],
        exceptions: [true, false].map(exception).to_vec(),
        scenarios,
    }
}

fn gated_check(id: &str) -> GatedCheck {
    GatedCheck {
        id: id.to_owned(),
        signature: Some("exit=0".to_owned()),
        matched: Match::Known,
        known_failure: Some(KnownFailureDocument {
            at: "known-failures.toml:12".to_owned(),
            signature: "exit=0".to_owned(),
            releases: vec![">=3.2.0".to_owned()],
            reason: "mended in the next release".to_owned(),
            issue: "#976".to_owned(),
            owner: "the merge team".to_owned(),
            written: "2026-11-20".to_owned(),
            expires: "2027-01-01".to_owned(),
        }),
    }
}

fn exception(used: bool) -> GatedException {
    GatedException {
        file: "mission-exception.md".to_owned(),
        scenario: "sync/made-0002".to_owned(),
        operator: "an operator".to_owned(),
        date: "2026-11-20".to_owned(),
        follow_up: "#975".to_owned(),
        used,
        refused: if used { String::new() } else { "mission-exception.md:3: stale".to_owned() },
    }
}
