//! A stream cut into lines, in bounded memory.

use super::DIAGNOSTIC_LIMIT;
use super::escape::{Escapes, Shown};

/// A longer line is handed on in pieces of this size.
const PIECE_LIMIT: usize = 64 * 1024;

/// What two neighbouring pieces have in common: enough for one diagnostic, and the text before it.
const OVERLAP: usize = DIAGNOSTIC_LIMIT + 64;

/// A line as a terminal shows it, or a piece of one that is very long.
#[derive(Debug)]
pub(super) struct Piece<'a> {
    /// The line, counted from 1 by its line feeds; what a return writes over has the same number.
    pub(super) line: u64,
    pub(super) text: &'a str,
    pub(super) is_first: bool,
    pub(super) is_last: bool,
    /// What begins here and later comes again in the next piece.
    pub(super) ripe: usize,
    /// Whether something was written in red.
    pub(super) is_red: bool,
}

impl Piece<'_> {
    pub(super) fn is_whole(&self) -> bool {
        self.is_first && self.is_last
    }
}

/// Cuts a stream into lines, at line feeds and at returns.
#[derive(Debug)]
pub(super) struct Lines {
    escapes: Escapes,
    line: u64,
    text: Vec<u8>,
    is_first: bool,
    after_return: bool,
    red: RedRun,
}

impl Default for Lines {
    fn default() -> Self {
        Self {
            escapes: Escapes::default(),
            line: 1,
            text: Vec::new(),
            is_first: true,
            after_return: false,
            red: RedRun::default(),
        }
    }
}

