//! What a product leaves in folders that everybody on a machine may write to.
//!
//! Every command has a TMPDIR of its own. What lands beside it, because a path is hard-coded, would be
//! shared with whoever else runs the product.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// The folders that everybody may write to.
const SHARED: [&str; 3] = ["/tmp", "/var/tmp", "/dev/shm"];

/// Words in the names of what the product leaves.
const ITS_OWN: [&str; 2] = ["spec-kitty", "kittify"];

/// What of the product's lay in the shared folders at one moment, and when it was changed.
#[derive(Debug, Default)]
pub struct SharedFolders {
    seen: BTreeMap<PathBuf, Option<SystemTime>>,
}

impl SharedFolders {
    /// As it is now. A folder that cannot be read is passed over: the product cannot use it either.
    pub fn capture() -> Self {
        Self::of(&SHARED.map(PathBuf::from))
    }

    fn of(folders: &[PathBuf]) -> Self {
        let entries = folders.iter().filter_map(|dir| std::fs::read_dir(dir).ok());
        let seen = entries.flatten().flatten().filter_map(|entry| {
            let changed = entry.metadata().and_then(|data| data.modified()).ok();
            is_its_own(&entry.path()).then(|| (entry.path(), changed))
        });
        Self { seen: seen.collect() }
    }

    /// What is new or was changed since `before`, by its path.
    pub fn left_since(&self, before: &Self) -> Vec<PathBuf> {
        let is_new = |(path, changed): &(&PathBuf, &Option<SystemTime>)| {
            before.seen.get(*path) != Some(*changed)
        };
        let new = self.seen.iter().filter(is_new);
        new.map(|(path, _)| path.clone()).collect()
    }
}

fn is_its_own(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    ITS_OWN.iter().any(|word| name.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_new_is_told_and_what_is_not_its_own_is_not() {
        let dir = tempfile::tempdir().unwrap();
        let folders = [dir.path().to_owned(), dir.path().join("missing")];
        fs_err::write(dir.path().join("spec-kitty-old.md"), "").unwrap();
        let before = SharedFolders::of(&folders);
        assert!(SharedFolders::of(&folders).left_since(&before).is_empty());
        fs_err::write(dir.path().join("somebody-elses"), "").unwrap();
        let new = dir.path().join("spec-kitty-implement-WP01.md");
        fs_err::write(&new, "").unwrap();
        let left = SharedFolders::of(&folders).left_since(&before);
        assert_eq!(left, [new]);
    }
}
