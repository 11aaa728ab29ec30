//! Brings a file of known failures up to what a run saw, and keeps what people wrote in it.
//!
//! Nothing is accepted here: a new failure is drafted, and so is one that keeps more from being judged than a person
//! has accepted. The file is refused until somebody has said of each draft why, until when, and who answers for it.

use std::collections::BTreeSet;
use std::str::FromStr;

use jiff::civil::Date;
use support::product::{Release, ReleaseRange};
use toml_edit::DocumentMut;

use super::KnownFailures;
use super::edit::{self, Fields};
use super::entry::Entry;
use crate::document::{CheckDocument, RunDocument, ScenarioDocument};
use crate::gate::policy::Policy;
use crate::gate::problem::{Problem, Refused};
use crate::gate::weak::last_day;

/// A file brought up to a run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Update {
    /// The file's new content.
    pub text: String,
    /// Failures that are known now.
    pub added: Vec<String>,
    /// Failures that are known of this release now, too.
    pub widened: Vec<String>,
    /// Failures of which the file says anew what they leave unjudged.
    pub unjudged: Vec<String>,
    /// What is not true of this release any more, and was taken out.
    pub removed: Vec<String>,
    /// What is not true of this release any more, and stands in a range that a person has to narrow.
    pub by_hand: Vec<String>,
}

/// Brings `text`, which was read as `known`, up to `run`, whose release is `release`, on the day `today`.
pub fn update(
    text: &str,
    known: &KnownFailures,
    run: &RunDocument,
    release: &Release,
    today: Date,
) -> Result<Update, Refused> {
    let refused = |message: String| Refused {
        file: known.file.clone(),
        problems: vec![Problem::at(1, message)],
    };
    let mut document =
        DocumentMut::from_str(text).map_err(|error| refused(error.message().to_owned()))?;
    let exactly = format!("=={release}").parse().map_err(|error| refused(format!("{error}")))?;
    let entries = Entry::all(known, edit::places(&mut document));
    let mut editor =
        Editor { document, entries, known, release, exactly, today, done: Update::default() };
    // What the release never promised needs no excuse.
    let policy = Policy::of(Some(release));
    let is_judged = |scenario: &&ScenarioDocument| {
        scenario.verdict.is_judged() && policy.requires(&scenario.id)
    };
    for scenario in run.scenarios.iter().filter(is_judged) {
        editor.forget(scenario);
        editor.add_missing(scenario);
    }
    Ok(editor.finish())
}

struct Editor<'a> {
    document: DocumentMut,
    /// The known failures, those of the file first.
    entries: Vec<Entry<'a>>,
    known: &'a KnownFailures,
    release: &'a Release,
    /// The specifier of this release and no other.
    exactly: ReleaseRange,
    /// The day on which drafts are written.
    today: Date,
    done: Update,
}

impl<'a> Editor<'a> {
    /// Takes the release out of every entry that is not true of it.
    fn forget(&mut self, scenario: &ScenarioDocument) {
        for entry in &mut self.entries {
            if entry.scenario != scenario.id || !entry.is_for(self.release) || entry.holds(scenario)
            {
                continue;
            }
            let place = entry.place(&self.known.file);
            if entry.take_out(&self.exactly) {
                self.done.removed.push(place);
            } else {
                self.done.by_hand.push(place);
            }
        }
    }

    /// Sees to it that each failure is known, and that one names what was not judged: the last, for it is what the
    /// scenario stopped at.
    fn add_missing(&mut self, scenario: &'a ScenarioDocument) {
        let mut failures: Vec<Failure<'a>> =
            scenario.failures().map(|check| Failure::of(scenario, check)).collect();
        // A check may be judged of several commands.
        let mut seen = BTreeSet::new();
        failures.retain(|failure| seen.insert((failure.check, failure.signature)));
        let unexplained = self.unexplained(scenario, &failures);
        let last = failures.len().saturating_sub(1);
        for (number, failure) in failures.iter().enumerate() {
            self.ensure_entry(failure, if number == last { &unexplained } else { &[] });
        }
    }

    /// The checks that were not judged, and for which no entry that is true of this release accounts.
    fn unexplained(
        &self,
        scenario: &'a ScenarioDocument,
        failures: &[Failure<'a>],
    ) -> Vec<&'a str> {
        let of_scenario = self.entries.iter().filter(|entry| entry.scenario == scenario.id);
        let current: Vec<&Entry<'_>> =
            of_scenario.filter(|entry| entry.is_for(self.release)).collect();
        let is_explained = |id: &str| {
            current.iter().any(|entry| {
                let is_true = || failures.iter().any(|failure| failure.is(entry));
                entry.check == id || (entry.unjudged.iter().any(|told| told == id) && is_true())
            })
        };
        let ids = scenario.unjudged.iter().map(String::as_str);
        ids.filter(|id| !is_explained(id)).collect()
    }

