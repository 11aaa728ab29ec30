//! Reads a file of expectations, and says everything that is wrong with it.

use std::collections::BTreeMap;
use std::str::FromStr;

use jiff::civil::Date;
use support::product::ReleaseRange;
use toml_edit::{Document, Item, Table, Value};

use super::{Expectation, Expectations};
use crate::gate::problem::{Problem, Refused, is_handle, is_placeholder, line_of};
use crate::gate::weak::{objection_to_expiry, objection_to_owner, objection_to_reason};

/// The name of the entries.
pub(super) const ENTRY: &str = "expectation";

/// The one field that may be left out.
pub(super) const UNJUDGED: &str = "unjudged";

/// The day on which an entry was written, which it keeps.
pub(super) const WRITTEN: &str = "written";

/// The fields of an entry; all of them are required.
pub(super) const FIELDS: [(&str, &str); 9] = [
    ("scenario", "the id of a scenario, as `kitty-gate list` prints it"),
    ("check", "the id of one of its checks, as `kitty-gate list --checks` prints it"),
    ("signature", "how the check fails, as the run says it"),
    ("releases", "PEP 440 specifiers, such as [\"==3.2.7\"]"),
    ("reason", "why the failure is accepted for now"),
    ("issue", "where it is followed up: `#976`, `owner/name#976` or an address"),
    ("owner", "who answers for it"),
    (WRITTEN, "the day on which the entry was written, such as 2026-11-30"),
    ("expires", "the last day on which it counts, such as 2027-03-31"),
];

/// The checks that there are, by scenario: what expectations can speak of.
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

    /// What is wrong with a check that the field `name` gives.
    fn objection(&self, scenario: &str, name: &str, check: &str) -> Option<String> {
        match self.0.get(scenario) {
            None => {
                Some(format!("scenario: there is no `{scenario}`; `kitty-gate list` names all"))
            }
            Some(checks) if checks.iter().all(|known| known != check) => Some(format!(
                "{name}: `{scenario}` has no check `{check}`; it has {}",
                checks.join(", ")
            )),
            Some(_) => None,
        }
    }
}

impl Expectations {
    /// Reads `text`, the content of `file`, on the day `today`.
    pub fn read(
        file: &str,
        text: &str,
        catalogue: &Catalogue,
        today: Date,
    ) -> Result<Self, Refused> {
        let refused = |problems| Refused { file: file.to_owned(), problems };
        let document = Document::parse(text).map_err(|error| {
            let line = error.span().map_or(1, |span| line_of(text, span.start));
            refused(vec![Problem::at(line, error.message())])
        })?;
        let mut reader = Reader { text, catalogue, today, problems: Vec::new() };
        let entries = reader.entries(document.as_table());
        if reader.problems.is_empty() {
            let file = file.to_owned();
            Ok(Self { file, entries })
        } else {
            Err(refused(reader.problems))
        }
    }
}

struct Reader<'a> {
    text: &'a str,
    catalogue: &'a Catalogue,
    today: Date,
    problems: Vec<Problem>,
}

