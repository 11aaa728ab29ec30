//! What is on record of a work package: what a prompt for it must say.

use std::path::PathBuf;

use serde_json::Value;
use support::check::{Judgement, none_of};
use support::contract::PromptField;

use super::prompt::Prompt;
use super::{PACKAGE, journey};
use crate::journey::worktree_of;
use crate::stage::{Halt, Mission};

/// The record of one work package, and what was asked for.
#[derive(Debug)]
pub(super) struct Canon {
    /// The primary checkout.
    pub repo: PathBuf,
    /// Where the work lies.
    pub worktree: PathBuf,
    /// What the work is: the file that it makes.
    pub file: String,
    mission_id: String,
    mission_slug: String,
    package: String,
    mission_branch: String,
    lane_branch: String,
    /// What the lane began at, by the product's own record of it.
    base: String,
}

impl Canon {
    /// That of the work package that is handed over: `lanes.json`, `meta.json`, and the product's record of
    /// the lane's worktree.
    pub(super) fn of(mission: &Mission) -> Result<Self, Halt> {
        let blueprint = journey().blueprint;
        let mut packages = blueprint.packages().iter();
        let package = packages.find(|package| package.id.to_string() == PACKAGE);
        let package = package.ok_or_else(|| Halt::Broken(format!("there is no {PACKAGE}")))?;
        let text = |document: &Value, key: &str| {
            document[key].as_str().map(str::to_owned).ok_or_else(|| {
                let why = format!("the release keeps no `{key}` on record");
                Halt::not_exercised(None, &why, "look at lanes.json and .kittify/workspaces")
            })
        };
        let repo = fs_err::canonicalize(mission.repo())?;
        let worktree = repo.join(worktree_of(mission, package)?);
        let lanes = read(&mission.spec_dir().join("lanes.json"))?;
        let meta = read(&mission.spec_dir().join("meta.json"))?;
        let name = worktree.file_name().unwrap_or_default().to_string_lossy();
        let record = read(&repo.join(format!(".kittify/workspaces/{name}.json")))?;
        Ok(Self {
            mission_id: text(&meta, "mission_id")?,
            mission_slug: mission.slug.clone(),
            package: package.id.to_string(),
            file: package.product_file(),
            mission_branch: text(&lanes, "mission_branch")?,
            lane_branch: text(&record, "branch_name")?,
            base: text(&record, "base_branch")?,
            repo,
            worktree,
        })
    }

    /// What a field must say, where the record says it.
    fn says(&self, field: PromptField) -> Option<String> {
        match field {
            PromptField::RepoRoot => Some(self.repo.to_string_lossy().into_owned()),
            PromptField::LaneWorktree => Some(self.worktree.to_string_lossy().into_owned()),
            PromptField::MissionId => Some(self.mission_id.clone()),
            PromptField::MissionSlug => Some(self.mission_slug.clone()),
            PromptField::WorkPackageId => Some(self.package.clone()),
            PromptField::MissionBranch => Some(self.mission_branch.clone()),
            PromptField::LaneBranch => Some(self.lane_branch.clone()),
            PromptField::BaseRef => Some(self.base.clone()),
            PromptField::InvocationId | PromptField::PromptPath | PromptField::CreatedAt => None,
        }
    }

    /// Whether these fields of a prompt are what is on record.
    pub(super) fn agrees(&self, prompt: &Prompt, fields: &[PromptField]) -> Judgement {
        let untrue: Vec<String> = fields
            .iter()
            .filter_map(|&field| {
                let (due, said) = (self.says(field)?, prompt.said.field(field));
                let name = field.name();
                (said != Some(due.as_str()))
                    .then(|| format!("{name}: {} instead of {due}", said.unwrap_or("nothing")))
            })
            .collect();
        none_of("what is on record", &untrue, |first| {
            let name = first.split(':').next().unwrap_or_default();
            format!("untrue: {name}")
        })
    }
}

/// The fields that say for what and whom a prompt is.
pub(super) const IDENTITY: &[PromptField] = &[
    PromptField::RepoRoot,
    PromptField::MissionId,
    PromptField::MissionSlug,
    PromptField::WorkPackageId,
    PromptField::LaneWorktree,
];

/// The fields that say what is compared.
pub(super) const BRANCHES: &[PromptField] =
    &[PromptField::MissionBranch, PromptField::LaneBranch, PromptField::BaseRef];

fn read(file: &std::path::Path) -> Result<Value, Halt> {
    if !file.is_file() {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        let why = format!("the release keeps no such record: {name}");
        let remedy = "look at where it keeps what its lanes are";
        return Err(Halt::not_exercised(None, &why, remedy));
    }
    let no_json = |_| Halt::Useless(format!("agent action implement: no-json: {}", file.display()));
    serde_json::from_slice(&fs_err::read(file)?).map_err(no_json)
}
