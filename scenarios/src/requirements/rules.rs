//! What must hold between the book and the scenarios. A breach says where, which field, and what to do.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::book::{Book, FILE, Meaning, Requirement};
use super::claim::Claim;

/// Something that does not fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Breach {
    /// The entry of the book, or the scenario.
    pub place: String,
    /// Its field.
    pub field: &'static str,
    /// What is wrong.
    pub problem: String,
    /// What to do about it.
    pub remedy: String,
}

impl fmt::Display for Breach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (place, field) = (&self.place, self.field);
        writeln!(f, "{place}, field `{field}`: {}", self.problem)?;
        write!(f, "  remedy: {}", self.remedy)
    }
}

/// Everything that does not fit, in the order of the book, then of the scenarios.
pub fn breaches(book: &Book, claims: &[Claim]) -> Vec<Breach> {
    let mut found = names_that_clash(book);
    found.extend(bad_sources(book));
    for requirement in &book.requirements {
        found.extend(bad_words(requirement));
        found.extend(bad_proof(requirement, book, claims));
        found.extend(bad_scenarios(requirement, claims));
        found.extend(bad_checks(requirement, book, claims));
        found.extend(bad_plans(requirement, claims));
        found.extend(bad_parts(requirement, book));
    }
    found.extend(bad_defects(book));
    for claim in claims {
        found.extend(unknown_names(claim, book));
    }
    found
}

/// A name means one thing, whatever kind of thing it is.
fn names_that_clash(book: &Book) -> Vec<Breach> {
    let of_requirements = book.requirements.iter().flat_map(|requirement| {
        std::iter::once(&requirement.id)
            .chain(&requirement.also)
            .map(move |name| (name, entry(requirement)))
    });
    let of_defects =
        book.defects.iter().map(|defect| (&defect.id, format!("{FILE}, defect `{}`", defect.id)));
    let mut owners: BTreeMap<&String, String> = BTreeMap::new();
    let mut found = Vec::new();
    for (name, place) in of_requirements.chain(of_defects) {
        if name.trim() != name || name.is_empty() || name.starts_with('#') {
            found.push(Breach {
                place: place.clone(),
                field: "id",
                problem: format!("`{name}` is no name"),
                remedy: "no empty ones, no spaces around, and `#` is for issues".to_owned(),
            });
        }
        match owners.get(name) {
            Some(owner) => found.push(Breach {
                place,
                field: "id",
                problem: format!("`{name}` is taken by {owner}"),
                remedy: "put the mission in front, as in `reliability/FR-005`".to_owned(),
            }),
            None => {
                owners.insert(name, place);
            }
        }
    }
    found
}

fn bad_sources(book: &Book) -> Vec<Breach> {
    let mut known = BTreeSet::new();
    let mut found = Vec::new();
    for source in &book.sources {
        let breach = |field, problem: &str, remedy: &str| Breach {
            place: format!("{FILE}, source `{}`", source.name),
            field,
            problem: problem.to_owned(),
            remedy: remedy.to_owned(),
        };
        if !known.insert(&source.name) {
            found.push(breach("name", "it stands twice", "remove one of the two"));
        }
        if book.of_source(&source.name).next().is_none() {
            let problem = "no requirement comes from it";
            found.push(breach("name", problem, "add its requirements, or remove it"));
        }
        if source.topic.trim().is_empty() {
            found.push(breach("topic", "it is empty", "say what the document is about"));
        }
    }
    for requirement in &book.requirements {
        if !known.contains(&requirement.source) {
            found.push(in_entry(
                requirement,
                "source",
                format!("there is no source `{}`", requirement.source),
                "use the `name` of a [[source]], or add one",
            ));
        }
    }
    found
}

/// The text is for people, and must not tell where somebody keeps their files.
fn bad_words(requirement: &Requirement) -> Vec<Breach> {
    let text = requirement.text.trim();
    let mut found = Vec::new();
    if !text.ends_with('.') {
        let problem = "it is no sentence".to_owned();
        let remedy = "say in one or two plain sentences what is promised";
        found.push(in_entry(requirement, "text", problem, remedy));
    }
    if let Some(path) = text.split_whitespace().find(|word| is_a_place(word)) {
        let problem = format!("`{path}` is a place on some machine");
        found.push(in_entry(requirement, "text", problem, "leave the path out"));
    }
    found
}

