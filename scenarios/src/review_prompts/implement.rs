//! The prompts that tell an agent what to implement: one does not overwrite another.

use std::path::{Path, PathBuf};

use fixtures::adapter::{AGENT, Operation};
use support::check::Judgement;

use super::{prompt, two_missions, walkthrough};
use crate::context::{Abort, Mission, TestContext};
use crate::scenario::{CheckSpec, Scenario};
use crate::walkthrough::{Checkpoint, Phase, or_stop, worktree_of};

const MISSIONS_TELL_OF_A_PROMPT: CheckSpec = CheckSpec::new(
    "missions-tell-of-a-prompt",
    "reliability/prompt-paths",
    "the control: each of two missions gets a prompt that names its own worktree",
);
const MISSIONS_KEEP_THEIR_OWN: CheckSpec = CheckSpec::new(
    "missions-keep-their-own",
    "reliability/prompt-paths",
    "the prompt of one mission is as it was after another mission's was written",
);
const CHECKOUTS_TELL_OF_A_PROMPT: CheckSpec = CheckSpec::new(
    "checkouts-tell-of-a-prompt",
    "reliability/prompt-paths",
    "the control: each of two checkouts gets a prompt that names its own worktree",
);
const CHECKOUTS_KEEP_THEIR_OWN: CheckSpec = CheckSpec::new(
    "checkouts-keep-their-own",
    "reliability/prompt-paths",
    "the prompt of one checkout is as it was after another checkout's was written",
);

pub const SCENARIO: Scenario = Scenario {
    id: "review-prompts/implement-prompts-do-not-collide",
    promise: "an agent that is told to implement reads its own prompt, whatever is begun beside it on the same machine",
    requirements: &["reliability/prompt-paths"],
    issues: &[949],
    checks: &[
        MISSIONS_TELL_OF_A_PROMPT,
        MISSIONS_KEEP_THEIR_OWN,
        CHECKOUTS_TELL_OF_A_PROMPT,
        CHECKOUTS_KEEP_THEIR_OWN,
    ],
    run,
    ..Scenario::DEFAULT
};

fn run(context: &mut TestContext<'_>) -> Result<(), Abort> {
    let missions = two_missions(context)?;
    compare(context, &missions, MISSIONS_TELL_OF_A_PROMPT, MISSIONS_KEEP_THEIR_OWN)?;

    let first = walkthrough().until(context, Checkpoint::HandedOver)?;
    let second = walkthrough().until(context, Checkpoint::HandedOver)?;
    let shared = context.tmp_of(&first)?;
    let second = second.with_env("TMPDIR", shared.to_string_lossy());
    compare(context, &[first, second], CHECKOUTS_TELL_OF_A_PROMPT, CHECKOUTS_KEEP_THEIR_OWN)
}

/// Begins the second work package in both, one after the other, and looks at the first's prompt.
fn compare(
    context: &mut TestContext<'_>,
    missions: &[Mission; 2],
    control: CheckSpec,
    check: CheckSpec,
) -> Result<(), Abort> {
    let [one, two] = missions;
    let first = begin(context, one)?;
    let second = begin(context, two)?;
    let own = [&first, &second].iter().all(|begun| begun.names_its_own());
    let expected = "a prompt each that names its worktree";
    let observed = format!("{}\n{}", first.path.display(), second.path.display());
    context.check(
        control,
        if own {
            Judgement::pass(expected, &observed)
        } else {
            Judgement::fail("no-such-prompt", expected, &observed)
        },
    );
    context.check(check, kept(&first));
    Ok(())
}

/// A work package that was begun, and the prompt as it was then.
struct StartedPackage {
    path: PathBuf,
    text: String,
    worktree: PathBuf,
}

impl StartedPackage {
    fn names_its_own(&self) -> bool {
        self.text.contains(&*self.worktree.to_string_lossy())
    }
}

fn begin(context: &mut TestContext<'_>, mission: &Mission) -> Result<StartedPackage, Abort> {
    let blueprint = walkthrough().blueprint;
    let package = blueprint.packages().last();
    let package = package.ok_or_else(|| Abort::Broken("a mission without work".to_owned()))?;
    let ask =
        Operation::Implement { mission: &mission.slug, package: package.id.as_str(), agent: AGENT };
    let step = context.perform(mission, &ask)?;
    or_stop(context, Phase::Implement, &step)?;
    let path = prompt::prompt_path(&step.stdout_text()).unwrap_or_default();
    Ok(StartedPackage {
        text: read(&path),
        worktree: mission.repo().join(worktree_of(mission, package)?),
        path,
    })
}

fn kept(begun: &StartedPackage) -> Judgement {
    let expected = "the prompt as it was";
    if read(&begun.path) == begun.text {
        Judgement::pass(expected, "it is")
    } else {
        Judgement::fail("overwritten", expected, read(&begun.path))
    }
}

fn read(path: &Path) -> String {
    let bytes = fs_err::read(path).unwrap_or_default();
    String::from_utf8_lossy(&bytes).into_owned()
}
