//! Reads the form, and says everything that is wrong with it.

use std::ops::Range;

use jiff::ToSpan;
use jiff::civil::Date;
use pulldown_cmark::{CodeBlockKind, Event, Parser, Tag, TagEnd};

use super::{LASTS_DAYS, OperatorException};
use crate::gate::form_reader::{Field, FieldSpec, FormReader, past_day};
use crate::gate::problem::{Refused, is_handle, is_placeholder, line_of};
use crate::gate::weak::{NARRATIVE_WORDS, has_words, somebody};

const OPERATOR: FieldSpec = ("**Operator**", "the name and contact of whoever answers for it");
const DATE: FieldSpec = ("**Date**", "the day on which it was written, such as 2026-11-21");
const SCENARIO: FieldSpec = ("**Failing scenario**", "the id of exactly one scenario");
const ASSERTION: FieldSpec =
    ("**Failing assertion**", "the code of the recorded reason, and what was seen");
/// The section with the command.
const REPRODUCTION: FieldSpec = ("## Reproduction command", "the command in a fenced block");
/// The section that says what becomes of it.
const FOLLOW_UP: FieldSpec =
    ("## Follow-up", "the address of an issue, or say until when it is tried again");

impl OperatorException {
    /// Reads `text`, the content of `file`, on the day `today`; `scenarios` are those that there are.
    pub fn read(file: &str, text: &str, scenarios: &[&str], today: Date) -> Result<Self, Refused> {
        let page = Page::of(text.trim_start_matches('\u{feff}'));
        let mut form = FormReader::default();
        page.object_to_title(&mut form);
        page.object_to_twins(&mut form);
        let mut required = |wanted, parse: &dyn Fn(&str) -> Result<String, String>| {
            form.required(wanted, page.field(wanted.0), 1, parse)
        };
        let operator = required(OPERATOR, &somebody);
        let scenario = required(SCENARIO, &|text| scenario(text, scenarios));
        let assertion = required(ASSERTION, &|text| Ok(text.to_owned()));
        let date = form.required(DATE, page.field(DATE.0), 1, |text| recent(text, today));
        page.object_to_narrative(&mut form);
        let reproduction = page.reproduction_line.unwrap_or(1);
        let command = form.required(REPRODUCTION, page.command.as_ref(), reproduction, |text| {
            Ok(text.to_owned())
        });
        let follow_up = form.required(FOLLOW_UP, page.follow_up.as_ref(), 1, follow_up);
        let line = |wanted: FieldSpec| page.field(wanted.0).map_or(1, |field| field.line);
        let whole = || {
            Some(Self {
                file: file.to_owned(),
                operator: operator?,
                date: date?,
                scenario: scenario?,
                assertion: assertion?,
                narrative: page.narrative.clone(),
                reproduction: command?,
                follow_up: follow_up?,
                scenario_line: line(SCENARIO),
                assertion_line: line(ASSERTION),
                reproduction_line: reproduction,
            })
        };
        let read = whole();
        form.finish(file, read)
    }
}

/// The day of a form that still counts.
fn recent(text: &str, today: Date) -> Result<Date, String> {
    let date = past_day(text, today)?;
    let oldest = today.checked_sub(LASTS_DAYS.days()).unwrap_or(Date::MIN);
    (date >= oldest).then_some(date).ok_or_else(|| {
        format!("{date} is more than {LASTS_DAYS} days ago; look again, and write a new one")
    })
}

/// The id of exactly one of the `scenarios`.
fn scenario(text: &str, scenarios: &[&str]) -> Result<String, String> {
    let bare = text.replace('`', "");
    let bare = bare.trim().trim_end_matches('.');
    if bare.contains('*') {
        return Err("a pattern names more than one; an exception covers exactly one".to_owned());
    }
    if bare.contains([',', ';']) || bare.contains(char::is_whitespace) {
        return Err(format!("`{bare}` is not the id of exactly one scenario, and nothing else"));
    }
    // `file::test`, as the tests of scenarios are named.
    let id = bare.rsplit("::").next().unwrap_or(bare);
    let is_there = scenarios.contains(&id);
    let why = || format!("there is no `{id}`; `kitty-gate list` names all");
    is_there.then(|| id.to_owned()).ok_or_else(why)
}

