//! The folder that an environment is made in: claimed first, given back when nothing came of it.

use std::io;
use std::path::{Path, PathBuf};

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
            Err(error) => Err(error.into()),
        }
    }

    /// Removes what a tool left, for the next one.
    pub(super) fn clear(&self) -> io::Result<()> {
        for entry in fs_err::read_dir(&self.dir)? {
            let path = entry?.path();
            if path.is_dir() && !path.is_symlink() {
                fs_err::remove_dir_all(path)?;
            } else {
                fs_err::remove_file(path)?;
            }
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
            Some(made) => fs_err::remove_dir_all(made),
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
    fs_err::create_dir_all(dir)?;
    Ok(Target {
        dir: dir.to_owned(),
        made: topmost.map(Path::to_owned),
        kept: false,
    })
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
