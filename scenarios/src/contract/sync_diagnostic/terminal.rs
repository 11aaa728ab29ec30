//! What a terminal shows of a stream: its lines, without escape sequences, and whether something is red.

use std::borrow::Cow;

use anstyle_parse::{Params, Parser, Perform};

/// A line as a terminal shows it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Line<'a> {
    /// Counted from 1 by the line feeds; what a carriage return writes over has the same number.
    pub(super) number: u64,
    pub(super) text: Cow<'a, str>,
    /// Whether a failure is styled as one (FR-006): text in red.
    pub(super) is_red: bool,
}

/// The lines of `stream`. A sequence that is not finished ends with its line: a lost byte must not hide the rest.
pub(super) fn lines(stream: &str) -> impl Iterator<Item = Line<'_>> {
    let mut style = Style::default();
    let numbered = (1..).zip(stream.split('\n'));
    let lines =
        numbered.flat_map(|(number, line)| line.split('\r').map(move |part| (number, part)));
    lines.map(move |(number, part)| {
        if !style.is_red() && !part.contains(|c: char| c.is_control()) {
            return Line { number, text: part.into(), is_red: false };
        }
        let mut screen = TerminalLine { style, ..TerminalLine::default() };
        let mut parser = <Parser>::default();
        part.bytes().for_each(|byte| parser.advance(&mut screen, byte));
        screen.end_red();
        style = screen.style;
        Line { number, text: screen.text.into(), is_red: screen.is_red }
    })
}

/// One line while it is written.
#[derive(Debug, Default)]
struct TerminalLine {
    text: String,
    style: Style,
    /// What is being written in red, without blanks: they show nothing.
    red: String,
    is_red: bool,
}

impl TerminalLine {
    /// Rich paints the word `False` bright red wherever it stands (`repr.bool_false`): that is no failure.
    fn end_red(&mut self) {
        self.is_red |= !self.red.is_empty() && self.red != "False";
        self.red.clear();
    }
}

impl Perform for TerminalLine {
    fn print(&mut self, c: char) {
        if c.is_control() {
            return;
        }
        self.text.push(c);
        if self.style.is_red() && !c.is_whitespace() {
            self.red.push(c);
        }
    }

    fn execute(&mut self, byte: u8) {
        // Tabs and feeds move on; what follows is not the same word.
        if matches!(byte, b'\t' | 0x0b | 0x0c) {
            self.text.push(' ');
        }
    }

    fn csi_dispatch(&mut self, codes: &Params, marks: &[u8], is_cut: bool, action: u8) {
        // A sequence with a mark is a private one.
        if action == b'm' && marks.is_empty() && !is_cut {
            self.style.apply(&mut codes.iter().flatten().copied());
        }
        if !self.style.is_red() {
            self.end_red();
        }
    }
}

/// What SGR sequences (`ESC [ ... m`) have set, as far as it is red.
#[derive(Debug, Clone, Copy, Default)]
struct Style {
    has_red_text: bool,
    has_red_ground: bool,
}

impl Style {
    fn is_red(self) -> bool {
        self.has_red_text || self.has_red_ground
    }

    fn apply(&mut self, codes: &mut impl Iterator<Item = u16>) {
        while let Some(code) = codes.next() {
            match code {
                0 => *self = Self::default(),
                30..=37 | 39 | 90..=97 => self.has_red_text = matches!(code, 31 | 91),
                40..=47 | 49 | 100..=107 => self.has_red_ground = matches!(code, 41 | 101),
                38 => self.has_red_text = colour_is_red(codes),
                48 => self.has_red_ground = colour_is_red(codes),
                // The colour of an underline, which is no failure.
                58 => _ = colour_is_red(codes),
                _ => {}
            }
        }
    }
}

