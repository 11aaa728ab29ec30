//! Reads a file of known failures, and says everything that is wrong with it.

use std::collections::BTreeMap;
use std::ops::Range;
use std::rc::Rc;
use std::str::FromStr;

use jiff::civil::Date;
use support::product::ReleaseRange;
use toml_edit::{Document, Item, Table, TableLike, Value};

use super::{Group, KnownFailure, KnownFailures};
use crate::gate::form_reader::{Field, FieldSpec, FormReader, day, past_day};
use crate::gate::problem::{Problem, Refused, is_handle, line_of};
use crate::gate::weak::{expiry, reason, somebody};

/// The name of the groups.
pub(super) const GROUP: &str = "group";
/// The list of a group.
pub(super) const FAILURES: &str = "failures";
/// The releases of a group; a failure may have its own.
pub(super) const RELEASES: &str = "releases";
/// The one field that may always be left out.
pub(super) const UNJUDGED: &str = "unjudged";

const REASON: FieldSpec = ("reason", "why the failures are accepted for now");
const ISSUE: FieldSpec =
    ("issue", "where they are followed up: `#976`, `owner/name#976` or an address");
const OWNER: FieldSpec = ("owner", "who answers for them");
const WRITTEN: FieldSpec =
    ("written", "the day on which the group was written, such as 2026-11-30");
const EXPIRES: FieldSpec = ("expires", "the last day on which they count, such as 2027-03-31");
const CHECK: FieldSpec =
    ("check", "a scenario and one of its checks, as `kitty-gate list --checks` prints them");
const SIGNATURE: FieldSpec = ("signature", "how the check fails, as the run says it");

const OF_GROUP: [&str; 7] = [REASON.0, ISSUE.0, OWNER.0, WRITTEN.0, EXPIRES.0, RELEASES, FAILURES];
const OF_FAILURE: [&str; 4] = [CHECK.0, SIGNATURE.0, UNJUDGED, RELEASES];

/// The checks that there are, by scenario: what known failures can be about.
#[derive(Debug, Clone, Default)]
pub struct Catalogue(BTreeMap<String, Vec<String>>);

impl Catalogue {
    /// That of this kitty-gate.
    pub fn ours() -> Self {
        let entry = |scenario: &&'static scenarios::Scenario| {
            let checks = scenario.declared_checks();
            let checks = checks.map(|check| check.id.to_owned()).collect();
            (scenario.id.to_owned(), checks)
        };
        Self(scenarios::all().iter().map(entry).collect())
    }

    /// The scenario and the check that `text` names.
    fn named(&self, text: &str) -> Result<(String, String), String> {
        let Some((scenario, check)) = text.split_once(char::is_whitespace) else {
            return Err(format!("`{text}` must be {}", CHECK.1));
        };
        Ok((scenario.to_owned(), self.check(scenario, check.trim())?))
    }

    fn check(&self, scenario: &str, check: &str) -> Result<String, String> {
        let Some(checks) = self.0.get(scenario) else {
            return Err(format!("there is no `{scenario}`; `kitty-gate list` names all"));
        };
        let is_there = checks.iter().any(|known| known == check);
        is_there.then(|| check.to_owned()).ok_or_else(|| {
            format!("`{scenario}` has no check `{check}`; it has {}", checks.join(", "))
        })
    }
}

impl KnownFailures {
    /// Reads `text`, the content of `file`, on the day `today`.
    pub fn read(
        file: &str,
        text: &str,
        catalogue: &Catalogue,
        today: Date,
    ) -> Result<Self, Refused> {
        let document = Document::parse(text).map_err(|error| {
            let line = error.span().map_or(1, |span| line_of(text, span.start));
            Refused { file: file.to_owned(), problems: vec![Problem::at(line, error.message())] }
        })?;
        let mut reader =
            Reader { text, catalogue, today, form: FormReader::default(), failures: Vec::new() };
        reader.root(document.as_table());
        let failures = reader.failures;
        reader.form.finish(file, Some(Self { file: file.to_owned(), failures }))
    }
}

struct Reader<'a> {
    text: &'a str,
    catalogue: &'a Catalogue,
    today: Date,
    form: FormReader,
    /// What is whole.
    failures: Vec<KnownFailure>,
}

