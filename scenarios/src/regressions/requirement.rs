//! What an installed package requires, as its own metadata says, and what is installed.

use std::fmt;
use std::path::Path;
use std::str::FromStr;

use support::product::{Release, ReleaseRange, normalised};

use crate::context::Abort;

/// A package that another one requires without a condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Requirement {
    /// Its name, in the normal form of PEP 503.
    pub(super) name: String,
    versions: ReleaseRange,
}

/// What the metadata of `package`, installed in `site`, requires. What belongs to an extra is left
/// out: nobody asked for it. A condition of any other kind is not understood, and is told.
pub(super) fn requirements_of(site: &Path, package: &str) -> Result<Vec<Requirement>, Abort> {
    let versions = installed_versions(site, package)?;
    let [version] = versions.as_slice() else {
        return Err(unknown(&format!("{package} is installed {} times", versions.len())));
    };
    let folder = format!("{}-{version}.dist-info", package.replace('-', "_"));
    let metadata = fs_err::read_to_string(site.join(folder).join("METADATA"))?;
    let headers = metadata.lines().take_while(|line| !line.is_empty());
    let required = headers.filter_map(|line| line.strip_prefix("Requires-Dist:"));
    let read = required.filter_map(|text| Requirement::read(text).transpose());
    read.collect()
}

/// The versions of a package whose metadata lies in `site`.
pub(super) fn installed_versions(site: &Path, package: &str) -> Result<Vec<String>, Abort> {
    let mut versions = Vec::new();
    for entry in fs_err::read_dir(site)? {
        let folder = entry?.file_name().to_string_lossy().into_owned();
        let named = folder.strip_suffix(".dist-info").and_then(|name| name.split_once('-'));
        if let Some((_, version)) = named.filter(|(name, _)| normalised(name) == package) {
            versions.push(version.to_owned());
        }
    }
    versions.sort();
    Ok(versions)
}

impl Requirement {
    /// `name[extra] (<2,>=1) ; marker`; `None` for what belongs to an extra.
    fn read(text: &str) -> Result<Option<Self>, Abort> {
        let (wanted, marker) = text.split_once(';').unwrap_or((text, ""));
        let marker = marker.trim();
        if marker.contains("extra") {
            return Ok(None);
        }
        let wanted = wanted.trim();
        let is_of_name = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
        let end = wanted.find(|c| !is_of_name(c)).unwrap_or(wanted.len());
        let (name, rest) = wanted.split_at(end);
        let name = normalised(name);
        if !name.starts_with("spec-kitty") {
            // Nobody asks for it here, whatever it says.
            return Ok(None);
        }
        if !marker.is_empty() {
            return Err(unknown(&format!("{name} is required under the condition: {marker}")));
        }
        let rest = rest.trim();
        let rest = match rest.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            Some((_, after)) => after,
            None => rest,
        };
        let range = rest.trim().trim_start_matches('(').trim_end_matches(')');
        let versions = ReleaseRange::from_str(range)
            .map_err(|_| unknown(&format!("{name} is required as {range:?}")))?;
        Ok(Some(Self { name, versions }))
    }

    /// Whether any version will do.
    pub(super) fn is_open(&self) -> bool {
        self.versions.is_everything()
    }

    /// Whether a version is among those that are taken.
    pub(super) fn takes(&self, version: &str) -> bool {
        Release::from_str(version).is_ok_and(|version| self.versions.contains(&version))
    }

    /// Each part of the constraint, such as `>=6.0.0`, without spaces.
    pub(super) fn clauses(&self) -> Vec<String> {
        let clauses = self.versions.clauses();
        clauses.map(|clause| clause.to_string().replace(' ', "")).collect()
    }
}

impl fmt::Display for Requirement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.name, self.clauses().join(","))
    }
}

fn unknown(why: &str) -> Abort {
    Abort::not_exercised(None, why, "look at the METADATA of the installed release by hand")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Requirement {
        Requirement::read(text).unwrap().unwrap()
    }

    #[test]
    fn a_requirement_is_a_name_and_a_range() {
        for text in [" spec-kitty-events<7.0.0,>=6.0.0", "Spec_Kitty.Events[x] (>=6.0.0, <7.0.0)"] {
            let events = read(text);
            assert_eq!(events.name, "spec-kitty-events", "{text}");
            assert!(events.takes("6.1.0") && !events.takes("7.0.0"), "{text}");
            assert!(!events.takes("999.0.0") && !events.takes("nonsense"), "{text}");
            assert!(!events.is_open());
        }
        assert!(read("spec-kitty-tracker").is_open());
        assert_eq!(read("spec-kitty-tracker == 0.4.3").to_string(), "spec-kitty-tracker==0.4.3");
    }

    #[test]
    fn what_is_asked_for_under_a_condition_is_not_guessed() {
        assert_eq!(Requirement::read("spec-kitty-x>=1 ; extra == 'dev'").unwrap(), None);
        assert_eq!(Requirement::read("rich>=1 ; python_version < '3'").unwrap(), None);
        assert!(Requirement::read("spec-kitty-x>=1 ; python_version < '3'").is_err());
        assert!(Requirement::read("spec-kitty-x @ file:///x").is_err());
    }
}
