//! What the gate requires of a release: all that it promised, and the core always.

use scenarios::{Core, Scenario};
use support::product::Release;

/// What is required of one release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// Every scenario of the catalogue, in its order.
    pub scenarios: Vec<CatalogueScenario>,
    /// The promises of the core.
    pub core: Vec<Promise>,
}

/// A scenario of the catalogue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CatalogueScenario {
    /// Its id.
    pub id: String,
    /// Why it is not required; `None` where it is.
    pub excused: Option<String>,
    /// Its own checks, without the standing ones. A record in which one of them was never judged is that of
    /// an older catalogue, and does not prove what is asked today.
    pub checks: Vec<String>,
}

/// A promise of the core, and the scenarios that prove it on this release.
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
        let core: Vec<Promise> =
            Core::ALL.into_iter().map(|promise| Promise::of(promise, release)).collect();
        let is_core =
            |id: &str| core.iter().any(|promise| promise.scenarios.iter().any(|known| known == id));
        let scenarios = scenarios::all()
            .into_iter()
            .map(|scenario| CatalogueScenario {
                id: scenario.id.to_owned(),
                excused: excuse(scenario, release).filter(|_| !is_core(scenario.id)),
                checks: scenario.checks.iter().map(|check| check.id.to_owned()).collect(),
            })
            .collect();
        Self { scenarios, core }
    }

    /// Whether the gate needs this scenario.
    pub fn requires(&self, id: &str) -> bool {
        self.scenarios.iter().any(|wanted| wanted.id == id && wanted.excused.is_none())
    }
}

impl Promise {
    /// The scenarios of the promise that the release is to be asked. A release that made none of
    /// them is asked all: a promise of the core is never excused.
    fn of(promise: Core, release: Option<&Release>) -> Self {
        let mut asked: Vec<&Scenario> = promise.scenarios().collect();
        if asked.iter().any(|scenario| excuse(scenario, release).is_none()) {
            asked.retain(|scenario| excuse(scenario, release).is_none());
        }
        Self {
            name: promise.name().to_owned(),
            scenarios: asked.into_iter().map(|scenario| scenario.id.to_owned()).collect(),
        }
    }
}

fn excuse(scenario: &Scenario, release: Option<&Release>) -> Option<String> {
    let promised = scenario.promised?;
    let release = release?;
    (!promised.covers(release)).then(|| promised.why.to_owned())
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
        assert!(policy("3.2.7").requires("sync/opted-in-healthy"));
        assert!(!policy("3.2.0").requires("sync/opted-in-healthy"));
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
    fn the_core_is_never_excused() {
        for release in ["3.1.0", "3.2.0a10", "3.2.0rc2", "3.2.0", "3.2.7", "4.0.0rc7"] {
            let policy = policy(release);
            assert_eq!(policy.core.len(), Core::ALL.len());
            for promise in &policy.core {
                assert!(!promise.scenarios.is_empty(), "{release}: {}", promise.name);
                for id in &promise.scenarios {
                    assert!(policy.requires(id), "{release}: {id}");
                }
            }
        }
        assert!(
            policy("3.2.0a10").requires("contract-drift/caught"),
            "it never had it, and the core asks for it all the same"
        );
    }
}
