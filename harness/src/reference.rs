//! The reference product inside this very program: `kitty-gate run reference` needs no Python, no
//! network, and no other file.
//!
//! A link to the program, called as the product is, is the product.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use data_encoding::HEXLOWER;
use reference::{EDITION_VARIABLE, Edition, FAULT_VARIABLE, Fault, NULL_VARIABLE, NullProduct};
use sha2::{Digest, Sha256};

/// The word for it on the command line.
pub const WORD: &str = "reference";

/// What the product is called where it is run.
const CALLED: &str = "spec-kitty";

/// Whether this process was started as the product.
pub fn is_called() -> bool {
    let called = std::env::args_os().next();
    called.is_some_and(|path| Path::new(&path).file_name().is_some_and(|name| name == CALLED))
}

/// Is the product, for this process.
pub fn main() -> ExitCode {
    reference::main()
}

/// Which of its many selves the reference is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Variant {
    /// The line of the product.
    pub edition: Edition,
    /// What it does wrong; nothing, where it is clean.
    pub fault: Option<Fault>,
    /// The null product that it is; none, where it does what it is asked.
    pub null: Option<NullProduct>,
}

/// Why there is no such variant.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoVariant {
    /// The variable names a fault that there is not.
    #[error("{FAULT_VARIABLE} names no fault: {0}")]
    Fault(String),
    /// The variable names an edition that there is not.
    #[error("{EDITION_VARIABLE} names no edition: {0}")]
    Edition(String),
    /// The variable names a null product that there is not.
    #[error("{NULL_VARIABLE} names no null product: {0}")]
    Null(String),
}

impl Variant {
    /// An edition that keeps every promise.
    pub fn clean(edition: Edition) -> Self {
        Self { edition, ..Self::default() }
    }

    /// A null product of an edition.
    pub fn null(edition: Edition, null: NullProduct) -> Self {
        Self { null: Some(null), ..Self::clean(edition) }
    }

    /// The one that the caller's environment chooses.
    pub fn from_env() -> Result<Self, NoVariant> {
        let named = |variable| std::env::var(variable).ok().filter(|name| !name.is_empty());
        let fault = named(FAULT_VARIABLE)
            .map(|name| Fault::named(&name).ok_or(NoVariant::Fault(name)))
            .transpose()?;
        let edition = named(EDITION_VARIABLE)
            .map(|name| Edition::named(&name).ok_or(NoVariant::Edition(name)))
            .transpose()?;
        let null = named(NULL_VARIABLE)
            .map(|name| NullProduct::named(&name).ok_or(NoVariant::Null(name)))
            .transpose()?;
        Ok(Self { edition: edition.unwrap_or_default(), fault, null })
    }

    /// The executable to be installed. Each variant has one of its own: what the product makes in one must
    /// not serve another.
    pub fn executable(self, store: &Path) -> io::Result<PathBuf> {
        let program = std::env::current_exe()?;
        // Of this very program: another kitty-gate may use the same store at the same time.
        let whose = HEXLOWER.encode(&Sha256::digest(program.as_os_str().as_encoded_bytes())[..8]);
        let room = store.join(WORD).join(format!("{}-{whose}", self.name()));
        fs_err::create_dir_all(&room)?;
        let link = room.join(WORD);
        if std::fs::read_link(&link).is_ok_and(|there| there == program) {
            return Ok(link);
        }
        let draft = room.join(format!(".{WORD}-{}", std::process::id()));
        let _ = std::fs::remove_file(&draft);
        fs_err::os::unix::fs::symlink(program, &draft)?;
        fs_err::rename(draft, &link)?;
        Ok(link)
    }

    /// As one asks for it on a command line: the word, behind what chooses the variant.
    pub fn words(self) -> String {
        let assignments = self.env().into_iter();
        let words = assignments.map(|(name, value)| format!("{name}={}", value.to_string_lossy()));
        words.chain([WORD.to_owned()]).collect::<Vec<_>>().join(" ")
    }

    /// What its commands must see.
    pub fn env(self) -> BTreeMap<String, OsString> {
        let fault = self.fault.map(|fault| (FAULT_VARIABLE, fault.name()));
        let edition =
            (self.edition != Edition::default()).then(|| (EDITION_VARIABLE, self.edition.name()));
        let null = self.null.map(|null| (NULL_VARIABLE, null.name()));
        fault
            .into_iter()
            .chain(edition)
            .chain(null)
            .map(|(variable, name)| (variable.to_owned(), name.into()))
            .collect()
    }

    /// Its name, unlike that of any other.
    pub fn name(self) -> String {
        let fault = self.fault.map(|fault| fault.name().to_owned());
        let null = self.null.map(|null| format!("null-{}", null.name()));
        let edition =
            (self.edition != Edition::default()).then(|| format!("@{}", self.edition.name()));
        let what: Vec<String> = fault.into_iter().chain(null).collect();
        let what = if what.is_empty() { "clean".to_owned() } else { what.join("+") };
        what + &edition.unwrap_or_default()
    }
}

/// The names of all null products.
pub fn null_products() -> Vec<&'static str> {
    NullProduct::ALL.map(NullProduct::name).to_vec()
}

/// What stands before the word where a product was asked for in the words of a [`Variant`]; nothing where it is
/// not the reference.
pub fn assignments(product: &str) -> Option<Vec<&str>> {
    let before = product.strip_suffix(WORD)?;
    let words: Vec<&str> = before.split_whitespace().collect();
    let is_ours = |word: &&str| {
        let name = word.split('=').next().unwrap_or_default();
        [FAULT_VARIABLE, EDITION_VARIABLE, NULL_VARIABLE].contains(&name)
    };
    words.iter().all(is_ours).then_some(words)
}

/// How a person calls kitty-gate on a product, as a record names it: `kitty-gate repro 3.2.7`. What makes the
/// reference another product stands before the command.
pub fn command(verb: &str, product: &str) -> String {
    let Some(assignments) = assignments(product) else {
        return format!("kitty-gate {verb} {}", shell_words::quote(product));
    };
    let words = assignments.into_iter().chain(["kitty-gate", verb, WORD]);
    words.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_on_the_reference_says_which_one() {
        assert_eq!(command("gate", "3.2.7"), "kitty-gate gate 3.2.7");
        assert_eq!(command("repro", "a b.whl"), "kitty-gate repro 'a b.whl'");
        let faulty = "KITTY_REFERENCE_FAULT=dry-run-silent reference";
        let expected = "KITTY_REFERENCE_FAULT=dry-run-silent kitty-gate repro reference";
        assert_eq!(command("repro", faulty), expected);
    }

    #[test]
    fn what_is_asked_for_is_found_again() {
        let clean = Variant::default();
        assert_eq!(clean.words(), "reference");
        assert_eq!(assignments(&clean.words()), Some(Vec::new()));
        let other = Variant {
            edition: Edition::Asking,
            fault: Some(Fault::SyncDrags),
            ..Variant::default()
        };
        let chosen = ["KITTY_REFERENCE_EDITION=asking", "KITTY_REFERENCE_FAULT=sync-drags"];
        assert_eq!(other.words(), chosen.join(" ") + " reference");
        assert_eq!(assignments(&other.words()), Some(chosen.to_vec()));
        for product in ["3.2.7", "./reference", "a reference", ""] {
            assert_eq!(assignments(product), None, "{product}");
        }
    }
}
