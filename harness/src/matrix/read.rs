//! Reads a matrix that people keep, as Markdown or as JSON.

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use serde::Deserialize;

use super::IssueRow;
use crate::gate::{Problem, Refused};

/// A row, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadRow {
    /// The line in the file, from 1; of JSON, the number of the row.
    pub line: usize,
    /// The row.
    pub row: IssueRow,
}

/// The columns of the form.
const COLUMNS: [&str; 4] = ["issue", "scope", "verdict", "evidence_ref"];

/// Reads `text`, the content of `file`; JSON by the name of the file, else Markdown.
pub fn read(file: &str, text: &str) -> Result<Vec<ReadRow>, Refused> {
    // Editors of some systems begin a file with this mark.
    let text = text.trim_start_matches('\u{feff}');
    let is_json = std::path::Path::new(file).extension().is_some_and(|name| name == "json");
    let read = if is_json { from_json(text) } else { from_markdown(text) };
    read.map_err(|problem| Refused { file: file.to_owned(), problems: vec![problem] })
}

/// A list of rows, or an object that holds one.
#[derive(Deserialize)]
#[serde(untagged)]
enum Json {
    List(Vec<IssueRow>),
    Object { rows: Vec<IssueRow> },
}

fn from_json(text: &str) -> Result<Vec<ReadRow>, Problem> {
    let value: serde_json::Value = serde_json::from_str(text)
        .map_err(|error| Problem::at(error.line(), format!("not JSON: {error}")))?;
    let read = serde_json::from_value(value).map_err(|_| {
        let columns = COLUMNS.join(", ");
        Problem::at(
            1,
            format!("must be a list of rows, or an object with `rows`, each with {columns}"),
        )
    })?;
    let (Json::List(rows) | Json::Object { rows }) = read;
    let numbered = rows.into_iter().enumerate();
    Ok(numbered.map(|(number, row)| ReadRow { line: number + 1, row }).collect())
}

fn from_markdown(text: &str) -> Result<Vec<ReadRow>, Problem> {
    let mut table: Vec<(usize, Vec<String>)> = Vec::new();
    let mut places: Option<[usize; 4]> = None;
    let mut rows = Vec::new();
    for (event, range) in Parser::new_ext(text, Options::ENABLE_TABLES).into_offset_iter() {
        let line = text[..range.start].matches('\n').count() + 1;
        match event {
            Event::Start(Tag::TableHead | Tag::TableRow) => table.push((line, Vec::new())),
            Event::Start(Tag::TableCell) => {
                if let Some((_, cells)) = table.last_mut() {
                    // As it is written, so that links and code stay; the edge of a cell is no part of it.
                    let cell = text[range].trim_matches('|').trim();
                    cells.push(cell.replace("\\|", "|"));
                }
            }
            Event::End(TagEnd::TableHead) => {
                places = places.or_else(|| columns(&table.pop()?.1));
                table.clear();
            }
            Event::End(TagEnd::TableRow) => {
                if let (Some(places), Some((line, cells))) = (places, table.pop()) {
                    rows.push(ReadRow { line, row: row(places, &cells) });
                }
            }
            // Another table of the page is not the matrix, once that was found.
            Event::End(TagEnd::Table) if places.is_some() => break,
            _ => {}
        }
    }
    if places.is_none() {
        let columns = COLUMNS.join(" | ");
        return Err(Problem::at(1, format!("there is no table with the columns {columns}")));
    }
    Ok(rows)
}

/// Where each column of the form stands.
fn columns(head: &[String]) -> Option<[usize; 4]> {
    let plain =
        |cell: &String| cell.to_lowercase().replace(['`', '*'], "").trim().replace(' ', "_");
    let head: Vec<String> = head.iter().map(plain).collect();
    let mut places = [0; 4];
    for (place, column) in places.iter_mut().zip(COLUMNS) {
        *place = head.iter().position(|name| name == column)?;
    }
    Some(places)
}

fn row(places: [usize; 4], cells: &[String]) -> IssueRow {
    let [issue, scope, verdict, evidence_ref] =
        places.map(|place| cells.get(place).cloned().unwrap_or_default());
    IssueRow { issue, scope, verdict: verdict.replace('`', ""), evidence_ref }
}
