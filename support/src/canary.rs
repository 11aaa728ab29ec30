//! Proves that the real HOME is left alone.
//!
//! A product is given a HOME of its own. Whether it kept to it is not assumed: every path that it
//! is known to write below HOME is looked at in the real one, before and after.

use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// Looks at the same paths of the real HOME twice.
#[derive(Debug)]
pub struct Canary {
    home: PathBuf,
    before: Vec<(PathBuf, Option<Trace>)>,
}

/// What a write changes.
type Trace = (u64, Option<SystemTime>);

impl Canary {
    /// Takes the first look at `paths`, which are relative to `home`.
    pub fn watch(home: &Path, paths: impl IntoIterator<Item = PathBuf>) -> Self {
        let before = paths
            .into_iter()
            .map(|path| {
                let trace = trace(&home.join(&path));
                (path, trace)
            })
            .collect();
        Self { home: home.to_owned(), before }
    }

    /// Takes the second look: the paths that were made, changed or removed since.
    pub fn touched(&self) -> Vec<PathBuf> {
        self.before
            .iter()
            .filter(|(path, before)| trace(&self.home.join(path)) != *before)
            .map(|(path, _)| path.clone())
            .collect()
    }
}

/// Every file below `root`, relative to it: what a warmed-up HOME says a product writes.
pub fn files_below(root: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut open = vec![PathBuf::new()];
    while let Some(dir) = open.pop() {
        for entry in fs_err::read_dir(root.join(&dir))? {
            let entry = entry?;
            let path = dir.join(entry.file_name());
            if entry.file_type()?.is_dir() {
                open.push(path);
            } else {
                files.push(path);
            }
        }
    }
    files.sort();
    Ok(files)
}

fn trace(path: &Path) -> Option<Trace> {
    let metadata = std::fs::symlink_metadata(path).ok()?;
    Some((metadata.len(), metadata.modified().ok()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_write_to_the_real_home_is_seen() {
        let home = tempfile::tempdir().unwrap();
        fs_err::write(home.path().join("old"), "1").unwrap();
        let paths = ["old", "new", "untouched"].map(PathBuf::from);
        let canary = Canary::watch(home.path(), paths);
        assert_eq!(canary.touched(), Vec::<PathBuf>::new());
        fs_err::write(home.path().join("new"), "").unwrap();
        fs_err::write(home.path().join("old"), "22").unwrap();
        assert_eq!(canary.touched(), [PathBuf::from("old"), PathBuf::from("new")]);
    }
}