impl Reader<'_> {
    fn entries(&mut self, root: &Table) -> Vec<Expectation> {
        let mut entries: Vec<Expectation> = Vec::new();
        for (name, item) in root {
            let Some(tables) = item.as_array_of_tables().filter(|_| name == ENTRY) else {
                let line = self.line(item.span());
                self.object(line, format!("`{name}`: the file holds [[{ENTRY}]] and nothing else"));
                continue;
            };
            for table in tables {
                let Some(entry) = self.entry(table) else {
                    continue;
                };
                let twin = entries.iter().find(|known| is_twin(known, &entry));
                if let Some(twin) = twin {
                    self.object(
                        entry.line,
                        format!("says the same as line {}; remove one", twin.line),
                    );
                }
                entries.push(entry);
            }
        }
        entries
    }

    /// An entry that is whole; what is wrong with another is noted.
    fn entry(&mut self, table: &Table) -> Option<Expectation> {
        let line = self.line(table.span());
        for (name, item) in table {
            if name != UNJUDGED && FIELDS.iter().all(|(known, _)| *known != name) {
                let line = self.line(item.span());
                self.object(line, format!("{name}: there is no such field"));
            }
        }
        let [scenario, check, signature, releases, reason, issue, owner, written, expires] =
            FIELDS.map(|(name, meaning)| self.field(table, line, name, meaning));
        let releases = releases.and_then(|item| self.releases(item));
        let [written, expires] = self.days(written, expires);
        let [scenario, check, signature, reason, issue, owner] = [
            ("scenario", scenario),
            ("check", check),
            ("signature", signature),
            ("reason", reason),
            ("issue", issue),
            ("owner", owner),
        ]
        .map(|(name, item)| item.and_then(|item| self.text(name, item)));
        if let (Some(scenario), Some(check)) = (&scenario, &check)
            && let Some(objection) = self.catalogue.objection(scenario, "check", check)
        {
            self.object(line, objection);
        }
        let unjudged = match (table.get(UNJUDGED), &scenario, &check) {
            (Some(item), Some(scenario), Some(check)) => self.unjudged(item, scenario, check),
            _ => Vec::new(),
        };
        if let Some(issue) = issue.as_ref().filter(|issue| !is_handle(issue)) {
            let message = format!(
                "issue: `{issue}` leads nowhere; give `#976`, `owner/name#976` or an address"
            );
            self.object(line, message);
        }
        self.weak_words(table, reason.as_deref(), owner.as_deref());
        Some(Expectation {
            line,
            scenario: scenario?,
            check: check?,
            signature: signature?,
            unjudged,
            releases: releases?,
            reason: reason?,
            issue: issue?,
            owner: owner?,
            written: written?,
            expires: expires?,
        })
    }

    fn field<'t>(
        &mut self,
        table: &'t Table,
        line: usize,
        name: &str,
        meaning: &str,
    ) -> Option<&'t Item> {
        let item = table.get(name);
        if item.is_none() {
            self.object(line, format!("{name}: is missing; give {meaning}"));
        }
        item
    }

    fn text(&mut self, name: &str, item: &Item) -> Option<String> {
        let text = item.as_str().map(str::trim);
        match text {
            Some(text) if !is_placeholder(text) => Some(text.to_owned()),
            Some(text) => {
                let line = self.line(item.span());
                self.object(line, format!("{name}: `{text}` says nothing"));
                None
            }
            None => {
                let line = self.line(item.span());
                self.object(line, format!("{name}: must be a text"));
                None
            }
        }
    }

    /// A reason and an owner that are there, and say nothing all the same.
    fn weak_words(&mut self, table: &Table, reason: Option<&str>, owner: Option<&str>) {
        for (name, objection) in [
            ("reason", reason.and_then(objection_to_reason)),
            ("owner", owner.and_then(objection_to_owner)),
        ] {
            if let Some(objection) = objection {
                let line = self.line(table.get(name).and_then(Item::span));
                self.object(line, objection);
            }
        }
    }

    /// The day on which the entry was written, and its last, which is not far from it.
    fn days(&mut self, written: Option<&Item>, expires: Option<&Item>) -> [Option<Date>; 2] {
        let first = written.and_then(|item| self.date(WRITTEN, "2026-11-30", item));
        let last = expires.and_then(|item| self.date("expires", "2027-03-31", item));
        if let Some(day) = first.filter(|&day| day > self.today) {
            let line = self.line(written.and_then(Item::span));
            self.object(
                line,
                format!("{WRITTEN}: {day} is yet to come; give the day on which it was written"),
            );
        } else if let (Some(first), Some(last)) = (first, last)
            && let Some(objection) = objection_to_expiry(first, last)
        {
            let line = self.line(expires.and_then(Item::span));
            self.object(line, objection);
        }
        [first, last]
    }

    /// The checks of `scenario` that are not judged while `check` fails.
    fn unjudged(&mut self, item: &Item, scenario: &str, check: &str) -> Vec<String> {
        let line = self.line(item.span());
        let words: Option<Vec<&str>> =
            item.as_array().and_then(|words| words.iter().map(Value::as_str).collect());
        let Some(words) = words.filter(|words| !words.is_empty()) else {
            let message = format!(
                "{UNJUDGED}: must be checks of the scenario, such as [\"names-the-branch\"]; or leave it out"
            );
            self.object(line, message);
            return Vec::new();
        };
        for word in &words {
            if let Some(objection) = self.catalogue.objection(scenario, UNJUDGED, word) {
                self.object(line, objection);
            } else if *word == check {
                let message =
                    format!("{UNJUDGED}: `{check}` is the check that fails: it is judged");
                self.object(line, message);
            }
        }
        words.into_iter().map(str::to_owned).collect()
    }

    fn releases(&mut self, item: &Item) -> Option<Vec<ReleaseRange>> {
        let line = self.line(item.span());
        let words: Option<Vec<&str>> = match item.as_value() {
            Some(Value::String(word)) => Some(vec![word.value()]),
            Some(Value::Array(words)) => words.iter().map(Value::as_str).collect(),
            _ => None,
        };
        let Some(words) = words.filter(|words| !words.is_empty()) else {
            self.object(line, "releases: must be PEP 440 specifiers, such as [\"==3.2.7\"]");
            return None;
        };
        let mut ranges = Vec::new();
        for word in words {
            match ReleaseRange::from_str(word) {
                Ok(range) if range.has_upper_end() => ranges.push(range),
                // Who writes it cannot know how a release that is yet to come fails.
                Ok(_) => self.object(
                    line,
                    format!(
                        "releases: `{word}` has no upper end, and is for every release to come; give one, such as `==3.2.7` or `>=3.2,<3.3`"
                    ),
                ),
                Err(error) => self.object(line, format!("releases: {error}")),
            }
        }
        (!ranges.is_empty()).then_some(ranges)
    }

    fn date(&mut self, name: &str, example: &str, item: &Item) -> Option<Date> {
        let word = match item.as_value() {
            Some(Value::String(word)) => word.value().clone(),
            Some(Value::Datetime(date)) => date.value().to_string(),
            _ => String::new(),
        };
        let date = Date::from_str(&word).ok();
        if date.is_none() {
            let line = self.line(item.span());
            self.object(line, format!("{name}: `{word}` is no day; give one such as {example}"));
        }
        date
    }

    fn line(&self, span: Option<std::ops::Range<usize>>) -> usize {
        span.map_or(1, |span| line_of(self.text, span.start))
    }

    fn object(&mut self, line: usize, message: impl Into<String>) {
        self.problems.push(Problem::at(line, message));
    }
}

