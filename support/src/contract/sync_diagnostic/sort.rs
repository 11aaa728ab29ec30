//! Which text is a diagnostic and which is noise.

use super::lines::Piece;
use super::mark::{is_word_alone, marks};
use super::open::Open;
use super::prefix::is_handler_prefix;
use super::sign::Signs;
use super::{Found, Quote, StderrReading};

/// Takes the lines of a stream one after the other.
#[derive(Debug, Default)]
pub(super) struct Sorter {
    reading: StderrReading,
    signs: Signs,
    pending: Option<Pending>,
    /// Whether the line at hand has text beside its diagnostics; `None` while it had no text.
    is_noisy: Option<bool>,
}

#[derive(Debug)]
struct Pending {
    open: Open,
    /// The line on which it began.
    quote: Quote,
    is_glued: bool,
}

impl Sorter {
    pub(super) fn take(&mut self, piece: &Piece<'_>) {
        self.signs.look(piece);
        if piece.is_first {
            self.is_noisy = None;
        }
        let marks = marks(piece);
        let head_end = marks.first().map_or(piece.ripe, |mark| mark.start);
        let head = &piece.text[..head_end];
        if !self.joins(head, piece) {
            self.close();
            self.hear(head, piece, !marks.is_empty());
        }
        for mark in marks {
            self.close();
            let open = Open::begin(piece.text, mark.start, mark.text, mark.is_glued);
            self.open(open, piece, mark.is_glued);
        }
        if !piece.is_whole() {
            self.close();
        }
    }

    pub(super) fn finish(mut self) -> StderrReading {
        self.close();
        self.reading.signs = self.signs.seen;
        self.reading
    }

    fn joins(&mut self, head: &str, piece: &Piece<'_>) -> bool {
        let is_continuation = |pending: &mut Pending| pending.open.join(head, piece.text);
        let can = piece.is_whole() && !head.trim().is_empty();
        can && self.pending.as_mut().is_some_and(is_continuation)
    }

    /// Text that belongs to no diagnostic.
    fn hear(&mut self, head: &str, piece: &Piece<'_>, is_before_diagnostic: bool) {
        if self.is_noisy.is_some() || head.trim().is_empty() {
            // A diagnostic at the beginning of a long line: the rest of it is its message.
            if is_before_diagnostic {
                self.is_noisy.get_or_insert(false);
            }
            return;
        }
        if piece.is_whole() && !is_before_diagnostic && is_word_alone(piece.text) {
            let start = piece.text.trim_end().len() - super::WORD.len();
            let open = Open::begin(piece.text, start, &piece.text[start..], false);
            return self.open(open, piece, false);
        }
        let is_noisy = !(is_before_diagnostic && is_handler_prefix(head));
        self.is_noisy = Some(is_noisy);
        if is_noisy {
            self.reading.noise.add(|| Quote::new(piece.line, piece.text));
        }
    }

    fn open(&mut self, open: Open, piece: &Piece<'_>, is_glued: bool) {
        self.pending = Some(Pending { open, quote: Quote::new(piece.line, piece.text), is_glued });
    }

    fn close(&mut self) {
        let Some(pending) = self.pending.take() else {
            return;
        };
        if pending.open.is_word_alone() {
            self.reading.noise.add(|| pending.quote);
            return;
        }
        let (text, lines) = pending.open.close();
        self.reading.add(Found::new(pending.quote.line, &text, lines, pending.is_glued));
    }
}
