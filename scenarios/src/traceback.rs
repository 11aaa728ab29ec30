//! Python tracebacks in what a command prints.

/// The exception that a traceback in `text` ends with, as `traceback: Name`: in Python's own form, or in the boxed
/// one that rich draws.
pub(crate) fn exception_name(text: &str) -> Option<String> {
    let start = text.find("Traceback (most recent call last)")?;
    let name = text[start..]
        .lines()
        .skip(1)
        .filter(|line| !line.starts_with([' ', '│', '╭', '╰', '|', '+']))
        .filter_map(|line| line.split(':').next())
        .filter(|word| is_exception_name(word))
        .last()
        .map(|path| path.rsplit('.').next().unwrap_or(path));
    Some(format!("traceback: {}", name.unwrap_or("unnamed")))
}

fn is_exception_name(word: &str) -> bool {
    !word.is_empty()
        && word.chars().all(|c| c.is_alphanumeric() || c == '.' || c == '_')
        && word.chars().any(char::is_uppercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_exception_is_named_in_both_forms() {
        let plain = "x\nTraceback (most recent call last):\n  File \"a\"\n    f()\na.b.CoordinationBranchDeleted: gone\n";
        assert_eq!(exception_name(plain).unwrap(), "traceback: CoordinationBranchDeleted");
        let boxed = "╭─── Traceback (most recent call last) ───╮\n│ x: │\n╰───╯\nKeyError: 'a'\n";
        assert_eq!(exception_name(boxed).unwrap(), "traceback: KeyError");
        assert_eq!(exception_name("Error: no"), None);
    }
}
