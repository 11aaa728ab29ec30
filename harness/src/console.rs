//! Text for a terminal or the log of a CI, in which nothing that a product printed is a command.
//!
//! GitHub's runner obeys a line that begins with `::`, white space before it or not, and `##[` anywhere in a line;
//! Azure's obeys `##vso[`, that of `TeamCity` `##teamcity[`. Terminals and other logs obey control characters.

use std::fmt::Write;

use crate::report::words::{is_unseen, visible};

/// What stands before a line that is not ours.
pub const QUOTE: &str = "\u{2502} ";

/// Characters that cannot be seen are named, and no line is a command.
pub fn inert(text: &str) -> String {
    disarmed(&visible(text))
}

/// The same for text that has our own colours in it.
pub fn disarmed(text: &str) -> String {
    let lines = text.split_inclusive('\n').map(|line| {
        let word = line.trim_start();
        let line = if word.starts_with("::") {
            let indent = &line[..line.len() - word.len()];
            format!("{indent}{QUOTE}{word}")
        } else {
            line.to_owned()
        };
        without_hash_commands(&line)
    });
    lines.collect()
}

/// `##[error]` becomes `# #[error]`.
fn without_hash_commands(line: &str) -> String {
    let mut told = String::with_capacity(line.len());
    for (at, c) in line.char_indices() {
        if c == '#' && line[..at].ends_with('#') && is_named(&line[at + 1..]) {
            told.push(' ');
        }
        told.push(c);
    }
    told
}

/// Whether a bracket opens after nothing but a word.
fn is_named(rest: &str) -> bool {
    rest.trim_start_matches(|c: char| c.is_alphanumeric() || c == '-' || c == '_').starts_with('[')
}

/// JSON means the same with these escapes, and holds no command for those who look anywhere in a line.
pub fn disarmed_json(text: &str) -> String {
    let mut told = String::with_capacity(text.len());
    for c in text.chars() {
        let is_second = c == '#' && told.ends_with('#');
        if is_second || is_unseen(c) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                // Writing into a String cannot fail.
                let _ = write!(told, "\\u{unit:04x}");
            }
        } else {
            told.push(c);
        }
    }
    told
}

/// Further lines of what somebody else wrote, below a line of ours.
pub fn quoted(text: &str, indent: usize) -> String {
    let margin = format!("\n{}{QUOTE}", " ".repeat(indent));
    text.lines().collect::<Vec<_>>().join(&margin)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_line_is_a_command() {
        assert_eq!(
            inert("::error::x\n  ::stop-commands::t\n"),
            "│ ::error::x\n  │ ::stop-commands::t\n"
        );
        assert_eq!(inert("a::b ::c"), "a::b ::c");
        assert_eq!(
            inert("a ##[error]b ##vso[task.x]c ##teamcity[d ##-x_1[ ###[e"),
            "a # #[error]b # #vso[task.x]c # #teamcity[d # #-x_1[ ## #[e"
        );
        assert_eq!(inert("## Heading\n#1 [x]"), "## Heading\n#1 [x]");
        assert_eq!(
            inert("\r::error::x\u{1b}[2K\u{85}\u{2028}\u{202e}\u{200b}"),
            "^M::error::x^[[2K⟨U+0085⟩⟨U+2028⟩⟨U+202E⟩⟨U+200B⟩"
        );
        // What .NET takes for white space, and trims before it looks.
        assert_eq!(inert("\u{3000}\u{a0}::error::x").matches(QUOTE).count(), 1);
    }

    #[test]
    fn json_means_the_same() {
        let value = serde_json::json!({"##[error]": "###vso[ \u{202e}\u{2028}\u{85}\u{e0041}"});
        let text = disarmed_json(&value.to_string());
        assert!(!text.contains("##") && text.is_ascii(), "{text}");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&text).unwrap(), value);
    }

    #[test]
    fn further_lines_are_quoted() {
        assert_eq!(quoted("a\n::b\n\nc", 2), "a\n  │ ::b\n  │ \n  │ c");
    }
}
