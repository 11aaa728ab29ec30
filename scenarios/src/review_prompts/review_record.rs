//! What is on record of a work package: what a prompt for it must say.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde_json::Value;
use support::check::{Judgement, none_of};

use super::prompt::Prompt;
use super::{PACKAGE, walkthrough};
use crate::context::{Abort, Mission};
use crate::contract::field;
use crate::walkthrough::worktree_of;

/// The record of one work package, and what was asked for.
#[derive(Debug)]
pub(super) struct ReviewRecord {
    /// The primary checkout.
    pub repo: PathBuf,
    /// Where the work lies.
    pub worktree: PathBuf,
    /// What the work is: the file that it makes.
    pub file: String,
    /// What the fields of a prompt must say, by their names.
    fields: BTreeMap<&'static str, String>,
}

impl ReviewRecord {
    /// That of the work package that is handed over: `lanes.json`, `meta.json`, and the product's record of
    /// the lane's worktree.
    pub(super) fn of(mission: &Mission) -> Result<Self, Abort> {
        let blueprint = walkthrough().blueprint;
        let mut packages = blueprint.packages().iter();
        let package = packages.find(|package| package.id.to_string() == PACKAGE);
        let package = package.ok_or_else(|| Abort::Broken(format!("there is no {PACKAGE}")))?;
        let text = |document: &Value, key: &str| {
            document[key].as_str().map(str::to_owned).ok_or_else(|| {
                let why = format!("the release keeps no `{key}` on record");
                Abort::not_exercised(None, &why, "look at lanes.json and .kittify/workspaces")
            })
        };
        let repo = fs_err::canonicalize(mission.repo())?;
        let worktree = repo.join(worktree_of(mission, package)?);
        let lanes = read(&mission.spec_dir().join("lanes.json"))?;
        let meta = read(&mission.spec_dir().join("meta.json"))?;
        let name = worktree.file_name().unwrap_or_default().to_string_lossy();
        let record = read(&repo.join(format!(".kittify/workspaces/{name}.json")))?;
        let fields = BTreeMap::from([
            (field::REPO_ROOT, repo.to_string_lossy().into_owned()),
            (field::LANE_WORKTREE, worktree.to_string_lossy().into_owned()),
            (field::MISSION_ID, text(&meta, "mission_id")?),
            (field::MISSION_SLUG, mission.slug.clone()),
            (field::WORK_PACKAGE_ID, package.id.to_string()),
            (field::MISSION_BRANCH, text(&lanes, "mission_branch")?),
            (field::LANE_BRANCH, text(&record, "branch_name")?),
            // What the lane began at, by the product's own record of it.
            (field::BASE_REF, text(&record, "base_branch")?),
        ]);
        Ok(Self { file: package.product_file(), repo, worktree, fields })
    }

    /// Whether these fields of a prompt are what is on record.
    pub(super) fn agrees(&self, prompt: &Prompt, names: &[&'static str]) -> Judgement {
        let mut untrue = Vec::new();
        for name in names {
            let (due, said) = (self.fields.get(name), prompt.said.field(name));
            if said != due.map(String::as_str) {
                let (said, due) =
                    (said.unwrap_or("nothing"), due.map_or("nothing", String::as_str));
                untrue.push(format!("{name}: {said} instead of {due}"));
            }
        }
        none_of("what is on record", &untrue, |first| {
            let name = first.split(':').next().unwrap_or_default();
            format!("untrue: {name}")
        })
    }

    /// Whether each branch that a prompt names is one.
    pub(super) fn branches_exist(&self, prompt: &Prompt) -> Result<Judgement, Abort> {
        let mut unknown = Vec::new();
        for field in field::BRANCHES {
            let name = prompt.said.field(field).unwrap_or_default();
            if fixtures::tip(&self.repo, name)?.is_none() {
                unknown.push(format!("{field}: {name}"));
            }
        }
        Ok(none_of("a commit each", &unknown, |first| {
            let field = first.split(':').next().unwrap_or_default();
            format!("unresolvable: {field}")
        }))
    }
}

fn read(file: &std::path::Path) -> Result<Value, Abort> {
    if !file.is_file() {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        let why = format!("the release keeps no such record: {name}");
        let remedy = "look at where it keeps what its lanes are";
        return Err(Abort::not_exercised(None, &why, remedy));
    }
    let no_json =
        |_| Abort::Useless(format!("agent action implement: no-json: {}", file.display()));
    serde_json::from_slice(&fs_err::read(file)?).map_err(no_json)
}
