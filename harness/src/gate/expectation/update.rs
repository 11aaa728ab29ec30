//! Brings a file of expectations up to what a run saw, and keeps what people wrote in it.

use std::str::FromStr;

use pep440_rs::VersionSpecifiers;
use support::product::Release;
use toml_edit::{Array, ArrayOfTables, DocumentMut, Item, Table, Value};

use super::read::ENTRY;
use super::{Expectation, Expectations};
use crate::document::{CheckDocument, RunDocument, ScenarioDocument};
use crate::gate::problem::{Problem, Refused};
use crate::verdict::Verdict;

/// What a new entry says beyond what the run saw. What nobody gave is left to be filled in, and the
/// file is refused until somebody does.
#[derive(Debug, Clone, Default)]
pub struct Defaults {
    /// Why the failure is accepted.
    pub reason: Option<String>,
    /// Where it is followed up; else the first issue of the scenario.
    pub issue: Option<String>,
    /// Who answers for it.
    pub owner: Option<String>,
    /// The last day on which it counts.
    pub expires: Option<String>,
}

/// A file brought up to a run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Update {
    /// The file's new content.
    pub text: String,
    /// Failures that got an entry.
    pub added: Vec<String>,
    /// Failures whose entry is for this release now, too.
    pub widened: Vec<String>,
    /// What is not true of this release any more, and was taken out.
    pub removed: Vec<String>,
    /// What is not true of this release any more, and stands in a range that a person has to narrow.
    pub by_hand: Vec<String>,
}

/// Brings `text`, which was read as `known`, up to `run`, whose release is `release`.
pub fn update(
    text: &str,
    known: &Expectations,
    run: &RunDocument,
    release: &Release,
    defaults: &Defaults,
) -> Result<Update, Refused> {
    let document = DocumentMut::from_str(text).map_err(|error| Refused {
        file: known.file.clone(),
        problems: vec![Problem::at(1, error.message())],
    })?;
    let mut editor = Editor {
        document,
        known,
        release: format!("=={release}"),
        defaults,
        is_blank: text.trim().is_empty(),
        done: Update::default(),
    };
    for scenario in &run.scenarios {
        if matches!(scenario.verdict, Verdict::Pass | Verdict::Fail) {
            editor.forget(scenario, release);
            for check in scenario.failures() {
                editor.take_up(scenario, check, release);
            }
        }
    }
    editor.drop_empty();
    let mut done = editor.done;
    done.text = editor.document.to_string();
    Ok(done)
}

struct Editor<'a> {
    document: DocumentMut,
    known: &'a Expectations,
    /// The release as a specifier.
    release: String,
    defaults: &'a Defaults,
    /// Whether nothing stands in the file yet, so that what comes begins it.
    is_blank: bool,
    done: Update,
}

