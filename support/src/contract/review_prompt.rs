//! What a review prompt says of itself: the eleven fields of its front matter
//! (contract `review-prompt-metadata`).

use std::collections::BTreeMap;
use std::time::SystemTime;

/// The contract as published.
pub const REVIEW_PROMPT_CONTRACT: &str =
    include_str!("../../contracts/review-prompt-metadata.yaml");

/// A field that every review prompt must have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PromptField {
    /// Which call made the prompt; no two have the same.
    InvocationId,
    /// The primary checkout, absolute.
    RepoRoot,
    /// The mission's identity, a ULID.
    MissionId,
    /// The mission's handle.
    MissionSlug,
    /// The work package.
    WorkPackageId,
    /// Where the work lies, absolute.
    LaneWorktree,
    /// The branch of the mission.
    MissionBranch,
    /// The branch that the work is on.
    LaneBranch,
    /// What the work is compared with.
    BaseRef,
    /// The file itself, absolute.
    PromptPath,
    /// When it was made, RFC 3339.
    CreatedAt,
}

impl PromptField {
    /// All of them, in the contract's order.
    pub const ALL: [Self; 11] = [
        Self::InvocationId,
        Self::RepoRoot,
        Self::MissionId,
        Self::MissionSlug,
        Self::WorkPackageId,
        Self::LaneWorktree,
        Self::MissionBranch,
        Self::LaneBranch,
        Self::BaseRef,
        Self::PromptPath,
        Self::CreatedAt,
    ];

    /// Its name in the front matter.
    pub fn name(self) -> &'static str {
        match self {
            Self::InvocationId => "invocation_id",
            Self::RepoRoot => "repo_root",
            Self::MissionId => "mission_id",
            Self::MissionSlug => "mission_slug",
            Self::WorkPackageId => "work_package_id",
            Self::LaneWorktree => "lane_worktree",
            Self::MissionBranch => "mission_branch",
            Self::LaneBranch => "lane_branch",
            Self::BaseRef => "base_ref",
            Self::PromptPath => "prompt_path",
            Self::CreatedAt => "created_at",
        }
    }
}

/// A review prompt, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReviewPrompt {
    fields: BTreeMap<String, String>,
    /// All below the front matter.
    pub body: String,
}

/// Why a file cannot be read as a review prompt.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PromptFault {
    /// It does not begin with front matter, or that has no end.
    #[error("no-front-matter")]
    NoFrontMatter,
    /// A line of the front matter is not `name: text`.
    #[error("front-matter-unreadable")]
    Unreadable(String),
}

impl ReviewPrompt {
    /// Reads front matter that is a flat list of texts, as the contract has it.
    pub fn read(text: &str) -> Result<Self, PromptFault> {
        let inside = text.strip_prefix("---\n").ok_or(PromptFault::NoFrontMatter)?;
        let (front, body) = inside.split_once("\n---\n").ok_or(PromptFault::NoFrontMatter)?;
        let mut fields: Vec<(String, String)> = Vec::new();
        for line in front.lines().filter(|line| !line.trim().is_empty()) {
            match (line.strip_prefix(' '), fields.last_mut()) {
                // A long text goes on in the next line.
                (Some(more), Some((_, text))) => *text = format!("{text} {}", more.trim()),
                (None, _) => fields.push(entry(line)?),
                (Some(_), None) => return Err(PromptFault::Unreadable(line.to_owned())),
            }
        }
        let fields = fields.into_iter().map(|(name, text)| (name, unquoted(text.trim()))).collect();
        Ok(Self { fields, body: body.to_owned() })
    }

    /// What a field says; nothing where it is missing or empty.
    pub fn field(&self, field: PromptField) -> Option<&str> {
        let text = self.fields.get(field.name())?.as_str();
        (!text.is_empty()).then_some(text)
    }

    /// The fields that the contract demands and that say nothing.
    pub fn missing(&self) -> Vec<PromptField> {
        let mut fields = PromptField::ALL.to_vec();
        fields.retain(|&field| self.field(field).is_none());
        fields
    }

    /// When it says that it was made; `None` where that is no point in time.
    pub fn created_at(&self) -> Option<SystemTime> {
        let text = self.field(PromptField::CreatedAt)?;
        let moment: jiff::Timestamp = text.parse().ok()?;
        Some(moment.into())
    }
}

fn entry(line: &str) -> Result<(String, String), PromptFault> {
    let (name, text) =
        line.split_once(':').ok_or_else(|| PromptFault::Unreadable(line.to_owned()))?;
    Ok((name.to_owned(), text.trim().to_owned()))
}

/// The two quoted forms of YAML, as far as paths, names and ids need them.
fn unquoted(text: &str) -> String {
    let within = |quote: char| text.strip_prefix(quote)?.strip_suffix(quote);
    if let Some(text) = within('\'') {
        text.replace("''", "'")
    } else if let Some(text) = within('"') {
        text.replace("\\\"", "\"").replace("\\\\", "\\")
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fields_are_those_of_the_contract() {
        let listed: Vec<&str> = REVIEW_PROMPT_CONTRACT
            .split_once("required_fields:\n")
            .and_then(|(_, rest)| rest.split_once("path_requirements:"))
            .map(|(fields, _)| {
                let names = fields.lines().filter_map(|line| line.trim().strip_prefix("- "));
                names.collect()
            })
            .unwrap();
        assert_eq!(listed, PromptField::ALL.map(PromptField::name));
    }

    #[test]
    fn a_prompt_is_read() {
        let text = "---\ninvocation_id: '0123'\nrepo_root: /a\n  b\nbase_ref: ''\n\
                    created_at: '2026-01-02T03:04:05.678901Z'\n---\n\nReview it.\n";
        let prompt = ReviewPrompt::read(text).unwrap();
        assert_eq!(prompt.field(PromptField::InvocationId), Some("0123"));
        assert_eq!(prompt.field(PromptField::RepoRoot), Some("/a b"));
        assert_eq!(prompt.field(PromptField::BaseRef), None);
        assert!(prompt.missing().contains(&PromptField::BaseRef));
        assert_eq!(prompt.missing().len(), 8);
        assert!(prompt.created_at().is_some());
        assert_eq!(prompt.body, "\nReview it.\n");
    }

    #[test]
    fn what_is_no_prompt_is_told() {
        let fault = |text| ReviewPrompt::read(text).unwrap_err().to_string();
        assert_eq!(fault("# Review\n"), "no-front-matter");
        assert_eq!(fault("---\nrepo_root: /a\n"), "no-front-matter");
        assert_eq!(fault("---\njust words\n---\n"), "front-matter-unreadable");
    }
}
