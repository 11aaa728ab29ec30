//! Whether a record is whole: what was recorded of a run stands there once, and nothing of it is missing.

use std::collections::HashMap;

use super::{Closing, Event};

/// Where an attempt at a scenario has got to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Attempt {
    Begun,
    Ended,
}

/// What is missing or there twice, with the number of its line, from 1. A record that nothing closes is that of a run
/// that was killed: it may stop anywhere, but has nothing twice.
pub(super) fn check(events: &[Event], closing: Option<Closing>) -> Result<(), (usize, String)> {
    let mut attempts: HashMap<(&str, u32), Attempt> = HashMap::new();
    let mut ended = false;
    // The first line is the header.
    for (line, event) in (2..).zip(events) {
        if ended {
            return Err((line, "something stands behind the end of the run".to_owned()));
        }
        let (scenario, attempt, before, now) = match event {
            Event::ScenarioStarted { scenario, attempt, .. } => {
                (scenario, *attempt, None, Attempt::Begun)
            }
            Event::Observed { scenario, attempt, .. } => {
                (scenario, *attempt, Some(Attempt::Begun), Attempt::Begun)
            }
            Event::ScenarioEnded { scenario, attempt, .. } => {
                (scenario, *attempt, Some(Attempt::Begun), Attempt::Ended)
            }
            Event::RunEnded { .. } => {
                ended = true;
                continue;
            }
            Event::WorkerReady { .. } | Event::LeftOutside { .. } | Event::HomeTouched { .. } => {
                continue;
            }
        };
        let found = attempts.insert((scenario, attempt), now);
        if found != before {
            let what = match found {
                None => "was never begun",
                Some(Attempt::Begun) => "begins twice",
                Some(Attempt::Ended) => "goes on after its end",
            };
            return Err((line, format!("repeat {attempt} of `{scenario}` {what}")));
        }
    }
    let lines = events.len() + 1;
    match closing {
        Some(Closing { lines_above }) if lines_above != lines => Err((
            lines + 1,
            format!("{lines_above} lines were written above it, and {lines} stand there"),
        )),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Ended;

    fn started(scenario: &str, attempt: u32) -> Event {
        Event::ScenarioStarted { scenario: scenario.to_owned(), attempt, worker: 0, at_ms: 0 }
    }

    fn ended(scenario: &str, attempt: u32) -> Event {
        Event::ScenarioEnded { scenario: scenario.to_owned(), attempt, duration_ms: 1, kept: None }
    }

    fn whole() -> Vec<Event> {
        let end = Event::RunEnded { how: Ended::Completed, wall_ms: 1 };
        vec![
            started("a", 1),
            started("b", 1),
            ended("b", 1),
            ended("a", 1),
            started("a", 2),
            ended("a", 2),
            end,
        ]
    }

    fn closed(events: &[Event]) -> Result<(), (usize, String)> {
        check(events, Some(Closing { lines_above: 8 }))
    }

    #[test]
    fn what_is_whole_is_read_and_so_is_what_was_killed_anywhere() {
        assert_eq!(closed(&whole()), Ok(()));
        for length in 0..=whole().len() {
            assert_eq!(check(&whole()[..length], None), Ok(()), "{length}");
        }
    }

    #[test]
    fn whatever_line_is_lost_or_doubled_is_noticed() {
        for place in 0..whole().len() {
            let mut lost = whole();
            lost.remove(place);
            assert!(closed(&lost).is_err(), "{place}");
            let mut doubled = whole();
            doubled.insert(place, doubled[place].clone());
            assert!(closed(&doubled).is_err(), "{place}");
            for other in 0..whole().len() - 1 {
                let mut both = lost.clone();
                both.insert(other, both[other].clone());
                assert!(closed(&both).is_err(), "{place} for {other}");
            }
        }
    }
}
