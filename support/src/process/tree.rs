//! A child and everything that descends from it, also what tried to get away.
//!
//! We are a child subreaper: a descendant whose parent dies becomes our own child, whatever
//! session or group it moved to. Which step it belongs to is told by the mark in its environment.

use std::collections::HashSet;
use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use rustix::process::{
    Pid, Signal, WaitOptions, kill_process, kill_process_group, set_child_subreaper, waitpid,
};
use serde::{Deserialize, Serialize};

use super::registry;
use crate::env_vars::MARK;

/// A process that outlived its step and was ended by us.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Leak {
    /// Process id it had.
    pub pid: i32,
    /// Its command line, words joined by spaces, at most 300 characters.
    pub command: String,
}

/// Makes this process the one that orphaned descendants fall to. Cheap; may be called often.
pub fn adopt_orphans() -> io::Result<()> {
    static ADOPTED: AtomicU64 = AtomicU64::new(0);
    if ADOPTED.swap(1, Ordering::Relaxed) == 0 {
        // Any process id switches the attribute on; ours says what is meant.
        set_child_subreaper(Some(rustix::process::getpid()))?;
    }
    Ok(())
}

/// What tells one step's descendants from another's: a word in their environment.
#[derive(Debug)]
pub(super) struct Mark(String);

impl Mark {
    pub(super) fn new() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        Self(format!("{}-{number}", std::process::id()))
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    fn is_on(&self, pid: Pid) -> bool {
        let Ok(environ) = std::fs::read(proc_file(pid, "environ")) else {
            return false;
        };
        let wanted = format!("{MARK}={}", self.0);
        environ.split(|&byte| byte == 0).any(|entry| entry == wanted.as_bytes())
    }
}

/// Ends the group of `leader` and all that carries `mark`: SIGTERM, then SIGKILL after `grace`.
pub(super) fn end(leader: Pid, mark: &Mark, grace: Duration, ended: impl Fn() -> bool) {
    let everybody = |signal| {
        // Found before the group is signalled: once a parent dies, its children move to us.
        let marked = family(leader, mark);
        let _ = kill_process_group(leader, signal);
        for pid in marked {
            let _ = kill_process(pid, signal);
        }
    };
    everybody(Signal::TERM);
    let asked = Instant::now();
    while !ended() && asked.elapsed() < grace {
        std::thread::sleep(Duration::from_millis(10));
    }
    everybody(Signal::KILL);
}

/// After the leader was reaped: what is left of its tree is named, ended and reaped.
///
/// A process that is just going away is no leak: it gets a moment before anybody is named.
pub(super) fn sweep(leader: Pid, mark: &Mark, grace: Duration) -> Vec<Leak> {
    let settled = Instant::now();
    let mut found = family(leader, mark);
    while !found.is_empty() && settled.elapsed() < SETTLING {
        std::thread::sleep(Duration::from_millis(5));
        found = family(leader, mark);
    }
    let leaks: Vec<Leak> = found
        .iter()
        .map(|&pid| Leak { pid: pid.as_raw_nonzero().get(), command: command_line(pid) })
        .collect();
    let asked = Instant::now();
    // A family member may still fork while it is being ended, hence the rounds.
    while !found.is_empty() && asked.elapsed() < grace * 10 {
        let signal = if asked.elapsed() < grace { Signal::TERM } else { Signal::KILL };
        for &pid in &found {
            let _ = kill_process(pid, signal);
        }
        std::thread::sleep(Duration::from_millis(10));
        found.iter().copied().filter(|&pid| is_zombie(pid)).for_each(reap);
        found = family(leader, mark);
    }
    leaks
}

/// How long what survives its command may take to end by itself.
const SETTLING: Duration = Duration::from_millis(100);

/// Living processes of one step: adopted orphans in its group or with its mark, and all below.
fn family(leader: Pid, mark: &Mark) -> HashSet<Pid> {
    let mut members = HashSet::new();
    let mut queue: Vec<Pid> = if registry::is_live(leader) { vec![leader] } else { Vec::new() };
    for orphan in children_of(rustix::process::getpid()) {
        if registry::is_live(orphan) {
            continue;
        }
        if is_zombie(orphan) {
            // Never a zombie of another group: another worker may not have registered it yet.
            if process_group(orphan) == Some(leader) {
                reap(orphan);
            }
        } else if process_group(orphan) == Some(leader) || mark.is_on(orphan) {
            queue.push(orphan);
        }
    }
    while let Some(pid) = queue.pop() {
        if members.insert(pid) {
            queue.extend(children_of(pid));
        }
    }
    members.remove(&leader);
    members
}

