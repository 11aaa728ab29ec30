//! What the reference product showed: by check, the faults that turn it red. `certificate.toml` keeps it, a line a
//! check, and `kitty-gate certify --write` writes it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use reference::{Edition, Fault, NullProduct};
use serde::Deserialize;

use super::{CertifyError, CheckName, Findings};

/// What kills which check, and on what the scenarios are certified.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KillMatrix {
    /// By check, the faults that turn it red.
    pub killed_by: BTreeMap<CheckName, BTreeSet<Fault>>,
    /// By scenario, the edition on which it passes, where that is not the first.
    pub editions: BTreeMap<String, Edition>,
    /// By scenario, the null products on which it is skipped. On every other it is red.
    pub skipped_on: BTreeMap<String, BTreeSet<NullProduct>>,
}

/// The file's name, in the root of the repository.
pub const FILE: &str = "certificate.toml";

/// The one that is committed.
pub fn committed_kills() -> Result<KillMatrix, CertifyError> {
    KillMatrix::parse(include_str!("../../../certificate.toml"))
        .map_err(|error| CertifyError::Unreadable(format!("{FILE}: {error}")))
}

/// The file as TOML has it. A check is `SCENARIO CHECK`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    edition: BTreeMap<String, String>,
    skipped_on: BTreeMap<String, Vec<String>>,
    killed_by: BTreeMap<String, Vec<String>>,
}

const HEAD: &str = "\
# On what each check was seen to fail. Written by `kitty-gate certify --write [FAULT...]`; `kitty-gate certify`
# fails where it is otherwise. What the reference product cannot be asked is in harness/stand_ins.toml.

# The edition on which a scenario is certified, where the first one skips it.
[edition]
";
const SKIPPED_ON: &str = "
# The null products on which a scenario is skipped. On every other one it is red; on none it passes.
[skipped_on]
";
const KILLED_BY: &str = "
# The faults of the reference product that turn a check red, and no other fault does.
[killed_by]
";

impl KillMatrix {
    fn parse(text: &str) -> Result<Self, String> {
        let file: File = toml::from_str(text).map_err(|error| error.to_string())?;
        let check = |name: String| match name.split_once(' ') {
            Some((scenario, check)) => Ok((scenario.to_owned(), check.to_owned())),
            None => Err(format!("`{name}` is no scenario and check with a blank between them")),
        };
        let mut read = Self::default();
        for (name, faults) in file.killed_by {
            read.killed_by.insert(check(name)?, named(&faults, "fault", Fault::named)?);
        }
        for (id, edition) in file.edition {
            let known = Edition::named(&edition);
            read.editions.insert(id, known.ok_or(format!("there is no edition `{edition}`"))?);
        }
        for (id, nulls) in file.skipped_on {
            read.skipped_on.insert(id, named(&nulls, "null product", NullProduct::named)?);
        }
        Ok(read)
    }

    /// As the file has it.
    pub fn to_toml(&self) -> String {
        let mut text = HEAD.to_owned();
        // Writing into a String cannot fail.
        for (id, edition) in &self.editions {
            let _ = writeln!(text, "\"{id}\" = \"{}\"", edition.name());
        }
        text.push_str(SKIPPED_ON);
        for (id, nulls) in &self.skipped_on {
            let _ = writeln!(text, "\"{id}\" = {}", list(nulls.iter().map(|null| null.name())));
        }
        text.push_str(KILLED_BY);
        for ((id, check), faults) in &self.killed_by {
            let faults = list(faults.iter().map(|fault| fault.name()));
            let _ = writeln!(text, "\"{id} {check}\" = {faults}");
        }
        text
    }

    /// The checks of a scenario that a fault turns red.
    pub fn red<'a>(&'a self, scenario: &'a str, fault: Fault) -> impl Iterator<Item = &'a str> {
        let of = self.killed_by.iter().filter(move |((id, _), _)| id == scenario);
        of.filter(move |(_, by)| by.contains(&fault)).map(|((_, check), _)| check.as_str())
    }

    /// What kills a check. A standing check, of no scenario, is killed by what kills it in any.
    pub fn killers(&self, scenario: Option<&str>, check: &str) -> BTreeSet<Fault> {
        let is_it = |(id, known): &CheckName| known == check && scenario.is_none_or(|it| it == id);
        let of = self.killed_by.iter().filter(|(name, _)| is_it(name));
        of.flat_map(|(_, by)| by).copied().collect()
    }

    /// What it says of what was run and measured, once it says what was found.
    #[must_use]
    pub fn updated(&self, findings: &Findings) -> Self {
        let is_new = |id: &str, fault: Fault| {
            findings.faults.contains(&fault) && !findings.is_unmeasured_with(id, fault)
        };
        let mut updated = Self::default();
        for ((id, check), faults) in &self.killed_by {
            let old = faults.iter().filter(|fault| !is_new(id, **fault));
            updated.killed_by.insert((id.clone(), check.clone()), old.copied().collect());
        }
        for (name, faults) in &findings.kills.killed_by {
            updated.killed_by.entry(name.clone()).or_default().extend(faults);
        }
        updated.killed_by.retain(|_, faults| !faults.is_empty());
        let other = |id: &String| findings.is_unmeasured(id);
        let new = &findings.kills;
        updated.editions = replaced(&self.editions, &new.editions, other);
        updated.skipped_on = replaced(&self.skipped_on, &new.skipped_on, |id| {
            !findings.is_whole() || findings.is_unmeasured(id)
        });
        updated
    }

