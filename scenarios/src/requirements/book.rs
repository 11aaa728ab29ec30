//! The book of requirements as it is written.

use serde::Deserialize;

/// The file, as people find it.
pub const FILE: &str = "scenarios/requirements.toml";

/// Every requirement, where it comes from, and the known defects.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Book {
    /// Where requirements come from, in the order in which people read them.
    #[serde(default, rename = "source")]
    pub sources: Vec<Source>,
    /// The requirements, those of one source together.
    #[serde(default, rename = "requirement")]
    pub requirements: Vec<Requirement>,
    /// The defects that checks may stand for.
    #[serde(default, rename = "defect")]
    pub defects: Vec<Defect>,
}

/// A document that requirements come from.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// Its short name, which requirements use.
    pub name: String,
    /// What it is about.
    pub topic: String,
}

/// One promise.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Requirement {
    /// Its id, such as `FR-016` or `reliability/FR-005`.
    pub id: String,
    /// Other names that scenarios and checks may use for it.
    #[serde(default)]
    pub also: Vec<String>,
    /// The name of its source.
    pub source: String,
    /// What is promised, in one or two plain sentences.
    pub text: String,
    /// Ids of scenarios that prove it and do not name it themselves.
    #[serde(default)]
    pub scenarios: Vec<String>,
    /// Checks that prove it and do not stand for it themselves, as `suite/name: check`.
    #[serde(default)]
    pub checks: Vec<String>,
    /// Requirements that it restates or is made of: it is kept when they are.
    #[serde(default)]
    pub through: Vec<String>,
    /// Ids of scenarios that will prove it and are not written yet.
    #[serde(default)]
    pub planned: Vec<String>,
    /// Why nothing that is seen from outside can prove it.
    pub unreachable: Option<String>,
}

/// A known way to break requirements.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Defect {
    /// Its id, such as `DM3`.
    pub id: String,
    /// What goes wrong, in one plain sentence.
    pub fact: String,
    /// The requirements that it breaks.
    pub breaks: Vec<String>,
}

/// What a check can stand for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meaning<'b> {
    /// A requirement.
    Requirement(&'b Requirement),
    /// A known defect.
    Defect(&'b Defect),
    /// An issue of the product, written `#976`.
    Issue(u32),
}

/// Why a book cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{FILE} cannot be read: {0}\nremedy: mend the line; its head lists the fields that there are"
)]
pub struct Unreadable(#[from] toml::de::Error);

impl Book {
    /// Reads a book. Whether it is a good one is for [`breaches`](super::breaches) to say.
    pub fn read(text: &str) -> Result<Self, Unreadable> {
        Ok(toml::from_str(text)?)
    }

    /// The requirement that has this id, or this other name.
    pub fn requirement(&self, name: &str) -> Option<&Requirement> {
        self.requirements.iter().find(|requirement| requirement.is_called(name))
    }

    /// What `stands_for` of a check means; `None` when the book does not know it.
    pub fn meaning(&self, stands_for: &str) -> Option<Meaning<'_>> {
        let issue = stands_for.strip_prefix('#');
        if let Some(number) = issue.and_then(|digits| digits.parse().ok()) {
            return Some(Meaning::Issue(number));
        }
        let defect = || self.defects.iter().find(|defect| defect.id == stands_for);
        self.requirement(stands_for)
            .map(Meaning::Requirement)
            .or_else(|| defect().map(Meaning::Defect))
    }

    /// The requirements of a source, in order.
    pub fn of_source(&self, source: &str) -> impl Iterator<Item = &Requirement> {
        self.requirements.iter().filter(move |requirement| requirement.source == source)
    }
}

impl Requirement {
    /// Whether `name` means this requirement.
    pub fn is_called(&self, name: &str) -> bool {
        self.id == name || self.also.iter().any(|other| other == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bad_book_names_file_field_and_remedy() {
        let misspelt = "[[requirement]]\nid = \"A\"\nsource = \"s\"\ntext = \"t\"\nplaned = []\n";
        let error = Book::read(misspelt).unwrap_err().to_string();
        for piece in [FILE, "line 5", "`planed`", "`planned`", "remedy: "] {
            assert!(error.contains(piece), "{piece} is missing in\n{error}");
        }
        let incomplete = "[[requirement]]\nid = \"A\"\nsource = \"s\"\n";
        let error = Book::read(incomplete).unwrap_err().to_string();
        assert!(error.contains("missing field `text`"), "{error}");
    }

    #[test]
    fn a_name_means_a_requirement_a_defect_or_an_issue() {
        let book = Book::read(
            "[[requirement]]\nid = \"A\"\nalso = [\"B\"]\nsource = \"s\"\ntext = \"t\"\n\
             [[defect]]\nid = \"D1\"\nfact = \"f\"\nbreaks = [\"A\"]\n",
        )
        .unwrap();
        for name in ["A", "B"] {
            assert!(
                matches!(book.meaning(name), Some(Meaning::Requirement(found)) if found.id == "A")
            );
        }
        assert!(matches!(book.meaning("D1"), Some(Meaning::Defect(_))));
        assert_eq!(book.meaning("#976"), Some(Meaning::Issue(976)));
        for unknown in ["C", "#", "#many", ""] {
            assert_eq!(book.meaning(unknown), None, "{unknown:?}");
        }
    }
}
