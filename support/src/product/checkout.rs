//! The files of a source checkout: what is hashed is what is built.
//!
//! A checkout is built from a copy. The build leaves nothing in the user's folder, and uv, which
//! remembers a folder by its path and the time of its `pyproject.toml`, cannot take the build of
//! an earlier state for this one.

use std::ffi::OsStr;
use std::io;
use std::path::{Component, Path, PathBuf};
use std::time::Duration;

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

use crate::nested_env::EnvError;
use crate::nested_env::tool::Tools;
use crate::nested_env::tool_output::ToolOutput;

/// How long git may look at a large checkout.
const TIMEOUT: Duration = Duration::from_secs(60);

/// A hash of every file that counts: its name, and its bytes or where it links to.
pub(super) fn hash(root: &Path, tools: &Tools) -> Result<String, EnvError> {
    let mut hasher = Sha256::new();
    for file in files(root, tools)? {
        let path = root.join(&file);
        let content = if path.is_symlink() {
            fs_err::read_link(&path)?.into_os_string().into_encoded_bytes()
        } else {
            fs_err::read(&path)?
        };
        let name = file.as_os_str().as_encoded_bytes();
        for part in [name, &content] {
            hasher.update((part.len() as u64).to_le_bytes());
            hasher.update(part);
        }
    }
    Ok(HEXLOWER.encode(&hasher.finalize()))
}

/// Copies every file that counts.
pub(super) fn copy(root: &Path, to: &Path, tools: &Tools) -> Result<(), EnvError> {
    for file in files(root, tools)? {
        let (source, target) = (root.join(&file), to.join(&file));
        if let Some(parent) = target.parent() {
            fs_err::create_dir_all(parent)?;
        }
        if source.is_symlink() {
            fs_err::os::unix::fs::symlink(fs_err::read_link(&source)?, &target)?;
        } else {
            fs_err::copy(&source, &target)?;
        }
    }
    Ok(())
}

/// The files that count, relative and sorted: what git tracks or would track, where git knows
/// the folder; else all but what builds and tools leave.
fn files(root: &Path, tools: &Tools) -> Result<Vec<PathBuf>, EnvError> {
    let mut files = match files_git_knows(root, tools)? {
        Some(files) => files,
        None => all_files(root)?,
    };
    files.sort();
    files.dedup();
    Ok(files)
}

/// Whether it lies in a repository that has it or would have it.
pub(super) fn git_knows(root: &Path, tools: &Tools) -> Result<bool, EnvError> {
    Ok(files_git_knows(root, tools)?.is_some())
}

/// `None` outside of a repository, and for a folder that lies ignored inside another's.
fn files_git_knows(root: &Path, tools: &Tools) -> Result<Option<Vec<PathBuf>>, EnvError> {
    let words = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
    let Some(said) = ask_git(root, &words, tools)? else {
        return Ok(None);
    };
    let files: Vec<PathBuf> = said
        .stdout
        .split('\0')
        .filter(|name| !name.is_empty())
        .map(PathBuf::from)
        // Deleted files, submodules and other repositories' folders are no files of this one.
        .filter(|file| is_file_or_link(&root.join(file)))
        .collect();
    let knows_it = said.succeeded() && files.iter().any(|file| file == Path::new("pyproject.toml"));
    Ok(knows_it.then_some(files))
}

/// What git says of a folder; `None` where there is no git. Nothing is written into the repository, and no program that
/// its configuration names is started to watch it.
pub(super) fn ask_git(
    root: &Path,
    words: &[&str],
    tools: &Tools,
) -> Result<Option<ToolOutput>, EnvError> {
    let Some(git) = tools.caller.which("git") else {
        return Ok(None);
    };
    let ours = [
        "--no-optional-locks",
        "-c",
        // A checkout may belong to somebody else; it is only looked at.
        "safe.directory=*",
        "-c",
        "core.fsmonitor=false",
        "-C",
    ];
    let ours = ours.iter().map(OsStr::new).chain([root.as_os_str()]);
    let args = ours.chain(words.iter().map(OsStr::new));
    Ok(Some(tools.run(&git, args, TIMEOUT)?))
}

fn is_file_or_link(path: &Path) -> bool {
    fs_err::symlink_metadata(path).is_ok_and(|metadata| !metadata.is_dir())
}

