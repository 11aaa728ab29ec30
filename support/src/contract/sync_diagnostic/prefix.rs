//! What a logging handler puts before a message.

use super::Sign;

const LEVELS: [(&str, Option<Sign>); 6] = [
    ("WARNING", Some(Sign::LogWarning)),
    ("ERROR", Some(Sign::LogError)),
    ("CRITICAL", Some(Sign::LogCritical)),
    ("INFO", None),
    ("DEBUG", None),
    ("NOTSET", None),
];

/// The level that the line begins with, when it is one that nobody wants to see.
pub(super) fn level_sign(line: &str) -> Option<Sign> {
    split_level(line)?.0
}

/// Whether `head` is nothing but what a handler writes: `WARNING  `, `[12:00:01] ERROR `,
/// `WARNING:name:`, or blanks.
pub(super) fn is_handler_prefix(head: &str) -> bool {
    match split_level(head) {
        None => without_time(head).is_empty(),
        Some((_, rest)) => {
            let rest = rest.trim_end();
            let name = rest.strip_prefix(':').and_then(|rest| rest.strip_suffix(':'));
            rest.is_empty() || rest == ":" || name.is_some_and(|name| !name.contains(' '))
        }
    }
}

/// The level and what is behind it.
fn split_level(line: &str) -> Option<(Option<Sign>, &str)> {
    let line = without_time(line);
    LEVELS.iter().find_map(|(word, sign)| {
        let rest = line.strip_prefix(word)?;
        let is_word = !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_');
        is_word.then_some((*sign, rest))
    })
}

/// Rich puts the time in square brackets, and leaves it blank when it is the same as before.
fn without_time(line: &str) -> &str {
    let line = line.trim_start();
    let time = line
        .strip_prefix('[')
        .filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
        .and_then(|rest| rest.split_once(']'));
    time.map_or(line, |(_, rest)| rest.trim_start())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_level_is_a_word_at_the_beginning() {
        for (line, sign) in [
            ("WARNING  Could not ensure", Some(Sign::LogWarning)),
            ("  ERROR: no", Some(Sign::LogError)),
            ("[11/21/26 14:13:11] CRITICAL bad", Some(Sign::LogCritical)),
            ("ERROR", Some(Sign::LogError)),
            ("ERRORS: 0", None),
            ("Error: no", None),
            ("an ERROR", None),
            ("INFO     fine", None),
        ] {
            assert_eq!(level_sign(line), sign, "{line}");
        }
    }

    #[test]
    fn a_handler_prefix_has_no_text_of_its_own() {
        for prefix in ["", "   ", "WARNING  ", "[1:2] INFO ", "ERROR:root:", "WARNING: "] {
            assert!(is_handler_prefix(prefix), "{prefix}");
        }
        for text in ["x ", "WARNING  x ", "ERROR: a b:", "{}", "[a] "] {
            assert!(!is_handler_prefix(text), "{text}");
        }
    }
}
