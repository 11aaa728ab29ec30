//! What is too weak to answer for anything: words that say nothing, a day too far away, a range without an end.

use std::collections::BTreeSet;

use jiff::ToSpan;
use jiff::civil::Date;

/// How many different words a reason has at least.
const REASON_WORDS: usize = 4;
/// How many different words the narrative of an operator exception has at least.
pub(super) const NARRATIVE_WORDS: usize = 8;
/// How many days after the day on which it was written a known failure counts at most. By then somebody has to look again.
const LASTS_DAYS: i32 = 200;

/// Whoever is called so answers for nothing.
const NOBODY: [&str; 6] = ["nobody", "somebody", "someone", "anybody", "anyone", "everybody"];

/// A reason that explains something.
pub(super) fn reason(text: &str) -> Result<String, String> {
    has_words(text, REASON_WORDS).then(|| text.to_owned()).ok_or_else(|| {
        format!(
            "`{text}` explains nothing; say in {REASON_WORDS} different words or more why the failure is accepted for now"
        )
    })
}

/// Somebody who can be asked.
pub(super) fn somebody(text: &str) -> Result<String, String> {
    is_somebody(text).then(|| text.to_owned()).ok_or_else(|| {
        format!("`{text}` is nobody; give the name of a person or a team, of three letters or more")
    })
}

/// The last day of what was written on `written`.
pub(super) fn expiry(written: Date, expires: Date) -> Result<Date, String> {
    let latest = last_day(written);
    if expires > latest {
        Err(format!(
            "{expires} is more than {LASTS_DAYS} days after {written}, the day on which it was written; give {latest} at the latest"
        ))
    } else if expires < written {
        Err(format!(
            "{expires} is before {written}, the day on which it was written; give a later day"
        ))
    } else {
        Ok(expires)
    }
}

/// Whether `text` has so many different words.
pub(super) fn has_words(text: &str, least: usize) -> bool {
    own_words(text, "") >= least
}

/// How many different words `text` has that `other` has not.
pub(super) fn own_words(text: &str, other: &str) -> usize {
    let others: BTreeSet<String> = words(other).collect();
    let own: BTreeSet<String> = words(text).filter(|word| !others.contains(word)).collect();
    own.len()
}

/// Whether `text` names somebody: it has a word of three letters or more that is not one for nobody.
fn is_somebody(text: &str) -> bool {
    words(text).any(|word| word.chars().count() >= 3 && !NOBODY.contains(&word.as_str()))
}

/// The last day on which a known failure can count that was written on `written`.
pub(super) fn last_day(written: Date) -> Date {
    written.checked_add(LASTS_DAYS.days()).unwrap_or(Date::MAX)
}

/// Words of two letters or more, in lower case. One letter over and over again is no word.
fn words(text: &str) -> impl Iterator<Item = String> {
    let words = text.split(|c: char| !c.is_alphabetic());
    let words = words.map(str::to_lowercase);
    words.filter(|word| word.chars().collect::<BTreeSet<char>>().len() >= 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_and_repetitions_are_no_reason() {
        for text in ["the dry run fails", "DM3: An empty id marks tasks", "größer als es darf"] {
            assert!(has_words(text, REASON_WORDS), "{text}");
        }
        for text in [
            "",
            "x",
            "x x x x",
            "known",
            "we know it",
            "no no no no no",
            "aaa bbb ccc ddd",
            "1 22 333 4444",
        ] {
            assert!(!has_words(text, REASON_WORDS), "{text}");
        }
    }

    #[test]
    fn somebody_has_a_name() {
        for text in ["Ada", "the merge team", "@ada", "ada@example.org"] {
            assert!(is_somebody(text), "{text}");
        }
        for text in ["", "y", "me", "us", "xxx", "---", "123", "Nobody", "x.y"] {
            assert!(!is_somebody(text), "{text}");
        }
    }

    #[test]
    fn a_known_failure_lasts_two_hundred_days() {
        let day = |day: &str| -> Date { day.parse().unwrap() };
        assert_eq!(last_day(day("2026-11-30")), day("2027-06-18"));
        assert_eq!(last_day(Date::MAX), Date::MAX);
    }
}