/// What leads somewhere: an issue, or a promise to try again in a stated window.
fn follow_up(text: &str) -> Result<String, String> {
    let words = text.to_lowercase();
    let again = ["retry", "retried", "rerun", "re-run", "try again", "tried again", "run again"];
    let is_promise = again.iter().any(|again| words.contains(again))
        && words.contains(|c: char| c.is_ascii_digit());
    let leads = is_handle(text) || is_promise;
    leads.then(|| text.to_owned()).ok_or_else(|| format!("leads nowhere; give {}", FOLLOW_UP.1))
}

/// What a Markdown file says, as far as the form is concerned. What stands in code, quotes or
/// comments is no part of it.
#[derive(Debug, Default)]
struct Page {
    title: Option<String>,
    /// The bold fields, each with its name.
    fields: Vec<(String, Field)>,
    /// Plain text outside of fields and of the two named sections.
    narrative: String,
    /// The fenced command.
    command: Option<Field>,
    reproduction_line: Option<usize>,
    follow_up: Option<Field>,
}

impl Page {
    fn of(text: &str) -> Self {
        let mut page = Self::default();
        let mut section = String::new();
        let mut heading: Option<Field> = None;
        let mut code: Option<Field> = None;
        let mut quoted = 0_usize;
        for (event, range) in Parser::new(text).into_offset_iter() {
            let begun = || Some(Field { line: line_of(text, range.start), text: String::new() });
            match event {
                Event::Start(Tag::BlockQuote(_)) => quoted += 1,
                Event::End(TagEnd::BlockQuote(_)) => quoted = quoted.saturating_sub(1),
                Event::Start(Tag::Heading { .. }) => heading = begun(),
                Event::End(TagEnd::Heading(_)) => {
                    if let Some(heading) = heading.take() {
                        section = page.open(heading.line, heading.text.trim());
                    }
                }
                Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(_))) => code = begun(),
                Event::End(TagEnd::CodeBlock) => {
                    let block = code.take();
                    if section == REPRODUCTION.0 && page.command.is_none() {
                        page.command = block;
                    }
                }
                Event::Text(words) | Event::Code(words) => {
                    if let Some(open) = code.as_mut().or(heading.as_mut()) {
                        open.text.push_str(&words);
                    }
                }
                // The text of a tight list item stands in no paragraph.
                Event::Start(Tag::Paragraph | Tag::Item) if quoted == 0 => {
                    page.take_in(text, range, &section);
                }
                _ => {}
            }
        }
        page
    }

    /// Begins a section; the first heading is the title.
    fn open(&mut self, line: usize, words: &str) -> String {
        self.title.get_or_insert_with(|| words.to_owned());
        let words = words.trim_end_matches(':').to_lowercase().replace("follow up", "follow-up");
        let is = |wanted: FieldSpec| wanted.0.trim_start_matches("## ").to_lowercase() == words;
        if is(REPRODUCTION) {
            self.reproduction_line = Some(line);
            REPRODUCTION.0.to_owned()
        } else if is(FOLLOW_UP) {
            self.follow_up = Some(Field { line, text: String::new() });
            FOLLOW_UP.0.to_owned()
        } else {
            words
        }
    }

    /// Takes in a paragraph: fields, each on a line of its own, and what goes on below them.
    fn take_in(&mut self, text: &str, range: Range<usize>, section: &str) {
        let first = line_of(text, range.start);
        let mut in_field = false;
        let source = without_comments(&text[range]);
        for (line, words) in source.lines().enumerate().map(|(index, words)| (first + index, words))
        {
            if let Some((name, value)) = field_of(words.trim()) {
                let is_taken = self.fields.iter().any(|(_, known)| known.line == line);
                if !is_taken {
                    self.fields.push((name.to_owned(), Field { line, text: value.to_owned() }));
                }
                in_field = true;
                continue;
            }
            // The marker of a list says nothing.
            let words = words.trim().trim_start_matches(['-', '*']).trim_start();
            let taker = if in_field {
                self.fields.last_mut().map(|(_, field)| &mut field.text)
            } else if section == FOLLOW_UP.0 {
                self.follow_up.as_mut().map(|field| &mut field.text)
            } else if section == REPRODUCTION.0 {
                None
            } else {
                Some(&mut self.narrative)
            };
            if let Some(text) = taker {
                if !text.is_empty() {
                    text.push(' ');
                }
                text.push_str(words);
            }
        }
    }

    fn field(&self, name: &str) -> Option<&Field> {
        self.all(name).next()
    }

    fn all(&self, name: &str) -> impl Iterator<Item = &Field> {
        let is_it = move |known: &str| name.trim_matches('*').eq_ignore_ascii_case(known);
        self.fields.iter().filter(move |(known, _)| is_it(known)).map(|(_, field)| field)
    }

    fn object_to_title(&self, form: &mut FormReader) {
        let title = self.title.as_deref().unwrap_or_default();
        let rest = title.strip_prefix("Mission Exception:").unwrap_or_default();
        if is_placeholder(rest) {
            form.object(1, "the title must be `# Mission Exception: ...`, and say of what");
        }
    }

    fn object_to_twins(&self, form: &mut FormReader) {
        for (name, _) in [OPERATOR, DATE, SCENARIO, ASSERTION] {
            for twin in self.all(name).skip(1) {
                let why = "stands twice; an exception covers exactly one scenario";
                form.object(twin.line, format!("{name}: {why}"));
            }
        }
    }

    fn object_to_narrative(&self, form: &mut FormReader) {
        if !has_words(&self.narrative, NARRATIVE_WORDS) || self.narrative.contains("TODO") {
            let message = format!(
                "the narrative is missing: say in {NARRATIVE_WORDS} different words of your own or more why this is environmental and not a defect"
            );
            form.object(1, message);
        }
    }
}

