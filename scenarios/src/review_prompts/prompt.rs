//! Finding and reading a prompt, in the way of the agent that is told to.

use std::path::PathBuf;

use support::check::Judgement;

use crate::context::{Abort, TestContext};
use crate::contract::ReviewPrompt;
use crate::scenario::CheckSpec;

/// The file that a command tells an agent to read: `cat /where/it/lies.md`.
pub(super) fn prompt_path(stdout: &str) -> Option<PathBuf> {
    let mut lines = stdout.lines().map(str::trim);
    lines.find_map(|line| {
        let path = line.strip_prefix("cat ")?.trim_matches(['\'', '"']);
        let path = PathBuf::from(path);
        path.extension().is_some_and(|kind| kind == "md").then_some(path)
    })
}

/// A review prompt and where it lies.
#[derive(Debug)]
pub(super) struct Prompt {
    /// The file.
    pub path: PathBuf,
    /// What it says.
    pub said: ReviewPrompt,
    /// The whole text.
    pub text: String,
}

/// Reads the review prompt that a command's stdout tells of. Without one, `check` fails and
/// the scenario ends: everything after it is about the prompt.
pub(super) fn read(
    context: &TestContext<'_>,
    check: CheckSpec,
    stdout: &str,
) -> Result<Prompt, Abort> {
    judged(context, check, stdout).ok_or_else(|| Abort::OnCheck(check.id.to_owned()))
}

/// The same of two commands; both are judged before the scenario ends.
pub(super) fn read_both(
    context: &TestContext<'_>,
    checks: [CheckSpec; 2],
    stdouts: [&str; 2],
) -> Result<[Prompt; 2], Abort> {
    let first = judged(context, checks[0], stdouts[0]);
    let second = judged(context, checks[1], stdouts[1]);
    let missing = if first.is_none() { checks[0] } else { checks[1] };
    match (first, second) {
        (Some(first), Some(second)) => Ok([first, second]),
        _ => Err(Abort::OnCheck(missing.id.to_owned())),
    }
}

fn judged(context: &TestContext<'_>, check: CheckSpec, stdout: &str) -> Option<Prompt> {
    let outcome = find(stdout);
    let judgement = match &outcome {
        Ok(prompt) => Judgement::pass(EXPECTED, prompt.path.display().to_string()),
        Err(fault) => Judgement::fail(fault.clone(), EXPECTED, stdout),
    };
    context.check(check, judgement);
    outcome.ok()
}

const EXPECTED: &str = "a review prompt with front matter, at the path that is told";

/// The prompt, or how there is none.
pub(super) fn find(stdout: &str) -> Result<Prompt, String> {
    let path = prompt_path(stdout).ok_or("no-prompt-is-told")?;
    let text = fs_err::read_to_string(&path).map_err(|_| "prompt-unreadable")?;
    let said = ReviewPrompt::read(&text).map_err(|fault| fault.to_string())?;
    Ok(Prompt { path, said, text })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_is_the_one_to_be_read() {
        let stdout = "Read it:\n    cat /tmp/a b/x.md\n\nThen move on.\n";
        assert_eq!(prompt_path(stdout), Some(PathBuf::from("/tmp/a b/x.md")));
        assert_eq!(prompt_path("cat /tmp/x.txt\n"), None);
    }
}
