//! What is still to be played.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use scenarios::{Load, Scenario};

/// One attempt to be played.
#[derive(Debug, Clone, Copy)]
pub(super) struct Job {
    pub(super) scenario: &'static Scenario,
    pub(super) attempt: u32,
}

/// The attempts that keep a core busy, and those that mostly wait.
#[derive(Debug)]
pub(super) struct Queues {
    busy: Mutex<VecDeque<Job>>,
    waiting: Mutex<VecDeque<Job>>,
}

impl Queues {
    /// Whole rounds: a run that is stopped early has played everything once before anything twice.
    pub(super) fn of(plan: &[&'static Scenario], repeat: u32) -> Self {
        let rounds = (1..=repeat)
            .flat_map(|attempt| plan.iter().map(move |&scenario| Job { scenario, attempt }));
        let (busy, waiting) = rounds.partition(|job| job.scenario.load == Load::Busy);
        Self {
            busy: Mutex::new(busy),
            waiting: Mutex::new(waiting),
        }
    }

    pub(super) fn waiting_jobs(&self) -> usize {
        let waiting = self.waiting.lock();
        waiting.unwrap_or_else(PoisonError::into_inner).len()
    }

    /// The next attempt; one that mostly waits when that is all that is asked for, or all that is
    /// left.
    pub(super) fn next(&self, only_waits: bool) -> Option<Job> {
        let busy = if only_waits { None } else { pop(&self.busy) };
        busy.or_else(|| pop(&self.waiting))
    }
}

fn pop(queue: &Mutex<VecDeque<Job>>) -> Option<Job> {
    let mut queue = queue.lock().unwrap_or_else(PoisonError::into_inner);
    queue.pop_front()
}
