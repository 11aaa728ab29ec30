//! What the guard says: lines on stderr, each with what it does about the commit, and a code.

use support::check::{Judgement, none_of};
use support::process::Exit;

use super::shared_lane::Commit;

/// The active work package does not own a file.
pub(super) const VIOLATION: &str = "ACTIVE_WP_SCOPE_VIOLATION";
/// The recorded context names another work package than the status does.
pub(super) const STALE: &str = "ACTIVE_WP_CONTEXT_STALE";
/// No one work package is active.
pub(super) const AMBIGUOUS: &str = "ACTIVE_WP_CONTEXT_AMBIGUOUS";

/// What becomes of the commit that a line is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Effect {
    /// It is only told.
    Warning,
    /// It stops the commit.
    Blocked,
}

/// One line of the guard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    /// What it does.
    pub effect: Effect,
    /// Its code, such as [`VIOLATION`].
    pub code: String,
    /// The rest.
    pub text: String,
}

/// The lines of the guard that carry a code.
pub(super) fn lines(stderr: &str) -> Vec<Line> {
    stderr.lines().filter_map(line).collect()
}

fn line(line: &str) -> Option<Line> {
    let said = line.trim().strip_prefix("[spec-kitty guard] ")?;
    let (effect, said) = match said.split_once(": ")? {
        ("WARNING", rest) => (Effect::Warning, rest),
        ("BLOCKED", rest) => (Effect::Blocked, rest),
        _ => return None,
    };
    let (code, text) = said.split_once(": ")?;
    let is_code = code.chars().all(|c| c.is_ascii_uppercase() || c == '_');
    is_code.then(|| Line { effect, code: code.to_owned(), text: text.to_owned() })
}

/// The commit is made: exit 0, and the lane's tip is another one.
pub(super) fn made(commit: &Commit) -> Judgement {
    let expected = "exit 0, and a new commit";
    match commit.step.exit() {
        Exit::Code(0) if commit.moved() => Judgement::pass(expected, "it is made"),
        Exit::Code(0) => Judgement::fail("not-made", expected, commit.step.quote()),
        _ => Judgement::fail(why(commit), expected, commit.step.quote()),
    }
}

/// The commit is refused, with this code and no other, and these words.
pub(super) fn judge_refusal(commit: &Commit, code: &str, words: &[&str]) -> Judgement {
    let expected = format!("refused: {code}, with {}", words.join(", "));
    if commit.step.exit() == Exit::Code(0) {
        return Judgement::fail("exit=0", expected, commit.step.quote());
    }
    let said = lines(&commit.step.stderr_text());
    let blocking: Vec<&Line> = said.iter().filter(|line| line.effect == Effect::Blocked).collect();
    if blocking.is_empty() || blocking.iter().any(|line| line.code != code) {
        return Judgement::fail(why(commit), expected, commit.step.quote());
    }
    let text: String = blocking.iter().map(|line| line.text.as_str()).collect();
    let unsaid: Vec<&&str> = words.iter().filter(|word| !text.contains(**word)).collect();
    none_of(&expected, &unsaid, |first| format!("unsaid: {first}"))
}

/// Nothing was committed, whatever was said.
pub(super) fn nothing_committed(commit: &Commit) -> Judgement {
    let expected = "the lane's tip as it was";
    if commit.moved() {
        Judgement::fail("committed", expected, commit.step.quote())
    } else {
        Judgement::pass(expected, "it is")
    }
}

/// The codes that stopped a commit, or how it ended where there are none.
fn why(commit: &Commit) -> String {
    let mut codes: Vec<String> = lines(&commit.step.stderr_text())
        .into_iter()
        .filter(|line| line.effect == Effect::Blocked)
        .map(|line| line.code)
        .collect();
    codes.dedup();
    if codes.is_empty() { "no-code".to_owned() } else { format!("code: {}", codes.join(" ")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_guard_is_read() {
        let stderr = "[spec-kitty guard] WARNING: ACTIVE_WP_CONTEXT_STALE: a; b\nhint: x\n\
                      [spec-kitty guard] BLOCKED: ACTIVE_WP_SCOPE_VIOLATION: src/a is outside\n\
                      [spec-kitty guard] Commit blocked by ownership policy.\n";
        let said = lines(stderr);
        let codes: Vec<_> = said.iter().map(|line| (line.effect, &*line.code)).collect();
        assert_eq!(codes, [(Effect::Warning, STALE), (Effect::Blocked, VIOLATION)]);
        assert_eq!(said[0].text, "a; b");
    }
}
