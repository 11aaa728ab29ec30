//! What was promised: every requirement, in our own words, and what stands in the way of proving it.
//!
//! Which scenario proves which requirement is written once, in the scenarios. `requirements.toml` gives
//! the names that they use a meaning; what belongs together is computed from both.

mod book;
mod claim;
mod coverage;
mod rules;

pub use book::{Book, Defect, FILE, Meaning, Requirement, Source, Unreadable};
pub use claim::{Claim, ClaimKind, ClaimedCheck};
pub use coverage::Coverage;
pub use rules::{Breach, breaches};

/// The book that is compiled in.
pub fn ours() -> Result<Book, Unreadable> {
    Book::read(include_str!("../../requirements.toml"))
}

/// What the scenarios of the catalogue claim.
pub fn claims() -> Vec<Claim> {
    crate::all().into_iter().map(Claim::from).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_book_and_our_scenarios_agree() {
        let book = ours().unwrap_or_else(|error| panic!("{error}"));
        let found = breaches(&book, &claims());
        let told: Vec<String> = found.iter().map(ToString::to_string).collect();
        assert!(told.is_empty(), "\n{}", told.join("\n"));
    }

    #[test]
    fn every_source_of_ours_says_something() {
        let book = ours().unwrap_or_else(|error| panic!("{error}"));
        assert!(book.requirements.len() > 100);
        for name in ["FR-001", "NFR-004", "C-004", "SC-006", "STA-004", "RPM-003"] {
            assert!(book.requirement(name).is_some(), "{name}");
        }
    }
}
