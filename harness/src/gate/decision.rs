//! The decision: a pure function of a run, what is required, known failures, exceptions and the day.

use std::collections::BTreeMap;

use super::case::Case;
use super::document::{
    FORMAT, GateDocument, GatedCheck, GatedException, GatedPromise, GatedScenario, Judged, Match,
    Standing, VERSION,
};
use super::exception::OperatorException;
use super::policy::Policy;
use super::standing;
use super::verdicts::Verdicts;

/// Decides.
pub fn decide(case: &Case<'_>) -> GateDocument {
    let release = case.run.release();
    let mut exceptions: Vec<GatedException> =
        case.exceptions.iter().map(OperatorException::unused).collect();
    let scenarios: Vec<GatedScenario> = case
        .policy
        .scenarios
        .iter()
        .map(|wanted| {
            let executed = case.run.scenario(&wanted.id);
            let weighed = standing::weigh(wanted, executed, case, release.as_ref());
            admit(weighed, case, &mut exceptions)
        })
        .collect();
    let mut totals: BTreeMap<Standing, usize> =
        Standing::ALL.into_iter().map(|known| (known, 0)).collect();
    for scenario in &scenarios {
        *totals.entry(scenario.standing).or_default() += 1;
    }
    let core = core(case.policy, &scenarios);
    let judged = judged(&scenarios);
    let verdict =
        Verdicts { case, judged, totals: &totals, scenarios: &scenarios, exceptions: &exceptions };
    GateDocument {
        format: FORMAT.to_owned(),
        version: VERSION,
        run_id: case.run.run_id.clone(),
        record_sha256: case.record_sha256.to_owned(),
        product: case.run.product.clone(),
        decided_on: case.today.to_string(),
        decision: verdict.decision(),
        broken: verdict.is_broken(),
        because: verdict.because(),
        judged,
        strict: case.bounds.strict,
        max_exceptions: case.bounds.max_exceptions,
        repeat: case.repeat,
        totals,
        scenarios,
        core,
        exceptions,
    }
}

/// A function of the run alone: what known failures account for changes nothing of what was judged.
fn judged(scenarios: &[GatedScenario]) -> Judged {
    let required = || scenarios.iter().filter(|scenario| scenario.required);
    let is_left_out = |check: &GatedCheck| match check.matched {
        Match::Unjudged | Match::Unproven => true,
        // What was judged, and fails, has a signature.
        Match::Expired => check.signature.is_none(),
        _ => false,
    };
    let is_judged = |scenario: &&GatedScenario| {
        scenario.not_judged.is_none() && !scenario.checks.iter().any(is_left_out)
    };
    Judged { scenarios: required().filter(is_judged).count(), required: required().count() }
}

/// Lets an operator exception answer for a scenario that the machine prevented; for nothing else.
fn admit(
    mut scenario: GatedScenario,
    case: &Case<'_>,
    told: &mut [GatedException],
) -> GatedScenario {
    let found =
        case.exceptions.iter().zip(told).find(|(exception, _)| exception.scenario == scenario.id);
    let Some((exception, told)) = found else {
        return scenario;
    };
    match exception.objection(&scenario, case.run) {
        None => {
            scenario.standing = Standing::Excepted;
            scenario.because =
                format!("{} answers for it: {}", exception.operator, scenario.because);
            told.used = true;
        }
        Some(why) => told.refused = why,
    }
    scenario
}

fn core(policy: &Policy, scenarios: &[GatedScenario]) -> Vec<GatedPromise> {
    policy
        .core
        .iter()
        .map(|promise| {
            let standing_of = |id: &String| {
                let found = scenarios.iter().find(|scenario| scenario.id == *id);
                found.map_or(Standing::Missing, |scenario| scenario.standing)
            };
            GatedPromise {
                name: promise.name.clone(),
                scenarios: promise.scenarios.clone(),
                standing: promise
                    .scenarios
                    .iter()
                    .map(standing_of)
                    .max()
                    .unwrap_or(Standing::Missing),
            }
        })
        .collect()
}