impl Reader<'_> {
    fn root(&mut self, root: &Table) {
        for (name, item) in root {
            if let Some(groups) = item.as_array_of_tables().filter(|_| name == GROUP) {
                for group in groups {
                    self.group(group);
                }
                continue;
            }
            let first = item.as_array_of_tables().and_then(|tables| tables.get(0)?.span());
            let line = self.line(first.or_else(|| item.span()));
            let why = if name == "expectation" {
                "is the form of an older kitty-gate; write what it says as `failures` of a [[group]], as the README shows"
            } else {
                "the file holds [[group]] and nothing else"
            };
            self.form.object(line, format!("`{name}`: {why}"));
        }
    }

    fn group(&mut self, table: &Table) {
        let line = self.line(table.span());
        self.object_to_others(table, &OF_GROUP);
        let today = self.today;
        let reason = self.required(table, line, REASON, reason);
        let issue = self.required(table, line, ISSUE, issue);
        let owner = self.required(table, line, OWNER, somebody);
        let written = self.required(table, line, WRITTEN, |text| past_day(text, today));
        let expires = self.required(table, line, EXPIRES, |text| match written {
            Some(written) => expiry(written, day(text)?),
            None => day(text),
        });
        let releases = table.get(RELEASES).map(|item| self.releases(item));
        let whole = || {
            let [reason, issue, owner] = [reason?, issue?, owner?];
            Some(Rc::new(Group { reason, issue, owner, written: written?, expires: expires? }))
        };
        let group = whole();
        let failures = table.get(FAILURES).and_then(Item::as_array);
        let Some(failures) = failures.filter(|failures| !failures.is_empty()) else {
            let line = table.get(FAILURES).map_or(line, |item| self.line(item.span()));
            return self.form.object(line, format!("{FAILURES}: {EACH_FAILURE}"));
        };
        let mut last = 0;
        for failure in failures {
            let line = self.line(failure.span());
            if line == last {
                let why = "stands on the line of another; give each failure a line of its own";
                self.form.object(line, format!("{FAILURES}: {why}"));
            }
            last = line;
            if let Some(failure) = self.failure(failure, line, group.as_ref(), releases.as_ref()) {
                self.add(failure);
            }
        }
    }

    /// A failure that is whole; what is wrong with another is noted.
    fn failure(
        &mut self,
        value: &Value,
        line: usize,
        group: Option<&Rc<Group>>,
        shared: Option<&Option<Vec<ReleaseRange>>>,
    ) -> Option<KnownFailure> {
        let Some(table) = value.as_inline_table() else {
            self.form.object(line, format!("{FAILURES}: {EACH_FAILURE}"));
            return None;
        };
        let table: &dyn TableLike = table;
        self.object_to_others(table, &OF_FAILURE);
        let catalogue = self.catalogue;
        let named = self.required(table, line, CHECK, |text| catalogue.named(text));
        let signature = self.required(table, line, SIGNATURE, |text| Ok(text.to_owned()));
        let releases = match (table.get(RELEASES), shared) {
            (Some(own), _) => self.releases(own),
            (None, Some(shared)) => shared.clone(),
            (None, None) => {
                let why = "is missing; give PEP 440 specifiers here or in the group";
                self.form.object(line, format!("{RELEASES}: {why}"));
                None
            }
        };
        let (scenario, check) = named?;
        let unjudged = table.get(UNJUDGED).map(|item| self.unjudged(item, &scenario, &check));
        Some(KnownFailure {
            line,
            scenario,
            check,
            signature: signature?,
            unjudged: unjudged.unwrap_or_default(),
            releases: releases?,
            group: Rc::clone(group?),
        })
    }

    /// Adds a failure that no other is the same as.
    fn add(&mut self, failure: KnownFailure) {
        let is_twin = |known: &&KnownFailure| {
            let is_same = (&known.scenario, &known.check, &known.signature)
                == (&failure.scenario, &failure.check, &failure.signature);
            is_same && known.releases.iter().any(|range| failure.releases.contains(range))
        };
        if let Some(twin) = self.failures.iter().find(is_twin) {
            let why = format!("says the same as line {}; remove one", twin.line);
            self.form.object(failure.line, why);
        }
        self.failures.push(failure);
    }

    fn object_to_others(&mut self, table: &dyn TableLike, known: &[&str]) {
        for (name, item) in table.iter().filter(|(name, _)| !known.contains(name)) {
            let line = self.line(item.span());
            self.form.object(line, format!("{name}: there is no such field"));
        }
    }

    fn required<T>(
        &mut self,
        table: &dyn TableLike,
        line: usize,
        wanted: FieldSpec,
        parse: impl FnOnce(&str) -> Result<T, String>,
    ) -> Option<T> {
        let item = table.get(wanted.0);
        let field = item.map(|item| (self.line(item.span()), text_of(item)));
        match field {
            Some((line, None)) => {
                self.form.object(line, format!("{}: must be a text", wanted.0));
                None
            }
            Some((line, Some(text))) => {
                self.form.required(wanted, Some(&Field { line, text }), line, parse)
            }
            None => self.form.required(wanted, None, line, parse),
        }
    }

    fn releases(&mut self, item: &Item) -> Option<Vec<ReleaseRange>> {
        let line = self.line(item.span());
        let read = texts_of(item)
            .ok_or_else(|| "must be PEP 440 specifiers, such as [\"==3.2.7\"]".to_owned());
        let words = self.form.accept(RELEASES, line, read)?;
        let ranges = words.iter().map(|word| self.form.accept(RELEASES, line, range(word)));
        let ranges: Vec<Option<ReleaseRange>> = ranges.collect();
        ranges.into_iter().collect()
    }

    /// The checks of `scenario` that are not judged while `check` fails.
    fn unjudged(&mut self, item: &Item, scenario: &str, check: &str) -> Vec<String> {
        let line = self.line(item.span());
        let read = texts_of(item).ok_or_else(|| {
            "must be checks of the scenario, such as [\"names-the-branch\"]; or leave it out"
                .to_owned()
        });
        let ids = self.form.accept(UNJUDGED, line, read).unwrap_or_default();
        for id in &ids {
            let mut known = self.catalogue.check(scenario, id);
            if id == check {
                known = Err(format!("`{check}` is the check that fails: it is judged"));
            }
            self.form.accept(UNJUDGED, line, known);
        }
        ids
    }

    fn line(&self, span: Option<Range<usize>>) -> usize {
        span.map_or(1, |span| line_of(self.text, span.start))
    }
}

