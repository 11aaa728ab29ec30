//! Text in Markdown that nobody follows: no markup, no link, no mention, no cell of its own.

use std::fmt::Write;

use crate::report::words::visible;

/// Our own words, in a line.
pub fn prose(text: &str) -> String {
    entities(&one_line(text), "\\`*_{}[]<>&|~#@$")
}

/// What a product, a tool or a person wrote, in a line. A plain span where that holds, so that the source
/// reads well, too; else every character that means something is written as an entity.
pub fn code(text: &str) -> String {
    let text = one_line(text);
    let text = text.trim();
    if text.is_empty() {
        return String::new();
    }
    if text.contains(['`', '|', '\\']) { code_in_html(text) } else { format!("`{text}`") }
}

/// The same where Markdown's own spans are not read: within a line of HTML.
pub fn code_in_html(text: &str) -> String {
    let text = entities(&one_line(text), "\\`*_{}[]<>&|~#@$!:.\"'");
    format!("<code>{text}</code>")
}

/// Several lines, as they are, in a fence that they cannot close.
pub fn fenced(text: &str) -> String {
    let text = visible(text);
    let mut longest = 2;
    for line in text.lines() {
        let ticks = line.trim_start().bytes().take_while(|b| *b == b'`').count();
        longest = longest.max(ticks);
    }
    let fence = "`".repeat(longest + 1);
    format!("{fence}text\n{}\n{fence}\n", text.trim_end())
}

/// A row of a table.
pub fn row(cells: &[String]) -> String {
    format!("| {} |\n", cells.join(" | "))
}

/// The head of a table.
pub fn head(names: &[&str]) -> String {
    let names: Vec<String> = names.iter().map(ToString::to_string).collect();
    let rule: Vec<String> = names.iter().map(|_| "---".to_owned()).collect();
    row(&names) + &row(&rule)
}

fn one_line(text: &str) -> String {
    visible(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

fn entities(text: &str, special: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if special.contains(c) {
            // Writing into a String cannot fail.
            let _ = write!(out, "&#{};", u32::from(c));
        } else {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_cannot_be_left() {
        assert_eq!(code("spec-kitty merge --json"), "`spec-kitty merge --json`");
        assert_eq!(code("a`b"), "<code>a&#96;b</code>");
        assert_eq!(code("a|b\\|c"), "<code>a&#124;b&#92;&#124;c</code>");
        assert_eq!(code("<img src=x onerror=alert(1)>"), "`<img src=x onerror=alert(1)>`");
        assert_eq!(code("`<img src=x>`"), "<code>&#96;&#60;img src=x&#62;&#96;</code>");
        assert_eq!(code("a\n\n# b\u{1b}[31m"), "`a # b^[[31m`");
        assert_eq!(code(" \n"), "");
    }

    #[test]
    fn prose_holds_no_markup() {
        assert_eq!(
            prose("a <b> [c](d) @e | *f*"),
            "a &#60;b&#62; &#91;c&#93;(d) &#64;e &#124; &#42;f&#42;"
        );
    }

    #[test]
    fn a_fence_cannot_be_closed_from_within() {
        assert_eq!(fenced("a\n```\n# b"), "````text\na\n```\n# b\n````\n");
        assert_eq!(fenced("  `````x"), "``````text\n  `````x\n``````\n");
    }
}
