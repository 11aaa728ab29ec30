//! Folders of runs: where they are made, what they are called, how one is found.

use std::io;
use std::path::{Path, PathBuf};

use support::product::ProductSpec;

use super::failure::Failure;
use super::outputs::try_folder;

/// Our own folder, below the current one.
const OURS: &str = ".kitty-gate";

/// The folder of all runs.
pub(super) const RUNS: &str = ".kitty-gate/runs";

/// Makes the run's folder. One that holds something is refused: nothing is overwritten.
pub(super) fn out_dir(given: Option<&Path>, runs: &str, run_id: &str) -> Result<PathBuf, Failure> {
    let dir = given.map_or_else(|| Path::new(runs).join(run_id), Path::to_owned);
    fs_err::create_dir_all(&dir).map_err(|error| out_unusable(&error))?;
    if given.is_none() {
        ignore_in_git(Path::new(OURS)).map_err(|error| out_unusable(&error))?;
    }
    let mut entries = fs_err::read_dir(&dir).map_err(|error| out_unusable(&error))?;
    if entries.next().is_some() {
        let message = format!("{} is not empty", dir.display());
        return Err(Failure::usage("out-not-empty", message).hint("give another --out DIR"));
    }
    try_folder(&dir).map_err(|error| out_unusable(&error))?;
    std::path::absolute(dir).map_err(Failure::broken)
}

fn out_unusable(error: &io::Error) -> Failure {
    Failure::usage("out-unusable", error.to_string()).hint("give another --out DIR")
}

/// What we write into somebody's repository is nothing to commit.
fn ignore_in_git(dir: &Path) -> io::Result<()> {
    let file = dir.join(".gitignore");
    if file.exists() { Ok(()) } else { fs_err::write(file, "*\n") }
}

/// Sortable by time, and telling at a glance what was run.
pub(super) fn run_id(now: jiff::Timestamp, spec: &ProductSpec) -> String {
    let time = now.strftime("%Y%m%dT%H%M%S").to_string();
    let fraction = now.subsec_nanosecond() / 1_000;
    let product: String = spec
        .label()
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || c == '.' { c } else { '-' })
        .collect();
    format!("{time}.{fraction:06}Z-{product}")
}

/// `latest` beside the run's folder, replaced in one move.
pub(super) fn link_latest(run: &Path) -> Result<(), Failure> {
    let (Some(runs), Some(name)) = (run.parent(), run.file_name()) else {
        return Ok(());
    };
    let draft = runs.join(format!(".latest-{}", std::process::id()));
    let _ = std::fs::remove_file(&draft);
    fs_err::os::unix::fs::symlink(name, &draft)
        .and_then(|()| fs_err::rename(&draft, runs.join("latest")))
        .map_err(|error| out_unusable(&error))
}

/// Finds a run's folder by path, by id, or as `latest`.
pub(super) fn find_run(run: &Path) -> Result<PathBuf, Failure> {
    let run = if run.is_file() { run.parent().unwrap_or(run) } else { run };
    let candidates = [run.to_owned(), Path::new(RUNS).join(run)];
    candidates.into_iter().find(|dir| dir.join(crate::record::EVENTS_FILE).is_file()).ok_or_else(
        || {
            let message = format!("there is no recorded run at {} or in {RUNS}", run.display());
            Failure::usage("no-such-run", message)
                .hint("give the folder that holds the run's events.jsonl")
        },
    )
}
