//! How long a command took, over its repeats, and what can be said of it on a machine that has other
//! things to do.

use std::fmt;
use std::time::Duration;

use support::check::Judgement;

use crate::stage::Step;

/// What one command cost each time.
#[derive(Debug, Default)]
pub(super) struct Figures {
    /// From its start to its end, sorted.
    walls: Vec<Duration>,
    /// What it computed, with all that it started, sorted.
    cpus: Vec<Duration>,
}

/// How much of the machine the measurements had.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Company {
    /// Nobody else wanted it: wall time tells what a command costs.
    Quiet,
    /// Somebody did.
    Crowded,
}

/// No machine that is still of use to anybody gives a command less than this part of a core. (With
/// thirty others for two cores, a release was seen to get one twenty-fifth.)
const SMALLEST_SHARE: u32 = 100;

impl Figures {
    /// Takes one more measurement.
    pub(super) fn add(&mut self, step: &Step) {
        self.add_times(step.duration(), step.cpu());
    }

    fn add_times(&mut self, wall: Duration, cpu: Duration) {
        self.walls.push(wall);
        self.cpus.push(cpu);
        self.walls.sort();
        self.cpus.sort();
    }

    /// Judges the quickest of the repeats: what others do on the machine can only add to it. Nothing
    /// where the limit is passed and others may be why.
    pub(super) fn within(&self, limit: Duration, company: Company) -> Option<Judgement> {
        let expected = format!("less than {} ms", limit.as_millis());
        let (wall, cpu) = (least(&self.walls), least(&self.cpus));
        if wall < limit {
            return Some(Judgement::pass(expected, self.to_string()));
        }
        // Who computes little and still takes long is not held up by others: it waits by itself.
        let waits = wall >= limit + cpu * SMALLEST_SHARE;
        let certain = waits || company == Company::Quiet;
        certain.then(|| Judgement::fail("too-slow", expected, self.to_string()))
    }

    /// How many times longer it took than it computed, in the middle of all repeats.
    pub(super) fn stretch(&self) -> f64 {
        let cpu = median(&self.cpus).as_secs_f64();
        median(&self.walls).as_secs_f64() / cpu.max(0.001)
    }
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let three = |times: &[Duration]| {
            let most = times.last().copied().unwrap_or_default();
            format!(
                "{} / {} / {} ms",
                least(times).as_millis(),
                median(times).as_millis(),
                most.as_millis()
            )
        };
        write!(
            f,
            "least / median / most of {}: wall {}, CPU {}",
            self.walls.len(),
            three(&self.walls),
            three(&self.cpus)
        )
    }
}

fn least(times: &[Duration]) -> Duration {
    times.first().copied().unwrap_or_default()
}

fn median(times: &[Duration]) -> Duration {
    times.get(times.len() / 2).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: Duration = Duration::from_secs(2);

    fn verdict(times: &[(u64, u64)], company: Company) -> Option<bool> {
        let mut figures = Figures::default();
        for &(wall, cpu) in times {
            figures.add_times(Duration::from_millis(wall), Duration::from_millis(cpu));
        }
        let judgement = figures.within(LIMIT, company);
        judgement.map(|judgement| judgement.held())
    }

    #[test]
    fn one_quick_repeat_is_enough() {
        let times = [(9000, 900), (1100, 900)];
        assert_eq!(verdict(&times, Company::Crowded), Some(true));
        assert_eq!(verdict(&times, Company::Quiet), Some(true));
    }

    #[test]
    fn a_crowd_excuses_who_computes() {
        let times = [(44_000, 1800), (45_000, 1800)];
        assert_eq!(verdict(&times, Company::Crowded), None);
        assert_eq!(verdict(&times, Company::Quiet), Some(false));
    }

    #[test]
    fn nothing_excuses_who_only_waits() {
        let times = [(3100, 10), (3200, 10)];
        assert_eq!(verdict(&times, Company::Crowded), Some(false));
    }

    #[test]
    fn figures_are_told_with_their_spread() {
        let mut figures = Figures::default();
        for ms in [30, 10, 20] {
            figures.add_times(Duration::from_millis(ms), Duration::from_millis(ms / 10));
        }
        assert_eq!(
            figures.to_string(),
            "least / median / most of 3: wall 10 / 20 / 30 ms, CPU 1 / 2 / 3 ms"
        );
    }
}
