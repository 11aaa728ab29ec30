//! A part of a plan, for one of several machines.
//!
//! Every machine computes the same parts from what they share: the catalogue and the committed
//! durations, nothing that is measured on one of them.

use std::fmt;

use scenarios::Scenario;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::observed::Observations;

/// One part of several.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
pub struct Shard {
    /// Which part, from 1.
    pub index: usize,
    /// Of how many.
    pub of: usize,
}

/// Why a word names no part.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotAShard {
    /// It is not written as `2/4`.
    #[error("`{0}` is not a part such as 2/4, auto or auto/4")]
    Form(String),
    /// There is no such part.
    #[error("there is no part {index} of {of}: parts count from 1")]
    OutOfRange {
        /// The part that was asked for.
        index: usize,
        /// How many there are.
        of: usize,
    },
    /// The environment names none.
    #[error(
        "auto: neither CI_NODE_INDEX (GitLab), BUILDKITE_PARALLEL_JOB (Buildkite) nor JOB_COMPLETION_INDEX (Kubernetes) is set"
    )]
    NoVariable,
    /// The environment names the part, and not of how many.
    #[error("auto: {0} says which part this is, and nothing says of how many: give auto/N")]
    NoTotal(&'static str),
    /// A variable holds no number.
    #[error("auto: {name} is `{value}`, which is no number")]
    NoNumber {
        /// Its name.
        name: &'static str,
        /// What it holds.
        value: String,
    },
    /// The environment says another number of parts than the command line.
    #[error("auto/{asked}: {name} says that there are {found} parts")]
    OtherTotal {
        /// What was asked for.
        asked: usize,
        /// The variable.
        name: &'static str,
        /// What it says.
        found: usize,
    },
}

/// How a system that runs a job on several machines names them.
struct System {
    index: &'static str,
    first: usize,
    total: Option<&'static str>,
}

const SYSTEMS: [System; 3] = [
    System { index: "CI_NODE_INDEX", first: 1, total: Some("CI_NODE_TOTAL") },
    System {
        index: "BUILDKITE_PARALLEL_JOB",
        first: 0,
        total: Some("BUILDKITE_PARALLEL_JOB_COUNT"),
    },
    // An indexed Job does not tell its pods how many they are.
    System { index: "JOB_COMPLETION_INDEX", first: 0, total: None },
];

impl Shard {
    /// The part that `word` names: `2/4`, or `auto` or `auto/4` for what the variables of the CI system
    /// say, which `variable` reads.
    pub fn parse(word: &str, variable: impl Fn(&str) -> Option<String>) -> Result<Self, NotAShard> {
        let form = || NotAShard::Form(word.to_owned());
        let (index, of) = match word.split_once('/') {
            None if word == "auto" => return auto(None, variable),
            Some(("auto", of)) => return auto(Some(of.parse().map_err(|_| form())?), variable),
            Some((index, of)) => (index.parse(), of.parse()),
            None => return Err(form()),
        };
        Self::new(index.map_err(|_| form())?, of.map_err(|_| form())?)
    }

    fn new(index: usize, of: usize) -> Result<Self, NotAShard> {
        if (1..=of).contains(&index) {
            Ok(Self { index, of })
        } else {
            Err(NotAShard::OutOfRange { index, of })
        }
    }
}

fn auto(
    asked: Option<usize>,
    variable: impl Fn(&str) -> Option<String>,
) -> Result<Shard, NotAShard> {
    let number = |name: &'static str| -> Result<Option<usize>, NotAShard> {
        let value = variable(name).filter(|value| !value.is_empty());
        value
            .map(|value| value.parse().map_err(|_| NotAShard::NoNumber { name, value }))
            .transpose()
    };
    for system in &SYSTEMS {
        let Some(index) = number(system.index)? else {
            continue;
        };
        let found = system.total.map(|name| Ok((name, number(name)?))).transpose()?;
        let of = match (asked, found) {
            (Some(asked), Some((name, Some(found)))) if asked != found => {
                return Err(NotAShard::OtherTotal { asked, name, found });
            }
            (Some(asked), _) => asked,
            (None, Some((_, Some(found)))) => found,
            (None, _) => return Err(NotAShard::NoTotal(system.index)),
        };
        return Shard::new(index + 1 - system.first, of);
    }
    Err(NotAShard::NoVariable)
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.index, self.of)
    }
}

