//! Whether a text can name a module at all: parsing is what costs.

/// Whether `text` may import `target` or something below it, for a `target` of two parts or more.
///
/// Such an import holds the last part of `target` after a dot, whatever stands before that, and
/// whitespace may stand between. Python also takes a name in other letters for the same name when
/// their compatibility form (NFKC) is; a text with foreign letters is therefore never excluded.
pub(super) fn may_name(text: &str, target: &str) -> bool {
    let last = target.rsplit('.').next().unwrap_or(target);
    let mut hits = text.match_indices(last);
    hits.any(|(at, _)| follows_a_dot(&text[..at]) && ends_a_name(&text[at + last.len()..]))
        || has_foreign_letters(text)
}

fn follows_a_dot(before: &str) -> bool {
    // A backslash joins two lines.
    let gap = |c: char| c.is_ascii_whitespace() || c == '\\';
    before.trim_end_matches(gap).ends_with('.')
}

fn ends_a_name(after: &str) -> bool {
    !after.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_')
}

/// Line by line: most lines are ASCII, which is seen at once.
fn has_foreign_letters(text: &str) -> bool {
    let foreign = |c: char| !c.is_ascii() && c.is_alphanumeric();
    let mut lines = text.lines().filter(|line| !line.is_ascii());
    lines.any(|line| line.contains(foreign))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_cannot_name_the_module_is_not_parsed() {
        let may = |text| may_name(text, "pkg.status");
        for text in [
            "import pkg.status",
            "from pkg. \\\n status import x",
            "from .status.models import x",
            "import pkg.ｓｔａｔｕｓ",
            // Foreign letters may stand on a line of their own.
            "import pkg.\\\nｓｔａｔｕｓ\n",
        ] {
            assert!(may(text), "{text}");
        }
        for text in [
            "",
            "status = 1",
            "self.statuses",
            "x.status_of",
            "x.status2",
            "«plain» text – with signs",
        ] {
            assert!(!may(text), "{text}");
        }
    }
}
