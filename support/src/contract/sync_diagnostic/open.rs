//! A diagnostic whose next line may still belong to it.

use super::{DIAGNOSTIC_LIMIT, Field, WORD};

/// A diagnostic that may go on.
///
/// The product writes it in one line; a logging handler wraps it at the terminal's width. A line is
/// taken for the continuation
///
/// - while the fields before the message are not complete: when it goes on with them, whatever its
///   indentation;
/// - in the message: when it is indented exactly as the handler indents it (to the column of the
///   message), and its first word had no room on the line before. A break with room left is the
///   message's own: what follows is noise, for a diagnostic is one line.
///
/// The two are joined with a blank, or without when a word was cut: rich gives a word that is
/// longer than the line a line of its own.
///
/// Limits: the tail of a message that is wrapped without indentation is noise, and so is what a
/// handler wraps that prints the path at the right; a lone word that fills its line exactly is
/// joined without a blank; width is counted in characters, not in cells.
#[derive(Debug)]
pub(super) struct Open {
    text: String,
    lines: u32,
    /// The indentation of the message's continuation; 0 when there can be none.
    hang: usize,
    last: LastLine,
}

impl Open {
    /// A diagnostic that begins at byte `start` of `line`, and ends with it.
    pub(super) fn begin(line: &str, start: usize, text: &str, is_glued: bool) -> Self {
        let column = line[..start].chars().count();
        Self {
            text: text.trim_end().to_owned(),
            lines: 1,
            hang: if is_glued { 0 } else { column },
            last: LastLine::of(line, &line[start..]),
        }
    }

    /// Whether there is nothing but the word so far.
    pub(super) fn is_word_alone(&self) -> bool {
        self.text == WORD
    }

    /// Takes `line` when it is the continuation; `whole` is it with what stands behind it.
    pub(super) fn join(&mut self, line: &str, whole: &str) -> bool {
        let words = line.trim();
        let indent = whole.chars().take_while(|c| *c == ' ').count();
        let Some(joined) = self.joined(words, indent) else {
            return false;
        };
        if joined.len() <= DIAGNOSTIC_LIMIT {
            self.text = joined;
        }
        if self.hang == 0 && self.lines == 1 {
            self.hang = indent;
        }
        self.lines += 1;
        self.last = LastLine::of(whole, line.trim_start());
        true
    }

    /// The text so far, and of how many lines it is.
    pub(super) fn close(self) -> (String, u32) {
        (self.text, self.lines)
    }

    fn joined(&self, words: &str, indent: usize) -> Option<String> {
        let apart = format!("{} {words}", self.text);
        let together = format!("{}{words}", self.text);
        if reaches_message(&self.text) {
            let first = words.split(' ').next().unwrap_or_default();
            let continues = self.hang > 0 && indent == self.hang && !self.last.has_room_for(first);
            let joined = if self.last.is_cut_word() { together } else { apart };
            return continues.then_some(joined);
        }
        let leads = Field::leading(words).is_some();
        if self.is_word_alone() {
            return leads.then_some(apart);
        }
        if self.last.is_cut_word() && !leads {
            return is_possible(&together).then_some(together);
        }
        is_possible(&apart).then_some(apart)
    }
}

/// What the end of a line tells about why it ended.
#[derive(Debug)]
struct LastLine {
    /// In characters, with the blanks that pad it.
    width: usize,
    /// Without them.
    used: usize,
    is_one_word: bool,
}

impl LastLine {
    fn of(line: &str, text: &str) -> Self {
        Self {
            width: line.chars().count(),
            used: line.trim_end().chars().count(),
            is_one_word: !text.trim_end().contains(' '),
        }
    }

    fn has_room_for(&self, word: &str) -> bool {
        self.used + 1 + word.chars().count() <= self.width
    }

    /// A word that was cut fills the line, and is alone on it.
    fn is_cut_word(&self) -> bool {
        self.is_one_word && self.used == self.width
    }
}

/// Whether the message has begun.
fn reaches_message(text: &str) -> bool {
    text.split_whitespace().any(|word| word.starts_with(Field::Message.key()))
}

/// Whether `text` can be the beginning of a diagnostic: fields, and what is behind `message=`.
fn is_possible(text: &str) -> bool {
    let fields = text.split_whitespace().skip(1).map(Field::leading);
    fields.take_while(|field| *field != Some(Field::Message)).all(|field| field.is_some())
}