fn all_files(root: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut open = vec![PathBuf::new()];
    while let Some(dir) = open.pop() {
        for entry in fs_err::read_dir(root.join(&dir))? {
            let entry = entry?;
            let file = dir.join(entry.file_name());
            let kind = entry.file_type()?;
            if is_by_product(&file) {
                continue;
            }
            if kind.is_dir() {
                open.push(file);
            } else if kind.is_file() || kind.is_symlink() {
                files.push(file);
            }
        }
    }
    Ok(files)
}

/// Builds and tools leave some names at the top only: deeper down, `build` is a package like any.
fn is_by_product(file: &Path) -> bool {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let hidden_cache = name.starts_with('.') && name.ends_with("_cache");
    let anywhere = hidden_cache
        || name.ends_with(".egg-info")
        || matches!(&*name, ".git" | "__pycache__" | ".kitty-gate");
    let at_top = file.components().filter(|part| matches!(part, Component::Normal(_))).count() == 1;
    anywhere
        || (at_top
            && matches!(&*name, ".venv" | "venv" | ".tox" | "build" | "dist" | "node_modules"))
}

#[cfg(test)]
mod tests {
    use super::super::store::Store;
    use super::*;
    use crate::nested_env::Caller;

    struct Bench {
        dir: tempfile::TempDir,
        caller: Caller,
        store: Store,
    }

    impl Bench {
        fn new() -> Self {
            let dir = tempfile::tempdir().unwrap();
            let path = std::env::var_os("PATH").unwrap_or_default();
            let bench = Self {
                caller: Caller { path, ..Caller::default() },
                store: Store::at(dir.path().join("store")),
                dir,
            };
            bench.write("pyproject.toml", "");
            bench.write("src/pkg/a.py", "1");
            bench.write("src/pkg/build/b.py", "1");
            bench
        }

        fn root(&self) -> PathBuf {
            self.dir.path().join("checkout")
        }

        fn write(&self, file: &str, text: &str) {
            let path = self.root().join(file);
            fs_err::create_dir_all(path.parent().unwrap()).unwrap();
            fs_err::write(path, text).unwrap();
        }

        fn tools(&self) -> Tools {
            self.store.tools(&self.caller)
        }

        fn hash(&self) -> String {
            hash(&self.root(), &self.tools()).unwrap()
        }

        fn git(&self, args: &[&str]) {
            let said = duct::cmd("git", args).dir(self.root()).stdout_null().stderr_null().run();
            assert!(said.is_ok());
        }
    }

    #[test]
    fn an_edit_counts_and_a_by_product_does_not() {
        let bench = Bench::new();
        let first = bench.hash();
        for by_product in ["build/x", "src/pkg/__pycache__/a.pyc", ".ruff_cache/x", "a.egg-info/y"]
        {
            bench.write(by_product, "x");
        }
        assert_eq!(bench.hash(), first);
        bench.write("src/pkg/build/b.py", "2");
        assert_ne!(bench.hash(), first, "a package may be called build");
    }

    #[test]
    fn where_git_knows_the_folder_it_says_what_counts() {
        let bench = Bench::new();
        bench.git(&["init", "-q"]);
        bench.write(".gitignore", "/ignored\n");
        bench.git(&["add", "."]);
        let first = bench.hash();
        bench.write("ignored/big", "x");
        assert_eq!(bench.hash(), first);
        bench.write("src/pkg/new.py", "not added yet");
        assert_ne!(bench.hash(), first);
        fs_err::remove_file(bench.root().join("src/pkg/a.py")).unwrap();
        assert!(!bench.hash().is_empty(), "a tracked file may be deleted");
    }

    #[test]
    fn a_folder_that_lies_ignored_in_a_repository_is_taken_whole() {
        let bench = Bench::new();
        duct::cmd("git", ["init", "-q"]).dir(bench.dir.path()).run().unwrap();
        fs_err::write(bench.dir.path().join(".gitignore"), "/checkout\n").unwrap();
        let first = bench.hash();
        bench.write("src/pkg/a.py", "2");
        assert_ne!(bench.hash(), first);
    }

    #[test]
    fn the_copy_is_what_was_hashed() {
        let bench = Bench::new();
        fs_err::os::unix::fs::symlink("a.py", bench.root().join("src/pkg/link.py")).unwrap();
        bench.write("dist/old.whl", "x");
        let to = bench.dir.path().join("copy");
        copy(&bench.root(), &to, &bench.tools()).unwrap();
        assert_eq!(hash(&to, &bench.tools()).unwrap(), bench.hash());
        assert!(!to.join("dist").exists());
    }
}
