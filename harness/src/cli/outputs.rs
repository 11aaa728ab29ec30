//! What a command will write to, tried before it begins: that a report cannot be written must not show after forty
//! minutes. A trial leaves nothing behind, and takes nothing away.

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use support::env_vars;

use super::failure::Failure;
use crate::document::RUN_FILE;
use crate::gate::GATE_FILE;
use crate::record::{EVENTS_FILE, STREAMS, WORLDS};
use crate::whole_file::folder_of;

/// What a command reads and keeps itself: no report may take its place.
#[derive(Debug, Default)]
pub(super) struct Reserved<'a> {
    /// The folder that the record is written to (`--out`).
    pub(super) out: Option<&'a Path>,
    /// The files that the command reads.
    pub(super) inputs: Vec<&'a Path>,
}

impl Reserved<'_> {
    /// Why a report may not be written to this place.
    fn forbids(&self, place: &Path) -> Option<&'static str> {
        let out = self.out.map(place_of);
        let is_kept = place.ancestors().any(|dir| {
            let holds_a_record = out.as_deref() == Some(dir) || dir.join(EVENTS_FILE).is_file();
            holds_a_record && KEPT.iter().any(|kept| place.starts_with(dir.join(kept)))
        });
        let is_read = || self.inputs.iter().any(|input| place_of(input) == place);
        match place.file_name() {
            Some(name) if name == "-" => {
                Some("is no file; `kitty-gate report RUN --format FORMAT` prints a report")
            }
            _ if is_kept => Some("belongs to the record of a run"),
            _ if is_read() => Some("is read by this command"),
            _ => None,
        }
    }
}

/// What a run keeps in its folder.
const KEPT: [&str; 5] = [EVENTS_FILE, RUN_FILE, GATE_FILE, STREAMS, WORLDS];

/// Tries each file that a report is to be written to.
pub(super) fn try_reports<'a>(
    files: impl IntoIterator<Item = &'a Path>,
    reserved: &Reserved<'_>,
) -> Result<(), Failure> {
    let mut places = BTreeSet::new();
    for file in files {
        let place = place_of(file);
        let refused =
            |why| Err(unwritable(&io::Error::other(format!("`{}` {why}", file.display()))));
        if let Some(why) = reserved.forbids(&place) {
            return refused(why);
        }
        // Others than files, and the summary of a job, take one report after the other.
        let takes_one = (!place.exists() || place.is_file()) && !is_step_summary(file);
        if takes_one && !places.insert(place) {
            return refused("is to be two reports");
        }
        try_report(file)?;
    }
    Ok(())
}

/// Where a file stands, or will stand, whatever it is called by.
fn place_of(file: &Path) -> PathBuf {
    let file = std::path::absolute(file).unwrap_or_else(|_| file.to_owned());
    let known = file.ancestors().find_map(|above| Some((above, fs_err::canonicalize(above).ok()?)));
    let Some((above, real)) = known else {
        return file;
    };
    // Collected anew, it does not end as a folder does where nothing is below.
    file.strip_prefix(above)
        .map_or_else(|_| file.clone(), |below| real.join(below).components().collect())
}

/// Tries to write where a report is to stand.
fn try_report(file: &Path) -> Result<(), Failure> {
    let tried = match fs_err::metadata(file) {
        Ok(there) if there.is_dir() => Err(is_a_folder(file)),
        // A pipe waits for its reader.
        Ok(there) if !there.is_file() => Ok(()),
        Ok(_) if is_step_summary(file) => open_to_append(file).map(drop),
        _ => try_new(file),
    };
    tried.map_err(|error| unwritable(&error))
}

/// Tries to write into a folder that exists.
pub(super) fn try_folder(dir: &Path) -> io::Result<()> {
    let mut draft = tempfile::NamedTempFile::new_in(dir)?;
    draft.write_all(b"\n")
}

/// As the report is written: its folder is made, a draft takes its name. All of it goes again.
fn try_new(file: &Path) -> io::Result<()> {
    let made = CreatedFolders::down_to(folder_of(file))?;
    try_folder(made.deepest())?;
    if fs_err::symlink_metadata(file).is_err() {
        fs_err::File::create_new(file)?;
        fs_err::remove_file(file)?;
    }
    Ok(())
}

fn is_a_folder(file: &Path) -> io::Error {
    let message = format!("{} is a folder", file.display());
    io::Error::new(io::ErrorKind::IsADirectory, message)
}

/// Opens a file that is written to at its end, and makes it where it is missing.
pub(super) fn open_to_append(file: &Path) -> io::Result<fs_err::File> {
    let mut options = fs_err::OpenOptions::new();
    options.create(true).append(true).open(file)
}

pub(super) fn unwritable(error: &std::io::Error) -> Failure {
    Failure::usage("report-unwritable", error.to_string()).hint("give a file that can be written")
}

/// Whether a file is the summary of a job on GitHub, to which others write, too.
pub(super) fn is_step_summary(file: &Path) -> bool {
    step_summary().is_some_and(|summary| summary == file)
}

pub(super) fn step_summary() -> Option<PathBuf> {
    std::env::var_os(env_vars::GITHUB_STEP_SUMMARY)
        .filter(|file| !file.is_empty())
        .map(PathBuf::from)
}

/// Folders that were made for a trial; dropped, they are gone.
struct CreatedFolders {
    dir: PathBuf,
    made: Vec<PathBuf>,
}

impl CreatedFolders {
    fn down_to(dir: &Path) -> io::Result<Self> {
        let missing = dir.ancestors().take_while(|above| {
            !above.as_os_str().is_empty() && fs_err::symlink_metadata(above).is_err()
        });
        let folders = Self { dir: dir.to_owned(), made: missing.map(Path::to_owned).collect() };
        fs_err::create_dir_all(dir)?;
        Ok(folders)
    }

    fn deepest(&self) -> &Path {
        &self.dir
    }
}

impl Drop for CreatedFolders {
    fn drop(&mut self) {
        for dir in &self.made {
            // Somebody else may use it by now.
            let _ = std::fs::remove_dir(dir);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trial_leaves_everything_as_it_was() {
        let root = tempfile::tempdir().unwrap();
        let at = |name: &str| root.path().join(name);
        fs_err::write(at("mine"), "text").unwrap();
        fs_err::create_dir(at("empty")).unwrap();
        std::os::unix::fs::symlink("nowhere", at("dangling")).unwrap();
        let all = || {
            let entries = fs_err::read_dir(root.path()).unwrap();
            let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name()).collect();
            names.sort();
            names
        };
        let before = all();
        for file in ["mine", "new", "new/and/deeper", "empty/new", "dangling"] {
            try_report(&at(file)).unwrap();
            assert_eq!(all(), before, "{file}");
        }
        assert_eq!(fs_err::read_to_string(at("mine")).unwrap(), "text");
        assert!(fs_err::read_dir(at("empty")).unwrap().next().is_none());
    }

    #[test]
    fn what_cannot_be_written_is_told() {
        let root = tempfile::tempdir().unwrap();
        let at = |name: &str| root.path().join(name);
        fs_err::write(at("file"), "text").unwrap();
        let long = "x".repeat(300);
        for file in ["file/below", "new/../file/x", long.as_str(), ""] {
            let told = try_report(&at(file)).unwrap_err().to_string();
            assert!(told.starts_with("error[report-unwritable]: "), "{told}");
        }
        assert!(!at("new").exists());
        try_report(Path::new("/dev/null")).unwrap();
    }
}
