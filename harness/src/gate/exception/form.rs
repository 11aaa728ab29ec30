//! Reads the form, and says everything that is wrong with it.

use std::ops::Range;
use std::str::FromStr;

use jiff::ToSpan;
use jiff::civil::Date;
use pulldown_cmark::{CodeBlockKind, Event, Parser, Tag, TagEnd};

use super::{LASTS_DAYS, OperatorException};
use crate::gate::problem::{Problem, Refused, is_handle, is_placeholder, line_of};
use crate::gate::weak::{NARRATIVE_WORDS, has_words, is_somebody};

/// The bold fields, and what each must say.
const FIELDS: [(&str, &str); 4] = [
    ("Operator", "the name and contact of whoever answers for it"),
    ("Date", "the day on which it was written, such as 2026-11-21"),
    ("Failing scenario", "the id of exactly one scenario"),
    ("Failing assertion", "the code of the recorded reason, and what was seen"),
];

/// The section with the command.
const REPRODUCTION: &str = "reproduction command";
/// The section that says what becomes of it.
const FOLLOW_UP: &str = "follow-up";
impl OperatorException {
    /// Reads `text`, the content of `file`, on the day `today`; `scenarios` are those that there are.
    pub fn read(file: &str, text: &str, scenarios: &[&str], today: Date) -> Result<Self, Refused> {
        let form = Form::of(text);
        let mut clerk = Clerk { problems: Vec::new() };
        clerk.title(&form);
        let [operator, date, scenario, assertion] =
            FIELDS.map(|(name, meaning)| clerk.field(&form, name, meaning));
        let day = date.and_then(|(line, word)| clerk.day(line, &word, today));
        let named =
            scenario.as_ref().and_then(|(line, word)| clerk.scenario(*line, word, scenarios));
        if let Some((line, operator)) = &operator {
            clerk.operator(*line, operator);
        }
        clerk.narrative(&form);
        clerk.command(&form);
        let follow_up = clerk.follow_up(&form);
        match (operator, day, scenario, named, assertion, follow_up) {
            (
                Some((_, operator)),
                Some(date),
                Some((scenario_line, _)),
                Some(scenario),
                Some((assertion_line, assertion)),
                Some(follow_up),
            ) if clerk.problems.is_empty() => Ok(Self {
                file: file.to_owned(),
                operator,
                date,
                scenario,
                assertion,
                follow_up,
                scenario_line,
                assertion_line,
            }),
            _ => {
                clerk.problems.sort_by_key(|problem| problem.line);
                Err(Refused { file: file.to_owned(), problems: clerk.problems })
            }
        }
    }
}

/// What a Markdown file says, as far as the form is concerned. What stands in code, quotes or
/// comments is no part of it.
#[derive(Debug, Default)]
struct Form {
    title: Option<String>,
    /// Name, line, value.
    fields: Vec<(String, usize, String)>,
    /// Plain text outside of fields and of the two named sections.
    narrative: String,
    /// The fenced command, with its line.
    command: Option<(usize, String)>,
    reproduction_line: Option<usize>,
    follow_up: Option<(usize, String)>,
}

