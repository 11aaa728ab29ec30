//! What a review prompt says of itself: the eleven fields of its front matter
//! (contract `review-prompt-metadata`).

use std::collections::BTreeMap;
use std::time::SystemTime;

/// The fields that every review prompt must have, as its front matter calls them.
pub mod field {
    /// Which call made the prompt; no two have the same.
    pub const INVOCATION_ID: &str = "invocation_id";
    /// The primary checkout, absolute.
    pub const REPO_ROOT: &str = "repo_root";
    /// The mission's identity, a ULID.
    pub const MISSION_ID: &str = "mission_id";
    /// The mission's handle.
    pub const MISSION_SLUG: &str = "mission_slug";
    /// The work package.
    pub const WORK_PACKAGE_ID: &str = "work_package_id";
    /// Where the work lies, absolute.
    pub const LANE_WORKTREE: &str = "lane_worktree";
    /// The branch of the mission.
    pub const MISSION_BRANCH: &str = "mission_branch";
    /// The branch that the work is on.
    pub const LANE_BRANCH: &str = "lane_branch";
    /// What the work is compared with.
    pub const BASE_REF: &str = "base_ref";
    /// The file itself, absolute.
    pub const PROMPT_PATH: &str = "prompt_path";
    /// When it was made, RFC 3339.
    pub const CREATED_AT: &str = "created_at";

    /// All of them, in the contract's order.
    pub const ALL: [&str; 11] = [
        INVOCATION_ID,
        REPO_ROOT,
        MISSION_ID,
        MISSION_SLUG,
        WORK_PACKAGE_ID,
        LANE_WORKTREE,
        MISSION_BRANCH,
        LANE_BRANCH,
        BASE_REF,
        PROMPT_PATH,
        CREATED_AT,
    ];
    /// What says for what and whom a prompt is.
    pub const IDENTITY: &[&str] =
        &[REPO_ROOT, MISSION_ID, MISSION_SLUG, WORK_PACKAGE_ID, LANE_WORKTREE];
    /// What says what is compared.
    pub const BRANCHES: &[&str] = &[MISSION_BRANCH, LANE_BRANCH, BASE_REF];
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
    pub fn field(&self, name: &str) -> Option<&str> {
        self.fields.get(name).map(String::as_str).filter(|text| !text.is_empty())
    }

    /// The fields that the contract demands and that say nothing.
    pub fn missing(&self) -> Vec<&'static str> {
        field::ALL.into_iter().filter(|name| self.field(name).is_none()).collect()
    }

    /// When it says that it was made; `None` where that is no point in time.
    pub fn created_at(&self) -> Option<SystemTime> {
        let text = self.field(field::CREATED_AT)?;
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
        let contract = include_str!("../../contracts/review-prompt-metadata.yaml");
        let (_, fields) = contract.split_once("required_fields:\n").unwrap();
        let (fields, _) = fields.split_once("path_requirements:").unwrap();
        let listed = fields.lines().filter_map(|line| line.trim().strip_prefix("- "));
        assert_eq!(listed.collect::<Vec<_>>(), field::ALL);
    }

    #[test]
    fn a_prompt_is_read() {
        let text = "---\ninvocation_id: '0123'\nrepo_root: /a\n  b\nbase_ref: ''\n\
                    created_at: '2026-01-02T03:04:05.678901Z'\n---\n\nReview it.\n";
        let prompt = ReviewPrompt::read(text).unwrap();
        assert_eq!(prompt.field(field::INVOCATION_ID), Some("0123"));
        assert_eq!(prompt.field(field::REPO_ROOT), Some("/a b"));
        assert_eq!(prompt.field(field::BASE_REF), None);
        assert!(prompt.missing().contains(&field::BASE_REF));
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
