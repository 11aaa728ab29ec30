//! Texts that are made line by line.

/// Adds a line, or several, with the line break at its end.
pub(crate) fn put(text: &mut String, line: &str) {
    text.push_str(line);
    text.push('\n');
}

/// The characters that markup gives a meaning to, as its references. The text may stand between tags, and in an
/// attribute within quotation marks of either kind.
pub(crate) fn markup_escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}
