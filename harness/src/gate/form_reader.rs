//! Reads the fields of a file that people write, and notes everything that is wrong with them, each with its line.

use std::str::FromStr;

use jiff::civil::Date;

use super::problem::{Problem, Refused, is_placeholder};

/// What a field is called, and what it has to say.
pub(super) type FieldSpec = (&'static str, &'static str);

/// A field as it stands in a file.
#[derive(Debug, Clone)]
pub(super) struct Field {
    /// Its line, from 1.
    pub line: usize,
    /// What it says.
    pub text: String,
}

/// Reads field by field, and goes on after what is wrong.
#[derive(Debug, Default)]
pub(super) struct FormReader {
    problems: Vec<Problem>,
}

impl FormReader {
    /// Notes what is wrong on `line`.
    pub fn object(&mut self, line: usize, message: impl Into<String>) {
        self.problems.push(Problem::at(line, message));
    }

    /// What a field that has to be there says, as `parse` understands it. One that is missing is missed on `line`.
    pub fn required<T>(
        &mut self,
        (name, meaning): FieldSpec,
        field: Option<&Field>,
        line: usize,
        parse: impl FnOnce(&str) -> Result<T, String>,
    ) -> Option<T> {
        let Some(Field { line, text }) = field else {
            self.object(line, format!("{name}: is missing; give {meaning}"));
            return None;
        };
        if is_placeholder(text) {
            let text = text.trim().trim_matches('`');
            self.object(*line, format!("{name}: `{text}` says nothing; give {meaning}"));
            return None;
        }
        self.accept(name, *line, parse(text))
    }

    /// What was understood of the field `name`; else what is wrong is noted.
    pub fn accept<T>(&mut self, name: &str, line: usize, parsed: Result<T, String>) -> Option<T> {
        parsed.map_err(|why| self.object(line, format!("{name}: {why}"))).ok()
    }

    /// What was read of `file`, if nothing is wrong with it.
    pub fn finish<T>(mut self, file: &str, read: Option<T>) -> Result<T, Refused> {
        match read {
            Some(read) if self.problems.is_empty() => Ok(read),
            _ => {
                self.problems.sort_by_key(|problem| problem.line);
                Err(Refused { file: file.to_owned(), problems: self.problems })
            }
        }
    }
}

/// A day that is not yet to come.
pub(super) fn past_day(text: &str, today: Date) -> Result<Date, String> {
    match day(text)? {
        day if day > today => {
            Err(format!("{day} is yet to come; give the day on which it was written"))
        }
        day => Ok(day),
    }
}

/// A day.
pub(super) fn day(text: &str) -> Result<Date, String> {
    Date::from_str(text).map_err(|_| format!("`{text}` is no day; give one such as 2026-11-30"))
}
