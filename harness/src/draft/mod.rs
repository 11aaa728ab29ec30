//! A new scenario, as a draft: its file, its line in the suite, and a fault of the reference that will turn it red.
//!
//! What is left to do says so: a draft fails on every product, and stands for a requirement that there is not.

use std::io;
use std::path::{Path, PathBuf};

use crate::whole_file::write_whole;

/// The scenario, as it is drafted.
const SCENARIO: &str = include_str!("scenario.rs.txt");

/// Where the suites lie, in the source.
const SUITES: &str = "scenarios/src";

/// Where the faults of the reference are listed, in the source.
const FAULTS: &str = "fixtures/reference/src/fault/list.rs";

/// Why nothing was drafted.
#[derive(Debug, thiserror::Error)]
pub enum DraftError {
    /// It is not two words with a slash between them.
    #[error(
        "`{0}` is not SUITE/NAME in lower-case words with hyphens, such as `merge/no-lock-left`"
    )]
    BadId(String),
    /// The folder is not the source of kitty-gate.
    #[error("{} is not the source of kitty-gate: there is no {SUITES}", _0.display())]
    NotTheSource(PathBuf),
    /// There is no such suite.
    #[error("there is no suite `{suite}`; there are {suites}")]
    NoSuchSuite {
        /// The suite.
        suite: String,
        /// The suites that there are.
        suites: String,
    },
    /// There is one of that name already.
    #[error("{} is there already", _0.display())]
    Exists(PathBuf),
    /// A file does not look as it did.
    #[error("{}: {what} is not found", file.display())]
    Unfamiliar {
        /// The file.
        file: PathBuf,
        /// What was looked for in it.
        what: &'static str,
    },
    /// A file cannot be read or written.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// Drafts the scenario `id` in the source below `root`; the files that were written, relative to it.
pub fn draft(root: &Path, id: &str) -> Result<Vec<PathBuf>, DraftError> {
    let (suite, name) = words_of(id).ok_or_else(|| DraftError::BadId(id.to_owned()))?;
    let suites = root.join(SUITES);
    if !suites.is_dir() {
        return Err(DraftError::NotTheSource(root.to_owned()));
    }
    let folder = Path::new(SUITES).join(suite.replace('-', "_"));
    let list = folder.join("mod.rs");
    let module = name.replace('-', "_");
    let file = folder.join(format!("{module}.rs"));
    if !is_suite(&root.join(&list)) {
        return Err(DraftError::NoSuchSuite {
            suite: suite.to_owned(),
            suites: names_of(&suites)?,
        });
    }
    if root.join(&file).exists() {
        return Err(DraftError::Exists(file));
    }
    // All of it is made before anything is written.
    let listed = changed(root, &list, "the list `SCENARIOS`", |text| with_scenario(text, &module))?;
    let faults =
        changed(root, Path::new(FAULTS), "the end of the list", |text| with_fault(text, id, name))?;
    let drafts = [(file, SCENARIO.replace("@ID@", id)), (list, listed), (FAULTS.into(), faults)];
    for (file, text) in &drafts {
        write_whole(&root.join(file), text.as_bytes())?;
    }
    Ok(drafts.into_iter().map(|(file, _)| file).collect())
}

/// The name of the fault that is drafted with a scenario.
pub fn fault_of(name: &str) -> String {
    format!("breaks-{name}")
}

fn words_of(id: &str) -> Option<(&str, &str)> {
    let is_word = |word: &str| {
        word.starts_with(|first: char| first.is_ascii_lowercase())
            && word.split('-').all(|part| {
                !part.is_empty()
                    && part.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
            })
    };
    id.split_once('/').filter(|(suite, name)| is_word(suite) && is_word(name))
}

fn is_suite(list: &Path) -> bool {
    fs_err::read_to_string(list).is_ok_and(|text| text.contains(LIST))
}

fn names_of(suites: &Path) -> io::Result<String> {
    let mut names = Vec::new();
    for entry in fs_err::read_dir(suites)? {
        let entry = entry?;
        if is_suite(&entry.path().join("mod.rs")) {
            names.push(entry.file_name().to_string_lossy().replace('_', "-"));
        }
    }
    names.sort();
    Ok(names.join(", "))
}

fn changed(
    root: &Path,
    file: &Path,
    what: &'static str,
    change: impl Fn(&str) -> Option<String>,
) -> Result<String, DraftError> {
    let text = fs_err::read_to_string(root.join(file))?;
    change(&text).ok_or_else(|| DraftError::Unfamiliar { file: file.to_owned(), what })
}

/// How the list of a suite begins.
const LIST: &str = "pub const SCENARIOS: &[&Scenario] =";

