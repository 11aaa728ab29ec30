//! What tells of a machine or of the people at it, taken out of a report.
//!
//! A run may be reported on another machine than it was run on, so most is known by its form: a path below
//! `/home/somebody`, an address, what follows `token=`. What this machine is called is handed in besides.
//! What an engineer needs stays: the part of a path below what was taken out, digests, versions.

mod documents;
mod forms;
mod known;
mod paths;
mod secrets;

use std::collections::BTreeSet;

pub use known::Known;

use known::Names;
use serde_json::Value;

/// Takes out what is private.
#[derive(Debug)]
pub struct Redactor {
    known: Known,
    names: Names,
}

impl Redactor {
    /// A redactor that knows the forms, and what it is told.
    pub fn new(known: &Known) -> Self {
        Self { names: Names::of(known.words()), known: known.clone() }
    }

    /// The same, which also knows who is named by a home folder in `documents`: such a name may stand
    /// elsewhere, too, where it has no form of its own.
    pub fn of(known: &Known, documents: &[&Value]) -> Self {
        let mut users = BTreeSet::new();
        for document in documents {
            documents::add_users("", document, &mut users);
        }
        let known = users.iter().fold(known.clone(), |known, user| known.word(user, "<user>"));
        Self::new(&known)
    }

    /// Redacts every text of a document.
    pub fn redact(&self, document: &mut Value) {
        documents::redact(self, "", document);
    }

    /// `text` without anything private. What it gives is not changed by a second time.
    pub fn text(&self, text: &str) -> String {
        let text = self.by_form(text);
        self.names.take_out(text)
    }

    /// The id of something: names that are ours stay, though somebody may be called so.
    fn by_form(&self, text: &str) -> String {
        let text = secrets::take_out(text.to_owned());
        let text = self.known.take_out_paths(text);
        forms::take_out(paths::take_out(text))
    }
}

#[cfg(test)]
mod tests;
