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
