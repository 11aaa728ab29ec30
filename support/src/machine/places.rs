//! Where things are put: writable, and with room.

use std::fs::Permissions;
use std::io;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;
use std::process::{Command, Stdio};

use rustix::fs::statvfs;

use super::reason_without_output;
use crate::canary::files_below;
use crate::nested_env::EnvError;
use crate::nested_env::reason::code_of;
use crate::sandbox::SandboxRoot;
use crate::skip::SkipCode;

/// What must be free where sandboxes lie: a scenario takes some ten megabytes, and several are run at a time.
pub(super) const FOR_SANDBOXES: Room = Room { bytes: 256 * MIB, files: 20_000 };

/// What must be free where runs are kept. A run of everything takes a tenth of it; one stream may take it all.
const FOR_RUNS: Room = Room { bytes: 64 * MIB, files: 2_000 };

/// In what `stat` counts what a file takes.
const BLOCK: u64 = 512;

const MIB: u64 = 1024 * 1024;

const SANDBOX_REMEDY: &str =
    "set TMPDIR to a folder that exists, may be written to, has room, and is not mounted noexec";
const RUN_REMEDY: &str = "give --out a folder that may be written to and has room";

/// What is free on a disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Room {
    pub(super) bytes: u64,
    /// Files that may still be made.
    pub(super) files: u64,
}

impl Room {
    pub(super) fn at(dir: &Path) -> io::Result<Self> {
        let stat = statvfs(dir)?;
        Ok(Self {
            bytes: stat.f_bavail.saturating_mul(stat.f_frsize),
            // A file system that makes them as it goes counts none.
            files: if stat.f_files == 0 { u64::MAX } else { stat.f_favail },
        })
    }

    /// What the files below a folder take.
    pub(super) fn taken_below(dir: &Path) -> io::Result<Self> {
        let mut taken = Self { bytes: 0, files: 0 };
        for file in files_below(dir)? {
            // A file may be gone by now.
            let blocks = std::fs::symlink_metadata(dir.join(file)).map_or(0, |file| file.blocks());
            taken.bytes += blocks * BLOCK;
            taken.files += 1;
        }
        Ok(taken)
    }

    pub(super) fn is_less_than(self, wanted: Self) -> bool {
        self.bytes < wanted.bytes || self.files < wanted.files
    }

    fn render(self) -> String {
        let files = match self.files {
            u64::MAX => String::new(),
            files => format!(" and {files} files"),
        };
        format!("{} MiB{files}", self.bytes / MIB)
    }
}

/// The place of the sandboxes, as a scenario would get it.
pub(super) fn sandbox_root() -> Result<SandboxRoot, EnvError> {
    SandboxRoot::new("machine", None).map_err(|error| unusable(&error, SANDBOX_REMEDY))
}

pub(super) fn sandboxes(root: &Path) -> Result<String, EnvError> {
    let place = root.parent().unwrap_or(root);
    let free = enough(place, FOR_SANDBOXES, SANDBOX_REMEDY)?;
    let hook = root.join("hook");
    fs_err::write(&hook, "#!/bin/sh\nexit 0\n")
        .and_then(|()| fs_err::set_permissions(&hook, Permissions::from_mode(0o755)))
        .map_err(|error| unusable(&error, SANDBOX_REMEDY))?;
    // What a product leaves there to be executed, git's hooks for one, would be passed over without a word.
    let executed = Command::new(&hook)
        .env_clear()
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    match executed {
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
            let text = format!("{}: {error}", place.display());
            Err(reason_without_output(SkipCode::NoExec, &text).into())
        }
        // Whether there is a shell is asked elsewhere.
        Ok(_) | Err(_) => Ok(free),
    }
}

/// The folder of the run, or the nearest one that is there already.
pub(super) fn run_folder(folder: &Path) -> Result<String, EnvError> {
    let nearest = folder.ancestors().find(|dir| dir.is_dir());
    let nearest = nearest.unwrap_or_else(|| Path::new("/"));
    tempfile::Builder::new()
        .prefix(".kitty-gate-")
        .tempfile_in(nearest)
        .map_err(|error| unusable(&error, RUN_REMEDY))?;
    enough(nearest, FOR_RUNS, RUN_REMEDY)
}

fn enough(dir: &Path, wanted: Room, remedy: &str) -> Result<String, EnvError> {
    let free = Room::at(dir)?;
    let told = format!("{} free at {}", free.render(), dir.display());
    if free.is_less_than(wanted) {
        let text = format!("{told}, and {} are needed", wanted.render());
        return Err(reason_without_output(SkipCode::DiskFull, &text).remediation(remedy).into());
    }
    Ok(told)
}

fn unusable(error: &io::Error, remedy: &str) -> EnvError {
    // A folder that is not there may not be written to, either.
    let code = code_of(error).unwrap_or(SkipCode::ReadOnly);
    let reason = reason_without_output(code, &error.to_string());
    reason.remediation(remedy).into()
}
