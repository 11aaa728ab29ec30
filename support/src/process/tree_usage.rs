//! How much of a command's time was the machine's: the time in which the command wanted to go on, and others had
//! the cores or the disk.
//!
//! Every now and then it is looked whether anything of the command's tree wants to run, or waits for the disk.
//! What it wanted and did not compute, it was held up. A command that sleeps wants nothing, however busy the
//! machine is: nothing excuses it.

use std::time::Duration;

use rustix::process::Pid;

use super::Exit;
use super::tree::{self, Mark};

/// How often it is looked.
pub(super) const SAMPLE_EVERY: Duration = Duration::from_millis(200);

/// How many times its deadline a command may take that is held up. After that, others have the machine for good.
const MOST: u32 = 4;

/// What was seen of one command.
#[derive(Debug, Default)]
pub(super) struct TreeUsage {
    /// When it was last looked, since the command's start.
    looked: Duration,
    /// For how long something of the tree wanted to run.
    wanted: Duration,
    /// What the tree had computed when it was last looked.
    cpu: Duration,
}

impl TreeUsage {
    /// Looks at the tree of `leader`, where it is time to.
    pub(super) fn sample(&mut self, leader: Pid, mark: &Mark, running: Duration) {
        if running < self.looked + SAMPLE_EVERY {
            return;
        }
        let seen = tree::inspect(leader, mark);
        self.note(running, seen.wants, seen.cpu);
    }

    fn note(&mut self, running: Duration, wants: bool, cpu: Duration) {
        if wants {
            self.wanted += running.saturating_sub(self.looked);
        }
        self.looked = running;
        // What a descendant computed that nobody waited for is gone with it, and was computed all the same.
        self.cpu = self.cpu.max(cpu);
    }

    /// For how long the tree was held up by others.
    pub(super) fn held_up(&self) -> Duration {
        self.wanted.saturating_sub(self.cpu)
    }

    /// The end that a command comes to which runs until now, if its time is over: its own time, without that in
    /// which others held it up.
    pub(super) fn is_over(&self, running: Duration, deadline: Duration) -> Option<Exit> {
        if running.saturating_sub(self.held_up()) >= deadline {
            Some(Exit::TimedOut)
        } else if running >= deadline * MOST {
            Some(Exit::Starved)
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DEADLINE: Duration = Duration::from_secs(10);

    /// How a command ends, and when, that wants so many percent of the time, and gets so many percent of a core.
    fn end(wants: u64, gets: u64) -> (Exit, u64) {
        let mut share = TreeUsage::default();
        for look in 1.. {
            let running = SAMPLE_EVERY * look;
            let cpu = running * u32::try_from(gets).unwrap() / 100;
            share.note(running, u64::from(look * 37 % 100) < wants, cpu);
            if let Some(exit) = share.is_over(running, DEADLINE) {
                return (exit, running.as_secs());
            }
        }
        unreachable!()
    }

    #[test]
    fn who_sleeps_is_late_however_busy_the_machine_is() {
        assert_eq!(end(0, 0), (Exit::TimedOut, 10));
        // A little that it does between its naps changes little.
        let (exit, at) = end(10, 1);
        assert_eq!(exit, Exit::TimedOut);
        assert!(at <= 12, "{at}");
    }

    #[test]
    fn who_computes_all_the_time_is_late_on_a_machine_at_rest() {
        assert_eq!(end(100, 100), (Exit::TimedOut, 10));
        assert_eq!(end(100, 250), (Exit::TimedOut, 10), "with threads");
    }

    #[test]
    fn who_gets_half_of_a_core_has_twice_the_time() {
        assert_eq!(end(100, 50), (Exit::TimedOut, 20));
    }

    #[test]
    fn who_gets_next_to_nothing_is_starved() {
        assert_eq!(end(100, 20), (Exit::Starved, 40));
        assert_eq!(end(100, 0), (Exit::Starved, 40));
    }
}
