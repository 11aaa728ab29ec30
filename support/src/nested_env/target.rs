//! The folder that an environment is made in: claimed first, given back when nothing came of it.

use std::fs::{File, OpenOptions, Permissions, TryLockError};
use std::io;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Component, Path, PathBuf};

use rustix::fs::statvfs;

use super::reason::{EnvError, Reason};
use crate::skip::{SkipCode, SkipPhase, SkipReason};

/// With less than this, in bytes, a disk is called full: pip alone takes more.
const LITTLE_ROOM: u64 = 12 * 1024 * 1024;

/// An empty folder that is ours: nobody else claims it for as long as this lives.
#[derive(Debug)]
pub(super) struct Target {
    dir: PathBuf,
    /// The topmost folder that had to be made.
    made: Option<PathBuf>,
    /// The folder itself, locked; nothing when it was lost to somebody else.
    lock: Option<File>,
    kept: bool,
}

impl Target {
    /// Makes `dir`, or takes it when it is an empty folder. uv refuses what exists, the standard
    /// library writes into it: the answer must not depend on the tool.
    pub(super) fn claim(dir: &Path) -> Result<Self, EnvError> {
        if dir.to_str().is_none_or(|text| text.contains(['\n', '\r'])) {
            let text = format!("{} is not plain text", dir.display());
            return Err(env_error(SkipCode::PathUnusual, &text));
        }
        let made = match fs_err::symlink_metadata(dir) {
            Ok(_) => None,
            Err(error) if error.kind() == io::ErrorKind::NotFound => make(dir)?,
            Err(error) => return Err(not_made(error)),
        };
        Ok(Self { lock: Some(locked(dir)?), dir: dir.to_owned(), made, kept: false })
    }

    /// Removes what a tool left, for the next one. A tool may have removed or replaced the folder
    /// itself; the new one is claimed as the old one was.
    pub(super) fn clear(&mut self) -> Result<(), EnvError> {
        if self.is_lost() {
            return Err(busy(&self.dir));
        }
        if is_folder(&self.dir) {
            for entry in fs_err::read_dir(&self.dir)? {
                remove(&entry?.path())?;
            }
        } else {
            remove(&self.dir)?;
            fs_err::create_dir_all(&self.dir)?;
        }
        if !self.is_locked() {
            // Should that fail, it is somebody else's, and not cleared again.
            self.lock = None;
            self.lock = Some(locked(&self.dir)?);
        }
        Ok(())
    }

    /// Whether the folder is the one that was locked.
    fn is_locked(&self) -> bool {
        let lock = self.lock.as_ref();
        lock.is_some_and(|lock| is_still(&self.dir, lock))
    }

    /// Whether somebody else has claimed what lies there now, after a tool removed our folder.
    fn is_lost(&self) -> bool {
        let held_by_another = || {
            open(&self.dir).is_ok_and(|now| matches!(now.try_lock(), Err(TryLockError::WouldBlock)))
        };
        self.lock.is_none() || !self.is_locked() && held_by_another()
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

    fn is_full(&self) -> bool {
        statvfs(&self.dir).is_ok_and(|stat| {
            let no_files = stat.f_files > 0 && stat.f_favail == 0;
            no_files || stat.f_bavail.saturating_mul(stat.f_frsize) < LITTLE_ROOM
        })
    }
}

impl Drop for Target {
    fn drop(&mut self) {
        if !self.kept && !self.is_lost() {
            // What does not go is seen by whoever looks; the refusal that led here says more.
            match self.made.take() {
                Some(topmost) => {
                    let _ = remove(&self.dir);
                    remove_above(&self.dir, &topmost);
                }
                None => {
                    let _ = self.clear();
                }
            }
        }
        if let Some(lock) = &self.lock {
            // A child that is just being started may still have the file open.
            let _ = lock.unlock();
        }
    }
}

fn is_vague(code: SkipCode) -> bool {
    matches!(
        code,
        SkipCode::EnvironmentNotCreated | SkipCode::PipMissing | SkipCode::InterpreterBroken
    )
}

/// Locks an empty folder. The lock is on the folder itself, so that nothing lies beside or in it.
fn locked(dir: &Path) -> Result<File, EnvError> {
    let folder = open(dir).map_err(|_| taken(dir))?;
    // Where a file system knows no locks, an environment is made without one.
    if let Err(TryLockError::WouldBlock) = folder.try_lock() {
        return Err(busy(dir));
    }
    // Before we had it, somebody may have filled it, or put another in its place.
    let is_empty = fs_err::read_dir(dir).is_ok_and(|mut entries| entries.next().is_none());
    if is_empty && is_still(dir, &folder) {
        return Ok(folder);
    }
    Err(taken(dir))
}

/// The folder, never what a link leads to.
fn open(dir: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).custom_flags(libc::O_DIRECTORY | libc::O_NOFOLLOW).open(dir)
}

fn is_still(dir: &Path, folder: &File) -> bool {
    let id = |found: std::fs::Metadata| (found.dev(), found.ino());
    let there = fs_err::symlink_metadata(dir).map(id);
    matches!((there, folder.metadata().map(id)), (Ok(there), Ok(opened)) if there == opened)
}

