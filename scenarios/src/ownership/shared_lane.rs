//! A lane that two work packages share, with the guard told to block.

use std::path::{Path, PathBuf};

use fixtures::adapter::{Operation, Topology};
use fixtures::{Script, WorkPackage};
use shell_words::quote;

use crate::context::{Abort, Mission, Step, TestContext};
use crate::walkthrough::{Checkpoint, Driver, Phase, Walkthrough, or_stop, worktree_of};

/// The lane, with its first work package begun.
#[derive(Debug)]
pub(super) struct SharedLane {
    walkthrough: Walkthrough,
    /// Commands start in the primary checkout.
    pub mission: Mission,
    /// Commands start in the lane's worktree.
    lane: Mission,
    /// The lane's worktree, relative to the primary checkout.
    worktree: PathBuf,
    commits: usize,
}

/// A try to commit in the lane.
#[derive(Debug)]
pub(super) struct Commit {
    /// The command.
    pub step: Step,
    before: Option<String>,
    after: Option<String>,
}

impl Commit {
    /// Whether the lane's tip is another one now.
    pub(super) fn moved(&self) -> bool {
        self.before != self.after
    }
}

/// What makes the guard block. Where nobody says so, it only warns.
const BLOCKING: &str = "
policy:
  commit_guard:
    mode: block
";

impl SharedLane {
    /// Takes a copy of it.
    pub(super) fn take(context: &mut TestContext<'_>) -> Result<Self, Abort> {
        let walkthrough = Walkthrough::pair(Topology::Flat).in_one_lane();
        let mission = walkthrough.until(context, Checkpoint::Begun)?;
        let (first, _) = both(&walkthrough)?;
        let below = worktree_of(&mission, &first)?;
        if below.as_os_str().is_empty() {
            let why = "the lane has no worktree of its own";
            let remedy = "look at where the release implements a work package";
            return Err(Abort::not_exercised(None, why, remedy));
        }
        is_active(context, &mission, &first)?;
        let file = mission.repo().join(CONFIG);
        let config = fs_err::read_to_string(file)?;
        let script = Script::later().write(CONFIG, config + BLOCKING);
        context.change(&mission, script.commit("Block what the guard finds"))?;
        Ok(Self {
            lane: mission.from(Path::new(fixtures::REPO).join(&below)),
            worktree: below,
            walkthrough,
            mission,
            commits: 0,
        })
    }

    /// A file inside what the first work package owns, and one inside what the second does.
    pub(super) fn files(&self) -> Result<[String; 2], Abort> {
        let (first, second) = both(&self.walkthrough)?;
        Ok([first, second].map(|package| package.owned_files.replace("**", "more.txt")))
    }

    /// Writes a file in the lane's worktree, and commits it.
    pub(super) fn commit(
        &mut self,
        context: &mut TestContext<'_>,
        file: &str,
    ) -> Result<Commit, Abort> {
        self.commits += 1;
        let path = self.worktree.join(file);
        let text = format!("{}\n", self.commits);
        context.change(&self.mission, Script::later().write(&path.to_string_lossy(), text))?;
        let file = quote(file);
        // What an earlier refusal left in the index is not part of this one.
        let line = format!("git reset -q && git add {file} && git commit -q -m 'Change {file}'");
        let worktree = self.mission.repo().join(&self.worktree);
        let before = fixtures::tip(&worktree, "HEAD")?;
        let step = context.shell(&self.lane, &line).run()?;
        let after = fixtures::tip(&worktree, "HEAD")?;
        Ok(Commit { step, before, after })
    }

    /// Hands the first work package over, and begins the second.
    pub(super) fn go_on(&self, context: &mut TestContext<'_>) -> Result<(), Abort> {
        let (first, second) = both(&self.walkthrough)?;
        let mut driver = Driver::go_on(context, &self.walkthrough, self.mission.clone(), or_stop);
        driver.deliver(&first)?;
        driver.begin(&second)
    }

    /// Says that the second work package is in progress, while the first still is.
    pub(super) fn begin_both(&self, context: &mut TestContext<'_>) -> Result<(), Abort> {
        let (_, second) = both(&self.walkthrough)?;
        for to in ["claimed", "in_progress"] {
            let ask = Operation::Emit {
                mission: &self.mission.slug,
                package: second.id.as_str(),
                to,
                actor: "somebody",
            };
            let step = context.perform(&self.mission, &ask)?;
            or_stop(context, Phase::Implement, &step)?;
        }
        Ok(())
    }

    /// The product's record of what the lane's worktree is for.
    pub(super) fn context(&self) -> String {
        let name = self.worktree.file_name().unwrap_or_default();
        format!("{CONTEXTS}/{}.json", name.to_string_lossy())
    }
}

/// The product's records of its worktrees, relative to the primary checkout.
pub(super) const CONTEXTS: &str = ".kittify/workspaces";

/// The project's settings, relative to the primary checkout.
const CONFIG: &str = ".kittify/config.yaml";

/// What follows is about a lane whose first work package is in progress: by the product's own word.
fn is_active(
    context: &mut TestContext<'_>,
    mission: &Mission,
    package: &WorkPackage,
) -> Result<(), Abort> {
    let ask = Operation::Status { mission: &mission.slug };
    let step = context.perform(mission, &ask)?;
    let board = step.try_document().unwrap_or_default();
    let rows = board["work_packages"].as_array();
    let row = rows.and_then(|rows| rows.iter().find(|row| row["id"] == package.id.as_str()));
    if row.is_some_and(|row| row["lane"] == "in_progress") {
        return Ok(());
    }
    let why = "the status does not say that the first work package is in progress";
    let remedy = "look at what `agent tasks status` says after `agent action implement`";
    Err(Abort::not_exercised(Some(&step), why, remedy))
}

fn both(walkthrough: &Walkthrough) -> Result<(WorkPackage, WorkPackage), Abort> {
    match walkthrough.blueprint.packages() {
        [first, second, ..] => Ok((first.clone(), second.clone())),
        _ => Err(Abort::Broken("a lane is shared by two".to_owned())),
    }
}
