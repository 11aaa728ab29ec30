//! Where a release keeps its marks, and what they say: found out by looking, not by version.
//!
//! Up to the 3.2.5 line a mark is a change of `tasks.md`; from the 3.2.6 line on it is a line in
//! an event log (`kind: annotation`, `delta.subtasks`), and `tasks.md` is never written. Both are
//! read, the one that moved decides.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::{Path, PathBuf};

use serde_json::Value;
use support::canary::files_below;
use support::check::Judgement;

use super::tasks_md::{RowState, changed_lines, row_id, row_state};
use crate::context::{Abort, Mission, is_absence};

const LOG: &str = "status.events.jsonl";
const SNAPSHOT: &str = "status.json";
const TASKS: &str = "tasks.md";

/// All that a checkout says about marks at one moment.
#[derive(Debug, Clone)]
pub struct MarkState {
    /// `tasks.md` of the primary checkout.
    pub tasks_md: String,
    /// The same file as HEAD of the primary checkout has it.
    committed_tasks_md: Option<String>,
    /// The mission's event logs wherever they lie in the repository, by path relative to it.
    logs: BTreeMap<PathBuf, Log>,
}

/// What one event log says.
#[derive(Debug, Clone, Default)]
struct Log {
    /// The latest mark of each task, with the work package that it was filed under.
    marks: BTreeMap<String, Mark>,
    /// How many marks it has ever taken.
    entries: usize,
    /// The latest lane of each work package.
    lanes: BTreeMap<String, String>,
    /// The marks in the snapshot beside it, when there is one.
    snapshot: Option<BTreeMap<String, String>>,
}

#[derive(Debug, Clone)]
struct Mark {
    status: String,
    owner: String,
}

/// Where the marks of a release lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MarkStore {
    /// Rows of `tasks.md`.
    TasksMd,
    /// The event log.
    EventLog,
}

impl MarkState {
    /// Reads everything of `mission`.
    pub fn read(mission: &Mission) -> Result<Self, Abort> {
        let repo = mission.repo();
        let folder = Path::new("kitty-specs").join(&mission.slug);
        let tasks = folder.join(TASKS);
        let mut logs = BTreeMap::new();
        for path in files_below(&repo)? {
            if path.ends_with(folder.join(LOG)) && !path.starts_with(".git") {
                logs.insert(path.clone(), Log::read(&repo.join(&path))?);
            }
        }
        Ok(Self {
            tasks_md: text_of(&repo.join(&tasks))?,
            committed_tasks_md: fixtures::committed_text(&repo, &tasks)?,
            logs,
        })
    }

    /// Who keeps the marks, by what moved since `before`; `tasks.md` when nothing did.
    pub fn keeper(&self, before: &Self) -> MarkStore {
        if self.entries() > before.entries() { MarkStore::EventLog } else { MarkStore::TasksMd }
    }

    /// How many marks all logs have ever taken.
    pub fn entries(&self) -> usize {
        self.logs.values().map(|log| log.entries).sum()
    }

    /// Whether `id` is done, as `keeper` has it.
    pub fn is_done(&self, keeper: MarkStore, id: &str) -> bool {
        match keeper {
            MarkStore::TasksMd => row_state(&self.tasks_md, id) == Some(RowState::Done),
            MarkStore::EventLog => self.logs.values().any(|log| log.is_done(id)),
        }
    }

    /// Whether `id` is done, whoever keeps the marks.
    pub fn is_done_anywhere(&self, id: &str) -> bool {
        [MarkStore::TasksMd, MarkStore::EventLog].iter().any(|keeper| self.is_done(*keeper, id))
    }

    /// The work packages that `id`'s latest marks are filed under; empty in `tasks.md` releases.
    pub fn owners_of(&self, id: &str) -> BTreeSet<String> {
        self.logs
            .values()
            .filter_map(|log| log.marks.get(id))
            .map(|mark| mark.owner.clone())
            .collect()
    }

    /// Logs that hold a mark of any of `ids`.
    pub fn logs_with(&self, ids: &[&str]) -> Vec<PathBuf> {
        let holds = |log: &Log| ids.iter().any(|id| log.marks.contains_key(*id));
        self.logs.iter().filter(|(_, log)| holds(log)).map(|(path, _)| path.clone()).collect()
    }

    /// The latest lane of a work package in any log.
    pub fn lane_of(&self, work_package: &str) -> Option<&str> {
        self.logs
            .values()
            .filter_map(|log| log.lanes.get(work_package))
            .map(String::as_str)
            .next_back()
    }

    /// Marks that changed since `before`, other than of `ids`: rows of `tasks.md` and log entries.
    pub fn stray_changes(&self, before: &Self, ids: &[&str]) -> Vec<String> {
        let lines = changed_lines(&before.tasks_md, &self.tasks_md)
            .into_iter()
            .filter(|line| !row_id(line).is_some_and(|id| ids.contains(&id)))
            .map(|line| format!("{TASKS}: {line}"));
        let marks = self.logs.iter().flat_map(|(path, log)| {
            let known = before.logs.get(path);
            log.marks
                .iter()
                .filter(|(id, _)| !ids.contains(&id.as_str()))
                .filter(move |(id, _)| !known.is_some_and(|known| known.marks.contains_key(*id)))
                .map(|(id, mark)| format!("event log: {id:?} is {}", mark.status))
        });
        lines.chain(marks).collect()
    }

