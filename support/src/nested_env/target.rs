//! The folder that an environment is made in: claimed first, given back when nothing came of it.

use std::fs::Permissions;
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Component, Path, PathBuf};

use rustix::fs::statvfs;

use super::reason::{EnvError, Reason};
use crate::skip::{SkipCode, SkipPhase, SkipReason};

/// With less than this, in bytes, a disk is called full: pip alone takes more.
const LITTLE_ROOM: u64 = 12 * 1024 * 1024;

/// An empty folder that is ours.
#[derive(Debug)]
pub(super) struct Target {
    dir: PathBuf,
    /// The topmost folder that had to be made.
    made: Option<PathBuf>,
    kept: bool,
}

impl Target {
    /// Makes `dir`, or takes it when it is an empty folder. uv refuses what exists, the standard
    /// library writes into it: the answer must not depend on the tool.
    pub(super) fn claim(dir: &Path) -> Result<Self, EnvError> {
        if dir.to_str().is_none_or(|text| text.contains(['\n', '\r'])) {
            let text = format!("{} is not plain text", dir.display());
            return Err(refused(SkipCode::PathUnusual, &text));
        }
        match fs_err::symlink_metadata(dir) {
            Ok(_) => taken(dir),
            Err(error) if error.kind() == io::ErrorKind::NotFound => made(dir),
            Err(error) => Err(not_made(error)),
        }
    }

    /// Removes what a tool left, for the next one. A tool may have removed or replaced the folder
    /// itself.
    pub(super) fn clear(&self) -> io::Result<()> {
        if !is_folder(&self.dir) {
            remove(&self.dir)?;
            return fs_err::create_dir_all(&self.dir);
        }
        for entry in fs_err::read_dir(&self.dir)? {
            remove(&entry?.path())?;
        }
        Ok(())
    }

    /// Leaves the folder to the caller.
    pub(super) fn keep(mut self) {
        self.kept = true;
    }

    /// A tool on a full disk may fail in any words.
    pub(super) fn explain(&self, error: EnvError) -> EnvError {
        match error {
            EnvError::Prevented(reason) if is_vague(reason.code) && self.is_full() => {
                EnvError::Prevented(Box::new(SkipReason {
                    code: SkipCode::DiskFull,
                    remediation: SkipCode::DiskFull.remediation().to_owned(),
                    ..*reason
                }))
            }
            EnvError::Prevented(_) | EnvError::Io(_) | EnvError::Process(_) => error,
        }
    }

    /// Removes it, and the folders above it that were made for it. Those may by now hold something
    /// of somebody else's, and then they stay.
    fn remove_up_to(&self, topmost: &Path) -> io::Result<()> {
        // It may not be there, or be a name that cannot be.
        let _ = remove(&self.dir);
        let above = self.dir.ancestors().skip(1);
        for made in above.take_while(|above| above.starts_with(topmost)) {
            fs_err::remove_dir(made)?;
        }
        Ok(())
    }

    fn is_full(&self) -> bool {
        statvfs(&self.dir).is_ok_and(|stat| {
            let no_files = stat.f_files > 0 && stat.f_favail == 0;
            no_files || stat.f_bavail.saturating_mul(stat.f_frsize) < LITTLE_ROOM
        })
    }
}

impl Drop for Target {
    fn drop(&mut self) {
        if self.kept {
            return;
        }
        // What does not go is seen by whoever looks; the refusal that led here says more.
        let _ = match &self.made {
            Some(topmost) => self.remove_up_to(topmost),
            None => self.clear(),
        };
    }
}

fn is_vague(code: SkipCode) -> bool {
    matches!(
        code,
        SkipCode::EnvironmentNotCreated | SkipCode::PipMissing | SkipCode::InterpreterBroken
    )
}

fn taken(dir: &Path) -> Result<Target, EnvError> {
    let is_empty = fs_err::read_dir(dir).is_ok_and(|mut entries| entries.next().is_none());
    if dir.is_symlink() || !is_empty {
        let text = format!("there is something at {} already", dir.display());
        return Err(refused(SkipCode::TargetExists, &text));
    }
    Ok(Target {
        dir: dir.to_owned(),
        made: None,
        kept: false,
    })
}

fn made(dir: &Path) -> Result<Target, EnvError> {
    let missing = |path: &&Path| fs_err::symlink_metadata(path).is_err();
    let topmost = dir.ancestors().take_while(missing).last();
    let target = Target {
        dir: dir.to_owned(),
        made: topmost.map(Path::to_owned),
        kept: false,
    };
    let above = dir.parent().map_or(Ok(()), fs_err::create_dir_all);
    match above.and_then(|()| fs_err::create_dir(dir)) {
        Ok(()) => Ok(target),
        Err(error) => {
            if error.kind() == io::ErrorKind::AlreadyExists {
                // Somebody else made it just now: it is not ours to remove.
                target.keep();
            }
            Err(not_made(error))
        }
    }
}

