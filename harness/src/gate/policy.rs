//! What the gate requires of a release: all that it promised, and the floor always.

use scenarios::{FLOOR, FloorPromise, Scenario};
use support::product::Release;

/// What is required of one release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// Every scenario of the catalogue, in its order.
    pub scenarios: Vec<Wanted>,
    /// The promises of the floor.
    pub floor: Vec<Promise>,
}

/// A scenario of the catalogue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// Its id.
    pub id: String,
    /// Why it is not required; `None` where it is.
    pub excused: Option<String>,
    /// Its own checks, without the standing ones. A record in which one of them was never judged is that of
    /// an older catalogue, and does not prove what is asked today.
    pub checks: Vec<String>,
}

/// A promise of the floor, and the scenarios that prove it on this release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Promise {
    /// Its name.
    pub name: String,
    /// The ids of its scenarios, never none.
    pub scenarios: Vec<String>,
}

impl Policy {
    /// What is required of `release`; of one that nobody knows, everything.
    pub fn of(release: Option<&Release>) -> Self {
        let floor: Vec<Promise> =
            FLOOR.iter().map(|promise| Promise::of(promise, release)).collect();
        let is_floor = |id: &str| {
            floor.iter().any(|promise| promise.scenarios.iter().any(|known| known == id))
        };
        let scenarios = scenarios::all()
            .into_iter()
            .map(|scenario| Wanted {
                id: scenario.id.to_owned(),
                excused: excuse(scenario, release).filter(|_| !is_floor(scenario.id)),
                checks: scenario.checks.iter().map(|check| check.id.to_owned()).collect(),
            })
            .collect();
        Self { scenarios, floor }
    }

    /// Whether the gate needs this scenario.
    pub fn requires(&self, id: &str) -> bool {
        self.scenarios.iter().any(|wanted| wanted.id == id && wanted.excused.is_none())
    }
}

impl Promise {
    /// The scenarios of the promise that the release is to be asked. A release that made none of
    /// them is asked all: a promise of the floor is never excused.
    fn of(promise: &FloorPromise, release: Option<&Release>) -> Self {
        let there = scenarios::all();
        let is_promised = |id: &&&str| {
            let scenario = there.iter().find(|scenario| scenario.id == **id);
            scenario.is_none_or(|scenario| excuse(scenario, release).is_none())
        };
        let promised: Vec<&&str> = promise.scenarios.iter().filter(is_promised).collect();
        let asked = if promised.is_empty() { promise.scenarios.iter().collect() } else { promised };
        Self {
            name: promise.name.to_owned(),
            scenarios: asked.into_iter().map(ToString::to_string).collect(),
        }
    }
}

fn excuse(scenario: &Scenario, release: Option<&Release>) -> Option<String> {
    let range = scenario.promised_by()?;
    let release = release?;
    (!range.covers(release)).then(|| range.why.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy(release: &str) -> Policy {
        Policy::of(Some(&release.parse().unwrap()))
    }

    #[test]
    fn what_a_release_never_promised_is_not_required() {
        assert!(policy("3.2.0").requires("sync/healthy"));
        assert!(!policy("3.2.7").requires("sync/healthy"));
        assert!(policy("3.2.7").requires("sync/armed-healthy"));
        assert!(!policy("3.2.0").requires("sync/armed-healthy"));
        for release in ["3.2.0a10", "3.2.7"] {
            assert!(policy(release).requires("merge/missing-branch-blocks-merge"));
        }
    }

    #[test]
    fn of_an_unknown_release_everything_is_required() {
        let policy = Policy::of(None);
        assert!(policy.scenarios.iter().all(|wanted| wanted.excused.is_none()));
    }

    #[test]
    fn the_floor_is_never_excused() {
        for release in ["3.1.0", "3.2.0a10", "3.2.0rc2", "3.2.0", "3.2.7", "4.0.0rc7"] {
            let policy = policy(release);
            assert_eq!(policy.floor.len(), FLOOR.len());
            for promise in &policy.floor {
                assert!(!promise.scenarios.is_empty(), "{release}: {}", promise.name);
                for id in &promise.scenarios {
                    assert!(policy.requires(id), "{release}: {id}");
                }
            }
        }
        assert!(
            policy("3.2.0a10").requires("contract-drift/caught"),
            "it never had it, and the floor asks for it all the same"
        );
    }
}