impl Form {
    fn of(text: &str) -> Self {
        let mut form = Self::default();
        let mut section = String::new();
        let mut heading: Option<(usize, String)> = None;
        let mut code: Option<(usize, String)> = None;
        let mut quoted = 0_usize;
        for (event, range) in Parser::new(text).into_offset_iter() {
            let line = line_of(text, range.start);
            match event {
                Event::Start(Tag::BlockQuote(_)) => quoted += 1,
                Event::End(TagEnd::BlockQuote(_)) => quoted = quoted.saturating_sub(1),
                Event::Start(Tag::Heading { .. }) => heading = Some((line, String::new())),
                Event::End(TagEnd::Heading(_)) => {
                    if let Some((line, words)) = heading.take() {
                        section = form.open(line, words.trim());
                    }
                }
                Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(_))) => {
                    code = Some((line, String::new()));
                }
                Event::End(TagEnd::CodeBlock) => {
                    let block = code.take();
                    if section == REPRODUCTION && form.command.is_none() {
                        form.command = block;
                    }
                }
                Event::Text(words) => {
                    if let Some((_, code)) = &mut code {
                        code.push_str(&words);
                    } else if let Some((_, heading)) = &mut heading {
                        heading.push_str(&words);
                    }
                }
                Event::Code(words) => {
                    if let Some((_, heading)) = &mut heading {
                        heading.push_str(&words);
                    }
                }
                // The text of a tight list item stands in no paragraph.
                Event::Start(Tag::Paragraph | Tag::Item) if quoted == 0 => {
                    form.take_in(text, range, &section);
                }
                _ => {}
            }
        }
        form
    }

    /// Begins a section; the first heading is the title.
    fn open(&mut self, line: usize, words: &str) -> String {
        if self.title.is_none() {
            self.title = Some(words.to_owned());
        }
        let name = words.trim_end_matches(':').to_lowercase().replace("follow up", FOLLOW_UP);
        if name == REPRODUCTION {
            self.reproduction_line = Some(line);
        } else if name == FOLLOW_UP {
            self.follow_up = Some((line, String::new()));
        }
        name
    }

    /// Takes in a paragraph: fields, each on a line of its own, and what goes on below them.
    fn take_in(&mut self, text: &str, range: Range<usize>, section: &str) {
        let first = line_of(text, range.start);
        let mut in_field = false;
        let source = without_comments(&text[range]);
        for (number, line) in source.lines().enumerate() {
            let line = line.trim().trim_start_matches(['-', '*']).trim_start();
            // The marker of a list was taken for one asterisk of a bold name at most.
            let bold = source.lines().nth(number).unwrap_or_default().trim();
            if let Some((name, value)) = field_of(bold) {
                let known = self.fields.iter().any(|known| known.1 == first + number);
                if !known {
                    self.fields.push((name.to_owned(), first + number, value.to_owned()));
                }
                in_field = true;
            } else if in_field {
                if let Some((_, _, value)) = self.fields.last_mut() {
                    value.push(' ');
                    value.push_str(line);
                }
            } else if section == FOLLOW_UP {
                if let Some((_, words)) = &mut self.follow_up {
                    words.push_str(line);
                    words.push(' ');
                }
            } else if section != REPRODUCTION {
                self.narrative.push_str(line);
                self.narrative.push(' ');
            }
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

/// Notes what is wrong.
struct Clerk {
    problems: Vec<Problem>,
}

impl Clerk {
    fn object(&mut self, line: usize, message: impl Into<String>) {
        self.problems.push(Problem::at(line, message));
    }

    fn title(&mut self, form: &Form) {
        let title = form.title.as_deref().unwrap_or_default();
        let rest = title.strip_prefix("Mission Exception:").unwrap_or_default();
        if is_placeholder(rest) {
            self.object(1, "the title must be `# Mission Exception: ...`, and say of what");
        }
    }

    fn field(&mut self, form: &Form, name: &str, meaning: &str) -> Option<(usize, String)> {
        let mut found = form.fields.iter().filter(|(known, _, _)| known.eq_ignore_ascii_case(name));
        let Some((_, line, value)) = found.next() else {
            self.object(1, format!("**{name}**: is missing; give {meaning}"));
            return None;
        };
        for (_, line, _) in found {
            self.object(
                *line,
                format!("**{name}**: stands twice; an exception covers exactly one scenario"),
            );
        }
        if is_placeholder(value) {
            self.object(*line, format!("**{name}**: says nothing; give {meaning}"));
            return None;
        }
        Some((*line, value.clone()))
    }

    fn day(&mut self, line: usize, word: &str, today: Date) -> Option<Date> {
        let Ok(date) = Date::from_str(word) else {
            self.object(line, format!("**Date**: `{word}` is no day; give one such as {today}"));
            return None;
        };
        let oldest = today.checked_sub(LASTS_DAYS.days()).unwrap_or(Date::MIN);
        if date > today {
            self.object(line, format!("**Date**: {date} is yet to come"));
        } else if date < oldest {
            self.object(
                line,
                format!("**Date**: {date} is more than {LASTS_DAYS} days ago; look again, and write a new one"),
            );
        }
        Some(date)
    }

    fn scenario(&mut self, line: usize, word: &str, scenarios: &[&str]) -> Option<String> {
        let bare = word.replace('`', "");
        let bare = bare.trim().trim_end_matches('.');
        if bare.contains('*') {
            self.object(line, "**Failing scenario**: a pattern names more than one; an exception covers exactly one");
            return None;
        }
        if bare.split([',', ';']).count() > 1 || bare.split_whitespace().count() > 1 {
            self.object(
                line,
                format!("**Failing scenario**: `{bare}` is not the id of exactly one scenario, and nothing else"),
            );
            return None;
        }
        // `file::test`, as the tests of scenarios are named.
        let id = bare.rsplit("::").next().unwrap_or(bare);
        if scenarios.contains(&id) {
            return Some(id.to_owned());
        }
        self.object(
            line,
            format!("**Failing scenario**: there is no `{id}`; `kitty-gate list` names all"),
        );
        None
    }

    fn operator(&mut self, line: usize, operator: &str) {
        if !is_somebody(operator) {
            let message = format!(
                "**Operator**: `{operator}` is nobody; give the name and contact of whoever answers for it"
            );
            self.object(line, message);
        }
    }

    fn narrative(&mut self, form: &Form) {
        if !has_words(&form.narrative, NARRATIVE_WORDS) || form.narrative.contains("TODO") {
            let message = format!(
                "the narrative is missing: say in {NARRATIVE_WORDS} different words of your own or more why this is environmental and not a defect"
            );
            self.object(1, message);
        }
    }

    fn command(&mut self, form: &Form) {
        let line = form.reproduction_line.unwrap_or(1);
        match &form.command {
            None => self.object(
                line,
                "## Reproduction command: is missing; give the command in a fenced block",
            ),
            Some((line, command)) if is_placeholder(command) => {
                self.object(*line, "## Reproduction command: the block holds no command");
            }
            Some(_) => {}
        }
    }

    fn follow_up(&mut self, form: &Form) -> Option<String> {
        let meaning = "give the address of an issue, or say until when it is tried again";
        let Some((line, words)) = &form.follow_up else {
            self.object(1, format!("## Follow-up: is missing; {meaning}"));
            return None;
        };
        let words = words.trim();
        if is_placeholder(words) || !(is_handle(words) || is_commitment(words)) {
            self.object(*line, format!("## Follow-up: leads nowhere; {meaning}"));
            return None;
        }
        Some(words.to_owned())
    }
}

/// A promise to try again in a stated window.
fn is_commitment(words: &str) -> bool {
    let words = words.to_lowercase();
    let again = ["retry", "retried", "rerun", "re-run", "try again", "tried again", "run again"];
    again.iter().any(|again| words.contains(again)) && words.contains(|c: char| c.is_ascii_digit())
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

    fn told(text: &str) -> String {
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
        for (name, _) in FIELDS {
            let lines = WHOLE.lines();
            let kept = lines.filter(|line| !line.starts_with(&format!("**{name}**")));
            let without = kept.collect::<Vec<_>>().join("\n");
            let told = told(&without);
            assert!(told.contains(&format!("e.md:1: **{name}**: is missing")), "{told}");
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
                "e.md:14: ## Reproduction command: the block holds no command",
            ),
            ("## Follow-up", "## Later", "## Follow-up: is missing"),
            (
                "Retried on the next runner within 2 days.",
                "Soon.",
                "e.md:18: ## Follow-up: leads nowhere",
            ),
        ] {
            let told = told(&WHOLE.replace(from, to));
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
            ("TODO", "e.md:5: **Failing scenario**: says nothing"),
            (
                "sync/healthy`\n**Failing scenario**: `merge/x",
                "e.md:6: **Failing scenario**: stands twice",
            ),
        ] {
            let told = told(&WHOLE.replacen("sync/healthy", to, 1));
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
            told(&on("2026-11-06"))
                .contains("e.md:4: **Date**: 2026-11-06 is more than 14 days ago")
        );
        assert!(told(&on("2026-11-22")).contains("e.md:4: **Date**: 2026-11-22 is yet to come"));
        assert!(told(&on("yesterday")).contains("e.md:4: **Date**: `yesterday` is no day"));
    }

    #[test]
    fn what_stands_in_code_quotes_or_comments_is_no_field() {
        for hidden in [
            "<!-- **Operator**: Ada Lovelace <ada@example.org> -->",
            "> **Operator**: Ada Lovelace <ada@example.org>\n",
            "```\n**Operator**: Ada Lovelace <ada@example.org>\n```",
        ] {
            let text = WHOLE.replace("**Operator**: Ada Lovelace <ada@example.org>", hidden);
            assert!(told(&text).contains("**Operator**: is missing"), "{hidden}");
        }
        let commented = WHOLE.replace("Ada Lovelace <ada@example.org>", "<!-- your name -->");
        assert!(told(&commented).contains("e.md:3: **Operator**: says nothing"));
    }
}
