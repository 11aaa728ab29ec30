//! Moments that look like chance and are the same every time.

/// How many moments.
const POINTS: u32 = 10;

/// Another number here gives another spread.
const SALT: u64 = 1;

/// Shares of a duration, in order: one at a random place in each tenth of it.
pub(super) fn spread(scenario: &str) -> Vec<f64> {
    let mut state = seed(scenario);
    (0..POINTS)
        .map(|number| (f64::from(number) + fraction(next(&mut state))) / f64::from(POINTS))
        .collect()
}

/// What a reader has to know of the spread.
pub(super) fn describe_spread(scenario: &str) -> String {
    format!("{POINTS} moments, seed {:#018x}", seed(scenario))
}

/// From the scenario's id, so that no two scenarios strike at the same moments (FNV-1a).
fn seed(scenario: &str) -> u64 {
    scenario.bytes().fold(0xcbf2_9ce4_8422_2325 ^ SALT, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// The next number of a sequence (splitmix64).
fn next(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mixed = (*state ^ (*state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

/// From 0 up to 1, by the upper half of a number.
fn fraction(number: u64) -> f64 {
    let upper = u32::try_from(number >> 32).unwrap_or(u32::MAX);
    f64::from(upper) / (f64::from(u32::MAX) + 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spread_is_the_same_every_time_and_covers_the_whole() {
        let shares = spread("a/b");
        assert_eq!(shares, spread("a/b"));
        assert_ne!(shares, spread("a/c"));
        assert_eq!(shares.len(), 10);
        assert!(shares.is_sorted());
        assert!(shares[0] < 0.1 && shares[9] >= 0.9 && shares[9] < 1.0);
    }
}
