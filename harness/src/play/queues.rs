//! What is still to be played.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use scenarios::{Load, Scenario};

/// One attempt to be played.
#[derive(Debug, Clone, Copy)]
pub(super) struct Job {
    pub(super) scenario: &'static Scenario,
    pub(super) attempt: u32,
}

/// The attempts that keep a core busy, those that mostly wait, and those that measure time.
#[derive(Debug)]
pub(super) struct Queues {
    busy: Mutex<VecDeque<Job>>,
    waiting: Mutex<VecDeque<Job>>,
    alone: Mutex<VecDeque<Job>>,
}

impl Queues {
    /// Whole rounds: a run that is stopped early has played everything once before anything twice.
    pub(super) fn of(plan: &[&'static Scenario], repeat: u32) -> Self {
        let rounds = (1..=repeat)
            .flat_map(|attempt| plan.iter().map(move |&scenario| Job { scenario, attempt }));
        let (mut busy, mut waiting, mut alone) =
            (VecDeque::new(), VecDeque::new(), VecDeque::new());
        for job in rounds {
            match job.scenario.load {
                Load::Busy => busy.push_back(job),
                Load::Waiting => waiting.push_back(job),
                Load::Alone => alone.push_back(job),
            }
        }
        Self { busy: Mutex::new(busy), waiting: Mutex::new(waiting), alone: Mutex::new(alone) }
    }

    pub(super) fn any_alone(&self) -> bool {
        !lock(&self.alone).is_empty()
    }

    /// The next attempt that has to be alone; for when all others have ended.
    pub(super) fn next_alone(&self) -> Option<Job> {
        pop(&self.alone)
    }

    pub(super) fn waiting_jobs(&self) -> usize {
        lock(&self.waiting).len()
    }

    /// The next attempt; one that mostly waits when that is all that is asked for, or all that is
    /// left.
    pub(super) fn next(&self, only_waits: bool) -> Option<Job> {
        let busy = if only_waits { None } else { pop(&self.busy) };
        busy.or_else(|| pop(&self.waiting))
    }
}

fn pop(queue: &Mutex<VecDeque<Job>>) -> Option<Job> {
    lock(queue).pop_front()
}

fn lock(queue: &Mutex<VecDeque<Job>>) -> MutexGuard<'_, VecDeque<Job>> {
    queue.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_measures_time_is_kept_back_until_it_is_asked_for() {
        let all = scenarios::all();
        let is_alone = |job: &Job| job.scenario.load == Load::Alone;
        let queues = Queues::of(&all, 2);
        assert!(queues.any_alone());
        let company: Vec<Job> = std::iter::from_fn(|| queues.next(false)).collect();
        assert!(company.iter().all(|job| !is_alone(job)));
        let alone: Vec<Job> = std::iter::from_fn(|| queues.next_alone()).collect();
        assert!(!alone.is_empty() && alone.iter().all(is_alone));
        assert_eq!(company.len() + alone.len(), 2 * all.len());
    }
}
