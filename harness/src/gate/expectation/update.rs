//! Brings a file of expectations up to what a run saw, and keeps what people wrote in it.

use std::collections::BTreeSet;
use std::str::FromStr;

use jiff::civil::Date;
use support::product::Release;
use toml_edit::{Array, ArrayOfTables, DocumentMut, Item, Table, Value};

use super::read::{ENTRY, WRITTEN};
use super::table::{again, comments, is_for_only, put_unjudged, releases_of, take_release_out};
use super::{Expectation, Expectations};
use crate::document::{CheckDocument, RunDocument, ScenarioDocument};
use crate::gate::policy::Policy;
use crate::gate::problem::{Problem, Refused};
use crate::gate::weak::{last_day, objection_to_expiry, objection_to_owner, objection_to_reason};
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

impl Defaults {
    /// What an entry that is written on the day `today` would be refused for.
    pub fn objections(&self, today: Date) -> Vec<String> {
        let expires = self.expires.as_deref();
        let last = expires.and_then(|day| Date::from_str(day).ok());
        let objections = [
            self.reason.as_deref().and_then(objection_to_reason),
            self.owner.as_deref().and_then(objection_to_owner),
            last.and_then(|last| objection_to_expiry(today, last)),
        ];
        objections.into_iter().flatten().collect()
    }
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
    /// Failures whose entry says anew what they leave unjudged.
    pub unjudged: Vec<String>,
    /// What is not true of this release any more, and was taken out.
    pub removed: Vec<String>,
    /// What is not true of this release any more, and stands in a range that a person has to narrow.
    pub by_hand: Vec<String>,
}

