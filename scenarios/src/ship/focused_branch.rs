//! The way out that a blocked merge proposes: a branch of the mission's own, for a pull request.

use fixtures::Recipe;
use support::check::{Judgement, none_of};

use super::{blockers, merge};
use crate::context::{Abort, Mission, TestContext};
use crate::contract::ShipBlocker;
use crate::control::{MERGES, prove_that_it_merges, work_arrived};
use crate::expect::exit_zero;
use crate::scenario::{CheckSpec, Scenario};

const IS_PROPOSED: CheckSpec = CheckSpec::new(
    "is-proposed",
    PROMISE,
    "the refusal proposes commands that make a branch and push it",
);
const COMMANDS_RUN: CheckSpec =
    CheckSpec::new("commands-run", PROMISE, "each of them succeeds, as it stands");
const HAS_THE_WORK: CheckSpec =
    CheckSpec::new("has-the-work", PROMISE, "the pushed branch has the work package's file");
const HAS_NOTHING_ELSE: CheckSpec = CheckSpec::new(
    "has-nothing-else",
    PROMISE,
    "against the origin's target it changes what belongs to the mission, and no more",
);

pub const SCENARIO: Scenario = Scenario {
    id: "ship/focused-branch-path-works",
    promise: "the commands that a diverged target's remediation proposes, run as they stand, push a branch with the mission's work and nothing else",
    requirements: &["reliability/focused-branch"],
    issues: &[953],
    checks: &[MERGES, IS_PROPOSED, COMMANDS_RUN, HAS_THE_WORK, HAS_NOTHING_ELSE],
    run,
    ..Scenario::DEFAULT
};

const PROMISE: &str = "reliability/focused-branch";

/// The commands that are proposed, and the branch that they push.
struct Proposal {
    commands: Vec<String>,
    branch: String,
}

fn run(context: &mut TestContext<'_>) -> Result<(), Abort> {
    prove_that_it_merges(context)?;
    let mission = context.mission(&Recipe::merge_ready().target_diverged())?;
    let way = proposed(context, &mission)?;
    for command in &way.commands {
        let step = context.shell(&mission, command).run()?;
        let judgement = exit_zero()(&step);
        let held = judgement.held();
        step.check(COMMANDS_RUN, |_| judgement);
        if !held {
            return Err(Abort::OnCheck("commands-run".to_owned()));
        }
    }
    let origin = mission.root().join(fixtures::ORIGIN);
    context.check(HAS_THE_WORK, work_arrived(&origin, &way.branch)?);

    let range = format!("origin/{}...origin/{}", mission.target, way.branch);
    let step = context.shell(&mission, &format!("git diff --name-only {range}")).run()?;
    let own = [format!("kitty-specs/{}/", mission.slug), "src/wp01/".to_owned()];
    let told = step.stdout_text();
    let strangers: Vec<&str> =
        told.lines().filter(|path| !own.iter().any(|own| path.starts_with(own))).collect();
    step.check(HAS_NOTHING_ELSE, |step| match exit_zero()(step) {
        judgement if judgement.held() => {
            none_of("files of the mission only", &strangers, |first| format!("also: {first}"))
        }
        failed => failed,
    });
    Ok(())
}

/// What the refusal proposes: of the plain merge, or where that is not refused, of one that pushes.
fn proposed(context: &mut TestContext<'_>, mission: &Mission) -> Result<Proposal, Abort> {
    // A plain merge that goes through would spoil the world for what follows.
    let spare = context.mission(&Recipe::merge_ready().target_diverged())?;
    let plain = merge(context, &spare, false)?;
    let refusal = if blockers(&plain).is_empty() { merge(context, mission, true)? } else { plain };
    let way = blockers(&refusal).iter().find_map(way_of);
    let expected = "commands `git switch -c ...` and `git push ...`";
    refusal.check(IS_PROPOSED, |step| match &way {
        Some(way) => Judgement::pass(expected, way.commands.join("\n")),
        None => Judgement::fail("no-commands", expected, step.quote()),
    });
    way.ok_or_else(|| Abort::OnCheck("is-proposed".to_owned()))
}

/// `Focused PR path: git switch -c BRANCH START`, then `Then push it: git push -u origin BRANCH`.
fn way_of(blocker: &ShipBlocker) -> Option<Proposal> {
    let commands: Vec<&str> =
        blocker.remediation.iter().filter_map(|line| Some(line.split_once(": ")?.1)).collect();
    let find = |begin: &str| commands.iter().find(|command| command.starts_with(begin));
    let switch = find("git switch -c ")?;
    let push = find("git push ")?;
    Some(Proposal {
        branch: switch.split_whitespace().nth(3)?.to_owned(),
        commands: vec![(*switch).to_owned(), (*push).to_owned()],
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_commands_are_read_out_of_the_remediation() {
        let lines = [
            "Refresh remote refs: git fetch origin work",
            "Focused PR path: git switch -c kitty/pr/m-to-work kitty/mission-m",
            "Then push it: git push -u origin kitty/pr/m-to-work",
            "Do not use reset, rebase, or force-push as part of this preflight remediation.",
        ];
        let blocker = ShipBlocker {
            remediation: lines.map(str::to_owned).to_vec(),
            ..ShipBlocker::default()
        };
        let way = way_of(&blocker).unwrap();
        assert_eq!(way.branch, "kitty/pr/m-to-work");
        assert_eq!(way.commands[1], "git push -u origin kitty/pr/m-to-work");
        assert!(way_of(&ShipBlocker::default()).is_none());
    }
}
