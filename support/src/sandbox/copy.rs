//! Copies a HOME, and takes back what a copy did not change.

use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use crate::canary::files_below;

/// Copies a folder with its files, links and permission bits; `to` may exist.
pub fn copy_tree(from: &Path, to: &Path) -> io::Result<()> {
    fs_err::create_dir_all(to)?;
    for entry in fs_err::read_dir(from)? {
        let entry = entry?;
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        let kind = entry.file_type()?;
        if kind.is_dir() {
            copy_tree(&source, &target)?;
            let mode = fs_err::metadata(&source)?.permissions().mode();
            fs_err::set_permissions(&target, std::fs::Permissions::from_mode(mode))?;
        } else if kind.is_symlink() {
            fs_err::os::unix::fs::symlink(fs_err::read_link(&source)?, &target)?;
        } else if kind.is_file() {
            fs_err::copy(&source, &target)?;
        }
        // Sockets and pipes of a past process are not worth having twice.
    }
    Ok(())
}

/// Removes from `copy` every file that is still as `original` has it, and folders left empty.
pub(super) fn remove_unchanged(copy: &Path, original: &Path) -> io::Result<()> {
    for path in files_below(original)? {
        let (ours, theirs) = (copy.join(&path), original.join(&path));
        let same = match (std::fs::read(&ours), std::fs::read(&theirs)) {
            (Ok(ours), Ok(theirs)) => ours == theirs,
            (Ok(_) | Err(_), Err(_)) | (Err(_), Ok(_)) => false,
        };
        if same {
            fs_err::remove_file(&ours)?;
            // Upwards until a folder that still holds something, which refuses.
            let mut parent = ours.parent();
            while let Some(dir) = parent.filter(|dir| *dir != copy) {
                if std::fs::remove_dir(dir).is_err() {
                    break;
                }
                parent = dir.parent();
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_changed_stays() {
        let dir = tempfile::tempdir().unwrap();
        let (original, copy) = (dir.path().join("original"), dir.path().join("copy"));
        for name in ["deep/er/same", "deep/changed", "same", "removed"] {
            let path = original.join(name);
            fs_err::create_dir_all(path.parent().unwrap()).unwrap();
            fs_err::write(path, "1").unwrap();
        }
        copy_tree(&original, &copy).unwrap();
        fs_err::write(copy.join("deep/changed"), "2").unwrap();
        fs_err::write(copy.join("new"), "3").unwrap();
        fs_err::remove_file(copy.join("removed")).unwrap();
        remove_unchanged(&copy, &original).unwrap();
        let left = files_below(&copy).unwrap();
        assert_eq!(left, ["deep/changed", "new"].map(std::path::PathBuf::from));
        assert!(!copy.join("deep/er").exists());
    }
}