/// `**Name**: value` or `**Name:** value`, in a list or not.
fn field_of(line: &str) -> Option<(&str, &str)> {
    let line = line.strip_prefix("- ").or_else(|| line.strip_prefix("* ")).unwrap_or(line);
    let (name, value) = line.strip_prefix("**")?.split_once("**")?;
    let (name, value) = match name.strip_suffix(':') {
        Some(name) => (name, value),
        None => (name, value.trim_start().strip_prefix(':')?),
    };
    Some((name.trim(), value.trim()))
}

fn without_comments(text: &str) -> String {
    let mut left = text;
    let mut kept = String::new();
    while let Some((before, rest)) = left.split_once("<!--") {
        kept.push_str(before);
        let (comment, after) = rest.split_once("-->").unwrap_or((rest, ""));
        // Lines keep their numbers.
        kept.extend(comment.chars().filter(|&c| c == '\n'));
        left = after;
    }
    kept + left
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: &str = "\
# Mission Exception: no registry on the runner

**Operator**: Ada Lovelace <ada@example.org>
**Date**: 2026-11-20
**Failing scenario**: `sync/healthy`
**Failing assertion**: registry-unreachable at install

## Why this is environmental

The runner lost its route to the registry at noon; other jobs of that hour say the same.

## Reproduction command

```sh
kitty-gate repro 3.2.0 sync/healthy
```

## Follow-up

Retried on the next runner within 2 days.
";

    fn read(text: &str) -> Result<OperatorException, Refused> {
        let known = ["sync/healthy", "merge/x"];
        OperatorException::read("e.md", text, &known, "2026-11-21".parse().unwrap())
    }

    fn normalized(text: &str) -> String {
        read(text).map(|_| ()).unwrap_err().to_string()
    }

    #[test]
    fn a_whole_form_is_read() {
        let exception = read(WHOLE).unwrap();
        assert_eq!(exception.scenario, "sync/healthy");
        assert_eq!((exception.scenario_line, exception.assertion_line), (5, 6));
        assert_eq!(exception.operator, "Ada Lovelace <ada@example.org>");
        assert_eq!(exception.follow_up, "Retried on the next runner within 2 days.");
    }

    #[test]
    fn fields_may_stand_in_a_list_and_carry_their_colon() {
        let listed = WHOLE.replace("\n**", "\n- **").replace("**: ", ":** ");
        assert_eq!(read(&listed).unwrap().scenario, "sync/healthy");
    }

    #[test]
    fn each_missing_part_is_named_with_file_and_line() {
        for (name, _) in [OPERATOR, DATE, SCENARIO, ASSERTION] {
            let lines = WHOLE.lines();
            let kept = lines.filter(|line| !line.starts_with(name));
            let without = kept.collect::<Vec<_>>().join("\n");
            let normalized = normalized(&without);
            assert!(normalized.contains(&format!("e.md:1: {name}: is missing")), "{normalized}");
        }
        for (from, to, why) in [
            (
                "# Mission Exception: no registry on the runner",
                "# Notes",
                "e.md:1: the title must be",
            ),
            (
                "The runner lost its route to the registry at noon; other jobs of that hour say the same.",
                "Bad luck.",
                "the narrative is missing",
            ),
            (
                "The runner lost its route to the registry at noon; other jobs of that hour say the same.",
                "It was the machine. It was the machine. It was the machine. It was the machine.",
                "the narrative is missing: say in 8 different words",
            ),
            ("Ada Lovelace <ada@example.org>", "y", "e.md:3: **Operator**: `y` is nobody"),
            ("## Reproduction command", "## Command", "## Reproduction command: is missing"),
            (
                "kitty-gate repro 3.2.0 sync/healthy",
                "",
                "e.md:14: ## Reproduction command: `` says nothing; give the command",
            ),
            ("## Follow-up", "## Later", "## Follow-up: is missing"),
            (
                "Retried on the next runner within 2 days.",
                "Soon.",
                "e.md:18: ## Follow-up: leads nowhere",
            ),
        ] {
            let told = normalized(&WHOLE.replace(from, to));
            assert!(told.contains(why), "{to}: {told}");
        }
    }

    #[test]
    fn it_covers_exactly_one_scenario() {
        for (to, why) in [
            (
                "sync/healthy, merge/x",
                "e.md:5: **Failing scenario**: `sync/healthy, merge/x` is not",
            ),
            ("sync/healthy and merge/x", "is not the id of exactly one"),
            ("sync/*", "e.md:5: **Failing scenario**: a pattern names more than one"),
            ("sync/nowhere", "e.md:5: **Failing scenario**: there is no `sync/nowhere`"),
            ("TODO", "e.md:5: **Failing scenario**: `TODO` says nothing"),
            (
                "sync/healthy`\n**Failing scenario**: `merge/x",
                "e.md:6: **Failing scenario**: stands twice",
            ),
        ] {
            let told = normalized(&WHOLE.replacen("sync/healthy", to, 1));
            assert!(told.contains(why), "{to}: {told}");
        }
        let as_test = WHOLE.replacen("sync/healthy", "tests/scenarios.rs::sync/healthy", 1);
        assert_eq!(read(&as_test).unwrap().scenario, "sync/healthy");
    }

    #[test]
    fn a_stale_date_is_refused() {
        let on = |date: &str| WHOLE.replace("2026-11-20", date);
        assert!(read(&on("2026-11-07")).is_ok(), "fourteen days ago");
        assert!(
            normalized(&on("2026-11-06"))
                .contains("e.md:4: **Date**: 2026-11-06 is more than 14 days ago")
        );
        assert!(
            normalized(&on("2026-11-22")).contains("e.md:4: **Date**: 2026-11-22 is yet to come")
        );
        assert!(normalized(&on("yesterday")).contains("e.md:4: **Date**: `yesterday` is no day"));
    }

    #[test]
    fn what_stands_in_code_quotes_or_comments_is_no_field() {
        for hidden in [
            "<!-- **Operator**: Ada Lovelace <ada@example.org> -->",
            "> **Operator**: Ada Lovelace <ada@example.org>\n",
            "```\n**Operator**: Ada Lovelace <ada@example.org>\n```",
        ] {
            let text = WHOLE.replace("**Operator**: Ada Lovelace <ada@example.org>", hidden);
            assert!(normalized(&text).contains("**Operator**: is missing"), "{hidden}");
        }
        let commented = WHOLE.replace("Ada Lovelace <ada@example.org>", "<!-- your name -->");
        assert!(normalized(&commented).contains("e.md:3: **Operator**: `` says nothing"));
    }
}
