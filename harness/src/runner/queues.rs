//! What is still to be run, and the threads that run it.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use scenarios::Load;

/// Jobs that keep a core busy, those that mostly wait, and those that measure time.
#[derive(Debug)]
pub(crate) struct Queues<T> {
    busy: Mutex<VecDeque<T>>,
    waiting: Mutex<VecDeque<T>>,
    alone: Mutex<VecDeque<T>>,
}

impl<T: Send> Queues<T> {
    /// These jobs, in their order.
    pub(crate) fn of(jobs: impl IntoIterator<Item = T>, load: impl Fn(&T) -> Load) -> Self {
        let (mut busy, mut waiting, mut alone) =
            (VecDeque::new(), VecDeque::new(), VecDeque::new());
        for job in jobs {
            match load(&job) {
                Load::Busy => busy.push_back(job),
                Load::Waiting => waiting.push_back(job),
                Load::Alone => alone.push_back(job),
            }
        }
        Self { busy: Mutex::new(busy), waiting: Mutex::new(waiting), alone: Mutex::new(alone) }
    }

    /// Runs all jobs: so many at a time, and beside each of these so many that mostly wait. `work` takes the number of
    /// its thread, and the next job until there is none.
    pub(crate) fn run(
        &self,
        workers: usize,
        waiters_for_each: usize,
        work: impl Fn(usize, &dyn Fn() -> Option<T>) + Sync,
    ) {
        let waiters = lock(&self.waiting).len().min(waiters_for_each * workers);
        std::thread::scope(|scope| {
            for number in 0..workers + waiters {
                let work = &work;
                scope.spawn(move || work(number, &|| self.next(number >= workers)));
            }
        });
        // What measures time comes last, when nothing else disturbs it.
        if !lock(&self.alone).is_empty() {
            std::thread::scope(|scope| {
                scope.spawn(|| work(0, &|| pop(&self.alone)));
            });
        }
    }

    /// The next job; one that mostly waits when that is all that is asked for, or all that is left.
    fn next(&self, only_waits: bool) -> Option<T> {
        let busy = if only_waits { None } else { pop(&self.busy) };
        busy.or_else(|| pop(&self.waiting))
    }
}

fn pop<T>(queue: &Mutex<VecDeque<T>>) -> Option<T> {
    lock(queue).pop_front()
}

fn lock<T>(queue: &Mutex<VecDeque<T>>) -> MutexGuard<'_, VecDeque<T>> {
    queue.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_measures_time_is_run_last_and_alone() {
        let jobs = [Load::Alone, Load::Busy, Load::Waiting, Load::Alone, Load::Busy];
        let (ran, running) = (Mutex::new(Vec::new()), Mutex::new(0));
        Queues::of(jobs, |load| *load).run(2, 2, |_, next| {
            while let Some(load) = next() {
                *running.lock().unwrap() += 1;
                std::thread::sleep(std::time::Duration::from_millis(2));
                ran.lock().unwrap().push((load, *running.lock().unwrap()));
                *running.lock().unwrap() -= 1;
            }
        });
        let ran = ran.into_inner().unwrap();
        assert_eq!(ran.len(), jobs.len());
        assert!(ran[..3].iter().all(|(load, _)| *load != Load::Alone), "{ran:?}");
        assert_eq!(ran[3..], [(Load::Alone, 1), (Load::Alone, 1)]);
    }
}
