//! What the reference product showed: by check, the faults that turn it red. `certificate.toml` keeps it, a line a
//! check, and `kitty-gate certify --write` writes it.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{CertifyError, Findings};

/// What kills which check, and on what the scenarios are certified. Everything by its name.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KillMatrix {
    /// By scenario, the edition on which it is certified, where the first one skips it.
    pub edition: BTreeMap<String, String>,
    /// By scenario, the null products on which it is skipped. On every other it is red.
    pub skipped_on: BTreeMap<String, BTreeSet<String>>,
    /// By check, the faults that turn it red.
    pub killed_by: BTreeMap<String, BTreeSet<String>>,
}

/// The file's name, in the root of the repository.
pub const FILE: &str = "certificate.toml";

const HEAD: &str = "\
# On what each check was seen to fail. Written by `kitty-gate certify --write [FAULT...]`; `kitty-gate certify`
# fails where it is otherwise. What the reference product cannot be asked is in harness/fake_products.toml.
#
# edition     the edition of the reference on which a scenario is certified, where the first one skips it
# skipped_on  the null products on which a scenario is skipped; on every other one it is red, on none it passes
# killed_by   the faults that turn a check red; no other fault does

";

/// The one that is committed.
pub fn committed_kills() -> Result<KillMatrix, CertifyError> {
    toml::from_str(include_str!("../../../certificate.toml"))
        .map_err(|error| CertifyError::Unreadable(format!("{FILE}: {error}")))
}

/// The name of a check in all of a certificate.
pub(super) fn full_name(scenario: &str, check: &str) -> String {
    format!("{scenario} {check}")
}

/// The scenario and the check that a name is of.
pub(super) fn parts(name: &str) -> (&str, &str) {
    name.split_once(' ').unwrap_or((name, ""))
}

impl KillMatrix {
    /// As the file has it.
    pub fn to_toml(&self) -> Result<String, CertifyError> {
        let text = toml::to_string(self);
        let text = text.map_err(|error| CertifyError::Unreadable(format!("{FILE}: {error}")))?;
        Ok(HEAD.to_owned() + &text)
    }

    /// The checks of a scenario that a fault turns red.
    pub fn red<'a>(&'a self, scenario: &str, fault: &str) -> BTreeSet<&'a str> {
        let of = self.killed_by.iter().filter(|(_, by)| by.contains(fault));
        of.filter_map(|(name, _)| Some(parts(name)).filter(|(of, _)| *of == scenario))
            .map(|(_, check)| check)
            .collect()
    }

    /// What kills a check in any scenario.
    pub fn killers_anywhere(&self, check: &str) -> BTreeSet<&String> {
        let of = self.killed_by.iter().filter(|(name, _)| parts(name).1 == check);
        of.flat_map(|(_, by)| by).collect()
    }

    /// What it says once it says what was found. What was not run, or not measured, stays.
    #[must_use]
    pub fn updated(&self, findings: &Findings) -> Self {
        let new = &findings.kills;
        let is_unmeasured = |id: &str| findings.is_unmeasured(id);
        let mut updated = Self {
            edition: replaced(&self.edition, &new.edition, is_unmeasured),
            skipped_on: replaced(&self.skipped_on, &new.skipped_on, |id| {
                !findings.is_whole() || is_unmeasured(id)
            }),
            killed_by: self.killed_by.clone(),
        };
        for (name, faults) in &mut updated.killed_by {
            faults.retain(|fault| !findings.measured(parts(name).0, fault));
        }
        for (name, faults) in &new.killed_by {
            updated.killed_by.entry(name.clone()).or_default().extend(faults.iter().cloned());
        }
        updated.killed_by.retain(|_, faults| !faults.is_empty());
        updated
    }

    /// Where `other`, which is newer, says otherwise.
    pub fn differences(&self, other: &Self) -> Vec<String> {
        let (old, new) = (self.statements(), other.statements());
        let gone = old.difference(&new).map(|statement| format!("not so: {statement}"));
        let found = new.difference(&old).map(|statement| format!("so it is: {statement}"));
        gone.chain(found).collect()
    }

    /// All that it says, in sentences.
    fn statements(&self) -> BTreeSet<String> {
        let kills = self
            .killed_by
            .iter()
            .flat_map(|(name, by)| by.iter().map(move |fault| format!("{fault} turns {name} red")));
        let editions = self.edition.iter();
        let editions =
            editions.map(|(id, edition)| format!("{id} is certified on the edition {edition}"));
        let skips = self.skipped_on.iter().flat_map(|(id, nulls)| {
            nulls.iter().map(move |null| format!("{id} is skipped on the null product {null}"))
        });
        kills.chain(editions).chain(skips).collect()
    }
}