/// A part of a plan, and how long it takes.
#[derive(Debug, Clone, Default)]
pub struct Part {
    /// Its scenarios, in the order of the plan.
    pub scenarios: Vec<&'static Scenario>,
    /// How long they take, one after the other, in milliseconds.
    pub duration_ms: u64,
}

/// Cuts a plan into `parts` that take about the same time: the longest first, each to the part that has
/// least so far. The same plan is always cut alike.
pub fn cut(plan: &[&'static Scenario], parts: usize, known: &Observations) -> Vec<Part> {
    let mut longest: Vec<&'static Scenario> = plan.to_vec();
    known.longest_first(&mut longest);
    let mut cut: Vec<Part> = vec![Part::default(); parts];
    for scenario in longest {
        // The first of those that have least; and fewest, so that no part stays empty for want of time.
        let least = cut.iter_mut().min_by_key(|part| (part.duration_ms, part.scenarios.len()));
        if let Some(part) = least {
            part.duration_ms += known.expected_ms(scenario);
            part.scenarios.push(scenario);
        }
    }
    for part in &mut cut {
        let place = |scenario: &&Scenario| plan.iter().position(|known| known.id == scenario.id);
        part.scenarios.sort_by_key(place);
    }
    cut
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn parse(word: &str, variables: &[(&str, &str)]) -> Result<(usize, usize), String> {
        let read = |name: &str| {
            let found = variables.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        let shard = Shard::parse(word, read).map_err(|error| error.to_string())?;
        Ok((shard.index, shard.of))
    }

    #[test]
    fn a_part_is_named_from_one() {
        assert_eq!(parse("2/4", &[]), Ok((2, 4)));
        for word in ["0/4", "5/4", "1/0"] {
            assert!(parse(word, &[]).unwrap_err().contains("parts count from 1"), "{word}");
        }
        for word in ["", "2", "a/b", "2/", "/4", "auto/x"] {
            assert!(parse(word, &[]).unwrap_err().contains("is not a part such as"), "{word}");
        }
    }

    #[test]
    fn each_system_counts_in_its_own_way() {
        let gitlab = [("CI_NODE_INDEX", "1"), ("CI_NODE_TOTAL", "3")];
        let buildkite = [("BUILDKITE_PARALLEL_JOB", "2"), ("BUILDKITE_PARALLEL_JOB_COUNT", "3")];
        let kubernetes = [("JOB_COMPLETION_INDEX", "0")];
        assert_eq!(parse("auto", &gitlab), Ok((1, 3)));
        assert_eq!(parse("auto", &buildkite), Ok((3, 3)));
        assert_eq!(parse("auto/5", &kubernetes), Ok((1, 5)));
        assert!(parse("auto", &kubernetes).unwrap_err().contains("give auto/N"));
        assert!(
            parse("auto/4", &gitlab).unwrap_err().contains("CI_NODE_TOTAL says that there are 3")
        );
        assert!(parse("auto", &[]).unwrap_err().contains("is set"));
        assert!(
            parse("auto", &[("CI_NODE_INDEX", "x")]).unwrap_err().contains("which is no number")
        );
        assert!(parse("auto", &[("CI_NODE_INDEX", "4"), ("CI_NODE_TOTAL", "3")]).is_err());
    }

    #[test]
    fn every_scenario_is_in_exactly_one_part() {
        let plan = scenarios::all();
        let known = &Observations::committed().unwrap();
        for parts in [1, 2, 4, 16, plan.len()] {
            let cut = cut(&plan, parts, known);
            let ids: Vec<&str> =
                cut.iter().flat_map(|part| &part.scenarios).map(|scenario| scenario.id).collect();
            assert_eq!(ids.len(), plan.len(), "each once");
            assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), plan.len());
            assert!(cut.iter().all(|part| !part.scenarios.is_empty()), "{parts}");
        }
    }

    #[test]
    fn parts_take_about_the_same_time() {
        let plan = scenarios::all();
        let known = &Observations::committed().unwrap();
        let longest = plan.iter().map(|scenario| known.expected_ms(scenario)).max().unwrap();
        let cut = cut(&plan, 4, known);
        let most = cut.iter().map(|part| part.duration_ms).max().unwrap();
        let least = cut.iter().map(|part| part.duration_ms).min().unwrap();
        // What greedy balancing owes: the parts differ by no more than the longest scenario.
        assert!(most - least <= longest, "{most} {least}");
    }
}
