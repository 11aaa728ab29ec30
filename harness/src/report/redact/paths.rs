//! Absolute paths that name a person, a machine or a moment; what lies below them is kept.

use std::sync::LazyLock;

use regex::Regex;

use super::forms::{form, replace};

/// Roots of such paths. A name ends where a shell, JSON or prose would end it.
static ROOTS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    form(
        r#"(?x)
          (?P<home> /(?:var/|export/)?home/[^/\s"'`:;,<>|()\[\]{}\\\x00-\x1f]+
                  | /Users/[^/\s"'`:;,<>|()\[\]{}\\\x00-\x1f]+
                  | /root )
        | (?P<tmp>  (?:/private)?/var/folders/[^/\s"']+/[^/\s"']+(?:/[A-Z])?
                  | (?:/private)?(?:/var)?/tmp
                  | /dev/shm
                  | /run/user/[0-9]+ )
        | (?P<work> /(?:builds|workspaces?|__w|github/workspace|var/lib/jenkins|mnt|media|srv|Volumes) )
        "#,
    )
});

/// The same as JSON or an URL may write them, and as Windows does.
static ENCODED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    form(
        r#"(?i)(?:%2F|\\+/)(?:home|Users)(?:%2F|\\+/)[^%\\/\s"']+|\b[a-z]:(?:\\+|/)Users(?:\\+|/)[^\\/\s"':]+"#,
    )
});

static USERS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    form(r"(?:/home/|/Users/|\\Users\\+|/pytest-of-)([A-Za-z][A-Za-z0-9._-]*[A-Za-z0-9])")
});

pub(super) fn take_out(text: String) -> String {
    let text = if text.contains('\\') || text.contains('%') || text.contains(":/") {
        replace(&ENCODED, text, |_| Some("<home>".to_owned()))
    } else {
        text
    };
    if !text.contains('/') {
        return text;
    }
    let Some(roots) = ROOTS.as_ref() else {
        return text;
    };
    let mut out = String::new();
    let mut done = 0;
    for found in roots.captures_iter(&text) {
        let Some(whole) = found.get(0) else { continue };
        if !is_absolute(&text[..whole.start()]) || goes_on(&text[whole.end()..]) {
            continue;
        }
        out.push_str(&text[done..whole.start()]);
        out.push_str(match (found.name("home"), found.name("tmp")) {
            (Some(_), _) => "<home>",
            (None, Some(_)) => "<tmp>",
            (None, None) => "<work>",
        });
        done = whole.end();
    }
    if done == 0 {
        return text;
    }
    out + &text[done..]
}

/// Whose home folders are told of.
pub(super) fn users(text: &str) -> Vec<String> {
    if !text.contains('/') && !text.contains('\\') {
        return Vec::new();
    }
    let Some(users) = USERS.as_ref() else {
        return Vec::new();
    };
    let found = users.captures_iter(text).filter_map(|found| found.get(1));
    found.map(|name| name.as_str().to_owned()).collect()
}

/// Whether a slash after `before` begins a path. It goes on with one after a name, or after what was put
/// in place of one; unless that letter is the end of an escape, or an option of one letter (`-I/home/x`).
fn is_absolute(before: &str) -> bool {
    let mut back = before.chars().rev();
    let Some(last) = back.next() else { return true };
    if last == '>' {
        return !ends_with_placeholder(before);
    }
    if !(last.is_alphanumeric() || matches!(last, '_' | '.' | '-' | '~')) {
        return true;
    }
    match back.next() {
        Some('\\') => matches!(last, 'n' | 'r' | 't' | 'b' | 'f'),
        Some('-') => !back.next().is_some_and(char::is_alphanumeric),
        _ => ends_with_escape(before),
    }
}

fn ends_with_placeholder(before: &str) -> bool {
    let opened = before.rfind('<').map(|at| &before[at + 1..before.len() - 1]);
    opened.is_some_and(|name| {
        !name.is_empty() && name.chars().all(|c| c.is_ascii_lowercase() || c == '-')
    })
}

/// `ESC [ 3 1 m`.
fn ends_with_escape(before: &str) -> bool {
    let Some(at) = before.rfind('\u{1b}') else {
        return false;
    };
    let mut sequence = before[at + 1..].chars();
    sequence.next() == Some('[')
        && sequence.next_back().is_some_and(|c| c.is_ascii_alphabetic())
        && sequence.all(|c| c.is_ascii_digit() || c == ';')
}

/// Whether the name goes on: `/tmpfs` is not below `/tmp`.
fn goes_on(after: &str) -> bool {
    let mut rest = after.chars();
    match rest.next() {
        Some(c) if c.is_alphanumeric() || c == '_' || c == '-' => true,
        Some('.') => rest.next().is_some_and(char::is_alphanumeric),
        _ => false,
    }
}
