//! The diff that a prompt proposes shows the work to be reviewed, and nothing else.

use std::collections::BTreeSet;
use std::path::Path;

use fixtures::Script;
use support::check::{Judgement, equal, none_of};

use super::review_record::ReviewRecord;
use super::{HAS_A_PROMPT, REVIEW_SUCCEEDS, reviewed, walkthrough};
use crate::context::{Abort, Mission, TestContext};
use crate::expect::exit_zero;
use crate::scenario::{CheckSpec, Scenario};
use crate::walkthrough::Checkpoint;

const REFS_RESOLVE: CheckSpec = CheckSpec::new(
    "refs-resolve",
    "RPM-003",
    "base, mission branch and lane branch name a commit each",
);
const A_DIFF_IS_PROPOSED: CheckSpec = CheckSpec::new(
    "a-diff-is-proposed",
    "RPM-003",
    "the prompt proposes a command that shows the whole difference",
);
const EVERY_PROPOSAL_RUNS: CheckSpec = CheckSpec::new(
    "every-proposal-runs",
    "RPM-003",
    "each command with `git diff` that is proposed exits with 0",
);
const SHOWS_THIS_WORK_ONLY: CheckSpec = CheckSpec::new(
    "shows-this-work-only",
    "RPM-003",
    "each of them that shows a difference shows exactly the files of the work package",
);

pub const SCENARIO: Scenario = Scenario {
    id: "review-prompts/diff-shows-this-work-package-only",
    promise: "the diff that a review prompt proposes runs in the lane's worktree and shows exactly the files of its work package, though the target has moved on",
    requirements: &["RPM-003"],
    issues: &[950],
    checks: &[
        REVIEW_SUCCEEDS,
        HAS_A_PROMPT,
        REFS_RESOLVE,
        A_DIFF_IS_PROPOSED,
        EVERY_PROPOSAL_RUNS,
        SHOWS_THIS_WORK_ONLY,
    ],
    run,
    ..Scenario::DEFAULT
};

fn run(context: &mut TestContext<'_>) -> Result<(), Abort> {
    let mission = walkthrough().until(context, Checkpoint::HandedOver)?;
    let canon = ReviewRecord::of(&mission)?;
    let others = Script::later().write("src/elsewhere.txt", "Somebody else's.\n");
    context.change(&mission, others.commit("Go on elsewhere"))?;

    let (_, prompt) = reviewed(context, &mission)?;
    context.check(REFS_RESOLVE, canon.branches_exist(&prompt)?);
    let proposed = proposals(&prompt.said.body);
    let whole = proposed.iter().filter(|line| !line.contains("--stat"));
    context.require(
        A_DIFF_IS_PROPOSED,
        match whole.count() {
            0 => Judgement::fail("none", "a diff", &prompt.said.body),
            count => Judgement::pass("a diff", format!("{count}")),
        },
    )?;
    let there = mission.from(Path::new(fixtures::REPO).join(below(&canon)));
    try_all(context, &there, &proposed, &canon.file)
}

/// The lane's worktree, relative to the primary checkout.
fn below(canon: &ReviewRecord) -> &Path {
    let worktree = &canon.worktree;
    worktree.strip_prefix(&canon.repo).unwrap_or(worktree)
}

fn try_all(
    context: &mut TestContext<'_>,
    there: &Mission,
    proposed: &BTreeSet<String>,
    file: &str,
) -> Result<(), Abort> {
    let (mut broken, mut strange) = (Vec::new(), None);
    let due = BTreeSet::from([file.to_owned()]);
    for line in proposed {
        let step = context.shell(there, line).run()?;
        if exit_zero()(&step).held() {
            let shown = files(&step.stdout_text());
            if !line.contains("--stat") && shown != due {
                strange = Some(shown);
            }
        } else {
            broken.push(format!("{line}\n{}", step.quote()));
        }
    }
    context.check(
        EVERY_PROPOSAL_RUNS,
        none_of("exit 0 of each", &broken, |_| "does-not-run".to_owned()),
    );
    context
        .check(SHOWS_THIS_WORK_ONLY, equal("files", &due, &strange.unwrap_or_else(|| due.clone())));
    Ok(())
}

/// Every `git diff` that a text proposes, as it stands there: alone on a line, or as a JSON string.
fn proposals(body: &str) -> BTreeSet<String> {
    let lines = body.lines().filter_map(|line| line.find("git diff ").map(|at| &line[at..]));
    lines
        .map(|rest| {
            let end = rest.find(['#', '"', '`', '<']).unwrap_or(rest.len());
            rest[..end].trim().to_owned()
        })
        .filter(|command| command.contains(".."))
        .collect()
}

/// The files that a diff names.
fn files(diff: &str) -> BTreeSet<String> {
    let heads = diff.lines().filter_map(|line| line.strip_prefix("diff --git a/"));
    heads
        .filter_map(|head| head.split_once(" b/"))
        .flat_map(|(before, after)| [before.to_owned(), after.to_owned()])
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn proposals_are_found_in_text_and_json() {
        let body = "  git diff a..b --stat      # Changed\n  git diff a..b  # All\n\
                    \"diff_command\": \"git diff a..HEAD\",\nrun git diff to see\n";
        let found: Vec<String> = proposals(body).into_iter().collect();
        assert_eq!(found, ["git diff a..HEAD", "git diff a..b", "git diff a..b --stat"]);
    }

    #[test]
    fn a_renamed_file_is_two() {
        let diff = "diff --git a/x b/y\nsimilarity index 100%\ndiff --git a/z b/z\n";
        let shown: Vec<String> = files(diff).into_iter().collect();
        assert_eq!(shown, ["x", "y", "z"]);
    }
}
