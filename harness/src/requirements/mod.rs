//! What is required, what proves it, and what a recorded run says of it.

mod accepted;
mod judge;
mod near;

use std::collections::{BTreeMap, BTreeSet};

use scenarios::requirements::{self, Book, Claim, ClaimKind, Coverage, Requirement};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use self::accepted::Accepted;
use self::judge::Judge;
pub use self::judge::{Gap, GapKind, Standing, State, Violation};
use self::near::near;
use crate::document::RunDocument;
use crate::gate::GateDocument;
use crate::record::Header;

/// What `requirements --json` prints.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct RequirementsDocument {
    /// Always `kitty-gate/requirements`.
    pub format: String,
    /// Version of the format; raised when a reader of the old one would be misled.
    pub version: u32,
    /// The run that was judged; `null` when none was named.
    pub run: Option<JudgedRun>,
    /// How many requirements there are of each kind, over all sources.
    pub totals: Totals,
    /// Where requirements come from, in the order in which people read them.
    pub sources: Vec<SourceDocument>,
    /// Checks of the run that failed and stand for no requirement that is known today.
    pub unassigned: Vec<Violation>,
}

/// The run that requirements are held against.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct JudgedRun {
    /// Its id.
    pub run_id: String,
    /// The product as it was asked for.
    pub product: String,
    /// The release that it turned out to be; `null` when it would not say.
    pub release: Option<String>,
}

/// How many requirements there are of each kind. Every kind is listed.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Totals {
    /// By how far the scenarios of today cover them.
    pub coverage: BTreeMap<Coverage, usize>,
    /// By what the run says of them; `null` without a run.
    pub states: Option<BTreeMap<State, usize>>,
}

/// The requirements of one document.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct SourceDocument {
    /// Its short name.
    pub name: String,
    /// What it is about.
    pub topic: String,
    /// How many there are of each kind.
    pub totals: Totals,
    /// Its requirements.
    pub requirements: Vec<RequirementDocument>,
}

/// A requirement, what proves it, and how it stands.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct RequirementDocument {
    /// Its id.
    pub id: String,
    /// Other names that scenarios and checks use for it.
    pub also: Vec<String>,
    /// What is promised.
    pub text: String,
    /// How far the scenarios of today cover it.
    pub coverage: Coverage,
    /// The scenarios that prove it as a whole.
    pub scenarios: Vec<String>,
    /// The checks of other scenarios that stand for it.
    pub checks: Vec<NamedCheck>,
    /// The requirements by way of which it is proven.
    pub through: Vec<String>,
    /// The scenarios that will prove it and are not written yet.
    pub planned: Vec<String>,
    /// Why nothing can prove it from outside.
    pub unreachable: Option<String>,
    /// What the run says of it; `null` without a run.
    pub standing: Option<Standing>,
}

/// A check of a scenario.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct NamedCheck {
    /// The scenario.
    pub scenario: String,
    /// Its check.
    pub check: String,
}

/// A pure function of the book, the scenarios of today, the recorded run, and the decision on it, if there is one.
pub fn document(
    book: &Book,
    recorded: Option<(&Header, &RunDocument)>,
    gate: Option<&GateDocument>,
) -> RequirementsDocument {
    let today = requirements::claims();
    let near = near(book, &today);
    let judge =
        recorded.map(|(header, run)| Judge::new(book, header, run, &today, Accepted::of(gate)));
    let sources: Vec<SourceDocument> = book
        .sources
        .iter()
        .map(|source| {
            let requirements: Vec<_> = book
                .of_source(&source.name)
                .map(|one| {
                    // Its own, and those of what it is made of.
                    let parts = one.through.iter().filter_map(|name| book.requirement(name));
                    let names = std::iter::once(one).chain(parts).map(|one| one.id.as_str());
                    let places = names.filter_map(|name| near.get(name)).flatten();
                    let places: BTreeSet<usize> = places.copied().collect();
                    let near: Vec<_> = places.iter().map(|&place| today[place].clone()).collect();
                    RequirementDocument::of(one, book, &near, judge.as_ref())
                })
                .collect();
            SourceDocument {
                name: source.name.clone(),
                topic: source.topic.clone(),
                totals: Totals::of(&requirements.iter().collect::<Vec<_>>()),
                requirements,
            }
        })
        .collect();
    let all: Vec<_> = sources.iter().flat_map(|one| &one.requirements).collect();
    RequirementsDocument {
        format: "kitty-gate/requirements".to_owned(),
        version: 1,
        run: recorded.map(|(header, _)| JudgedRun {
            run_id: header.run_id.clone(),
            product: header.product.spec.clone(),
            release: header.product.release.clone(),
        }),
        totals: Totals::of(&all),
        unassigned: judge.map_or_else(Vec::new, |judge| judge.unassigned()),
        sources,
    }
}

impl RequirementDocument {
    fn of(one: &Requirement, book: &Book, today: &[Claim], judge: Option<&Judge<'_>>) -> Self {
        let mut scenarios = Vec::new();
        let mut checks = Vec::new();
        for claim in today {
            let scenario = || claim.scenario.clone();
            match claim.bearing(one, book) {
                Some(ClaimKind::Whole) => scenarios.push(scenario()),
                Some(ClaimKind::Checks(ids)) => {
                    checks.extend(
                        ids.into_iter().map(|check| NamedCheck { scenario: scenario(), check }),
                    );
                }
                None => {}
            }
        }
        Self {
            id: one.id.clone(),
            also: one.also.clone(),
            text: one.text.clone(),
            coverage: Coverage::of(one, book, today),
            scenarios,
            checks,
            through: one.through.clone(),
            planned: one.planned.clone(),
            unreachable: one.unreachable.clone(),
            standing: judge.map(|judge| judge.standing(one)),
        }
    }
}

impl Totals {
    fn of(requirements: &[&RequirementDocument]) -> Self {
        let mut coverage: BTreeMap<_, _> = Coverage::ALL.into_iter().map(|c| (c, 0)).collect();
        for one in requirements {
            *coverage.entry(one.coverage).or_default() += 1;
        }
        let standings: Option<Vec<&Standing>> =
            requirements.iter().map(|one| one.standing.as_ref()).collect();
        let states = standings.map(|standings| {
            let mut states: BTreeMap<_, _> = State::ALL.into_iter().map(|s| (s, 0)).collect();
            for standing in standings {
                *states.entry(standing.state).or_default() += 1;
            }
            states
        });
        Self { coverage, states }
    }
}