/// What the system says where nobody can make a folder, as below `/proc`, is told as it is.
fn not_made(error: io::Error) -> EnvError {
    match EnvError::from(error) {
        EnvError::Io(error) => refused(SkipCode::ReadOnly, &error.to_string()),
        typed @ (EnvError::Prevented(_) | EnvError::Process(_)) => typed,
    }
}

/// Removes whatever is there, if anything; a link itself, never what it leads to.
pub(super) fn remove(path: &Path) -> io::Result<()> {
    let removed = if is_folder(path) {
        // Whoever may not look into a folder cannot empty it.
        fs_err::remove_dir_all(path).or_else(|_| {
            open_up(path);
            fs_err::remove_dir_all(path)
        })
    } else {
        fs_err::remove_file(path)
    };
    match removed {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        done => done,
    }
}

/// Gives us every right to a folder and those below it, where they are ours.
fn open_up(folder: &Path) {
    let _ = fs_err::set_permissions(folder, Permissions::from_mode(0o700));
    let entries = fs_err::read_dir(folder).into_iter().flatten().flatten();
    for path in entries.map(|entry| entry.path()) {
        if is_folder(&path) {
            open_up(&path);
        }
    }
}

fn is_folder(path: &Path) -> bool {
    fs_err::symlink_metadata(path).is_ok_and(|found| found.is_dir())
}

/// `dir` without `.`, `..` and a slash at its end, which Python does not repeat. A link before a
/// `..` is followed; what does not exist cannot be one.
pub(super) fn plain(dir: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for component in dir.components() {
        if component == Component::ParentDir {
            plain = fs_err::canonicalize(&plain).unwrap_or(plain);
            plain.pop();
        } else {
            plain.push(component);
        }
    }
    plain
}

fn refused(code: SkipCode, text: &str) -> EnvError {
    Reason::new(code, SkipPhase::Create, "kitty-gate")
        .excerpt(text)
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_left_and_nothing_is_lost() {
        let root = tempfile::tempdir().unwrap();
        let deep = root.path().join("a/b/c");
        drop(Target::claim(&deep).unwrap());
        assert!(!root.path().join("a").exists());
        let target = Target::claim(&deep).unwrap();
        fs_err::write(root.path().join("a/b/theirs"), "theirs").unwrap();
        drop(target);
        assert!(root.path().join("a/b/theirs").exists() && !deep.exists());
        fs_err::remove_dir_all(root.path().join("a")).unwrap();
        let long = root.path().join("a").join("x".repeat(300));
        Target::claim(&long).unwrap_err();
        assert!(!root.path().join("a").exists());

        let empty = root.path().join("empty");
        fs_err::create_dir(&empty).unwrap();
        let target = Target::claim(&empty).unwrap();
        fs_err::write(empty.join("half"), "made").unwrap();
        drop(target);
        assert!(empty.exists() && !empty.join("half").exists());

        Target::claim(&deep).unwrap().keep();
        assert!(deep.exists());
    }

    #[test]
    fn whatever_a_tool_does_to_the_folder_it_can_be_cleared() {
        let root = tempfile::tempdir().unwrap();
        let dir = root.path().join("env");
        let target = Target::claim(&dir).unwrap();
        fs_err::remove_dir(&dir).unwrap();
        target.clear().unwrap();
        fs_err::remove_dir(&dir).unwrap();
        fs_err::os::unix::fs::symlink("..", &dir).unwrap();
        target.clear().unwrap();
        assert!(is_folder(&dir));
        fs_err::remove_dir(&dir).unwrap();
        fs_err::write(&dir, "a file").unwrap();
        drop(target);
        assert!(fs_err::symlink_metadata(&dir).is_err());
    }

    #[test]
    fn a_path_is_made_plain() {
        let root = tempfile::tempdir().unwrap();
        let root = fs_err::canonicalize(root.path()).unwrap();
        fs_err::create_dir_all(root.join("deep/er")).unwrap();
        fs_err::os::unix::fs::symlink("deep/er", root.join("link")).unwrap();
        assert_eq!(plain(&root.join("gone/../a/./b/")), root.join("a/b"));
        assert_eq!(plain(&root.join("link/../a")), root.join("deep/a"));
        assert_eq!(plain(&root.join("link/a")), root.join("link/a"));
    }

    #[test]
    fn what_holds_something_is_refused() {
        let root = tempfile::tempdir().unwrap();
        fs_err::write(root.path().join("file"), "mine").unwrap();
        fs_err::os::unix::fs::symlink("nowhere", root.path().join("link")).unwrap();
        for name in [".", "file", "link", "file/below"] {
            let refusal = Target::claim(&root.path().join(name)).unwrap_err();
            let EnvError::Prevented(reason) = refusal else {
                panic!("{refusal}")
            };
            assert_eq!(reason.code, SkipCode::TargetExists, "{name}: {reason}");
        }
        assert_eq!(fs_err::read(root.path().join("file")).unwrap(), b"mine");
    }
}