    /// Sees to it that the failure is known, and that it accounts for what is `unexplained`.
    fn ensure_entry(&mut self, failure: &Failure<'a>, unexplained: &[&'a str]) {
        let twins = || self.entries.iter().enumerate().filter(|(_, entry)| failure.is(entry));
        let current = twins().find(|(_, entry)| entry.is_for(self.release));
        let told = current.map_or(&[][..], |(_, entry)| &entry.unjudged);
        let still = told.iter().map(String::as_str).filter(|id| !failure.is_judged(id));
        let unjudged: Vec<&str> = still.chain(unexplained.iter().copied()).collect();
        let fitting = twins().find(|(_, entry)| entry.leaves_unjudged(&unjudged));
        let fitting = fitting.map(|(index, _)| index);
        let unjudged: Vec<String> = unjudged.iter().map(ToString::to_string).collect();
        match (current.map(|(index, _)| index), fitting) {
            (Some(current), Some(fitting)) if current == fitting => {}
            (Some(current), _) => {
                let group = (!unexplained.is_empty()).then(|| self.draft(failure.scenario));
                self.split_entry(current, fitting, group, failure, unjudged);
            }
            (None, Some(fitting)) => {
                self.entries[fitting].releases.push(self.exactly.clone());
                self.done.widened.push(failure.to_string());
            }
            (None, None) => {
                let group = self.draft(failure.scenario);
                self.add(group, failure, unjudged);
                self.done.added.push(failure.to_string());
            }
        }
    }

    /// A failure whose entry is not true of this release in what it calls unjudged. For other releases it
    /// stays as it is. `draft` is the group for a failure that keeps more from being judged than was accepted.
    fn split_entry(
        &mut self,
        current: usize,
        fitting: Option<usize>,
        draft: Option<usize>,
        failure: &Failure<'a>,
        unjudged: Vec<String>,
    ) {
        let exactly = self.exactly.clone();
        let entry = &mut self.entries[current];
        let group = entry.group;
        if entry.releases == [exactly.clone()] && fitting.is_none() && draft.is_none() {
            entry.unjudged = unjudged;
        } else if !entry.take_out(&exactly) {
            return self.done.by_hand.push(entry.place(&self.known.file));
        } else if let Some(fitting) = fitting {
            self.entries[fitting].releases.push(exactly);
        } else {
            self.add(draft.unwrap_or(group), failure, unjudged);
        }
        self.done.unjudged.push(failure.to_string());
    }

    fn add(&mut self, group: usize, failure: &Failure<'a>, unjudged: Vec<String>) {
        self.entries.push(Entry {
            group,
            known: None,
            scenario: &failure.scenario.id,
            check: failure.check,
            signature: failure.signature,
            releases: vec![self.exactly.clone()],
            unjudged,
        });
    }

    /// The group of drafts for a scenario.
    fn draft(&mut self, scenario: &ScenarioDocument) -> usize {
        let issue = scenario.issues.first().map(|number| format!("#{number}"));
        let fields: Fields = [
            ("reason", format!("TODO: why may {} fail for now?", scenario.id)),
            ("issue", issue.unwrap_or_else(|| "TODO: where is it followed up?".to_owned())),
            ("owner", "TODO: who answers for it?".to_owned()),
            ("written", self.today.to_string()),
            ("expires", format!("TODO: until when, {} at the latest", last_day(self.today))),
        ];
        let is_blank = self.document.to_string().trim().is_empty();
        let groups = edit::groups(&mut self.document);
        let fitting = groups.iter().position(|table| edit::says(table, &fields));
        fitting.unwrap_or_else(|| {
            groups.push(edit::new_group(&fields, is_blank));
            groups.len() - 1
        })
    }

    fn finish(mut self) -> Update {
        for (index, table) in edit::groups(&mut self.document).iter_mut().enumerate() {
            let own = self.entries.iter().filter(|entry| entry.group == index);
            let own: Vec<&Entry<'_>> = own.collect();
            if own.iter().any(|entry| entry.is_changed()) {
                edit::rewrite(table, &own);
            }
        }
        edit::drop_empty(&mut self.document);
        Update { text: self.document.to_string(), ..self.done }
    }
}

/// A check that failed in one way.
struct Failure<'s> {
    scenario: &'s ScenarioDocument,
    check: &'s str,
    signature: &'s str,
}

impl<'s> Failure<'s> {
    fn of(scenario: &'s ScenarioDocument, check: &'s CheckDocument) -> Self {
        let signature = check.signature.as_deref().unwrap_or_default();
        Self { scenario, check: &check.id, signature }
    }

    /// Whether `entry` is about it, of whatever release.
    fn is(&self, entry: &Entry<'_>) -> bool {
        (entry.scenario, entry.check, entry.signature)
            == (self.scenario.id.as_str(), self.check, self.signature)
    }

    /// Whether the scenario came to judge the check.
    fn is_judged(&self, id: &str) -> bool {
        self.scenario.checks.iter().any(|check| check.id == id)
    }
}

impl std::fmt::Display for Failure<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}: {}", self.scenario.id, self.check, self.signature)
    }
}
