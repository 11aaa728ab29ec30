//! Rows of a `tasks.md`, as a reader of the file sees them.

/// Whether a row says that its task is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowState {
    /// `[ ]` or any other sign.
    Open,
    /// `[x]`, `[X]` or `[D]`.
    Done,
}

/// The state of the first row of `id`; `None` when no row is its own.
///
/// A row is an id's own when the id stands right after the box, or in the first cell of a table
/// row. An id that is only mentioned in another row has no row there (DM10).
pub fn row_state(tasks_md: &str, id: &str) -> Option<RowState> {
    tasks_md.lines().find(|line| row_id(line) == Some(id)).map(|line| {
        if signs(line).any(|sign| "xXD".contains(sign)) { RowState::Done } else { RowState::Open }
    })
}

/// The id whose row this line is.
pub fn row_id(line: &str) -> Option<&str> {
    let line = line.trim();
    let text = if let Some(cells) = line.strip_prefix('|') {
        cells.split('|').next()?.trim()
    } else {
        let item = line.strip_prefix("- [")?;
        item.split_once(']')?.1.trim_start()
    };
    let end = text.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(text.len());
    let id = &text[..end];
    let digits = id.strip_prefix("WP").or_else(|| id.strip_prefix('T'))?;
    (!digits.is_empty() && digits.chars().all(|c| c.is_ascii_digit())).then_some(id)
}

/// Lines that were taken away or came new, each as often as it did, in the order of the file.
pub fn changed_lines(before: &str, after: &str) -> Vec<String> {
    let mut surplus: Vec<&str> = Vec::new();
    let mut kept: Vec<&str> = before.lines().collect();
    for line in after.lines() {
        match kept.iter().position(|known| *known == line) {
            Some(index) => {
                kept.remove(index);
            }
            None => surplus.push(line),
        }
    }
    kept.into_iter().chain(surplus).map(str::to_owned).collect()
}

/// What stands between each pair of brackets that holds one character.
fn signs(line: &str) -> impl Iterator<Item = char> {
    line.match_indices('[').filter_map(|(at, _)| {
        let mut chars = line[at + 1..].chars();
        let sign = chars.next()?;
        (chars.next() == Some(']')).then_some(sign)
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn rows_are_told_from_mentions() {
        assert_eq!(row_id("- [ ] T001 first"), Some("T001"));
        assert_eq!(row_id("  - [x] T002: needs T001"), Some("T002"));
        assert_eq!(row_id("| T003 | third | [ ] |"), Some("T003"));
        assert_eq!(row_id("| ID | Description | Status |"), None);
        assert_eq!(row_id("**Subtasks**: T005, T006"), None);
        assert_eq!(row_id("- [ ] Task T001"), None);
    }

    #[test]
    fn states_are_read() {
        let text = "- [ ] T001 a\n- [X] T002 b\n| T003 | T001 | [ ] |\n| T004 | x | [D] |\n";
        assert_eq!(row_state(text, "T001"), Some(RowState::Open));
        assert_eq!(row_state(text, "T002"), Some(RowState::Done));
        assert_eq!(row_state(text, "T003"), Some(RowState::Open));
        assert_eq!(row_state(text, "T004"), Some(RowState::Done));
        assert_eq!(row_state(text, "T005"), None);
    }

    #[test]
    fn changed_lines_are_found_on_both_sides() {
        assert_eq!(changed_lines("a\nb\nb\n", "a\nb\nc\n"), ["b", "c"]);
        assert!(changed_lines("a\nb\n", "a\nb\n").is_empty());
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_panic(text: String) {
            let _ = row_state(&text, "T001");
            for line in text.lines() {
                let _ = row_id(line);
            }
        }
    }
}