/// What a running tree is at.
#[derive(Debug, Clone, Copy)]
pub(super) struct LiveProcesses {
    /// Whether any thread of it runs, waits for a core, or waits for the disk.
    pub(super) wants: bool,
    /// User and system time, with that of the reaped.
    pub(super) cpu: Duration,
}

/// Looks at a step's living processes.
pub(super) fn inspect(leader: Pid, mark: &Mark) -> LiveProcesses {
    let members: Vec<Pid> = family(leader, mark).into_iter().chain([leader]).collect();
    LiveProcesses {
        wants: members.iter().any(|&pid| wants(pid)),
        cpu: members.iter().map(|&pid| cpu_time(pid)).sum(),
    }
}

/// Whether any thread of `pid` runs, waits for a core (R), or waits for the disk (D).
fn wants(pid: Pid) -> bool {
    let Ok(tasks) = std::fs::read_dir(proc_file(pid, "task")) else {
        return false;
    };
    let wants = |stat: &str| {
        let state = stat.rsplit_once(") ").map_or("", |(_, fields)| fields);
        state.starts_with(['R', 'D'])
    };
    tasks
        .flatten()
        .filter_map(|task| std::fs::read_to_string(task.path().join("stat")).ok())
        .any(|stat| wants(&stat))
}

/// User and system time of `pid` and its reaped descendants. It may be a zombie.
pub(super) fn cpu_time(pid: Pid) -> Duration {
    // Fields 14 to 17 of stat: utime, stime, cutime, cstime.
    let ticks: u64 = stat_fields(pid)
        .map(|fields| fields.iter().skip(11).take(4).filter_map(|f| f.parse::<u64>().ok()).sum())
        .unwrap_or_default();
    Duration::from_millis(ticks * 1000 / rustix::param::clock_ticks_per_second())
}

fn is_zombie(pid: Pid) -> bool {
    stat_fields(pid).is_some_and(|fields| fields.first().is_some_and(|state| state == "Z"))
}

fn process_group(pid: Pid) -> Option<Pid> {
    pid_of(stat_fields(pid)?.get(2)?)
}

/// Takes leave of an orphan that has ended.
fn reap(pid: Pid) {
    let _ = waitpid(Some(pid), WaitOptions::NOHANG);
}

/// The fields of `stat` after the command's name, which may itself hold spaces and brackets.
fn stat_fields(pid: Pid) -> Option<Vec<String>> {
    let stat = std::fs::read_to_string(proc_file(pid, "stat")).ok()?;
    let (_, fields) = stat.rsplit_once(") ")?;
    Some(fields.split_whitespace().map(str::to_owned).collect())
}

fn children_of(pid: Pid) -> Vec<Pid> {
    let Ok(tasks) = std::fs::read_dir(proc_file(pid, "task")) else {
        return Vec::new();
    };
    tasks
        .flatten()
        .filter_map(|task| std::fs::read_to_string(task.path().join("children")).ok())
        .flat_map(|line| line.split_whitespace().filter_map(pid_of).collect::<Vec<_>>())
        .collect()
}

/// The kernel writes -1 and 0 for a process that is just going away.
fn pid_of(word: &str) -> Option<Pid> {
    word.parse().ok().filter(|&raw| raw > 0).and_then(Pid::from_raw)
}

fn command_line(pid: Pid) -> String {
    let bytes = std::fs::read(proc_file(pid, "cmdline")).unwrap_or_default();
    let words: Vec<_> = bytes
        .split(|&byte| byte == 0)
        .filter(|word| !word.is_empty())
        .map(String::from_utf8_lossy)
        .collect();
    words.join(" ").chars().take(300).collect()
}

fn proc_file(pid: Pid, name: &str) -> String {
    format!("/proc/{}/{name}", pid.as_raw_nonzero())
}
