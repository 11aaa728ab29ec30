//! A mission that keeps its status on a branch of its own.

use std::path::PathBuf;

use fixtures::adapter::{Operation, Topology};
use support::check::Judgement;

use super::status_command::ACTOR;
use crate::context::{Abort, Mission, Step, TestContext};
use crate::expect::exit_zero;
use crate::scenario::CheckSpec;
use crate::walkthrough::{Checkpoint, Walkthrough};

/// A mission with a coordination branch, and two work packages of which the first is claimed.
pub(super) struct Coordinated {
    pub(super) mission: Mission,
    /// The branch that keeps its status.
    pub(super) branch: String,
    /// The event that claimed the first work package.
    pub(super) claim: String,
}

impl Coordinated {
    /// As the product makes it when nobody chooses. `check` says whether the claim succeeded.
    pub(super) fn new(context: &mut TestContext<'_>, check: CheckSpec) -> Result<Self, Abort> {
        let mission = Walkthrough::pair(Topology::Default).until(context, Checkpoint::Finalised)?;
        let meta = mission.meta()?;
        let Some(branch) = meta["coordination_branch"].as_str().map(str::to_owned) else {
            return Err(Abort::not_exercised(
                None,
                "this release makes missions without a coordination branch",
                "nothing is to be coordinated where everything is in one place",
            ));
        };
        let step = claim(context, &mission)?;
        context.require(check, exit_zero()(&step))?;
        let claim = event_of(&step).unwrap_or_default();
        Ok(Self { mission, branch, claim })
    }

    /// Where git has the branch checked out, relative to the primary checkout.
    pub(super) fn worktree(&self) -> Result<Option<PathBuf>, Abort> {
        let known = self.mission.repo().join(".git/worktrees");
        if !known.is_dir() {
            return Ok(None);
        }
        let head = format!("ref: refs/heads/{}", self.branch);
        for entry in fs_err::read_dir(known)? {
            let entry = entry?.path();
            if fs_err::read_to_string(entry.join("HEAD"))?.trim() == head {
                let file = PathBuf::from(fs_err::read_to_string(entry.join("gitdir"))?.trim());
                let folder = file.parent().map(PathBuf::from).unwrap_or_default();
                let within = folder.strip_prefix(self.mission.repo());
                return Ok(within.ok().map(PathBuf::from));
            }
        }
        Ok(None)
    }
}

/// Claims the first work package.
pub(super) fn claim(context: &mut TestContext<'_>, mission: &Mission) -> Result<Step, Abort> {
    let ask =
        Operation::Emit { mission: &mission.slug, package: "WP01", to: "claimed", actor: ACTOR };
    context.perform(mission, &ask)
}

/// The event that a change says it appended.
pub(super) fn event_of(step: &Step) -> Option<String> {
    let document = step.try_document().ok()?;
    Some(document.get("event_id")?.as_str()?.to_owned())
}

/// Judgement of a change that was reported as a success: the log that took its event still holds
/// what was there before.
pub(super) fn keeps_history(world: &Coordinated, step: &Step) -> Result<Judgement, Abort> {
    let expected = "an event in the log that holds the claim";
    let Some(event) = event_of(step) else {
        return Ok(Judgement::fail("no-event", expected, step.quote()));
    };
    let mut taken = Vec::new();
    for (path, text) in logs(&world.mission)? {
        if text.contains(&event) {
            taken.push((path, text.contains(&world.claim)));
        }
    }
    let listed: Vec<String> = taken
        .iter()
        .map(|(path, whole)| {
            format!("{} ({})", path.display(), if *whole { "whole" } else { "without the claim" })
        })
        .collect();
    Ok(if taken.is_empty() {
        Judgement::fail("event-nowhere", expected, step.quote())
    } else if taken.iter().all(|(_, whole)| *whole) {
        Judgement::pass(expected, listed.join("\n"))
    } else {
        Judgement::fail("history-lost", expected, listed.join("\n"))
    })
}

/// Every event log of the mission, in whichever checkout.
fn logs(mission: &Mission) -> Result<Vec<(PathBuf, String)>, Abort> {
    let below = PathBuf::from("kitty-specs").join(&mission.slug);
    let log = below.join("status.events.jsonl");
    let mut places = vec![PathBuf::new()];
    let worktrees = mission.repo().join(".worktrees");
    if worktrees.is_dir() {
        for entry in fs_err::read_dir(worktrees)? {
            places.push(PathBuf::from(".worktrees").join(entry?.file_name()));
        }
    }
    let mut found = Vec::new();
    for place in places {
        let path = place.join(&log);
        if let Ok(text) = fs_err::read_to_string(mission.repo().join(&path)) {
            found.push((path, text));
        }
    }
    Ok(found)
}