    /// Judges that every one of `ids` can be read back as done where the release keeps its marks.
    pub fn holds(&self, before: &Self, ids: &[&str]) -> Judgement {
        self.keeps(self.keeper(before), ids)
    }

    /// The same, where the keeper is known from an earlier call.
    pub fn keeps(&self, keeper: MarkStore, ids: &[&str]) -> Judgement {
        let expected = format!("{} read back as done", ids.join(", "));
        let lost: Vec<&str> = ids.iter().copied().filter(|id| !self.is_done(keeper, id)).collect();
        if lost.is_empty() {
            return Judgement::pass(expected, format!("all are, in {}", keeper.name()));
        }
        let observed =
            format!("{} not done in {}\n{}", lost.join(", "), keeper.name(), self.summarize());
        Judgement::fail(format!("lost: {}", lost.join(" ")), expected, observed)
    }

    /// Judges that HEAD has the `tasks.md` of the work tree, where that file keeps the marks.
    pub fn is_committed(&self, keeper: MarkStore) -> Judgement {
        let expected = "HEAD has the marks, where tasks.md keeps them and auto-commit is on";
        match keeper {
            MarkStore::EventLog => {
                Judgement::pass(expected, "the event log keeps them; it is not committed by a mark")
            }
            MarkStore::TasksMd if self.committed_tasks_md.as_deref() == Some(&self.tasks_md) => {
                Judgement::pass(expected, "it does")
            }
            MarkStore::TasksMd => {
                let committed = self.committed_tasks_md.as_deref().unwrap_or("(none)");
                let observed = changed_lines(committed, &self.tasks_md).join("\n");
                Judgement::fail("not-committed", expected, format!("uncommitted:\n{observed}"))
            }
        }
    }

    /// Judges that the snapshot beside each log says what the log says.
    pub fn snapshot_agrees(&self, ids: &[&str]) -> Judgement {
        let expected = "status.json and the event log beside it agree on each mark";
        let disagreement = self.logs.iter().find_map(|(path, log)| {
            let id = ids.iter().find(|id| log.is_done(id) && !log.snapshot_says_done(id))?;
            Some((path, *id))
        });
        match disagreement {
            None => Judgement::pass(expected, "they do"),
            Some((path, id)) => Judgement::fail(
                format!("snapshot-differs: {id}"),
                expected,
                format!("{id} is done in {}, and not in {SNAPSHOT} beside it", path.display()),
            ),
        }
    }

    /// Everything in a few lines, for a judgement.
    pub fn summarize(&self) -> String {
        let mut text = format!("{TASKS}:\n{}", self.tasks_md.trim_end());
        for (path, log) in &self.logs {
            let marks: Vec<_> = log
                .marks
                .iter()
                .map(|(id, mark)| format!("{id}={} ({})", mark.status, mark.owner))
                .collect();
            // Writing into a String cannot fail.
            let _ = write!(text, "\n{}: {}", path.display(), marks.join(", "));
        }
        text
    }
}

/// A file that is not there says nothing.
fn text_of(file: &Path) -> Result<String, Abort> {
    match fs_err::read(file) {
        Ok(bytes) => Ok(String::from_utf8_lossy(&bytes).into_owned()),
        Err(error) if is_absence(&error) => Ok(String::new()),
        Err(error) => Err(error.into()),
    }
}

impl MarkStore {
    fn name(self) -> &'static str {
        match self {
            Self::TasksMd => TASKS,
            Self::EventLog => "the event log",
        }
    }
}

impl Log {
    fn read(path: &Path) -> Result<Self, Abort> {
        let mut log = Self::default();
        // A line that does not parse is no mark; corrupt logs are another suite's promise.
        for event in text_of(path)?.lines().filter_map(|line| serde_json::from_str(line).ok()) {
            log.take(&event);
        }
        log.snapshot = read_snapshot(&path.with_file_name(SNAPSHOT));
        Ok(log)
    }

    fn take(&mut self, event: &Value) {
        let owner = event["wp_id"].as_str().unwrap_or_default().to_owned();
        if let Some(lane) = event["to_lane"].as_str() {
            self.lanes.insert(owner.clone(), lane.to_owned());
        }
        for (id, status) in event["delta"]["subtasks"].as_object().into_iter().flatten() {
            self.entries += 1;
            let status = status.as_str().unwrap_or_default().to_owned();
            self.marks.insert(id.clone(), Mark { status, owner: owner.clone() });
        }
    }

    fn is_done(&self, id: &str) -> bool {
        self.marks.get(id).is_some_and(|mark| mark.status == "done")
    }

    fn snapshot_says_done(&self, id: &str) -> bool {
        self.snapshot
            .as_ref()
            .is_none_or(|marks| marks.get(id).is_some_and(|status| status == "done"))
    }
}

/// `work_packages.<wp>.subtasks.<id>` of a snapshot; `None` when there is none to read.
fn read_snapshot(path: &Path) -> Option<BTreeMap<String, String>> {
    let document: Value = serde_json::from_slice(&fs_err::read(path).ok()?).ok()?;
    let packages = document["work_packages"].as_object()?;
    Some(
        packages
            .values()
            .filter_map(|package| package["subtasks"].as_object())
            .flatten()
            .map(|(id, status)| (id.clone(), status.as_str().unwrap_or_default().to_owned()))
            .collect(),
    )
}