/// The suite, with a further module, in the order of the names, and a further scenario, at the end.
fn with_scenario(text: &str, module: &str) -> Option<String> {
    let line = format!("mod {module};");
    let is_module = |other: &&str| other.starts_with("mod ") && other.ends_with(';');
    let next = text.lines().filter(is_module).find(|other| **other > *line);
    let text = if let Some(next) = next {
        text.replacen(&format!("\n{next}\n"), &format!("\n{line}\n{next}\n"), 1)
    } else {
        let last = text.lines().rfind(is_module)?;
        text.replacen(&format!("\n{last}\n"), &format!("\n{last}\n{line}\n"), 1)
    };
    let begin = text.find(LIST)?;
    let end = begin + text[begin..].find("];")?;
    let (before, after) = text.split_at(end);
    // A list in one line ends without a comma.
    let entry = if before.ends_with(",\n") {
        format!("    &{module}::SCENARIO,\n")
    } else {
        format!(", &{module}::SCENARIO")
    };
    Some(format!("{before}{entry}{after}"))
}

/// The list of faults, with a further one at the end.
fn with_fault(text: &str, id: &str, name: &str) -> Option<String> {
    let fault = fault_of(name);
    let variant: String = fault.split('-').map(capitalised).collect();
    let (before, after) = text.rsplit_once("}\n")?;
    (after.is_empty() && before.ends_with(";\n")).then(|| {
        format!("{before}    {variant}, \"{fault}\", \"TODO\",\n        \"TODO: what it does; {id} sees it\";\n}}\n")
    })
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    let first = letters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The list of every suite, and that of the faults, as they are in the source.
    fn source() -> tempfile::TempDir {
        let ours = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let root = tempfile::tempdir().unwrap();
        let copy = |file: &Path| {
            fs_err::create_dir_all(root.path().join(file).parent().unwrap()).unwrap();
            fs_err::copy(ours.join(file), root.path().join(file)).unwrap();
        };
        for entry in fs_err::read_dir(ours.join(SUITES)).unwrap() {
            let list = Path::new(SUITES).join(entry.unwrap().file_name()).join("mod.rs");
            if ours.join(&list).is_file() {
                copy(&list);
            }
        }
        copy(Path::new(FAULTS));
        root
    }

    #[test]
    fn every_suite_takes_a_new_scenario() {
        let suites: std::collections::BTreeSet<&str> =
            scenarios::all().iter().map(|scenario| scenario.suite()).collect();
        for suite in suites {
            let root = source();
            let written = draft(root.path(), &format!("{suite}/m-new-one")).unwrap();
            let read = |file: &Path| fs_err::read_to_string(root.path().join(file)).unwrap();
            let [file, list, faults] = written.as_slice() else { panic!("{written:?}") };
            assert!(read(file).contains(&format!("id: \"{suite}/m-new-one\"")));
            let list = read(list);
            assert_eq!(list.matches("\nmod m_new_one;\n").count(), 1, "{list}");
            assert_eq!(list.matches("&m_new_one::SCENARIO").count(), 1, "{list}");
            let modules: Vec<&str> = list.lines().filter(|line| line.starts_with("mod ")).collect();
            assert!(modules.is_sorted(), "{modules:?}");
            let end = "\n    BreaksMNewOne, \"breaks-m-new-one\", \"TODO\",\n";
            assert!(read(faults).contains(end));
        }
    }

    #[test]
    fn what_cannot_be_drafted_is_told_and_nothing_is_written() {
        let root = source();
        let told = |id: &str| draft(root.path(), id).unwrap_err().to_string();
        for id in
            ["merge", "merge/", "/x", "Merge/x", "merge/x_y", "merge/x--y", "merge/1x", "merge/x/y"]
        {
            assert!(told(id).contains("is not SUITE/NAME"), "{id}");
        }
        assert!(told("marge/x").contains("there is no suite `marge`; there are boundary, "));
        assert!(told("walkthrough/x").contains("there is no suite `walkthrough`"));
        draft(root.path(), "merge/x").unwrap();
        assert!(told("merge/x").contains("scenarios/src/merge/x.rs is there already"));
        let list = root.path().join("scenarios/src/speed/mod.rs");
        let before = fs_err::read_to_string(&list).unwrap();
        fs_err::write(root.path().join(FAULTS), "nothing\n").unwrap();
        assert!(told("speed/x").contains("list.rs: the end of the list is not found"));
        assert_eq!(fs_err::read_to_string(&list).unwrap(), before);
        let elsewhere = tempfile::tempdir().unwrap();
        let told = draft(elsewhere.path(), "merge/x").unwrap_err().to_string();
        assert!(told.contains("is not the source of kitty-gate"), "{told}");
    }
}