    /// Where it says otherwise than `other`, which is what was found.
    pub fn differences(&self, other: &Self) -> Vec<String> {
        let mut told = Vec::new();
        let pairs = |matrix: &Self| -> BTreeSet<(Fault, CheckName)> {
            let all = matrix.killed_by.iter();
            all.flat_map(|(name, by)| by.iter().map(|fault| (*fault, name.clone()))).collect()
        };
        let (due, found) = (pairs(self), pairs(other));
        for (fault, (id, check)) in found.difference(&due) {
            told.push(format!("{} turns {id} {check} red", fault.name()));
        }
        for (fault, (id, check)) in due.difference(&found) {
            told.push(format!("{} does not turn {id} {check} red", fault.name()));
        }
        for id in changed(&self.editions, &other.editions) {
            let edition = other.editions.get(id).copied().unwrap_or_default();
            told.push(format!("{id} is certified on the {} edition", edition.name()));
        }
        for id in changed(&self.skipped_on, &other.skipped_on) {
            let nulls = other.skipped_on.get(id).into_iter().flatten();
            let nulls: Vec<&str> = nulls.map(|null| null.name()).collect();
            told.push(format!("{id} is skipped on the null products [{}]", nulls.join(", ")));
        }
        told
    }
}

fn named<T: Ord>(
    names: &[String],
    what: &str,
    known: impl Fn(&str) -> Option<T>,
) -> Result<BTreeSet<T>, String> {
    let one = |name: &String| known(name).ok_or_else(|| format!("there is no {what} `{name}`"));
    names.iter().map(one).collect()
}

fn list<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let quoted: Vec<String> = names.map(|name| format!("\"{name}\"")).collect();
    format!("[{}]", quoted.join(", "))
}

/// The new entries, and the old ones that are kept.
fn replaced<T: Clone>(
    old: &BTreeMap<String, T>,
    new: &BTreeMap<String, T>,
    is_kept: impl Fn(&String) -> bool,
) -> BTreeMap<String, T> {
    let kept = old.iter().filter(|(id, _)| is_kept(id));
    let new = new.iter().filter(|(id, _)| !is_kept(id));
    kept.chain(new).map(|(id, entry)| (id.clone(), entry.clone())).collect()
}

/// The keys whose entries differ, or that only one has.
fn changed<'a, T: PartialEq>(
    one: &'a BTreeMap<String, T>,
    other: &'a BTreeMap<String, T>,
) -> BTreeSet<&'a String> {
    one.keys().chain(other.keys()).filter(|id| one.get(*id) != other.get(*id)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "merge/remediation-works";

    fn matrix(kills: &[(&str, &str, &[Fault])]) -> KillMatrix {
        let of = |&(id, check, by): &(&str, &str, &[Fault])| {
            ((id.to_owned(), check.to_owned()), by.iter().copied().collect())
        };
        KillMatrix { killed_by: kills.iter().map(of).collect(), ..KillMatrix::default() }
    }

    fn findings(faults: &[Fault], kills: KillMatrix) -> Findings {
        Findings { faults: faults.to_vec(), kills, ..Findings::default() }
    }

    #[test]
    fn the_committed_file_is_as_it_would_be_written() {
        let text = include_str!("../../../certificate.toml");
        let read = KillMatrix::parse(text).unwrap();
        assert_eq!(read.to_toml(), text, "run: cargo run -- certify --write FAULT");
        assert!(!read.editions.is_empty() && !read.skipped_on.is_empty());
    }

    #[test]
    fn a_name_that_is_none_is_refused() {
        let read = |kills: &str| {
            KillMatrix::parse(&format!("[edition]\n[skipped_on]\n[killed_by]\n{kills}"))
                .unwrap_err()
        };
        assert_eq!(read("\"a/b c\" = [\"nothing\"]"), "there is no fault `nothing`");
        assert!(read("alone = []").starts_with("`alone` is no scenario and check"));
    }

    #[test]
    fn only_what_was_run_and_measured_is_written_anew() {
        let [one, two] = [Fault::ALL[0], Fault::ALL[1]];
        let old = matrix(&[(ID, "a", &[one, two]), (ID, "b", &[one])]);
        let found = || matrix(&[(ID, "c", &[one])]);
        let updated = old.updated(&findings(&[one], found()));
        assert_eq!(updated, matrix(&[(ID, "a", &[two]), (ID, "c", &[one])]));
        let mut unmeasured = findings(&[one], KillMatrix::default());
        unmeasured.unmeasured.insert((ID.to_owned(), Some(one)));
        assert_eq!(old.updated(&unmeasured), old);
    }

    #[test]
    fn what_differs_is_told() {
        let [one, two] = [Fault::ALL[0], Fault::ALL[1]];
        let old = matrix(&[(ID, "a", &[one])]);
        let mut new = matrix(&[(ID, "a", &[two])]);
        new.editions.insert(ID.to_owned(), Edition::Asking);
        new.skipped_on.insert(ID.to_owned(), BTreeSet::from([NullProduct::Silent]));
        assert_eq!(old.differences(&old), Vec::<String>::new());
        let told = [
            format!("{} turns {ID} a red", two.name()),
            format!("{} does not turn {ID} a red", one.name()),
            format!("{ID} is certified on the asking edition"),
            format!("{ID} is skipped on the null products [silent]"),
        ];
        assert_eq!(old.differences(&new), told);
    }
}
