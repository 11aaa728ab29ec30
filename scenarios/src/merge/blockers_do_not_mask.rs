//! Two blockers at once are both named.

use fixtures::Recipe;
use support::check::Judgement;

use super::dry_run;
use crate::context::{Abort, TestContext};
use crate::contract::DryRun;
use crate::control::{MERGES, prove_that_it_merges};
use crate::expect::exit_nonzero;
use crate::scenario::{CheckSpec, Scenario};

const REJECTED_REVIEW_ALONE_IS_NAMED: CheckSpec = CheckSpec::new(
    "rejected-review-alone-is-named",
    "FR-016",
    "with the branch present, the dry run names the review",
);
const EXITS_NONZERO: CheckSpec =
    CheckSpec::new("exits-nonzero", "FR-016", "with both, the dry run does not succeed");
const STDOUT_IS_ONE_JSON_DOCUMENT: CheckSpec =
    CheckSpec::new("stdout-is-one-json-document", "FR-002", "--json prints one document");
const MISSING_BRANCH_IS_NAMED: CheckSpec =
    CheckSpec::new("missing-branch-is-named", "FR-016", "the missing branch is among the blockers");
const REJECTED_REVIEW_IS_NAMED: CheckSpec = CheckSpec::new(
    "rejected-review-is-named",
    "FR-016",
    "the rejected review is among the blockers",
);

pub const SCENARIO: Scenario = Scenario {
    id: "merge/blockers-do-not-mask-each-other",
    promise: "a missing branch and a rejected review at once are both named by the dry run",
    requirements: &["FR-016"],
    issues: &[976],
    checks: &[
        MERGES,
        REJECTED_REVIEW_ALONE_IS_NAMED,
        EXITS_NONZERO,
        STDOUT_IS_ONE_JSON_DOCUMENT,
        MISSING_BRANCH_IS_NAMED,
        REJECTED_REVIEW_IS_NAMED,
    ],
    run,
    ..Scenario::DEFAULT
};

const MISSING: &str = "missing_mission_branch";
const REJECTED: &str = "REJECTED_REVIEW_ARTIFACT_CONFLICT";

fn run(context: &mut TestContext<'_>) -> Result<(), Abort> {
    prove_that_it_merges(context)?;
    let rejected = Recipe::merge_ready().with_rejected_review();
    let control = context.mission(&rejected)?;
    let alone = dry_run(context, &control)?;
    alone.check(REJECTED_REVIEW_ALONE_IS_NAMED, |step| {
        let blockers =
            step.try_document().map(DryRun::read).map(|run| run.blockers).unwrap_or_default();
        named(&blockers, REJECTED, &step.quote())
    });

    let mission = context.mission(&rejected.without_mission_branch())?;
    let step = dry_run(context, &mission)?;
    step.check(EXITS_NONZERO, exit_nonzero());
    let blockers = DryRun::read(step.document(STDOUT_IS_ONE_JSON_DOCUMENT)?).blockers;
    step.check(MISSING_BRANCH_IS_NAMED, |step| named(&blockers, MISSING, &step.quote()));
    step.check(REJECTED_REVIEW_IS_NAMED, |step| named(&blockers, REJECTED, &step.quote()));
    Ok(())
}

fn named(blockers: &[String], wanted: &str, quote: &str) -> Judgement {
    let expected = format!("{wanted} among the blockers");
    if blockers.iter().any(|blocker| blocker.eq_ignore_ascii_case(wanted)) {
        return Judgement::pass(expected, blockers.join(", "));
    }
    let signature = match blockers {
        [] => "not-named".to_owned(),
        others => format!("not-named, but: {}", others.join(" ")),
    };
    Judgement::fail(signature, expected, quote)
}