impl Lines {
    /// Takes the next bytes of the stream, and hands every line that they end to `sink`.
    pub(super) fn push(&mut self, mut bytes: &[u8], sink: &mut impl FnMut(&Piece<'_>)) {
        while let Some(byte) = bytes.first() {
            let room = PIECE_LIMIT - self.text.len();
            let plain = self.escapes.plain(&bytes[..bytes.len().min(room)]);
            if plain > 0 {
                self.add(&bytes[..plain]);
                bytes = &bytes[plain..];
            } else {
                self.push_byte(*byte, sink);
                bytes = &bytes[1..];
            }
            if self.text.len() == PIECE_LIMIT {
                self.hand_on_piece(sink);
            }
        }
    }

    /// Ends the stream: its last line may have no line feed.
    pub(super) fn finish(&mut self, sink: &mut impl FnMut(&Piece<'_>)) {
        if !self.text.is_empty() {
            self.end_line(sink);
        }
    }

    fn push_byte(&mut self, byte: u8, sink: &mut impl FnMut(&Piece<'_>)) {
        match self.escapes.push(byte) {
            Shown::Text(byte) => self.add(&[byte]),
            Shown::Nothing if !self.escapes.is_red() => self.red.end(),
            Shown::Nothing => {}
            Shown::Return => {
                self.end_line(sink);
                self.after_return = true;
            }
            Shown::Feed => {
                // The feed of a return and feed ends nothing more.
                if !(self.after_return && self.text.is_empty() && self.is_first) {
                    self.end_line(sink);
                }
                self.after_return = false;
                self.line += 1;
            }
        }
    }

    fn add(&mut self, plain: &[u8]) {
        self.text.extend_from_slice(plain);
        if self.escapes.is_red() {
            self.red.add(plain);
        }
    }

    fn end_line(&mut self, sink: &mut impl FnMut(&Piece<'_>)) {
        self.red.end();
        let text = String::from_utf8_lossy(&self.text);
        sink(&Piece {
            line: self.line,
            text: &text,
            is_first: self.is_first,
            is_last: true,
            ripe: text.len(),
            is_red: self.red.seen,
        });
        self.text.clear();
        self.is_first = true;
        self.red = RedRun::default();
    }

    fn hand_on_piece(&mut self, sink: &mut impl FnMut(&Piece<'_>)) {
        let split = unfinished_character(&self.text);
        let unfinished = self.text.split_off(split);
        let text = String::from_utf8_lossy(&self.text);
        let mut ripe = text.len() - OVERLAP;
        while !text.is_char_boundary(ripe) {
            ripe -= 1;
        }
        sink(&Piece {
            line: self.line,
            text: &text,
            is_first: self.is_first,
            is_last: false,
            ripe,
            is_red: self.red.seen,
        });
        let mut rest = text[ripe..].as_bytes().to_vec();
        rest.extend(unfinished);
        self.text = rest;
        self.is_first = false;
    }
}

/// Where the character begins that the end of `bytes` cuts in two; the end when it cuts none.
fn unfinished_character(bytes: &[u8]) -> usize {
    let last = bytes.utf8_chunks().last();
    bytes.len() - last.map_or(0, |chunk| chunk.invalid().len())
}

/// The text that is being written in red.
///
/// Rich paints the word `False` bright red wherever it stands (`repr.bool_false`): that is no
/// failure prefix, and a red blank shows nothing.
#[derive(Debug, Default)]
struct RedRun {
    seen: bool,
    head: Vec<u8>,
}

impl RedRun {
    fn add(&mut self, plain: &[u8]) {
        const ENOUGH: usize = 8;
        let visible = plain.iter().filter(|byte| !byte.is_ascii_whitespace());
        let room = ENOUGH - self.head.len();
        self.head.extend(visible.take(room));
    }

    fn end(&mut self) {
        self.seen |= !self.head.is_empty() && self.head != b"False";
        self.head.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines_of(bytes: &[u8]) -> Vec<(u64, String, bool)> {
        let mut found = Vec::new();
        let mut lines = Lines::default();
        let mut sink = |piece: &Piece<'_>| {
            assert!(piece.text.len() <= 4 * PIECE_LIMIT);
            found.push((piece.line, piece.text.to_owned(), piece.is_red));
        };
        for half in bytes.chunks(7) {
            lines.push(half, &mut sink);
        }
        lines.finish(&mut sink);
        found
    }

    #[test]
    fn returns_and_feeds_end_lines() {
        let found = lines_of(b"10 %\r20 %\r\n\r\nx\n\ny");
        let texts: Vec<_> = found.iter().map(|(line, text, _)| (*line, &**text)).collect();
        let wanted = [(1, "10 %"), (1, "20 %"), (2, ""), (3, "x"), (4, ""), (5, "y")];
        assert_eq!(texts, wanted);
    }

    #[test]
    fn red_is_seen_where_it_is_written() {
        let red: Vec<_> = lines_of(
            b"\x1b[1;31mERROR   \x1b[0m no\nplain\n\x1b[31m \x1b[m\na=\x1b[3;91mFalse\x1b[0m\n\x1b[31m\nstill\x1b[m\nx\x1b[31mFalsehood\n",
        )
        .into_iter()
        .map(|(_, _, is_red)| is_red)
        .collect();
        assert_eq!(red, [true, false, false, false, false, true, true]);
    }

    #[test]
    fn a_red_run_lasts_as_long_as_the_colour() {
        let is_red = |line: &[u8]| lines_of(line).iter().any(|(_, _, is_red)| *is_red);
        assert!(!is_red(b"\x1b[31mFa\x1b[1mlse\x1b[0m"));
        assert!(!is_red(b"\x1b[31mFalse\x1b[0m or \x1b[31mFalse\x1b[0m"));
        assert!(is_red(b"\x1b[31mFalse\x1b[1mhood\x1b[0m"));
    }

    #[test]
    fn what_shows_nothing_is_no_text() {
        let found = lines_of(b"a\x7fb\x7f\x7fc\0d\x08e");
        assert_eq!(found, [(1, "abcde".to_owned(), false)]);
    }

    #[test]
    fn a_long_line_comes_in_pieces_that_overlap() {
        let words: Vec<_> = (0..60_000).map(|number| format!("é{number} ")).collect();
        overlaps(&words.concat());
        // Wherever a character is cut.
        for before in ["", "x", "xx", "xxx"] {
            overlaps(&(before.to_owned() + &"é€😀".repeat(30_000)));
        }
    }

    fn overlaps(long: &str) {
        let found = lines_of(long.as_bytes());
        assert!(found.len() > 3);
        let mut whole = found[0].1.clone();
        for (line, text, _) in &found[1..] {
            assert_eq!(*line, 1);
            let shared = (OVERLAP..OVERLAP + 4)
                .find(|shared| text.is_char_boundary(*shared) && whole.ends_with(&text[..*shared]))
                .unwrap();
            whole.push_str(&text[shared..]);
        }
        assert_eq!(whole, long);
    }
}