fn is_twin(a: &Expectation, b: &Expectation) -> bool {
    (&a.scenario, &a.check, &a.signature, &a.releases)
        == (&b.scenario, &b.check, &b.signature, &b.releases)
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: &str = r##"
# A comment.
[[expectation]]
scenario = "merge/missing-branch-blocks-dry-run"
check = "exits-nonzero"
signature = "exit=0"
releases = ["==3.2.7", ">=4.0.0rc1,<=4.0.0rc6"]
reason = "the dry run does not look at the branch"
issue = "#976"
owner = "release team"
written = 2026-11-20
expires = 2027-03-31
"##;

    fn read(text: &str) -> Result<Expectations, Refused> {
        let today = "2026-11-30".parse().unwrap();
        Expectations::read("e.toml", text, &Catalogue::ours(), today)
    }

    fn told(text: &str) -> String {
        read(text).map(|_| ()).unwrap_err().to_string()
    }

    #[test]
    fn a_whole_entry_is_read() {
        let whole = read(WHOLE).unwrap();
        let entry = &whole.entries[0];
        assert_eq!((entry.line, entry.signature.as_str()), (3, "exit=0"));
        let is_for = |release: &str| entry.is_for(&release.parse().unwrap());
        assert!(is_for("3.2.7") && is_for("4.0.0rc6"));
        assert!(!is_for("3.2.0") && !is_for("4.0.0rc7"));
        assert!(!entry.has_expired("2027-03-31".parse().unwrap()));
        assert!(entry.has_expired("2027-04-01".parse().unwrap()));
        let quoted = WHOLE.replace("2027-03-31", "\"2027-03-31\"");
        assert_eq!(read(&quoted).unwrap(), whole);
    }

    #[test]
    fn each_missing_field_is_named_with_file_and_line() {
        for (field, _) in FIELDS {
            let lines = WHOLE.lines();
            let kept = lines.filter(|line| !line.starts_with(&format!("{field} =")));
            let without = kept.collect::<Vec<_>>().join("\n");
            let told = told(&without);
            assert!(told.contains(&format!("e.toml:3: {field}: is missing; give ")), "{told}");
        }
    }

    #[test]
    fn what_says_nothing_is_refused() {
        for (from, to, why) in [
            ("\"exit=0\"", "\" \"", "e.toml:6: signature: `` says nothing"),
            ("\"release team\"", "\"TODO\"", "e.toml:10: owner: `TODO` says nothing"),
            ("\"#976\"", "\"later\"", "e.toml:3: issue: `later` leads nowhere"),
            ("\"==3.2.7\"", "\"3.2.7\"", "e.toml:7: releases: `3.2.7` is no PEP 440 specifier"),
            (
                "\"==3.2.7\"",
                "\"===3.2.7\"",
                "e.toml:7: releases: `===3.2.7` is no PEP 440 specifier: `===` compares texts",
            ),
            ("\"==3.2.7\"", "\"\"", "e.toml:7: releases: `` has no upper end"),
            ("[\"==3.2.7\", \">=4.0.0rc1,<=4.0.0rc6\"]", "[]", "e.toml:7: releases: must be"),
            ("2027-03-31", "\"soon\"", "e.toml:12: expires: `soon` is no day"),
            (
                "\"exits-nonzero\"",
                "\"exits-zero\"",
                "has no check `exits-zero`; it has the-command-merges, exits-nonzero",
            ),
            ("merge/missing-branch-blocks-dry-run", "merge/mreg", "there is no `merge/mreg`"),
            ("owner =", "ownr =", "e.toml:10: ownr: there is no such field"),
            (
                "[[expectation]]",
                "[[expectations]]",
                "`expectations`: the file holds [[expectation]]",
            ),
        ] {
            let told = told(&WHOLE.replace(from, to));
            assert!(told.contains(why), "{to}: {told}");
        }
        assert!(told("a = [").starts_with("e.toml:1: "));
    }

    #[test]
    fn what_is_too_weak_is_refused_with_its_line() {
        for (from, to, why) in [
            (
                "\"the dry run does not look at the branch\"",
                "\"x\"",
                "e.toml:8: reason: `x` explains nothing; say in 4 different words",
            ),
            ("\"release team\"", "\"y\"", "e.toml:10: owner: `y` is nobody; give the name"),
            (
                "2027-03-31",
                "2027-06-09",
                "e.toml:12: expires: 2027-06-09 is more than 200 days after 2026-11-20",
            ),
            ("2027-03-31", "2026-11-19", "e.toml:12: expires: 2026-11-19 is before 2026-11-20"),
            ("2026-11-20", "2026-12-01", "e.toml:11: written: 2026-12-01 is yet to come"),
            (
                "2026-11-20",
                "\"today\"",
                "e.toml:11: written: `today` is no day; give one such as 2026-11-30",
            ),
            ("\"==3.2.7\"", "\">=3.2.7\"", "e.toml:7: releases: `>=3.2.7` has no upper end"),
            ("\"==3.2.7\"", "\"!=3.2.7\"", "e.toml:7: releases: `!=3.2.7` has no upper end"),
        ] {
            let told = told(&WHOLE.replace(from, to));
            assert!(told.starts_with(why), "{to}: {told}");
            assert_eq!(told.lines().count(), 1, "{told}");
        }
        // The last day that there can be.
        assert!(read(&WHOLE.replace("2027-03-31", "2027-06-08")).is_ok());
    }

    #[test]
    fn what_a_failure_leaves_unjudged_may_be_said() {
        let with = |unjudged: &str| {
            WHOLE.replace("releases =", &format!("unjudged = {unjudged}\nreleases ="))
        };
        assert!(read(WHOLE).unwrap().entries[0].unjudged.is_empty());
        let entry = &read(&with("[\"names-the-branch\"]")).unwrap().entries[0];
        assert_eq!(entry.unjudged, ["names-the-branch"]);
        for (unjudged, why) in [
            ("[]", "must be checks of the scenario"),
            ("\"names-the-branch\"", "must be checks of the scenario"),
            ("[1]", "must be checks of the scenario"),
            ("[\"exits-zero\"]", "has no check `exits-zero`; it has "),
            ("[\"exits-nonzero\"]", "is the check that fails"),
        ] {
            let told = told(&with(unjudged));
            assert!(told.contains("e.toml:7: unjudged: "), "{told}");
            assert!(told.contains(why), "{told}");
        }
    }

    #[test]
    fn everything_that_is_wrong_is_told_at_once() {
        let told = told(&WHOLE.replace("2027-03-31", "0").replace("\"#976\"", "\"\""));
        assert!(told.contains("e.toml:9: issue") && told.contains("e.toml:12: expires"), "{told}");
    }

    #[test]
    fn the_same_twice_is_refused() {
        let told = told(&format!("{WHOLE}{WHOLE}"));
        assert_eq!(told, "e.toml:15: says the same as line 3; remove one");
    }
}
