//! Addresses and names of machines, by their forms; and how a form is put to use.

use std::sync::LazyLock;

use regex::{Captures, Regex};

/// Compiles a form. Those of ours compile: a test says so.
pub(super) fn form(pattern: &str) -> Option<Regex> {
    Regex::new(pattern).ok()
}

/// Puts what `instead` says in place of each match; where it says nothing, the match stays.
pub(super) fn replace(
    form: &LazyLock<Option<Regex>>,
    text: String,
    instead: impl Fn(&Captures<'_>) -> Option<String>,
) -> String {
    let Some(form) = form.as_ref() else {
        return text;
    };
    if !form.is_match(&text) {
        return text;
    }
    let with = |found: &Captures<'_>| instead(found).unwrap_or_else(|| found[0].to_owned());
    form.replace_all(&text, with).into_owned()
}

/// `https://somebody:password@host`.
static LOGIN: LazyLock<Option<Regex>> =
    LazyLock::new(|| form(r#"://([^\s/@:"'<>\\]+)(?::[^\s/@"'<>\\]*)?@"#));

static EMAIL: LazyLock<Option<Regex>> = LazyLock::new(|| {
    form(r"([A-Za-z0-9][A-Za-z0-9._+-]*)(@|%40)([A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,})")
});

/// A prompt, or what scp is given: `somebody@laptop:~/work`.
static PROMPT: LazyLock<Option<Regex>> =
    LazyLock::new(|| form(r"\b([a-z_][a-z0-9_-]*)@([A-Za-z][A-Za-z0-9-]*)(:\s?[~/<])"));

static UNAME: LazyLock<Option<Regex>> =
    LazyLock::new(|| form(r"\b(Linux|Darwin|FreeBSD) ([A-Za-z0-9][\w.-]*) (\d+\.\d+)"));

/// Names that only a network of somebody's own gives out.
static PRIVATE_HOST: LazyLock<Option<Regex>> = LazyLock::new(|| {
    form(
        r"(://|@)?\b([A-Za-z0-9][A-Za-z0-9-]*(?:\.[A-Za-z0-9-]+)*)\.(?:local|internal|lan|corp|intranet|localdomain|home\.arpa)\b(\(|\.[a-z]|/\w)?",
    )
});

static NAMED_HOST: LazyLock<Option<Regex>> = LazyLock::new(|| {
    form(
        r#"(?i)\b(host_?names?|host|nodename|computername|server_name)(\\*["']?\s*[:=]\s*\\*["']?)([A-Za-z0-9][\w.-]*)"#,
    )
});

/// Hosts that everybody knows.
const PUBLIC: [&str; 5] =
    ["localhost", "github.com", "api.github.com", "gitlab.com", "raw.githubusercontent.com"];

pub(super) fn take_out(text: String) -> String {
    let text = if text.contains('@') || text.contains("%40") { addresses(text) } else { text };
    let text = replace(&UNAME, text, |found| Some(format!("{} <host> {}", &found[1], &found[3])));
    let text = replace(&PRIVATE_HOST, text, private_host);
    replace(&NAMED_HOST, text, named_host)
}

fn addresses(text: String) -> String {
    let text =
        replace(&LOGIN, text, |found| (&found[1] != "git").then(|| "://<secret>@".to_owned()));
    let text = replace(&EMAIL, text, |found| {
        let is_ssh = &found[1] == "git" && &found[2] == "@";
        (!is_ssh && !is_fixture(&found[3])).then(|| "<email>".to_owned())
    });
    replace(&PROMPT, text, |found| {
        (&found[1] != "git").then(|| format!("<user>@<host>{}", &found[3]))
    })
}

/// Domains that are nobody's (RFC 2606): those of our fixtures.
fn is_fixture(domain: &str) -> bool {
    let domain = domain.to_lowercase();
    let within = |zone: &str| domain == zone || domain.ends_with(&format!(".{zone}"));
    ["example.com", "example.org", "example.net", "example", "invalid", "test", "localhost"]
        .into_iter()
        .any(within)
}

/// `threading.local()` and `settings.local.json` are no hosts.
fn private_host(found: &Captures<'_>) -> Option<String> {
    let named = found.get(1).map_or("", |before| before.as_str());
    let label = &found[2];
    let follows = found.get(3).map_or("", |after| after.as_str());
    let looks =
        !named.is_empty() || label.contains('-') || label.contains(|c: char| c.is_ascii_digit());
    let is_code = follows.starts_with('(') || follows.starts_with('.');
    (looks && !is_code).then(|| format!("{named}<host>{follows}"))
}

fn named_host(found: &Captures<'_>) -> Option<String> {
    let (name, between, host) = (&found[1], &found[2], &found[3]);
    let lower = host.to_lowercase();
    let nobodys = PUBLIC.contains(&lower.as_str())
        || is_fixture(&lower)
        || lower.starts_with("127.")
        || lower == "0.0.0.0"
        || ["true", "false", "null", "none"].contains(&lower.as_str());
    let in_prose = between.trim_end().ends_with(':') && !between.contains(['"', '\'']);
    let looks = host.contains(['.', '-']) || host.contains(|c: char| c.is_ascii_digit());
    (!nobodys && (!in_prose || looks || name.len() > 4)).then(|| format!("{name}{between}<host>"))
}
