//! Which claims can bear on which requirement at all. To ask each claim about each requirement takes longer
//! than everything else that is done with a run, when it has thousands of scenarios.

use std::collections::{BTreeSet, HashMap};

use scenarios::requirements::{Book, Claim};

/// For each requirement, by its id, the numbers of the claims that may bear on it, in order. What is not in
/// it does not; what is in it still has to be asked.
pub fn near<'b>(book: &'b Book, claims: &[Claim]) -> HashMap<&'b str, Vec<usize>> {
    let names = Names::of(book);
    let mut near: HashMap<&str, Vec<usize>> = HashMap::new();
    for (number, claim) in claims.iter().enumerate() {
        for requirement in names.met_by(claim) {
            near.entry(requirement).or_default().push(number);
        }
    }
    near
}

/// The requirements that a word in a claim may mean, by their ids.
struct Names<'b> {
    words: HashMap<&'b str, Vec<&'b str>>,
}

impl<'b> Names<'b> {
    fn of(book: &'b Book) -> Self {
        let mut words: HashMap<&str, Vec<&str>> = HashMap::new();
        for one in &book.requirements {
            let checks = one.checks.iter().filter_map(|check| check.split(": ").next());
            let names = one.also.iter().chain(&one.scenarios).map(String::as_str);
            for word in names.chain(checks).chain([one.id.as_str()]) {
                words.entry(word).or_default().push(&one.id);
            }
        }
        for defect in &book.defects {
            let broken = defect.breaks.iter().filter_map(|name| words.get(name.as_str()));
            let broken: Vec<&str> = broken.flatten().copied().collect();
            words.entry(&defect.id).or_default().extend(broken);
        }
        Self { words }
    }

    fn met_by(&self, claim: &Claim) -> BTreeSet<&'b str> {
        let checks = claim.checks.iter().map(|check| &check.stands_for);
        let words = claim.requirements.iter().chain(checks).chain([&claim.scenario]);
        let met = words.filter_map(|word| self.words.get(word.as_str()));
        met.flatten().copied().collect()
    }
}

#[cfg(test)]
mod tests {
    use scenarios::requirements::{claims, ours};

    use super::*;

    /// Nothing is lost by asking only those that are near.
    #[test]
    fn whatever_bears_on_a_requirement_is_near_it() {
        let book = ours().unwrap();
        let claims = claims();
        let near = near(&book, &claims);
        let mut bearing = 0;
        for one in &book.requirements {
            for (number, claim) in claims.iter().enumerate() {
                if claim.bearing(one, &book).is_some() {
                    bearing += 1;
                    assert!(
                        near[one.id.as_str()].contains(&number),
                        "{} on {}",
                        claim.scenario,
                        one.id
                    );
                }
            }
        }
        assert!(bearing > 100);
    }
}
