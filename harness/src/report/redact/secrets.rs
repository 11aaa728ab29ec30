//! Tokens, passwords, keys, and what a session is made of.

use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::forms::{form, replace};

/// What a reader is told instead.
pub(super) const SECRET: &str = "<secret>";

static KEY_BLOCK: LazyLock<Option<Regex>> = LazyLock::new(|| {
    form(r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z0-9 ]*PRIVATE KEY-----|\z)")
});

/// Tokens that say what they are.
static TOKEN: LazyLock<Option<Regex>> = LazyLock::new(|| {
    form(
        r"(?x)\b(?:
            gh[pousr]_[A-Za-z0-9]{10,} | github_pat_\w{10,} | gl[a-z]{2,6}-[\w-]{16,} | xox[abeprs]-[\w-]{10,}
          | sk-[\w-]{16,} | [rs]k_(?:live|test)_\w{10,} | (?:AKIA|ASIA)[0-9A-Z]{12,} | AIza[\w-]{20,}
          | pypi-Ag[\w-]{16,} | npm_[A-Za-z0-9]{20,} | hf_[A-Za-z0-9]{20,} | ya29\.[\w-]{10,}
          | eyJ[\w-]{8,}(?:\.[\w-]*){0,2} )",
    )
});

static BEARER: LazyLock<Option<Regex>> =
    LazyLock::new(|| form(r"(?i)\b(bearer|token|basic)(\s+)([A-Za-z0-9._~+/=-]{8,})"));

/// Whole header lines.
static HEADER: LazyLock<Option<Regex>> = LazyLock::new(|| {
    form(
        r#"(?i)\b((?:proxy-)?authorization|(?:set-)?cookie)(\\*["']?\s*[:=]\s*\\*["']?)([^\r\n"'\\]+)"#,
    )
});

/// `token=…`, `"access_token": "…"`, `PASSWORD: …`, also where JSON is quoted within JSON.
static NAMED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    form(
        r#"(?xi)
        ([\w.-]*(?:token|passw(?:or)?d|passphrase|secret|api[_-]?key|access[_-]?key|private[_-]?key
                  |credentials?|session[_-]?(?:id|key|data))[\w-]*)
        (\\*["']?\s*(?:=|:|%3D)\s*)
        (\\*"[^"\\]*\\*" | \\*'[^'\\]*\\*' | [^\s,;&"'\\)}\]]+)"#,
    )
});

/// Words without which none of the forms above can match.
static HINT: LazyLock<Option<Regex>> = LazyLock::new(|| {
    form(
        "(?i)token|passw|passphrase|secret|key|credential|session|bearer|basic|authorization|cookie",
    )
});

/// Names of what is told about a secret, and is none.
const ABOUT: [&str; 14] = [
    "_type",
    "_url",
    "_uri",
    "_endpoint",
    "_file",
    "_path",
    "_env",
    "_count",
    "_status",
    "_state",
    "_at",
    "_in",
    "-file",
    "-path",
];

pub(super) fn take_out(text: String) -> String {
    let text = replace(&TOKEN, text, |_| Some(SECRET.to_owned()));
    if !HINT.as_ref().is_some_and(|hint| hint.is_match(&text)) {
        return text;
    }
    let text = if text.contains("-----BEGIN ") {
        replace(&KEY_BLOCK, text, |_| Some(SECRET.to_owned()))
    } else {
        text
    };
    let text = replace(&HEADER, text, |found| Some(format!("{}{}{SECRET}", &found[1], &found[2])));
    let text = replace(&BEARER, text, |found| {
        looks_secret(&found[3]).then(|| format!("{}{}{SECRET}", &found[1], &found[2]))
    });
    replace(&NAMED, text, named)
}

/// Whether a word of a command line says that the next is a secret: `--token`.
pub(super) fn asks_for_one(word: &str) -> bool {
    let word = word.to_lowercase();
    let is_about = ABOUT.iter().any(|ending| word.ends_with(ending));
    let names = ["token", "password", "passwd", "passphrase", "secret", "api-key", "apikey"];
    word.starts_with('-') && !is_about && names.iter().any(|name| word.ends_with(name))
}

fn named(found: &Captures<'_>) -> Option<String> {
    let (name, between, value) = (&found[1], &found[2], &found[3]);
    let inner = value.trim_matches(['"', '\'', '\\']);
    let name_ends = name.to_lowercase();
    let told = inner.is_empty()
        || inner.starts_with(['<', '$', '*', '{', '['])
        || ["true", "false", "null", "none", "undefined"].contains(&inner.to_lowercase().as_str())
        || ABOUT.iter().any(|ending| name_ends.ends_with(ending))
        || (name_ends.ends_with("tokens") && inner.bytes().all(|b| b.is_ascii_digit()));
    if told {
        return None;
    }
    let is_quoted = value.len() > inner.len();
    let is_assigned = between.ends_with('=') || between.to_lowercase().ends_with("%3d");
    let is_password = name_ends.contains("passw") || name_ends.contains("passphrase");
    if !(is_quoted || is_assigned || is_password || looks_secret(inner)) {
        return None;
    }
    let quote = &value[..value.len() - value.trim_start_matches(['"', '\'', '\\']).len()];
    let unquote = &value[value.trim_end_matches(['"', '\'', '\\']).len()..];
    Some(format!("{name}{between}{quote}{SECRET}{unquote}"))
}

/// Whether something is no word of a sentence: digits among letters, or long and of both cases.
fn looks_secret(word: &str) -> bool {
    let any = |of: fn(&char) -> bool| word.chars().any(|c| of(&c));
    let letters = any(char::is_ascii_alphabetic);
    let mixed = any(char::is_ascii_uppercase) && any(char::is_ascii_lowercase);
    (word.len() >= 8 && letters && any(char::is_ascii_digit)) || (word.len() >= 20 && mixed)
}
