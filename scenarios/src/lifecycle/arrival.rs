//! What there is once a mission is merged: its work, its status, and nothing else.

use std::path::Path;

use fixtures::adapter::Operation;
use serde_json::Value;
use support::check::{Judgement, none_of};

use super::{ALL_ARE_DONE, NOTHING_IS_LEFT_OVER, REACHES_THE_ORIGIN, TREE_IS_CLEAN, WORK_ARRIVES};
use crate::context::{Abort, Mission, Step, TestContext};
use crate::expect::exit_zero;
use crate::walkthrough::Walkthrough;

/// What [`Walk`](crate::walkthrough::Walk) writes into the file of each work package.
const WORK: &str = "It works.\n";

/// Judges the checkout after the merge, then pushes its target and judges the origin.
pub(super) fn judge_arrival(
    context: &mut TestContext<'_>,
    walkthrough: &Walkthrough,
    mission: &Mission,
) -> Result<(), Abort> {
    let missing = missing_work(walkthrough, mission, &mission.repo())?;
    context.check(WORK_ARRIVES, all_there(&missing));

    let clean = context.shell(mission, "git status --porcelain --untracked-files=all").run()?;
    clean.check(TREE_IS_CLEAN, |step| is_clean(step, &mission.slug));

    let left = "git worktree list --porcelain; git branch --list 'kitty/*'";
    let left = context.shell(mission, left).run()?;
    left.check(NOTHING_IS_LEFT_OVER, |step| nothing_left(step, mission));

    let status = Operation::Status { mission: &mission.slug };
    let status = context.perform(mission, &status)?;
    status.check(ALL_ARE_DONE, |step| all_done(step, walkthrough));

    push(context, mission)?;
    let missing = missing_work(walkthrough, mission, &mission.root().join(fixtures::ORIGIN))?;
    context.check(REACHES_THE_ORIGIN, all_there(&missing));
    Ok(())
}

/// A plain push of the target, which must be possible at any time.
pub(super) fn push(context: &mut TestContext<'_>, mission: &Mission) -> Result<(), Abort> {
    let push = format!("git push -q origin {}", mission.target);
    let push = context.shell(mission, &push).run()?;
    context.require(REACHES_THE_ORIGIN, exit_zero()(&push))
}

/// The work packages whose file the target does not have as it was written: squashed or not, content
/// is what counts.
fn missing_work(
    walkthrough: &Walkthrough,
    mission: &Mission,
    repo: &Path,
) -> Result<Vec<String>, Abort> {
    let target = format!("refs/heads/{}", mission.target);
    let mut missing = Vec::new();
    for package in walkthrough.blueprint.packages() {
        let file = package.product_file();
        let text = fixtures::text_at(repo, &target, Path::new(&file))?;
        if text.as_deref() != Some(WORK) {
            missing.push(package.id.to_string());
        }
    }
    Ok(missing)
}

fn all_there(missing: &[String]) -> Judgement {
    let all = missing.join(" ");
    none_of("the work of every package", missing, |_| format!("missing: {all}"))
}

/// Named by what they are, without the mission's own name, which is another each time.
fn is_clean(step: &Step, slug: &str) -> Judgement {
    let reported = step.stdout_text();
    let mut names: Vec<String> = reported.lines().map(|line| line.replace(slug, "@")).collect();
    names.sort();
    let all = names.iter().map(|name| name.trim()).collect::<Vec<_>>();
    let all = all.join(", ");
    none_of("nothing to report", &names, |_| format!("dirty: {all}"))
}

fn nothing_left(step: &Step, mission: &Mission) -> Judgement {
    let told = step.stdout_text();
    let repo = mission.repo();
    let repo = fs_err::canonicalize(&repo).unwrap_or(repo);
    let worktrees = told
        .lines()
        .filter_map(|line| line.strip_prefix("worktree "))
        .filter(|path| Path::new(path) != repo)
        .filter_map(|path| path.rsplit('/').next())
        .map(|name| format!("worktree {name}"));
    let branches = told
        .lines()
        .map(|line| line.trim_start_matches(['*', '+', ' ']))
        .filter(|name| name.starts_with("kitty/"))
        .map(|name| format!("branch {name}"));
    let mut left: Vec<String> =
        worktrees.chain(branches).map(|name| name.replace(&mission.slug, "@")).collect();
    left.sort();
    let all = left.join(", ");
    none_of("no worktree and no branch of the mission", &left, |_| format!("left: {all}"))
}

fn all_done(step: &Step, walkthrough: &Walkthrough) -> Judgement {
    let expected = "every work package in lane done";
    let document = match step.try_document() {
        Ok(document) => document,
        Err(fault) => return Judgement::fail(fault.to_string(), expected, step.quote()),
    };
    let lanes: Vec<String> = walkthrough
        .blueprint
        .packages()
        .iter()
        .map(|package| {
            let id = package.id.as_str();
            format!("{id} {}", lane_of(&document, id).unwrap_or("unknown"))
        })
        .collect();
    if lanes.iter().all(|lane| lane.ends_with(" done")) {
        Judgement::pass(expected, lanes.join(", "))
    } else {
        Judgement::fail(lanes.join(", "), expected, step.quote())
    }
}

/// Where a work package stands, by the release's own account.
fn lane_of<'d>(document: &'d Value, id: &str) -> Option<&'d str> {
    let packages = document.get("work_packages")?.as_array()?;
    let package = packages.iter().find(|package| package["id"] == id)?;
    package.get("lane")?.as_str()
}