fn is_a_place(word: &str) -> bool {
    let word = word.trim_matches(|c: char| !c.is_alphanumeric() && c != '/');
    word.strip_prefix('/').is_some_and(|rest| rest.contains('/'))
}

/// Exactly one: something proves it, now, later or by way of others; or nothing can.
fn bad_proof(requirement: &Requirement, book: &Book, claims: &[Claim]) -> Vec<Breach> {
    let named_by: Vec<&str> = claims
        .iter()
        .filter(|claim| claim.bearing(requirement, book).is_some())
        .map(|claim| claim.scenario.as_str())
        .collect();
    let open = !requirement.planned.is_empty() || !requirement.through.is_empty();
    match &requirement.unreachable {
        None if named_by.is_empty() && !open => vec![in_entry(
            requirement,
            "planned",
            "no scenario and no check names it, nothing is planned, and there is no reason"
                .to_owned(),
            "name it in the `requirements` of the scenario that proves it, or give `scenarios`, `checks`, `through`, `planned` or `unreachable`",
        )],
        Some(reason) if reason.trim().is_empty() => vec![in_entry(
            requirement,
            "unreachable",
            "it is empty".to_owned(),
            "say why nothing that is seen from outside can prove it",
        )],
        Some(_) if open || !named_by.is_empty() => vec![in_entry(
            requirement,
            "unreachable",
            match named_by.first() {
                Some(scenario) => format!("it cannot be proven, and yet `{scenario}` proves it"),
                None => "it cannot be proven, and yet a proof is announced".to_owned(),
            },
            "remove `unreachable`, or what contradicts it",
        )],
        None | Some(_) => Vec::new(),
    }
}

/// A proof that the book names exists, and does not say so itself.
fn bad_scenarios(requirement: &Requirement, claims: &[Claim]) -> Vec<Breach> {
    let mut found = Vec::new();
    for id in &requirement.scenarios {
        let claim = claims.iter().find(|claim| &claim.scenario == id);
        let (problem, remedy) = match claim {
            None => ("does not exist", "mend the id, or move it to `planned`"),
            Some(claim) if claim.names(requirement) => ("names it itself", "remove it here"),
            Some(_) => continue,
        };
        let problem = format!("`{id}` {problem}");
        found.push(in_entry(requirement, "scenarios", problem, remedy));
    }
    found
}

/// Likewise for single checks.
fn bad_checks(requirement: &Requirement, book: &Book, claims: &[Claim]) -> Vec<Breach> {
    let mut found = Vec::new();
    for name in &requirement.checks {
        let all =
            claims.iter().flat_map(|claim| claim.checks.iter().map(move |check| (claim, check)));
        let mut named = all.filter(|(claim, check)| &claim.name_of(check) == name);
        let (problem, remedy) = match named.next() {
            None => (
                "does not exist",
                "write `suite/name: check`, as `kitty-gate list --json` names them",
            ),
            Some((claim, check)) if claim.stands_for(check, requirement, book) => {
                ("stands for it itself", "remove it here")
            }
            Some(_) => continue,
        };
        let problem = format!("`{name}` {problem}");
        found.push(in_entry(requirement, "checks", problem, remedy));
    }
    found
}

/// What is planned does not exist yet: once it does, the scenario itself says what it proves.
fn bad_plans(requirement: &Requirement, claims: &[Claim]) -> Vec<Breach> {
    let mut found = Vec::new();
    let mut seen = BTreeSet::new();
    for plan in &requirement.planned {
        let mut breach = |problem: String, remedy: &str| {
            found.push(in_entry(requirement, "planned", problem, remedy));
        };
        if !seen.insert(plan) {
            breach(format!("`{plan}` stands twice"), "remove one of the two");
        }
        if !is_scenario_id(plan) {
            let remedy = "write `suite/name`, in small letters, digits and dashes";
            breach(format!("`{plan}` is no id of a scenario"), remedy);
        }
        if claims.iter().any(|claim| &claim.scenario == plan) {
            let remedy = format!(
                "name `{}` in its `requirements` or in a check's `stands_for` and remove it here, or move it to `scenarios`",
                requirement.id
            );
            breach(format!("`{plan}` exists by now"), &remedy);
        }
    }
    found
}