/// Brings `text`, which was read as `known`, up to `run`, whose release is `release`, on the day `today`.
pub fn update(
    text: &str,
    known: &Expectations,
    run: &RunDocument,
    release: &Release,
    defaults: &Defaults,
    today: Date,
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
        today,
        is_blank: text.trim().is_empty(),
        done: Update::default(),
    };
    // What the release never promised needs no excuse.
    let policy = Policy::of(Some(release));
    let is_judged = |scenario: &&ScenarioDocument| {
        matches!(scenario.verdict, Verdict::Pass | Verdict::Fail) && policy.requires(&scenario.id)
    };
    for scenario in run.scenarios.iter().filter(is_judged) {
        editor.forget(scenario, release);
        editor.take_up(scenario, release);
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
    /// The day on which new entries are written.
    today: Date,
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
            let place = self.place(index);
            let release = self.release.clone();
            let entry = self.entry(index);
            if entry.is_some_and(|entry| take_release_out(entry, &release)) {
                self.done.removed.push(place);
            } else {
                self.done.by_hand.push(place);
            }
        }
    }

    /// Sees to it that entries speak of each failure, and one of what was not judged: that of the last
    /// failure, for it is what the scenario stopped at.
    fn take_up(&mut self, scenario: &ScenarioDocument, release: &Release) {
        let mut failures: Vec<Failure<'_>> =
            scenario.failures().map(|check| Failure::of(scenario, check)).collect();
        // A check may be judged of several commands.
        let mut seen = BTreeSet::new();
        failures.retain(|failure| seen.insert((failure.check, failure.signature)));
        let unspoken = self.unspoken(scenario, &failures, release);
        let last = failures.len().saturating_sub(1);
        for (number, failure) in failures.iter().enumerate() {
            let unspoken: &[&str] = if number == last { &unspoken } else { &[] };
            self.speak_of(failure, unspoken, release);
        }
    }

    /// The checks that were not judged, and of which no entry that is true of this release speaks.
    fn unspoken<'s>(
        &self,
        scenario: &'s ScenarioDocument,
        failures: &[Failure<'_>],
        release: &Release,
    ) -> Vec<&'s str> {
        let entries = self.known.of(&scenario.id);
        let speaking: Vec<&Expectation> = entries.filter(|entry| entry.is_for(release)).collect();
        let is_spoken_of = |id: &str| {
            speaking.iter().any(|entry| {
                let is_true = || failures.iter().any(|failure| failure.is(entry));
                entry.check == id || (entry.unjudged.iter().any(|told| told == id) && is_true())
            })
        };
        let ids = scenario.unjudged.iter().map(String::as_str);
        ids.filter(|id| !is_spoken_of(id)).collect()
    }

    /// Sees to it that an entry speaks of the failure, and of `unspoken`.
    fn speak_of(&mut self, failure: &Failure<'_>, unspoken: &[&str], release: &Release) {
        let known = &self.known.entries;
        let is_of = |index: &usize| failure.is(&known[*index]);
        let twins: Vec<usize> = (0..known.len()).filter(is_of).collect();
        let speaks = |index: &usize| known[*index].is_for(release);
        let speaking = twins.iter().copied().find(speaks);
        let told = speaking.map_or(&[][..], |index| &known[index].unjudged);
        let still = told.iter().map(String::as_str);
        let still = still.filter(|id| !failure.is_judged(id));
        let unjudged: Vec<&str> = still.chain(unspoken.iter().copied()).collect();
        match speaking {
            Some(_) if same(told, &unjudged) => {}
            Some(index) => self.say_anew(index, failure, &unjudged, &twins),
            None => self.say(failure, &unjudged, &twins),
        }
    }

    /// A failure that no entry speaks of for this release.
    fn say(&mut self, failure: &Failure<'_>, unjudged: &[&str], twins: &[usize]) {
        if self.widen(unjudged, twins) {
            self.done.widened.push(failure.to_string());
            return;
        }
        let entry = self.new_entry(failure, unjudged);
        self.is_blank = false;
        self.entries().push(entry);
        self.done.added.push(failure.to_string());
    }

    /// A failure whose entry is not true of this release in what it calls unjudged. For other releases it
    /// stays as it is.
    fn say_anew(
        &mut self,
        index: usize,
        failure: &Failure<'_>,
        unjudged: &[&str],
        twins: &[usize],
    ) {
        let release = self.release.clone();
        let place = self.place(index);
        let fits_another = self.fitting(unjudged, twins).is_some();
        let Some(entry) = self.entry(index) else {
            return;
        };
        let before = entry.clone();
        if is_for_only(entry, &release) && !fits_another {
            put_unjudged(entry, unjudged);
        } else if !take_release_out(entry, &release) {
            return self.done.by_hand.push(place);
        } else if !self.widen(unjudged, twins) {
            let again = again(before, &release, unjudged);
            self.entries().push(again);
        }
        self.done.unjudged.push(failure.to_string());
    }

    /// Has an entry for other releases, which calls the same unjudged, speak of this one, too; whether there is
    /// one.
    fn widen(&mut self, unjudged: &[&str], twins: &[usize]) -> bool {
        let release = self.release.clone();
        let fitting = self.fitting(unjudged, twins);
        let releases = fitting.and_then(|index| self.entry(index).and_then(releases_of));
        releases.is_some_and(|releases| {
            releases.push(release);
            true
        })
    }

    fn fitting(&self, unjudged: &[&str], twins: &[usize]) -> Option<usize> {
        let fits = |index: &usize| same(&self.known.entries[*index].unjudged, unjudged);
        twins.iter().copied().find(fits)
    }

    fn place(&self, index: usize) -> String {
        let entry = &self.known.entries[index];
        format!("{}:{} {} {}", self.known.file, entry.line, entry.scenario, entry.check)
    }

    fn new_entry(&self, failure: &Failure<'_>, unjudged: &[&str]) -> Table {
        let issues = &failure.scenario.issues;
        let issue = issues.first().map(|number| format!("#{number}"));
        let or =
            |given: &Option<String>, draft: &str| given.clone().unwrap_or_else(|| draft.to_owned());
        let mut table = Table::new();
        let mut put = |name: &str, value: Value| {
            table.insert(name, Item::Value(value));
        };
        put("scenario", failure.scenario.id.as_str().into());
        put("check", failure.check.into());
        put("signature", failure.signature.into());
        put("releases", Array::from_iter([self.release.as_str()]).into());
        put("reason", or(&self.defaults.reason, "TODO: why is this accepted for now?").into());
        let issue = self.defaults.issue.clone().or(issue);
        put("issue", or(&issue, "TODO: where is it followed up?").into());
        put("owner", or(&self.defaults.owner, "TODO: who answers for it?").into());
        let written = self.today.to_string();
        put(
            WRITTEN,
            toml_edit::Datetime::from_str(&written).map_or_else(|_| written.into(), Value::from),
        );
        let latest = last_day(self.today);
        let draft = format!("TODO: until when, {latest} at the latest");
        put("expires", or(&self.defaults.expires, &draft).into());
        put_unjudged(&mut table, unjudged);
        table.decor_mut().set_prefix(if self.is_blank { "" } else { "\n" });
        table
    }

    fn entries(&mut self) -> &mut ArrayOfTables {
        let item =
            self.document.entry(ENTRY).or_insert_with(|| Item::ArrayOfTables(ArrayOfTables::new()));
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
        let end = self.document.trailing().as_str().unwrap_or_default().to_owned();
        for mut table in tables {
            let own = table.decor().prefix().and_then(|prefix| prefix.as_str()).unwrap_or_default();
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

/// A check that failed in one way.
struct Failure<'s> {
    scenario: &'s ScenarioDocument,
    check: &'s str,
    signature: &'s str,
}

impl<'s> Failure<'s> {
    fn of(scenario: &'s ScenarioDocument, check: &'s CheckDocument) -> Self {
        Self {
            scenario,
            check: &check.id,
            signature: check.signature.as_deref().unwrap_or_default(),
        }
    }

    /// Whether `entry` speaks of it, of whatever release.
    fn is(&self, entry: &Expectation) -> bool {
        entry.scenario == self.scenario.id
            && entry.check == self.check
            && entry.signature == self.signature
    }

    /// Whether the scenario came to judge the check.
    fn is_judged(&self, id: &str) -> bool {
        self.scenario.checks.iter().any(|check| check.id == id)
    }
}

impl std::fmt::Display for Failure<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (scenario, check) = (&self.scenario.id, self.check);
        write!(f, "{scenario} {check}: {}", self.signature)
    }
}

fn same(told: &[String], wanted: &[&str]) -> bool {
    let told: BTreeSet<&str> = told.iter().map(String::as_str).collect();
    told == wanted.iter().copied().collect()
}

/// Whether the run bears out the entry, or says nothing against it.
fn holds(entry: &Expectation, scenario: &ScenarioDocument) -> bool {
    let judged = scenario.checks.iter().filter(|check| check.id == entry.check);
    let mut judged = judged.peekable();
    judged.peek().is_none()
        || judged.any(|check| check.signature.as_deref() == Some(&entry.signature))
}
