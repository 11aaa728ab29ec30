//! What a command will write to, tried before it begins: that a report cannot be written must not show after forty
//! minutes. A trial leaves nothing behind, and takes nothing away.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use support::env_vars;

use super::args::ReportArgs;
use super::failure::Failure;

/// Tries each report that was asked for.
pub(super) fn try_reports(args: &ReportArgs) -> Result<(), Failure> {
    for wanted in &args.reports {
        try_report(&wanted.file)?;
    }
    Ok(())
}

/// Tries to write where a report is to stand.
pub(super) fn try_report(file: &Path) -> Result<(), Failure> {
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

/// The folder of a file, which may be given by its name alone.
pub(super) fn folder_of(file: &Path) -> &Path {
    let dir = file.parent().filter(|dir| !dir.as_os_str().is_empty());
    dir.unwrap_or(Path::new("."))
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
