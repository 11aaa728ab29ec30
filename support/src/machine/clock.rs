//! A clock that runs, and is not behind this build.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use super::reason_without_output;
use crate::nested_env::EnvError;
use crate::skip::SkipCode;

/// When this was built, in seconds since 1970.
const BUILT_AT: &str = env!("KITTY_GATE_BUILT_AT");

/// How long the clock is watched. No clock of files and certificates is coarser.
const WATCH: Duration = Duration::from_millis(20);

/// How far it may be off its own pace meanwhile: it may be set, by a little, at any moment.
const SLACK: Duration = Duration::from_secs(60);

pub(super) fn runs() -> Result<String, EnvError> {
    let (before, started) = (SystemTime::now(), Instant::now());
    std::thread::sleep(WATCH);
    let (after, passed) = (SystemTime::now(), started.elapsed());
    let built = UNIX_EPOCH + Duration::from_secs(BUILT_AT.parse().unwrap_or_default());
    match fault(built, before, after, passed) {
        None => Ok("runs".to_owned()),
        Some(fault) => Err(reason_without_output(SkipCode::ClockWrong, &fault).into()),
    }
}

/// What is wrong with a clock that showed `before`, and `after` when so much time had `passed`.
fn fault(
    built: SystemTime,
    before: SystemTime,
    after: SystemTime,
    passed: Duration,
) -> Option<String> {
    if before < built {
        let told = |time: SystemTime| {
            jiff::Timestamp::try_from(time)
                .map_or_else(|error| error.to_string(), |t| t.to_string())
        };
        return Some(format!(
            "the clock shows {}, before this kitty-gate was built ({})",
            told(before),
            told(built)
        ));
    }
    match after.duration_since(before) {
        Err(_) => Some("the clock runs backwards".to_owned()),
        Ok(Duration::ZERO) => Some("the clock stands still".to_owned()),
        Ok(shown) if shown > passed + SLACK => Some(format!(
            "the clock moved on by {} s in {} ms",
            shown.as_secs(),
            passed.as_millis()
        )),
        Ok(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_cannot_be_right_is_told() {
        let at = |seconds| UNIX_EPOCH + Duration::from_secs(seconds);
        let second = Duration::from_secs(1);
        let told =
            |before, after| fault(at(1000), at(before), at(after), second).unwrap_or_default();
        assert_eq!(told(2000, 2001), "");
        assert_eq!(
            told(999, 1000),
            "the clock shows 1970-01-01T00:16:39Z, before this kitty-gate was built (1970-01-01T00:16:40Z)"
        );
        assert_eq!(told(2000, 1999), "the clock runs backwards");
        assert_eq!(told(2000, 2000), "the clock stands still");
        assert_eq!(told(2000, 5000), "the clock moved on by 3000 s in 1000 ms");
    }

    #[test]
    fn the_clock_of_this_machine_runs() {
        assert_eq!(runs().unwrap(), "runs");
    }
}