fn taken(dir: &Path) -> EnvError {
    let text = format!("there is something at {} already", dir.display());
    env_error(SkipCode::TargetExists, &text)
}

fn busy(dir: &Path) -> EnvError {
    let text = format!("another one is making an environment at {} just now", dir.display());
    // Nobody should be told to remove what is just being made.
    Reason::new(SkipCode::TargetExists, SkipPhase::Create, "kitty-gate")
        .excerpt(&text)
        .remediation(
            "wait until the other one has ended and use what it made, or name another folder",
        )
        .into()
}

/// Makes a folder, and those above it; says which is the topmost that was missing. `None` when
/// somebody else made it just now: it is not ours to remove.
fn make(dir: &Path) -> Result<Option<PathBuf>, EnvError> {
    let missing = |path: &&Path| fs_err::symlink_metadata(path).is_err();
    let topmost = dir.ancestors().take_while(missing).last();
    let above = dir.parent().map_or(Ok(()), fs_err::create_dir_all);
    match above.and_then(|()| fs_err::create_dir(dir)) {
        Ok(()) => Ok(topmost.map(Path::to_owned)),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && is_folder(dir) => Ok(None),
        Err(error) => {
            if let Some(topmost) = topmost {
                remove_above(dir, topmost);
            }
            Err(not_made(error))
        }
    }
}

/// Removes the folders above `dir` that were made for it. They may by now hold something of
/// somebody else's, and then they stay.
fn remove_above(dir: &Path, topmost: &Path) {
    let above = dir.ancestors().skip(1);
    for made in above.take_while(|above| above.starts_with(topmost)) {
        if fs_err::remove_dir(made).is_err() {
            break;
        }
    }
}

/// What the system says where nobody can make a folder, as below `/proc`, is told as it is.
fn not_made(error: io::Error) -> EnvError {
    match EnvError::from(error) {
        EnvError::Io(error) => env_error(SkipCode::ReadOnly, &error.to_string()),
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

fn env_error(code: SkipCode, text: &str) -> EnvError {
    Reason::new(code, SkipPhase::Create, "kitty-gate").excerpt(text).into()
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
        let mut target = Target::claim(&dir).unwrap();
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

    /// What is told to whoever comes too late.
    fn late_comer(dir: &Path) -> SkipReason {
        match Target::claim(dir) {
            Err(EnvError::Prevented(reason)) => *reason,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn of_many_at_once_one_gets_it_and_keeps_what_it_makes() {
        const AT_ONCE: usize = 8;
        let root = tempfile::tempdir().unwrap();
        for time in 0..50 {
            let dir = root.path().join(format!("{time}/deep/env"));
            if time % 2 == 0 {
                fs_err::create_dir_all(&dir).unwrap();
            }
            let start = std::sync::Barrier::new(AT_ONCE);
            let end = std::sync::Barrier::new(AT_ONCE);
            let one = |number: usize| {
                start.wait();
                let target = Target::claim(&dir);
                if target.is_ok() {
                    fs_err::write(dir.join("mine"), number.to_string()).unwrap();
                }
                end.wait();
                target.map(Target::keep).is_ok()
            };
            let kept = std::thread::scope(|scope| {
                let all: Vec<_> =
                    (0..AT_ONCE).map(|number| scope.spawn(move || one(number))).collect();
                let all = all.into_iter().map(|one| one.join().unwrap());
                all.collect::<Vec<bool>>()
            });
            let winner = kept.iter().position(|kept| *kept).unwrap();
            assert_eq!(kept.iter().filter(|kept| **kept).count(), 1, "{kept:?}");
            let mine = fs_err::read_to_string(dir.join("mine")).unwrap();
            assert_eq!(mine, winner.to_string());
        }
    }

    #[test]
    fn whoever_comes_too_late_is_told_so_and_takes_nothing() {
        let root = tempfile::tempdir().unwrap();
        let dir = root.path().join("env");
        let target = Target::claim(&dir).unwrap();
        let late = late_comer(&dir);
        assert_eq!(late.code, SkipCode::TargetExists);
        assert!(late.excerpt.starts_with("another one is making"), "{late}");
        assert!(!late.remediation.contains("remove"), "{late}");
        drop(target);
        Target::claim(&dir).unwrap().keep();
        drop(Target::claim(&dir).unwrap());
        assert!(dir.exists(), "an empty folder that was there stays");
    }

    #[test]
    fn a_folder_that_was_lost_to_another_is_left_alone() {
        let root = tempfile::tempdir().unwrap();
        let dir = root.path().join("env");
        let mut first = Target::claim(&dir).unwrap();
        // A tool removed the folder, and somebody else was quicker than the tool.
        fs_err::remove_dir(&dir).unwrap();
        let second = Target::claim(&dir).unwrap();
        fs_err::write(dir.join("theirs"), "theirs").unwrap();
        first.clear().unwrap_err();
        drop(first);
        assert!(dir.join("theirs").exists());
        second.keep();
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
            let EnvError::Prevented(reason) = refusal else { panic!("{refusal}") };
            assert_eq!(reason.code, SkipCode::TargetExists, "{name}: {reason}");
        }
        assert_eq!(fs_err::read(root.path().join("file")).unwrap(), b"mine");
    }
}