/// The new entries, and the old ones that are kept.
fn replaced<T: Clone>(
    old: &BTreeMap<String, T>,
    new: &BTreeMap<String, T>,
    is_kept: impl Fn(&str) -> bool,
) -> BTreeMap<String, T> {
    let kept = old.iter().filter(|(id, _)| is_kept(id));
    let new = new.iter().filter(|(id, _)| !is_kept(id));
    kept.chain(new).map(|(id, entry)| (id.clone(), entry.clone())).collect()
}

#[cfg(test)]
mod tests {
    use reference::{Edition, Fault, NullProduct};

    use super::*;

    const ID: &str = "merge/remediation-works";

    fn matrix(kills: &[(&str, &[Fault])]) -> KillMatrix {
        let of = |&(check, by): &(&str, &[Fault])| {
            (full_name(ID, check), by.iter().map(|fault| fault.name().to_owned()).collect())
        };
        KillMatrix { killed_by: kills.iter().map(of).collect(), ..KillMatrix::default() }
    }

    #[test]
    fn the_committed_file_is_as_it_would_be_written_and_names_what_there_is() {
        let known = committed_kills().unwrap();
        assert_eq!(known.to_toml().unwrap(), include_str!("../../../certificate.toml"));
        for (name, by) in &known.killed_by {
            let (id, check) = parts(name);
            let scenario = scenarios::all().into_iter().find(|scenario| scenario.id == id);
            let is_there = scenario
                .is_some_and(|known| known.declared_checks().any(|known| known.id == check));
            assert!(is_there, "there is no {name}");
            assert!(by.iter().all(|fault| Fault::named(fault).is_some()), "{name}: {by:?}");
        }
        assert!(known.edition.values().all(|edition| Edition::named(edition).is_some()));
        let mut nulls = known.skipped_on.values().flatten();
        assert!(nulls.all(|null| NullProduct::named(null).is_some()));
    }

    #[test]
    fn only_what_was_run_and_measured_is_written_anew() {
        let [one, two] = [Fault::ALL[0], Fault::ALL[1]];
        let old = matrix(&[("a", &[one, two]), ("b", &[one])]);
        let found =
            Findings { faults: vec![one], kills: matrix(&[("c", &[one])]), ..Findings::default() };
        assert_eq!(old.updated(&found), matrix(&[("a", &[two]), ("c", &[one])]));
        let unmeasured = BTreeSet::from([(ID.to_owned(), Some(one))]);
        let unmeasured = Findings { faults: vec![one], unmeasured, ..Findings::default() };
        assert_eq!(old.updated(&unmeasured), old);
    }

    #[test]
    fn what_differs_is_told() {
        let [one, two] = [Fault::ALL[0], Fault::ALL[1]];
        let old = matrix(&[("a", &[one])]);
        let mut new = matrix(&[("a", &[two])]);
        new.edition.insert(ID.to_owned(), "asking".to_owned());
        new.skipped_on.insert(ID.to_owned(), BTreeSet::from(["silent".to_owned()]));
        assert_eq!(old.differences(&old), Vec::<String>::new());
        let told = [
            format!("not so: {} turns {ID} a red", one.name()),
            format!("so it is: {} turns {ID} a red", two.name()),
            format!("so it is: {ID} is certified on the edition asking"),
            format!("so it is: {ID} is skipped on the null product silent"),
        ];
        assert_eq!(BTreeSet::from(told), old.differences(&new).into_iter().collect());
    }
}
