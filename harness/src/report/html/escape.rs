//! Text in HTML that nothing executes.

use crate::report::words::visible;
use crate::text::markup_escaped;

/// For an element's content or an attribute in double quotes.
pub fn escaped(text: &str) -> String {
    markup_escaped(&visible(text))
}

/// A name that links can lead to. No word of the page's own has a colon.
pub fn anchor(id: &str) -> String {
    let id: String = id.chars().map(|c| if c.is_whitespace() { '_' } else { c }).collect();
    escaped(&format!("s:{id}"))
}

/// Data for our own script, in a block that no text of it can close.
pub fn data(value: &serde_json::Value) -> String {
    value.to_string().replace('<', "\\u003c")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_gets_out_of_its_place() {
        assert_eq!(
            escaped("</pre><script>\"'&\u{1b}\u{202e}"),
            "&lt;/pre&gt;&lt;script&gt;&quot;&#39;&amp;^[⟨U+202E⟩"
        );
        assert_eq!(anchor("a/b c\"d"), "s:a/b_c&quot;d");
        assert_eq!(data(&serde_json::json!(["</script>"])), "[\"\\u003c/script>\"]");
    }
}
