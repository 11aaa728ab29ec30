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

pub use documents::{Texts, Visitor};
pub use known::Known;

use known::Names;

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
    pub fn of(known: &Known, documents: &mut [&mut dyn Texts]) -> Self {
        let mut listener = Listener::default();
        for document in documents {
            document.texts(&mut listener);
        }
        let mut all = known.clone();
        for user in listener.users {
            all = all.word(&user, "<user>");
        }
        Self::new(&all)
    }

    /// Redacts every text of a document.
    pub fn redact(&self, document: &mut dyn Texts) {
        document.texts(&mut Redaction(self));
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

/// Hears whose home folders are told of.
#[derive(Default)]
struct Listener {
    users: BTreeSet<String>,
}

impl Visitor for Listener {
    fn text(&mut self, text: &mut String) {
        self.users.extend(paths::users(text));
    }

    fn id(&mut self, _: &mut String) {}
}

struct Redaction<'r>(&'r Redactor);

impl Visitor for Redaction<'_> {
    fn text(&mut self, text: &mut String) {
        *text = self.0.text(text);
    }

    fn id(&mut self, id: &mut String) {
        *id = self.0.by_form(id);
    }

    fn place(&mut self, place: &mut String) {
        self.text(place);
        // Whatever the folder is called, a reader elsewhere needs the name only.
        if place.starts_with('/') {
            let name = place.rsplit('/').find(|name| !name.is_empty());
            *place = format!("<path>/{}", name.unwrap_or_default());
        }
    }

    fn words(&mut self, words: &mut [String]) {
        for word in words.iter_mut() {
            self.text(word);
        }
        // `--token` and what follows are two words.
        let mut before = String::new();
        for word in words {
            if secrets::asks_for_one(&before) && !word.starts_with('-') {
                secrets::SECRET.clone_into(word);
            }
            before.clone_from(word);
        }
    }
}

#[cfg(test)]
mod tests;
