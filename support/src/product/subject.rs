//! What a run is about, beyond the word that it was asked for with: told so that somebody else can find the very same.

use std::path::Path;

use data_encoding::HEXLOWER;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::identity::{bin_of, hash_of_file};
use super::spec::ProductSpec;
use super::{PACKAGE, Store, checkout, packages};
use crate::nested_env::tool::Tools;
use crate::nested_env::tool_output::ToolOutput;
use crate::nested_env::{Caller, EnvError};

/// A product that is no published release: those are known by their version and their lock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Subject {
    /// A wheel file.
    Wheel {
        /// Its digest, SHA-256 in hexadecimal.
        sha256: String,
    },
    /// A source checkout.
    Checkout(Checkout),
    /// What somebody else installed.
    Installation {
        /// Digest of the executable.
        executable_sha256: String,
        /// Digest of the installed files of the product's package and of the versions beside it; `null` where no
        /// packages lie beside the executable.
        packages_sha256: Option<String>,
    },
}

/// The state of a source checkout.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Checkout {
    /// Digest of its files, names and bytes: what git tracks, and what it neither tracks nor ignores. Without git,
    /// all but what builds and tools leave.
    pub sha256: String,
    /// What git says of it; `null` where it lies in no repository.
    pub git: Option<GitState>,
}

/// A checkout, as git knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct GitState {
    /// The commit that is checked out; `null` before the first.
    pub commit: Option<String>,
    /// The branch; `null` for a detached HEAD.
    pub branch: Option<String>,
    /// Whether the folder differs from the commit: something is edited, added, deleted, or not tracked.
    pub dirty: bool,
    /// Where the folder lies in the repository; `.` at its top.
    pub path: String,
}

impl Subject {
    /// Looks at what `spec` names, before it is built; nothing for a published release.
    pub fn of(
        spec: &ProductSpec,
        store: &Store,
        caller: &Caller,
    ) -> Result<Option<Self>, EnvError> {
        Ok(match spec {
            ProductSpec::Release(_) => None,
            ProductSpec::Wheel(path) => Some(Self::Wheel { sha256: hash_of_file(path)? }),
            ProductSpec::Checkout(path) => {
                let tools = store.tools(caller);
                Some(Self::Checkout(Checkout {
                    sha256: checkout::hash(path, &tools)?,
                    git: git_state(path, &tools)?,
                }))
            }
            ProductSpec::Executable(path) => Some(Self::Installation {
                executable_sha256: hash_of_file(path)?,
                packages_sha256: installed(path)?,
            }),
        })
    }
}

/// `None` where git does not know the folder, or there is no git.
fn git_state(root: &Path, tools: &Tools) -> Result<Option<GitState>, EnvError> {
    if !checkout::git_knows(root, tools)? {
        return Ok(None);
    }
    let ask = |words: &[&str]| -> Result<Option<String>, EnvError> {
        let said = checkout::ask_git(root, words, tools)?;
        Ok(said.filter(ToolOutput::succeeded).map(|said| said.stdout))
    };
    let line = |words: &[&str]| -> Result<Option<String>, EnvError> {
        let line = ask(words)?.map(|said| said.trim_end_matches('\n').to_owned());
        Ok(line.filter(|line| !line.is_empty()))
    };
    let status = [
        "status",
        "--porcelain",
        "-z",
        "--untracked-files=normal",
        "--ignore-submodules=none",
        "--",
        ".",
    ];
    let changes = ask(&status)?;
    let not_looked_at = hidden_changes(root, ask)?;
    let below = line(&["rev-parse", "--show-prefix"])?;
    Ok(Some(GitState {
        commit: line(&["rev-parse", "--verify", "--quiet", "HEAD^{commit}"])?,
        branch: line(&["symbolic-ref", "--quiet", "--short", "HEAD"])?,
        // Where git does not say, nobody may take it for the commit.
        dirty: not_looked_at || changes.is_none_or(|changes| !changes.is_empty()),
        path: below.map_or_else(|| ".".to_owned(), |below| below.trim_end_matches('/').to_owned()),
    }))
}

/// Whether files differ that git was told not to look at (`assume-unchanged`, `skip-worktree`, a sparse checkout).
/// Where it cannot be seen, nobody may take them for those of the commit.
fn hidden_changes(
    root: &Path,
    ask: impl Fn(&[&str]) -> Result<Option<String>, EnvError>,
) -> Result<bool, EnvError> {
    let Some(tracked) = ask(&["ls-files", "-v", "--stage", "-z"])? else {
        return Ok(true);
    };
    // `H` is looked at: `H 100644 <blob> 0<tab><file>`.
    let hidden = tracked.split_terminator('\0').filter(|entry| !entry.starts_with("H "));
    let parsed = hidden.map(|entry| {
        let (fields, file) = entry.split_once('\t')?;
        Some((fields.split(' ').nth(2)?, file))
    });
    let Some(hidden) = parsed.collect::<Option<Vec<_>>>() else {
        return Ok(true);
    };
    if hidden.is_empty() {
        return Ok(false);
    }
    if hidden.iter().any(|(_, file)| !root.join(file).is_file()) {
        return Ok(true);
    }
    // As they lie there: a filter would be a program of the repository's own.
    let words = ["hash-object", "--no-filters", "--"];
    let files = hidden.iter().map(|(_, file)| *file);
    let found = ask(&words.into_iter().chain(files).collect::<Vec<_>>())?.unwrap_or_default();
    Ok(!found.lines().eq(hidden.iter().map(|(blob, _)| *blob)))
}

/// The same for the same files, wherever they are installed.
fn installed(executable: &Path) -> Result<Option<String>, EnvError> {
    let mut hasher = Sha256::new();
    let sites = packages::sites_of(&bin_of(executable)?);
    for site in &sites {
        for package in packages::installed_in(site) {
            hasher.update(format!("{}=={}\n", package.name, package.version));
            if package.name != PACKAGE {
                continue;
            }
            for file in packages::files_of(site, &package) {
                // A file that is gone is a difference, too.
                let digest = hash_of_file(&site.join(&file)).unwrap_or_default();
                hasher.update(format!("{file} {digest}\n"));
            }
        }
    }
    Ok((!sites.is_empty()).then(|| HEXLOWER.encode(&hasher.finalize())))
}

#[cfg(test)]
#[path = "subject_tests.rs"]
mod tests;
