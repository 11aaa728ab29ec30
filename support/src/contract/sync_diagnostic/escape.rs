//! What a terminal would show of a stream: the escape sequences taken out.

use super::ink::Ink;

/// The longest parameters that are looked at; a colour needs some 20 bytes.
const PARAMETERS_LIMIT: usize = 128;

/// What a byte shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shown {
    /// A byte of text.
    Text(u8),
    /// The end of a line.
    Feed,
    /// The return to its beginning, as progress bars do.
    Return,
    /// Nothing.
    Nothing,
}

/// Reads escape sequences (ECMA-48) byte by byte.
///
/// A sequence that is not finished ends with its line: a lost byte must not hide the rest.
#[derive(Debug, Default)]
pub(super) struct Escapes {
    state: State,
    parameters: String,
    ink: Ink,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum State {
    #[default]
    Text,
    /// After ESC, and after what may stand between it and its last byte.
    Escape,
    /// After ESC [.
    Control,
    /// In the text of a title, a link and the like: up to BEL, or to ESC and what follows it.
    Hidden,
}

impl Escapes {
    pub(super) fn is_red(&self) -> bool {
        self.ink.is_red()
    }

    /// How many of the first `bytes` are plain text; nothing has to be done about them.
    pub(super) fn plain(&self, bytes: &[u8]) -> usize {
        if self.state != State::Text {
            return 0;
        }
        bytes.iter().position(|byte| *byte < b' ' || *byte == 0x7f).unwrap_or(bytes.len())
    }

    pub(super) fn push(&mut self, byte: u8) -> Shown {
        if matches!(byte, b'\n' | b'\r') {
            self.state = State::Text;
            return if byte == b'\n' { Shown::Feed } else { Shown::Return };
        }
        match self.state {
            State::Text => self.text(byte),
            State::Control => self.control(byte),
            State::Hidden => self.hidden(byte),
            State::Escape => self.escape(byte),
        }
    }

    fn go(&mut self, state: State) -> Shown {
        self.state = state;
        Shown::Nothing
    }

    fn text(&mut self, byte: u8) -> Shown {
        match byte {
            0x1b => self.go(State::Escape),
            // Vertical tab and form feed move on; what follows is not the same word.
            0x0b | 0x0c => Shown::Text(b' '),
            b'\t' | b' '..=0x7e | 0x80.. => Shown::Text(byte),
            _ => Shown::Nothing,
        }
    }

    fn escape(&mut self, byte: u8) -> Shown {
        match byte {
            b'[' => {
                self.parameters.clear();
                self.go(State::Control)
            }
            b']' | b'P' | b'X' | b'^' | b'_' => self.go(State::Hidden),
            0x1b | b' '..=b'/' => self.go(State::Escape),
            0x80.. => self.text_again(byte),
            _ => self.go(State::Text),
        }
    }

    fn control(&mut self, byte: u8) -> Shown {
        match byte {
            b' '..=b'?' => {
                if self.parameters.len() <= PARAMETERS_LIMIT {
                    self.parameters.push(char::from(byte));
                }
                Shown::Nothing
            }
            b'@'..=0x7e => {
                if byte == b'm' && self.parameters.len() <= PARAMETERS_LIMIT {
                    self.paint();
                }
                self.go(State::Text)
            }
            0x1b => self.go(State::Escape),
            0x80.. => self.text_again(byte),
            _ => Shown::Nothing,
        }
    }

    /// A sequence with other marks than digits is a private one that sets no colour.
    fn paint(&mut self) {
        let is_colour = |byte: u8| byte.is_ascii_digit() || matches!(byte, b';' | b':');
        if self.parameters.bytes().all(is_colour) {
            self.ink.apply(&self.parameters);
        }
    }

    fn hidden(&mut self, byte: u8) -> Shown {
        match byte {
            0x07 => self.go(State::Text),
            0x1b => self.go(State::Escape),
            _ => Shown::Nothing,
        }
    }

    fn text_again(&mut self, byte: u8) -> Shown {
        self.state = State::Text;
        self.text(byte)
    }
}

/// The text that a terminal would show, line ends and all.
pub(super) fn shown(bytes: &[u8]) -> Vec<u8> {
    let mut escapes = Escapes::default();
    bytes
        .iter()
        .filter_map(|byte| match escapes.push(*byte) {
            Shown::Text(byte) => Some(byte),
            Shown::Feed | Shown::Return => Some(b'\n'),
            Shown::Nothing => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_text_is_shown() {
        for (bytes, text) in [
            ("\x1b[1;31mERROR   \x1b[0m no", "ERROR    no"),
            ("\x1b]8;id=1;file:///a\x1b\\a.py\x1b]8;;\x1b\\:3", "a.py:3"),
            ("\x1b]0;title\x07text", "text"),
            ("\x1b(Ba\x1b=b\x1b7c\x1b[?25ld\x1b[2Ke", "abcde"),
            ("a\0b\x08c\x7fd\x0be", "abcd e"),
            ("\x1b]0;never closed\nnext", "\nnext"),
            ("\x1b[31\nnext", "\nnext"),
            ("a\x1b", "a"),
            ("50 %\r100 %\n", "50 %\n100 %\n"),
            ("\x1b[31ü", "ü"),
            ("\x1bü", "ü"),
            ("\x1b[31\x1b[0mtext", "text"),
            ("\x1b]0;title\x1b[31mtext", "text"),
        ] {
            assert_eq!(String::from_utf8_lossy(&shown(bytes.as_bytes())), text);
        }
    }

    #[test]
    fn a_private_sequence_paints_nothing() {
        let red = |bytes: &[u8]| {
            let mut escapes = Escapes::default();
            for byte in bytes {
                escapes.push(*byte);
            }
            escapes.is_red()
        };
        assert!(red(b"\x1b[31m"));
        assert!(!red(b"\x1b[>31m"));
        assert!(!red(b"\x1b[31K"));
        let padded = format!("\x1b[{}31m", "0;".repeat(1000));
        assert!(!red(padded.as_bytes()));
    }
}
