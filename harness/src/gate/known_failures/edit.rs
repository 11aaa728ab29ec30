//! Groups as they stand in the file: what people wrote in them stays where it is.

use std::str::FromStr;

use support::product::ReleaseRange;
use toml_edit::{
    Array, ArrayOfTables, Datetime, DocumentMut, InlineTable, Item, Table, TableLike, Value,
};

use super::entry::Entry;
use super::read::{FAILURES, GROUP, RELEASES, UNJUDGED, text_of, texts_of};

/// What a group says, in the order of the file.
pub(super) type Fields = [(&'static str, String); 5];

/// The groups of a document, begun where there are none.
pub(super) fn groups(document: &mut DocumentMut) -> &mut ArrayOfTables {
    let item = document.entry(GROUP).or_insert_with(|| Item::ArrayOfTables(ArrayOfTables::new()));
    // What was read holds nothing else under this name.
    if !item.is_array_of_tables() {
        *item = Item::ArrayOfTables(ArrayOfTables::new());
    }
    match item {
        Item::ArrayOfTables(tables) => tables,
        _ => unreachable!("it was made one"),
    }
}

/// For each failure of the file, the place of its group.
pub(super) fn places(document: &mut DocumentMut) -> Vec<usize> {
    let groups = groups(document).iter().enumerate();
    let places = groups.flat_map(|(place, table)| {
        let failures = table.get(FAILURES).and_then(Item::as_array);
        std::iter::repeat_n(place, failures.map_or(0, Array::len))
    });
    places.collect()
}

/// A group without failures.
pub(super) fn new_group(fields: &Fields, is_first: bool) -> Table {
    let mut table = Table::new();
    for (name, text) in fields {
        let day = Datetime::from_str(text).map(Value::from);
        table.insert(name, Item::Value(day.unwrap_or_else(|_| text.into())));
    }
    table.insert(RELEASES, Item::Value(Array::new().into()));
    table.insert(FAILURES, Item::Value(Array::new().into()));
    table.decor_mut().set_prefix(if is_first { "" } else { "\n" });
    table
}

/// Whether a group says the same, on whatever day it was written.
pub(super) fn says(table: &Table, fields: &Fields) -> bool {
    let said = |name| table.get(name).and_then(text_of);
    fields.iter().all(|(name, text)| *name == "written" || said(name).as_ref() == Some(text))
}

/// Has the group hold these entries: those that it held, some of them without a release, and new ones.
pub(super) fn rewrite(table: &mut Table, entries: &[&Entry<'_>]) {
    let kept = || entries.iter().filter(|entry| !entry.releases.is_empty());
    let said = table.get(RELEASES).map(releases_of).unwrap_or_default();
    let count =
        |releases: &Vec<ReleaseRange>| kept().filter(|entry| entry.releases == *releases).count();
    let mut shared = said.clone();
    if let Some(Item::Value(releases)) = table.get_mut(RELEASES) {
        // What most of them are for is said once.
        for entry in kept() {
            if count(&entry.releases) > count(&shared) {
                shared.clone_from(&entry.releases);
            }
        }
        if shared != said {
            let decor = releases.decor().clone();
            *releases = array_of(&shared);
            *releases.decor_mut() = decor;
        }
    }
    let Some(failures) = table.get_mut(FAILURES).and_then(Item::as_array_mut) else {
        return;
    };
    for (index, entry) in entries.iter().enumerate() {
        let releases = Some(&entry.releases).filter(|own| **own != shared);
        match failures.get_mut(index).and_then(Value::as_inline_table_mut) {
            Some(failure) => change(failure, entry, releases),
            None => push(failures, new_failure(entry, releases)),
        }
    }
    for (index, _) in
        entries.iter().enumerate().rev().filter(|(_, entry)| entry.releases.is_empty())
    {
        remove(failures, index);
    }
}

fn new_failure(entry: &Entry<'_>, releases: Option<&Vec<ReleaseRange>>) -> InlineTable {
    let mut failure = InlineTable::new();
    failure.insert("check", format!("{} {}", entry.scenario, entry.check).into());
    failure.insert("signature", entry.signature.into());
    change(&mut failure, entry, releases);
    failure
}

/// Has a failure say what it leaves unjudged, and its own releases. What it says already stays as it is.
fn change(failure: &mut InlineTable, entry: &Entry<'_>, releases: Option<&Vec<ReleaseRange>>) {
    let said = |name| TableLike::get(failure, name);
    let unjudged = said(UNJUDGED).and_then(texts_of).unwrap_or_default();
    let own = said(RELEASES).map(releases_of);
    if unjudged != entry.unjudged {
        put(failure, UNJUDGED, &entry.unjudged);
    }
    if own.as_ref() != releases {
        put(failure, RELEASES, releases.map_or(&[], Vec::as_slice));
    }
}

/// Says a list in a failure, or takes it out where it is empty.
fn put(failure: &mut InlineTable, name: &str, words: &[impl ToString]) {
    if words.is_empty() {
        failure.remove(name);
    } else {
        failure.insert(name, array_of(words));
    }
    failure.fmt();
}

fn array_of(words: &[impl ToString]) -> Value {
    words.iter().map(ToString::to_string).collect::<Array>().into()
}

/// Adds a failure on a line of its own, behind what people wrote below the last.
fn push(failures: &mut Array, failure: InlineTable) {
    let before = failures.trailing().as_str().unwrap_or_default().trim_end().to_owned();
    let mut value = Value::from(failure);
    value.decor_mut().set_prefix(before + "\n    ");
    failures.push_formatted(value);
    failures.set_trailing("\n");
    failures.set_trailing_comma(true);
}

/// Takes a failure out. What people wrote above it stays, above what follows it.
fn remove(failures: &mut Array, index: usize) {
    let removed = failures.remove(index);
    let above = removed.decor().prefix().and_then(|above| above.as_str()).unwrap_or_default();
    let above = comments(above).trim_end();
    if let Some(next) = failures.get_mut(index) {
        let own = next.decor().prefix().and_then(|own| own.as_str()).unwrap_or_default();
        let both = above.to_owned() + own;
        next.decor_mut().set_prefix(both);
    } else {
        let end = failures.trailing().as_str().unwrap_or_default();
        let both = above.to_owned() + end;
        failures.set_trailing(both);
    }
}

/// Takes out groups without failures. What people wrote above or in one stays, above what follows it.
pub(super) fn drop_empty(document: &mut DocumentMut) {
    let mut orphaned = String::new();
    let mut kept = ArrayOfTables::new();
    for mut table in std::mem::take(groups(document)) {
        let above = table.decor().prefix().and_then(|above| above.as_str()).unwrap_or_default();
        let failures = table.get(FAILURES).and_then(Item::as_array);
        if let Some(empty) = failures.filter(|failures| failures.is_empty()) {
            orphaned += comments(above);
            orphaned += &unindented(comments(empty.trailing().as_str().unwrap_or_default()));
            continue;
        }
        if !orphaned.is_empty() {
            let both = std::mem::take(&mut orphaned) + above;
            table.decor_mut().set_prefix(both);
        }
        kept.push(table);
    }
    *groups(document) = kept;
    let end = document.trailing().as_str().unwrap_or_default().to_owned();
    document.set_trailing(orphaned + &end);
}

fn unindented(text: &str) -> String {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.flat_map(|line| [line, "\n"]).collect()
}

/// What stands above something, where it says anything; else nothing.
fn comments(above: &str) -> &str {
    if above.contains('#') { above } else { "" }
}

fn releases_of(item: &Item) -> Vec<ReleaseRange> {
    let words = texts_of(item).unwrap_or_default();
    words.iter().filter_map(|word| word.parse().ok()).collect()
}
