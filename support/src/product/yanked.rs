//! Packages that the registry has withdrawn, as uv and pip name them. Pure functions, tested on
//! texts that were really seen (facts B.3).

use super::finding::{Finding, FindingCode};

/// A package that the registry has withdrawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Yanked {
    pub(super) name: String,
    pub(super) version: String,
    pub(super) reason: String,
}

impl Yanked {
    /// The requirement that takes the package all the same: uv accepts it when asked directly.
    pub(super) fn requirement(&self) -> String {
        format!("{}=={}", self.name, self.version)
    }

    /// What a reader must know, now that it was taken.
    pub(super) fn finding(&self) -> Finding {
        let code = if self.name == super::PACKAGE {
            FindingCode::ReleaseYanked
        } else {
            FindingCode::DependencyYanked
        };
        Finding::new(code, self.requirement(), format!("withdrawn: {}", self.reason))
    }
}

/// The first package that stopped uv's resolution because it is yanked.
pub(super) fn blocking_yank(stderr: &str) -> Option<Yanked> {
    let (before, after) = stderr.split_once(" was yanked")?;
    let (name, version) = before.split_whitespace().next_back()?.split_once("==")?;
    let reason = after.strip_prefix(" (reason: ").map_or("no reason given", bracketed);
    Some(Yanked { name: name.to_owned(), version: version.to_owned(), reason: reason.to_owned() })
}

/// The yanked packages that were taken all the same: uv's and pip's warnings.
pub(super) fn taken_yanks(stderr: &str) -> Vec<Yanked> {
    let mut lines = stderr.lines().peekable();
    let mut found = Vec::new();
    while let Some(line) = lines.next() {
        let next = lines.peek().copied().unwrap_or_default();
        if let Some(yanked) = uv_warning(line).or_else(|| pip_warning(line, next)) {
            found.push(yanked);
        }
    }
    found
}

/// ``warning: `name==1.0` is yanked (reason: "text")``
fn uv_warning(line: &str) -> Option<Yanked> {
    let rest = line.trim().strip_prefix("warning: `")?;
    let (requirement, rest) = rest.split_once("` is yanked")?;
    let (name, version) = requirement.split_once("==")?;
    let reason = rest.strip_prefix(" (reason: ").map_or("no reason given", bracketed);
    Some(Yanked {
        name: name.to_owned(),
        version: version.to_owned(),
        reason: reason.trim_matches('"').to_owned(),
    })
}

/// `... is a yanked version: 'name' candidate (version 1.0 at ...)`, and the reason in the line
/// below.
fn pip_warning(line: &str, next: &str) -> Option<Yanked> {
    let (_, rest) = line.split_once("is a yanked version: '")?;
    let (name, rest) = rest.split_once("' candidate (version ")?;
    let (version, _) = rest.split_once(' ')?;
    let reason = next.trim().strip_prefix("Reason for being yanked: ").unwrap_or("no reason given");
    Some(Yanked { name: name.to_owned(), version: version.to_owned(), reason: reason.to_owned() })
}

/// The text up to the bracket that closes the one just before it; reasons hold brackets too.
fn bracketed(text: &str) -> &str {
    let mut depth = 1;
    for (at, character) in text.char_indices() {
        match character {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return &text[..at];
        }
    }
    text
}

#[cfg(test)]
#[path = "yanked_tests.rs"]
mod tests;
