//! The children that run right now, so that an operator's second Ctrl-C can end them all.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use rustix::process::{Pid, Signal, kill_process_group};

/// Live direct children (each leads its own process group), and whether we killed them.
static LIVE: Mutex<BTreeMap<i32, bool>> = Mutex::new(BTreeMap::new());

/// Ends every running child's process group at once; their runs report [`super::Exit::Killed`].
///
/// Meant for a signal-handling thread. What left its group is swept up by the run itself.
pub fn kill_everything() {
    for (&pid, killed) in live().iter_mut() {
        *killed = true;
        if let Some(pid) = Pid::from_raw(pid) {
            let _ = kill_process_group(pid, Signal::KILL);
        }
    }
}

/// Whether `pid` is a child that somebody is still waiting for.
pub(super) fn is_live(pid: Pid) -> bool {
    live().contains_key(&pid.as_raw_nonzero().get())
}

pub(super) fn enter(pid: Pid) -> Entry {
    let pid = pid.as_raw_nonzero().get();
    live().insert(pid, false);
    Entry { pid }
}

/// A child's place in the registry; left when dropped.
pub(super) struct Entry {
    pid: i32,
}

impl Entry {
    pub(super) fn was_killed(&self) -> bool {
        live().get(&self.pid).copied().unwrap_or(false)
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        live().remove(&self.pid);
    }
}

fn live() -> MutexGuard<'static, BTreeMap<i32, bool>> {
    // The map is valid after any panic: every change is a single insert or remove.
    LIVE.lock().unwrap_or_else(PoisonError::into_inner)
}