impl Editor<'_> {
    /// Takes the release out of every entry that is not true of it.
    fn forget(&mut self, scenario: &ScenarioDocument, release: &Release) {
        for (index, entry) in self.known.entries.iter().enumerate() {
            if entry.scenario != scenario.id || !entry.is_for(release) || holds(entry, scenario) {
                continue;
            }
            let name = format!(
                "{}:{} {} {}",
                self.known.file, entry.line, entry.scenario, entry.check
            );
            let release = self.release.clone();
            let releases = self.entry(index).and_then(releases_of);
            let at = releases
                .as_ref()
                .and_then(|releases| position(releases, &release));
            match (releases, at) {
                (Some(releases), Some(at)) => {
                    releases.remove(at);
                    releases.fmt();
                    self.done.removed.push(name);
                }
                _ => self.done.by_hand.push(name),
            }
        }
    }

    /// Sees to it that an entry speaks of the failure.
    fn take_up(&mut self, scenario: &ScenarioDocument, check: &CheckDocument, release: &Release) {
        let signature = check.signature.as_deref().unwrap_or_default();
        let same = |entry: &Expectation| {
            entry.scenario == scenario.id && entry.check == check.id && entry.signature == signature
        };
        let name = format!("{} {}: {signature}", scenario.id, check.id);
        let specifier = self.release.clone();
        match self.known.entries.iter().position(same) {
            Some(index) if self.known.entries[index].is_for(release) => {}
            Some(index) => {
                if let Some(releases) = self.entry(index).and_then(releases_of) {
                    releases.push(specifier);
                    self.done.widened.push(name);
                }
            }
            None => {
                let table = self.new_entry(scenario, check, signature);
                self.is_blank = false;
                self.entries().push(table);
                self.done.added.push(name);
            }
        }
    }

    fn new_entry(
        &self,
        scenario: &ScenarioDocument,
        check: &CheckDocument,
        signature: &str,
    ) -> Table {
        let issue = scenario.issues.first().map(|number| format!("#{number}"));
        let or =
            |given: &Option<String>, draft: &str| given.clone().unwrap_or_else(|| draft.to_owned());
        let mut table = Table::new();
        let mut put = |name: &str, value: Value| {
            table.insert(name, Item::Value(value));
        };
        put("scenario", scenario.id.as_str().into());
        put("check", check.id.as_str().into());
        put("signature", signature.into());
        put("releases", Array::from_iter([self.release.as_str()]).into());
        put(
            "reason",
            or(&self.defaults.reason, "TODO: why is this accepted for now?").into(),
        );
        let issue = self.defaults.issue.clone().or(issue);
        put("issue", or(&issue, "TODO: where is it followed up?").into());
        put(
            "owner",
            or(&self.defaults.owner, "TODO: who answers for it?").into(),
        );
        put(
            "expires",
            or(&self.defaults.expires, "TODO: until when, as 2027-03-31").into(),
        );
        table
            .decor_mut()
            .set_prefix(if self.is_blank { "" } else { "\n" });
        table
    }

    fn entries(&mut self) -> &mut ArrayOfTables {
        let item = self
            .document
            .entry(ENTRY)
            .or_insert_with(|| Item::ArrayOfTables(ArrayOfTables::new()));
        // What was read holds nothing else under this name.
        if !item.is_array_of_tables() {
            *item = Item::ArrayOfTables(ArrayOfTables::new());
        }
        match item {
            Item::ArrayOfTables(tables) => tables,
            _ => unreachable!("it was made one"),
        }
    }

    fn entry(&mut self, index: usize) -> Option<&mut Table> {
        self.entries().get_mut(index)
    }

    /// Takes out entries that are for no release any more. What people wrote above one stays, above
    /// what follows it.
    fn drop_empty(&mut self) {
        let mut orphaned = String::new();
        let mut kept = ArrayOfTables::new();
        let tables = std::mem::take(self.entries());
        let end = self
            .document
            .trailing()
            .as_str()
            .unwrap_or_default()
            .to_owned();
        for mut table in tables {
            let own = table
                .decor()
                .prefix()
                .and_then(|prefix| prefix.as_str())
                .unwrap_or_default();
            if releases_of(&mut table.clone()).is_some_and(|releases| releases.is_empty()) {
                orphaned += comments(own);
                continue;
            }
            if !orphaned.is_empty() {
                let both = std::mem::take(&mut orphaned) + own;
                table.decor_mut().set_prefix(both);
            }
            kept.push(table);
        }
        *self.entries() = kept;
        self.document.set_trailing(orphaned + &end);
    }
}

/// A prefix that says something; else nothing.
fn comments(prefix: &str) -> &str {
    if prefix.contains('#') { prefix } else { "" }
}

/// Whether the run bears out the entry, or says nothing against it.
fn holds(entry: &Expectation, scenario: &ScenarioDocument) -> bool {
    let judged = scenario
        .checks
        .iter()
        .filter(|check| check.id == entry.check);
    let mut judged = judged.peekable();
    judged.peek().is_none()
        || judged.any(|check| check.signature.as_deref() == Some(&entry.signature))
}

fn releases_of(table: &mut Table) -> Option<&mut Array> {
    let item = table.get_mut("releases")?;
    if let Some(word) = item.as_str().map(str::to_owned) {
        *item = Item::Value(Array::from_iter([word]).into());
    }
    item.as_array_mut()
}

/// Where exactly this release stands. A range that holds others, too, is left to a person.
fn position(releases: &Array, release: &str) -> Option<usize> {
    let wanted = VersionSpecifiers::from_str(release).ok()?;
    releases.iter().position(|value| {
        let range = value
            .as_str()
            .and_then(|word| VersionSpecifiers::from_str(word).ok());
        range.as_ref() == Some(&wanted)
    })
}
