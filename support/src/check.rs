//! The judgement of one statement about a product.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How a statement was judged, with what a person needs to act on it.
///
/// A failing judgement carries a **signature**: a short, stable word for *how* it failed, equal
/// for the same defect on every machine and run, different for another defect. It holds no path,
/// id or time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[must_use = "a judgement that is not recorded proves nothing"]
pub struct Judgement {
    /// Whether the statement held.
    pub outcome: Outcome,
    /// How it failed; `None` when it held.
    pub signature: Option<String>,
    /// What was expected, in words.
    pub expected: String,
    /// What was observed, in words or as an excerpt.
    pub observed: String,
}

/// Whether a statement held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// It held.
    Pass,
    /// It did not.
    Fail,
}

impl Judgement {
    /// The statement held.
    pub fn pass(expected: impl Into<String>, observed: impl Into<String>) -> Self {
        Self {
            outcome: Outcome::Pass,
            signature: None,
            expected: expected.into(),
            observed: observed.into(),
        }
    }

    /// The statement did not hold, in the way that `signature` names.
    pub fn fail(
        signature: impl Into<String>,
        expected: impl Into<String>,
        observed: impl Into<String>,
    ) -> Self {
        Self {
            outcome: Outcome::Fail,
            signature: Some(signature.into()),
            expected: expected.into(),
            observed: observed.into(),
        }
    }

    /// Whether the statement held.
    pub fn held(&self) -> bool {
        self.outcome == Outcome::Pass
    }
}

/// Judges that two values are equal; `name` leads the signature of a difference.
pub fn equal<T: PartialEq + std::fmt::Debug>(name: &str, expected: &T, observed: &T) -> Judgement {
    let (expected_text, observed_text) = (format!("{expected:?}"), format!("{observed:?}"));
    if expected == observed {
        Judgement::pass(expected_text, observed_text)
    } else {
        Judgement::fail(format!("{name}-differs"), expected_text, observed_text)
    }
}

/// Judges that a list of surprises is empty; `signature` is made from the first of them.
pub fn none_of<T: std::fmt::Display>(
    expected: &str,
    surprises: &[T],
    signature: impl Fn(&T) -> String,
) -> Judgement {
    match surprises.first() {
        None => Judgement::pass(expected, "none"),
        Some(first) => {
            let listed: Vec<_> = surprises.iter().take(20).map(ToString::to_string).collect();
            Judgement::fail(signature(first), expected, listed.join("\n"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_passed_held_and_what_failed_did_not() {
        let pass = Judgement::pass("a", "b");
        assert!(pass.held() && pass.signature.is_none());
        let fail = Judgement::fail("exit=1", "a", "b");
        assert!(!fail.held());
        assert_eq!(fail.signature.as_deref(), Some("exit=1"));
    }

    #[test]
    fn equals_pass_and_differences_are_named() {
        assert!(equal("lane", &1, &1).held());
        let differs = equal("lane", &1, &2);
        assert_eq!(differs.signature.as_deref(), Some("lane-differs"));
        assert_eq!((&*differs.expected, &*differs.observed), ("1", "2"));
    }

    #[test]
    fn the_first_surprise_names_the_failure_and_twenty_are_told() {
        let sign = |first: &i32| format!("first: {first}");
        assert!(none_of("none", &[], sign).held());
        let many: Vec<i32> = (1..=30).collect();
        let failed = none_of("none", &many, sign);
        assert_eq!(failed.signature.as_deref(), Some("first: 1"));
        assert_eq!(failed.observed.lines().count(), 20);
    }
}
