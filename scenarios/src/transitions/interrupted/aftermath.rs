//! What interrupted commands have left, state by state.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use fixtures::staged;
use support::canary::files_below;
use support::check::Judgement;

use super::{
    EVERY_LINE_PARSES, LANE_IS_RECOVERABLE, NO_EVENT_TWICE, NO_LOCK_BLOCKS, ONE_CALL_GOES_ON,
    PACKAGE, implement, is_in_progress,
};
use crate::context::{Abort, Mission, Step, TestContext};
use crate::scenario::CheckSpec;
use crate::transitions::log::Log;

/// The lanes in which the same command can go on.
const RECOVERABLE: [&str; 3] = ["planned", "claimed", "in_progress"];

/// Everything that was seen.
#[derive(Debug, Default)]
pub(super) struct Aftermath {
    /// Every moment, in a line.
    told: Vec<String>,
    /// How the next call ended, by the state that it found.
    states: BTreeMap<String, usize>,
    problems: Vec<Problem>,
}

/// Something that must not be.
#[derive(Debug)]
struct Problem {
    check: CheckSpec,
    signature: String,
    /// At which moment, and what it looked like.
    observed: String,
}

impl Aftermath {
    /// Looks at what the struck command has left, and calls the command once more.
    ///
    /// A state that was seen before needs no second call. Two states are the same where the log tells
    /// the same transitions, the same paths are staged, and the same files have the same lengths, those of
    /// git's refs, locks and worktrees among them: ids and times differ between any two.
    pub(super) fn inspect(
        &mut self,
        context: &mut TestContext<'_>,
        mission: &Mission,
        moment: &str,
        struck: &Step,
    ) -> Result<(), Abort> {
        let lane = self.read(mission, moment);
        let locks = locks(mission)?;
        let told = format!("{moment}: {}, then {lane}", struck.exit());
        let count = self.states.len() + 1;
        let known = *self.states.entry(shape(mission)?).or_insert(count);
        if known < count {
            self.told.push(format!("{told}, as in state {known}"));
            return Ok(());
        }
        let again = implement(context, mission)?;
        let judgement = is_in_progress(&again, mission);
        let left = match locks.as_slice() {
            [] => String::new(),
            locks => format!(", locks left: {}", locks.join(" ")),
        };
        let ended = judgement.signature.as_deref().unwrap_or("in progress");
        self.told.push(format!("{told}{left}: state {known}, the next call: {ended}"));
        if let Some(signature) = judgement.signature {
            let (check, signature) = match blocking(&locks, &again) {
                Some(lock) => (NO_LOCK_BLOCKS, format!("left: {lock}")),
                None => (ONE_CALL_GOES_ON, format!("next call: {signature}")),
            };
            self.note(check, moment, signature, &again.quote());
        }
        self.read(mission, &format!("{moment}, after the next call"));
        Ok(())
    }

    /// Judges the log as it is, and says where the work package stands.
    fn read(&mut self, mission: &Mission, moment: &str) -> String {
        let log = match Log::of(mission) {
            Ok(log) => log,
            Err(abort) => {
                self.note(EVERY_LINE_PARSES, moment, "no-log".to_owned(), &abort.to_string());
                return "no log".to_owned();
            }
        };
        if !log.broken_lines().is_empty() {
            self.note(EVERY_LINE_PARSES, moment, "torn-line".to_owned(), &log.summarize());
        }
        if !log.repeated_ids().is_empty() {
            self.note(NO_EVENT_TWICE, moment, "repeated-id".to_owned(), &log.summarize());
        }
        let lane = log.lane_of(PACKAGE).unwrap_or_else(|| "none".to_owned());
        if !RECOVERABLE.contains(&lane.as_str()) {
            self.note(LANE_IS_RECOVERABLE, moment, format!("lane={lane}"), &log.summarize());
        }
        lane
    }

    fn note(&mut self, check: CheckSpec, moment: &str, signature: String, observed: &str) {
        self.problems.push(Problem { check, signature, observed: format!("{moment}: {observed}") });
    }

    /// Judges all moments together. `spread` says how they were chosen.
    pub(super) fn judge_all(&self, context: &TestContext<'_>, spread: &str) {
        for check in [
            EVERY_LINE_PARSES,
            NO_EVENT_TWICE,
            LANE_IS_RECOVERABLE,
            ONE_CALL_GOES_ON,
            NO_LOCK_BLOCKS,
        ] {
            context.check(check, self.judgement(check, spread));
        }
    }

    fn judgement(&self, check: CheckSpec, spread: &str) -> Judgement {
        let expected = "so at every moment at which the command was struck";
        let told = format!(
            "{spread}; {} different states (but for ids and times)\n{}",
            self.states.len(),
            self.told.join("\n")
        );
        let first = self.problems.iter().find(|problem| problem.check == check);
        match first {
            None => Judgement::pass(expected, told),
            Some(problem) => {
                let observed = format!("{}\n\n{told}", problem.observed);
                Judgement::fail(&problem.signature, expected, observed)
            }
        }
    }
}

/// The lock that the next call says it stumbled over. A file that a release keeps for `flock` stands
/// in nobody's way.
fn blocking(locks: &[String], again: &Step) -> Option<&'static str> {
    let said = again.stdout_text() + &again.stderr_text();
    let named = |lock: &&String| said.contains(lock.as_str());
    let lock = locks.iter().find(named)?;
    let known = ["index.lock", "HEAD.lock", "config.lock", "packed-refs.lock"];
    let known = known.into_iter().find(|known| known == lock);
    Some(known.unwrap_or("the lock of a ref"))
}

/// Stands for a state, whatever its ids and times.
fn shape(mission: &Mission) -> Result<String, Abort> {
    let log = Log::of(mission).map_or_else(|_| "no log".to_owned(), |log| log.summarize());
    let repo = mission.repo();
    let files: Vec<String> = files_below(&repo)?
        .iter()
        .filter(|path| !is_history(path))
        .map(|path| {
            let size = fs_err::symlink_metadata(repo.join(path)).map_or(0, |data| data.len());
            format!("{} {size}", path.display())
        })
        .collect();
    let staged = staged(&repo).map_or_else(|error| error.to_string(), |paths| paths.join("\n"));
    Ok(format!("{log}\n{staged}\n{}", files.join("\n")))
}

/// Objects have the names of what is in them, times included.
fn is_history(path: &Path) -> bool {
    path.starts_with(".git/objects")
}

/// Names of the files below `.git` that look like locks.
fn locks(mission: &Mission) -> Result<Vec<String>, Abort> {
    let is_lock = |path: &PathBuf| {
        path.starts_with(".git") && path.extension().is_some_and(|extension| extension == "lock")
    };
    let files = files_below(&mission.repo())?;
    let names = files.iter().filter(|path| is_lock(path));
    Ok(names
        .filter_map(|path| path.file_name())
        .map(|name| name.to_string_lossy().into_owned())
        .collect())
}
