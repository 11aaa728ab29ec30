//! Whether anybody else wants the machine right now.

use std::num::NonZero;
use std::thread;
use std::time::{Duration, Instant};

use rustix::time::{ClockId, clock_gettime};

/// What each spin computes.
const SPIN: Duration = Duration::from_millis(20);

/// [`stretch`] beyond which somebody else does. Two that share a core have 2.
pub const STRETCHED: f64 = 1.25;

/// Whether nobody else wants it.
pub fn is_quiet() -> bool {
    stretch() <= STRETCHED
}

/// How many times longer it takes to compute than it computes, on all cores at once: 1 on a machine at rest, and
/// more where others want it, too.
pub fn stretch() -> f64 {
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    let spins: Vec<(Duration, Duration)> = thread::scope(|scope| {
        let spins: Vec<_> = (0..cores).map(|_| scope.spawn(spin)).collect();
        spins.into_iter().filter_map(|spin| spin.join().ok()).collect()
    });
    let wall: Duration = spins.iter().map(|spin| spin.0).sum();
    let cpu: Duration = spins.iter().map(|spin| spin.1).sum();
    wall.as_secs_f64() / cpu.max(SPIN).as_secs_f64()
}

/// Computes, and says how long it took and how much it was.
fn spin() -> (Duration, Duration) {
    let (began, before) = (Instant::now(), computed());
    loop {
        let cpu = computed().saturating_sub(before);
        if cpu >= SPIN {
            return (began.elapsed(), cpu);
        }
    }
}

/// What this thread has computed since it began.
fn computed() -> Duration {
    Duration::try_from(clock_gettime(ClockId::ThreadCPUTime)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, Ordering};

    use super::*;

    #[test]
    fn three_that_compute_on_each_core_are_company() {
        let cores = thread::available_parallelism().map_or(1, NonZero::get);
        let is_over = AtomicBool::new(false);
        let most = thread::scope(|scope| {
            for _ in 0..3 * cores {
                scope.spawn(|| {
                    while !is_over.load(Ordering::Relaxed) {
                        std::hint::spin_loop();
                    }
                });
            }
            // A moment in which nobody else has a turn is no wonder; ten of them would be.
            let most = (0..10).map(|_| stretch()).fold(0.0, f64::max);
            is_over.store(true, Ordering::Relaxed);
            most
        });
        assert!(most > 1.5, "{most}");
    }

    #[test]
    fn nobody_computes_in_less_than_no_time() {
        assert!(stretch() > 0.9);
    }
}
