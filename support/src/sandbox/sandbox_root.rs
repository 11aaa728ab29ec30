//! The root that sandboxes are made on: a folder of its own, gone when dropped.

use std::io;
use std::path::{Path, PathBuf};

use rustix::fs::{Access, StatVfsMountFlags, access, statvfs};
use tempfile::TempDir;

use super::Sandbox;
use super::copy::{copy_tree, remove_unchanged};

/// Where Linux keeps a file system in memory.
const MEMORY: &str = "/dev/shm";

/// How much room it must have to be used, in bytes. A sandbox takes some ten megabytes.
const ROOM: u64 = 2 * 1024 * 1024 * 1024;

/// A folder for the sandboxes of one scenario; removed when dropped, unless it is kept.
#[derive(Debug)]
pub struct SandboxRoot {
    dir: TempDir,
    sandboxes: usize,
    /// The HOME that the sandboxes began with.
    home: Option<PathBuf>,
}

impl SandboxRoot {
    /// Makes an empty folder whose name begins with `label`. Its sandboxes get a copy of `home`,
    /// a HOME that a product has already warmed up; an empty one when there is none.
    ///
    /// It lies among temporary files, never inside a repository of the user's: a product that
    /// looks upwards for its root must not find one.
    pub fn new(label: &str, home: Option<&Path>) -> io::Result<Self> {
        let label: String =
            label.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
        let prefix = format!("kitty-gate-{label}-");
        let dir = tempfile::Builder::new().prefix(&prefix).tempdir_in(place()?)?;
        Ok(Self { dir, sandboxes: 0, home: home.map(Path::to_owned) })
    }

    /// The folder itself.
    pub fn root(&self) -> &Path {
        self.dir.path()
    }

    /// Makes the next sandbox: `sandbox-1`, `sandbox-2`, and so on.
    pub fn sandbox(&mut self) -> io::Result<Sandbox> {
        self.sandboxes += 1;
        let root = self.dir.path().join(format!("sandbox-{}", self.sandboxes));
        let sandbox = Sandbox::create(&root)?;
        if let Some(home) = &self.home {
            copy_tree(home, &sandbox.home())?;
            sandbox.write_git_config()?;
        }
        Ok(sandbox)
    }

    /// Leaves the folder where it is, and says where. Of each HOME only what the product changed
    /// stays: the rest is six hundred files that every sandbox began with.
    pub fn keep(self) -> io::Result<PathBuf> {
        if let Some(home) = &self.home {
            for number in 1..=self.sandboxes {
                let root = self.dir.path().join(format!("sandbox-{number}"));
                remove_unchanged(&root.join("home"), home)?;
            }
        }
        Ok(self.dir.keep())
    }
}

/// Where thousands of small files belong that live for seconds, as those of sandboxes do: in memory where
/// there is plenty of it. A TMPDIR that the caller has set is obeyed.
///
/// Absolute, and without a link in it: git and the product resolve what they are given, and a scenario compares
/// their paths with ours.
pub fn place() -> io::Result<PathBuf> {
    let unset = std::env::var_os("TMPDIR").is_none_or(|dir| dir.is_empty());
    let memory = Path::new(MEMORY);
    if unset && is_roomy(memory) {
        fs_err::canonicalize(memory)
    } else {
        fs_err::canonicalize(std::env::temp_dir())
    }
}

fn is_roomy(dir: &Path) -> bool {
    let Ok(stat) = statvfs(dir) else { return false };
    let room = stat.f_bavail.saturating_mul(stat.f_frsize);
    room >= ROOM
        && !stat.f_flag.contains(StatVfsMountFlags::NOEXEC)
        && access(dir, Access::WRITE_OK).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sandbox_begins_with_the_home_and_keeps_its_changes() {
        let home = tempfile::tempdir().unwrap();
        fs_err::write(home.path().join("given"), "1").unwrap();
        let mut sandbox_root = SandboxRoot::new("a/b", Some(home.path())).unwrap();
        let (first, second) = (sandbox_root.sandbox().unwrap(), sandbox_root.sandbox().unwrap());
        assert_ne!(first.root(), second.root());
        assert!(first.home().join("given").exists() && first.home().join(".gitconfig").exists());
        fs_err::write(second.home().join("made"), "2").unwrap();
        let kept = sandbox_root.keep().unwrap();
        assert!(kept.file_name().unwrap().to_str().unwrap().starts_with("kitty-gate-a-b-"));
        assert!(!first.home().join("given").exists());
        assert!(second.home().join("made").exists());
        fs_err::remove_dir_all(kept).unwrap();
    }

    #[test]
    fn what_is_not_there_is_not_roomy() {
        assert!(!is_roomy(Path::new("/nonexistent")));
    }
}