fn is_scenario_id(word: &str) -> bool {
    let good = |part: &str| {
        !part.is_empty()
            && part.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
    };
    word.split_once('/').is_some_and(|(suite, name)| good(suite) && good(name))
}

/// One step only: what is proven by way of others names those that are proven themselves.
fn bad_parts(requirement: &Requirement, book: &Book) -> Vec<Breach> {
    let mut found = Vec::new();
    for name in &requirement.through {
        let (problem, remedy) = match book.requirement(name) {
            None => ("there is none of this name", "mend the name, or add the requirement"),
            Some(part) if part.id == requirement.id => ("it is this one", "remove it"),
            Some(part) if !part.through.is_empty() => {
                ("it is proven by way of others itself", "name those others instead")
            }
            Some(part) if part.unreachable.is_some() => {
                ("it cannot be proven", "leave it out, or say `unreachable` here, too")
            }
            Some(_) => continue,
        };
        found.push(in_entry(requirement, "through", format!("`{name}`: {problem}"), remedy));
    }
    found
}

fn bad_defects(book: &Book) -> Vec<Breach> {
    let mut found = Vec::new();
    for defect in &book.defects {
        let breach = |field, problem: String, remedy: &str| Breach {
            place: format!("{FILE}, defect `{}`", defect.id),
            field,
            problem,
            remedy: remedy.to_owned(),
        };
        if !defect.fact.trim().ends_with('.') {
            let remedy = "say in one plain sentence what goes wrong";
            found.push(breach("fact", "it is no sentence".to_owned(), remedy));
        }
        if defect.breaks.is_empty() {
            let remedy = "name the requirement that it breaks";
            found.push(breach("breaks", "it breaks nothing".to_owned(), remedy));
        }
        for name in &defect.breaks {
            match book.requirement(name) {
                None => found.push(breach(
                    "breaks",
                    format!("there is no requirement `{name}`"),
                    "mend the name, or add the requirement",
                )),
                Some(broken) if broken.unreachable.is_some() => found.push(breach(
                    "breaks",
                    format!("`{name}` cannot be proven, so nothing can be seen to break it"),
                    "name the requirement that an outsider sees broken",
                )),
                Some(_) => {}
            }
        }
    }
    found
}

/// What a scenario names must be in the book.
fn unknown_names(claim: &Claim, book: &Book) -> Vec<Breach> {
    let breach = |field, problem: String| Breach {
        place: format!("scenario `{}`", claim.scenario),
        field,
        problem,
        remedy: format!("mend the name, or add it to {FILE}"),
    };
    let mut found = Vec::new();
    for name in &claim.requirements {
        if book.requirement(name).is_none() {
            found.push(breach("requirements", format!("nobody knows a requirement `{name}`")));
        }
    }
    for check in &claim.checks {
        let (id, stands_for) = (&check.id, &check.stands_for);
        match book.meaning(stands_for) {
            None => found.push(breach(
                "stands_for",
                format!("check `{id}`: `{stands_for}` is neither a requirement nor a defect"),
            )),
            Some(Meaning::Issue(number)) if !claim.issues.contains(&number) => found.push(breach(
                "stands_for",
                format!("check `{id}`: `{stands_for}` is no issue that the scenario covers"),
            )),
            Some(Meaning::Issue(_)) if claim.requirements.is_empty() => found.push(breach(
                "requirements",
                format!("check `{id}` stands for an issue, and the scenario covers no requirement that it could violate"),
            )),
            Some(_) => {}
        }
    }
    found
}

fn entry(requirement: &Requirement) -> String {
    format!("{FILE}, requirement `{}`", requirement.id)
}

fn in_entry(
    requirement: &Requirement,
    field: &'static str,
    problem: String,
    remedy: &str,
) -> Breach {
    Breach { place: entry(requirement), field, problem, remedy: remedy.to_owned() }
}

#[cfg(test)]
#[path = "rules_tests.rs"]
mod tests;