const EACH_FAILURE: &str =
    "must be a list of `{ check = \"SCENARIO CHECK\", signature = \"...\" }`";

/// A text, or a day that stands without quotes.
pub(super) fn text_of(item: &Item) -> Option<String> {
    match item.as_value()? {
        Value::String(text) => Some(text.value().trim().to_owned()),
        Value::Datetime(day) => Some(day.value().to_string()),
        _ => None,
    }
}

/// One text or several, never none.
pub(super) fn texts_of(item: &Item) -> Option<Vec<String>> {
    let owned = |word: &str| word.to_owned();
    let texts: Option<Vec<String>> = match item.as_value()? {
        Value::Array(words) => words.iter().map(|word| word.as_str().map(owned)).collect(),
        word => Some(vec![owned(word.as_str()?)]),
    };
    texts.filter(|texts| !texts.is_empty())
}

/// Who writes it cannot know how a release that is yet to come fails.
fn range(word: &str) -> Result<ReleaseRange, String> {
    let range = ReleaseRange::from_str(word).map_err(|error| error.to_string())?;
    range.has_near_end().then_some(range).ok_or_else(|| {
        format!(
            "`{word}` has no end before the major version after next, and is for releases that are yet to come; give a release, a series or both ends, such as `==3.2.7`, `==3.2.*` or `>=3.2,<3.3`"
        )
    })
}

fn issue(text: &str) -> Result<String, String> {
    let why = || format!("`{text}` leads nowhere; give `#976`, `owner/name#976` or an address");
    is_handle(text).then(|| text.to_owned()).ok_or_else(why)
}

#[cfg(test)]
#[path = "read_tests.rs"]
mod tests;