/// The colour after a 38, 48 or 58: `5;n` of a palette, or `2;r;g;b`.
fn colour_is_red(codes: &mut impl Iterator<Item = u16>) -> bool {
    // Bright enough to be seen, and twice as red as anything else: crimson is, orange and pink are not.
    let is_red = |red: u16, green, blue| red >= 128 && green <= red / 2 && blue <= red / 2;
    let mut next = || codes.next().unwrap_or_default();
    match next() {
        2 => is_red(next(), next(), next()),
        5 => match next() {
            1 | 9 => true,
            // A cube of six levels.
            index @ 16..=231 => {
                let level = |step: u16| [0, 95, 135, 175, 215, 255][usize::from(step % 6)];
                let cell = index - 16;
                is_red(level(cell / 36), level(cell / 6), level(cell))
            }
            _ => false,
        },
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(stream: &str) -> Vec<(u64, String)> {
        lines(stream).map(|line| (line.number, line.text.into_owned())).collect()
    }

    fn is_red(stream: &str) -> bool {
        lines(stream).any(|line| line.is_red)
    }

    #[test]
    fn returns_and_feeds_end_lines() {
        let wanted = [(1, "10 %"), (1, "20 %"), (1, ""), (2, "x"), (3, "y")];
        assert_eq!(texts("10 %\r20 %\r\nx\ny"), wanted.map(|(n, text)| (n, text.to_owned())));
    }

    #[test]
    fn only_the_text_is_shown() {
        for (stream, text) in [
            ("\x1b[1;31mERROR   \x1b[0m no", "ERROR    no"),
            ("\x1b]8;id=1;file:///a\x1b\\a.py\x1b]8;;\x1b\\:3", "a.py:3"),
            ("\x1b]0;title\x07text", "text"),
            ("\x1b(Ba\x1b=b\x1b7c\x1b[?25ld\x1b[2Ke", "abcde"),
            ("a\0b\x08c\x7fd\x0be\tf", "abcd e f"),
            ("é\x1b[31ms\x1b[0mü", "ésü"),
            ("\x1b[31\x1b[0mtext", "text"),
        ] {
            assert_eq!(texts(stream), [(1, text.to_owned())]);
        }
        for unfinished in ["\x1b]0;never closed", "\x1b[31", "a\x1b"] {
            assert_eq!(texts(&format!("{unfinished}\nnext"))[1].1, "next");
        }
    }

    #[test]
    fn red_is_red_in_every_spelling() {
        let text = "31 91 1;31 ;31 0;31 32;31 41 97;101 58;5;2;31";
        let palette = "38;5;1 38;5;9 38;5;196 1;38;5;160 38;5;196;1 38:5:196 48;5;196";
        let mixed = "38;2;255;0;0 38;2;220;20;60";
        for red in [text, palette, mixed].into_iter().flat_map(|list| list.split(' ')) {
            assert!(is_red(&format!("\x1b[{red}mx")), "{red}");
        }
        let text = "0 1;33 35 95 39 31;39 31;0 31; 31;32 31;38;5;2 41;49 58;5;31 58;2;255;0;0 >31";
        let palette = "38;5;2 38;5;31 38;5;91 38;5;208 48;5;31 38;5 38 99999999";
        let mixed = "38;2;31;31;31 38;2;255;165;0 38;2;255;0;255";
        for other in [text, palette, mixed].into_iter().flat_map(|list| list.split(' ')) {
            assert!(!is_red(&format!("\x1b[{other}mx")), "{other}");
        }
        assert!(!is_red("\x1b[mx") && !is_red("\x1b[31Kx"));
    }

    #[test]
    fn red_lasts_until_it_is_reset() {
        let red: Vec<bool> = lines("\x1b[31m\nx\n\x1b[1my\x1b[m\nz\n\x1b[31m \x1b[m")
            .map(|line| line.is_red)
            .collect();
        assert_eq!(red, [false, true, true, false, false]);
    }

    #[test]
    fn the_word_false_may_be_red() {
        assert!(!is_red("a=\x1b[3;91mFalse\x1b[0m"));
        assert!(!is_red("\x1b[31mFa\x1b[1mlse\x1b[0m or \x1b[31mFalse"));
        assert!(is_red("\x1b[31mFalse\x1b[1mhood"));
    }
}
