//! Reads what uv and pip say on stderr. Pure functions, tested on texts that were really seen
//! (facts B.2 and B.3).

use super::finding::{Finding, FindingCode};
use crate::skip::SkipCode;

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
        Finding::new(
            code,
            self.requirement(),
            format!("withdrawn: {}", self.reason),
        )
    }
}

/// The first package that stopped uv's resolution because it is yanked.
pub(super) fn blocking_yank(stderr: &str) -> Option<Yanked> {
    let (before, after) = stderr.split_once(" was yanked")?;
    let (name, version) = before.split_whitespace().next_back()?.split_once("==")?;
    let reason = after
        .strip_prefix(" (reason: ")
        .map_or("no reason given", bracketed);
    Some(Yanked {
        name: name.to_owned(),
        version: version.to_owned(),
        reason: reason.to_owned(),
    })
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

/// What stands in the way, by what uv or pip said; `otherwise` when it is none of the known texts.
pub(super) fn classify(said: &str, otherwise: SkipCode) -> SkipCode {
    let says = |needles: &[&str]| needles.iter().any(|needle| said.contains(needle));
    if says(&UNREACHABLE) {
        SkipCode::RegistryUnreachable
    } else if says(&[
        "does not satisfy Python",
        "require a different python version",
    ]) {
        SkipCode::PythonTooOld
    } else if says(&["No interpreter found"]) {
        SkipCode::InterpreterMissing
    } else if says(&["Failed to inspect Python interpreter"]) {
        SkipCode::InterpreterBroken
    } else if says(&[
        "Because there is no version of spec-kitty-cli==",
        "spec-kitty-cli was not found in the package registry",
        "satisfies the requirement spec-kitty-cli==",
    ]) {
        SkipCode::VersionNotFound
    } else if says(&[
        "invalid package format",
        "Failed to extract archive",
        "Failed to build `spec-kitty-cli",
        "is not a supported wheel",
        "has an invalid wheel",
        "Requested package name `spec-kitty-cli` does not match",
        "Distribution not found at",
    ]) {
        SkipCode::ProductUnusable
    } else if says(&[" was yanked"]) {
        SkipCode::DependencyYanked
    } else if says(&["No solution found", "ResolutionImpossible"]) {
        SkipCode::Unresolvable
    } else {
        otherwise
    }
}

/// The first `error:` line and the last `cause:` line, at most 600 bytes; without them the last
/// line of a traceback, or the beginning of what was said. `None` when nothing was.
pub(super) fn excerpt(said: &str) -> Option<String> {
    let lines = || said.lines().map(str::trim).filter(|line| !line.is_empty());
    let error = lines().find(|line| line.to_lowercase().starts_with("error:"));
    let cause = lines().rfind(|line| line.starts_with("cause:"));
    let text = match (error, cause) {
        (Some(error), Some(cause)) => {
            // Room for the cause, which says more than the error.
            format!("{}\n{cause}", cut(error, 200))
        }
        (Some(line), None) | (None, Some(line)) => line.to_owned(),
        (None, None) if said.contains("Traceback") => lines().next_back()?.to_owned(),
        (None, None) => lines().next().map(|_| said.trim().to_owned())?,
    };
    Some(cut(&text, 600).to_owned())
}

/// At most `limit` bytes of `text`, never half a character.
pub(super) fn cut(text: &str, limit: usize) -> &str {
    let mut end = limit.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// How both tools speak of a registry that does not answer.
const UNREACHABLE: [&str; 10] = [
    "Failed to fetch",
    "error sending request",
    "Request failed after",
    "Connection refused",
    "dns error",
    "operation timed out",
    "network was disabled",
    "after connection broken by",
    "Could not connect to",
    "Max retries exceeded",
];

/// ``warning: `name==1.0` is yanked (reason: "text")``
fn uv_warning(line: &str) -> Option<Yanked> {
    let rest = line.trim().strip_prefix("warning: `")?;
    let (requirement, rest) = rest.split_once("` is yanked")?;
    let (name, version) = requirement.split_once("==")?;
    let reason = rest
        .strip_prefix(" (reason: ")
        .map_or("no reason given", bracketed);
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
    let reason = next
        .trim()
        .strip_prefix("Reason for being yanked: ")
        .unwrap_or("no reason given");
    Some(Yanked {
        name: name.to_owned(),
        version: version.to_owned(),
        reason: reason.to_owned(),
    })
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
#[path = "uv_text_tests.rs"]
mod tests;
