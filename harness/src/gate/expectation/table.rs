//! An entry as it stands in the file: what people wrote in it stays where it is.

use std::str::FromStr;

use support::product::ReleaseRange;
use toml_edit::{Array, Item, Table};

use super::read::{FIELDS, UNJUDGED};

/// Says in an entry what its failure leaves unjudged, behind how it fails.
pub(super) fn put_unjudged(table: &mut Table, unjudged: &[&str]) {
    if unjudged.is_empty() {
        table.remove(UNJUDGED);
        return;
    }
    let mut ids: Array = unjudged.iter().copied().collect();
    if unjudged.len() > 1 {
        for id in ids.iter_mut() {
            id.decor_mut().set_prefix("\n    ");
        }
        ids.set_trailing("\n");
        ids.set_trailing_comma(true);
    }
    table.insert(UNJUDGED, Item::Value(ids.into()));
    let place = |name: &str| {
        let known = FIELDS.iter().position(|(field, _)| *field == name);
        // What is not required stands behind the signature, the third.
        known.map_or(5, |index| 2 * index)
    };
    table.sort_values_by(|a, _, b, _| place(a).cmp(&place(b)));
}

/// An entry that says the same of one release alone, and with these checks unjudged.
pub(super) fn again(mut entry: Table, release: &str, unjudged: &[&str]) -> Table {
    let releases = Array::from_iter([release]);
    entry.insert("releases", Item::Value(releases.into()));
    put_unjudged(&mut entry, unjudged);
    // It goes to the end of the file, without the comments that stand above the other.
    entry.decor_mut().set_prefix("\n");
    entry.set_position(None);
    entry
}

/// The releases of an entry, as an array.
pub(super) fn releases_of(table: &mut Table) -> Option<&mut Array> {
    let item = table.get_mut("releases")?;
    if let Some(word) = item.as_str().map(str::to_owned) {
        *item = Item::Value(Array::from_iter([word]).into());
    }
    item.as_array_mut()
}

/// Takes a release out, given as a specifier; whether it stands there by itself. A range that holds others, too,
/// is left to a person.
pub(super) fn take_release_out(table: &mut Table, release: &str) -> bool {
    let Some(releases) = releases_of(table) else {
        return false;
    };
    let Some(at) = position(releases, release) else {
        return false;
    };
    releases.remove(at);
    releases.fmt();
    true
}

/// Whether the entry is for this release, given as a specifier, and for no other.
pub(super) fn is_for_only(table: &mut Table, release: &str) -> bool {
    releases_of(table)
        .is_some_and(|releases| releases.len() == 1 && position(releases, release).is_some())
}

fn position(releases: &Array, release: &str) -> Option<usize> {
    let wanted = ReleaseRange::from_str(release).ok()?;
    releases.iter().position(|value| {
        let range = value.as_str().and_then(|word| ReleaseRange::from_str(word).ok());
        range.as_ref() == Some(&wanted)
    })
}

/// What stands above an entry, where it says something; else nothing.
pub(super) fn comments(prefix: &str) -> &str {
    if prefix.contains('#') { prefix } else { "" }
}
