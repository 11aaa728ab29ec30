//! What is known to be private on this machine, or was heard to be.

use std::path::Path;

use regex::{Regex, RegexBuilder};

/// Names that say nothing about anybody, and would be missed where they stand for something else.
const SHARED_ACCOUNTS: &[&str] = &[
    "admin",
    "agent",
    "app",
    "build",
    "builder",
    "builds",
    "code",
    "data",
    "debian",
    "dev",
    "docker",
    "gate",
    "git",
    "github",
    "gitlab",
    "guest",
    "home",
    "host",
    "jenkins",
    "kitty",
    "linux",
    "local",
    "localhost",
    "main",
    "merge",
    "mission",
    "nobody",
    "node",
    "project",
    "python",
    "repo",
    "root",
    "runner",
    "sandbox",
    "server",
    "shared",
    "spec",
    "test",
    "tests",
    "tmp",
    "ubuntu",
    "user",
    "users",
    "vagrant",
    "work",
    "worker",
    "workspace",
    "world",
];

/// A name that is shorter is found in too much.
const SHORTEST_NAME: usize = 3;
/// A path that is shorter is a root of every machine.
const SHORTEST_PATH: usize = 6;

/// What is known to be private, as data: whoever writes a report asks the machine, the report does not.
#[derive(Debug, Clone, Default)]
pub struct Known {
    paths: Vec<(String, &'static str)>,
    words: Vec<(String, &'static str)>,
}

impl Known {
    /// Adds a folder, and what a reader is told instead.
    #[must_use]
    pub fn path(mut self, path: &Path, instead: &'static str) -> Self {
        let path = path.to_string_lossy().trim_end_matches('/').to_owned();
        if path.starts_with('/') && path.len() >= SHORTEST_PATH {
            self.paths.push((path, instead));
            // One folder may lie in the other.
            self.paths.sort_by_key(|(path, _)| std::cmp::Reverse(path.len()));
        }
        self
    }

    /// Adds the name of somebody or of a machine, and what a reader is told instead.
    #[must_use]
    pub fn word(mut self, word: &str, instead: &'static str) -> Self {
        let word = word.trim();
        if word.len() >= SHORTEST_NAME && !SHARED_ACCOUNTS.contains(&word.to_lowercase().as_str()) {
            self.words.push((word.to_owned(), instead));
        }
        self
    }

    pub(super) fn words(&self) -> &[(String, &'static str)] {
        &self.words
    }

    pub(super) fn take_out_paths(&self, mut text: String) -> String {
        for (path, instead) in &self.paths {
            if text.contains(path.as_str()) {
                text = replaced(&text, path, instead);
            }
        }
        text
    }
}

/// `path` and what lies below it, but not `path-of-another`.
fn replaced(text: &str, path: &str, instead: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(path) {
        let after = &rest[at + path.len()..];
        let goes_on = after.starts_with(|c: char| c.is_alphanumeric() || c == '_' || c == '-');
        out.push_str(&rest[..at]);
        out.push_str(if goes_on { path } else { instead });
        rest = after;
    }
    out + rest
}

/// Names, wherever they stand as a whole word.
#[derive(Debug)]
pub(super) struct Names {
    any: Option<Regex>,
    names: Vec<(String, &'static str)>,
}

impl Names {
    pub(super) fn of(words: &[(String, &'static str)]) -> Self {
        let mut names = words.to_vec();
        names.sort_by_key(|(word, _)| std::cmp::Reverse(word.len()));
        let patterns: Vec<String> = names.iter().map(|(word, _)| regex::escape(word)).collect();
        let any = RegexBuilder::new(&patterns.join("|"))
            .case_insensitive(true)
            .build()
            .ok()
            .filter(|_| !names.is_empty());
        Self { any, names }
    }

    pub(super) fn take_out(&self, text: String) -> String {
        let Some(any) = &self.any else { return text };
        let mut out = String::new();
        let mut done = 0;
        for found in any.find_iter(&text) {
            let before = text[..found.start()].chars().next_back();
            let after = text[found.end()..].chars().next();
            if before.is_some_and(char::is_alphanumeric) || after.is_some_and(char::is_alphanumeric)
            {
                continue;
            }
            out.push_str(&text[done..found.start()]);
            out.push_str(self.instead_of(found.as_str()));
            done = found.end();
        }
        if done == 0 {
            return text;
        }
        out + &text[done..]
    }

    fn instead_of(&self, found: &str) -> &'static str {
        let mut names = self.names.iter();
        names
            .find(|(word, _)| word.eq_ignore_ascii_case(found))
            .map_or("<name>", |(_, instead)| instead)
    }
}
