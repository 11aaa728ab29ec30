//! Whether a terminal writes in red at the moment.

/// The colours that SGR sequences (`ESC [ ... m`) have set, as far as they are red.
///
/// FR-006 forbids a red failure prefix. Red is the palette's 31 and 91, 38;5;n and 38;2;r,g,b when
/// the colour is red to the eye, in the form with colons too, and the same as a background.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Ink {
    text_is_red: bool,
    ground_is_red: bool,
}

impl Ink {
    pub(super) fn is_red(self) -> bool {
        self.text_is_red || self.ground_is_red
    }

    /// Applies the parameters of one SGR sequence, in their order.
    pub(super) fn apply(&mut self, parameters: &str) {
        let mut parts = parameters.split(';');
        while let Some(part) = parts.next() {
            if part.contains(':') {
                self.apply_with_colons(part);
                continue;
            }
            match number(part) {
                Some(0) => *self = Self::default(),
                Some(31 | 91) => self.text_is_red = true,
                Some(41 | 101) => self.ground_is_red = true,
                Some(30..=37 | 39 | 90..=97) => self.text_is_red = false,
                Some(40..=47 | 49 | 100..=107) => self.ground_is_red = false,
                Some(target @ (38 | 48 | 58)) => {
                    let colour = colour(&mut parts);
                    self.set(target, colour);
                }
                _ => {}
            }
        }
    }

    /// `38:5:n`, `38:2:r:g:b` and `38:2:<space>:r:g:b`.
    fn apply_with_colons(&mut self, part: &str) {
        let numbers: Vec<_> = part.split(':').map(number).collect();
        let is_red = match numbers[..] {
            [Some(38 | 48), Some(5), Some(index)] => Some(palette_is_red(index)),
            [Some(38 | 48), Some(2), .., Some(red), Some(green), Some(blue)] => {
                Some(is_red(red, green, blue))
            }
            _ => None,
        };
        if let Some(Some(target)) = numbers.first() {
            self.set(*target, is_red);
        }
    }

    fn set(&mut self, target: u16, is_red: Option<bool>) {
        match (target, is_red) {
            (38, Some(is_red)) => self.text_is_red = is_red,
            (48, Some(is_red)) => self.ground_is_red = is_red,
            // 58 is the colour of an underline; its parameters are read only to get past them.
            _ => {}
        }
    }
}

/// The colour after a 38 or 48: whether it is red; `None` when it is none.
fn colour<'a>(parts: &mut impl Iterator<Item = &'a str>) -> Option<bool> {
    let mut next = || parts.next().and_then(number);
    match next()? {
        5 => next().map(palette_is_red),
        2 => Some(is_red(next()?, next()?, next()?)),
        _ => None,
    }
}

/// An empty parameter is a zero: `ESC [ m` resets.
fn number(part: &str) -> Option<u16> {
    if part.is_empty() { Some(0) } else { part.parse().ok() }
}

/// The palette of 256: 16 named colours, a cube of six levels, greys.
fn palette_is_red(index: u16) -> bool {
    const LEVELS: [u16; 6] = [0, 95, 135, 175, 215, 255];
    let level = |step: u16| LEVELS[usize::from(step % 6)];
    match index {
        1 | 9 => true,
        16..=231 => {
            let cell = index - 16;
            is_red(level(cell / 36), level(cell / 6), level(cell))
        }
        _ => false,
    }
}

/// Bright enough to be seen, and twice as red as anything else: crimson is, orange and pink are not.
fn is_red(red: u16, green: u16, blue: u16) -> bool {
    (128..=255).contains(&red) && green <= red / 2 && blue <= red / 2
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(sequences: &[&str]) -> bool {
        let mut ink = Ink::default();
        for parameters in sequences {
            ink.apply(parameters);
        }
        ink.is_red()
    }

    #[test]
    fn red_is_red_in_every_spelling() {
        for red in [
            "31",
            "91",
            "1;31",
            "31;1",
            "1;7;31",
            "0;31",
            ";31",
            "38;5;1",
            "38;5;9",
            "38;5;196",
            "1;38;5;160",
            "38;5;196;1",
            "38;2;255;0;0",
            "38;2;220;20;60",
            "4;38;2;255;85;85;1",
            "38:5:196",
            "38:2:255:0:0",
            "38:2::255:0:0",
            "41",
            "97;101",
            "48;5;196",
            "58;5;2;31",
            "32;31",
        ] {
            assert!(after(&[red]), "{red}");
        }
    }

    #[test]
    fn another_colour_is_not() {
        for other in [
            "",
            "0",
            "1",
            "33",
            "1;33",
            "35",
            "95",
            "39",
            "38;5;2",
            "38;5;31",
            "38;5;91",
            "38;5;208",
            "38;2;31;31;31",
            "38;2;255;165;0",
            "38;2;255;0;255",
            "48;5;31",
            "58;5;196",
            "58;2;255;0;0",
            "4:3",
            "38:2:1:31:91",
            "31;39",
            "31;0",
            "31;",
            "31;32",
            "38;5",
            "38",
            "99999999",
            "38;2;999;0;0",
        ] {
            assert!(!after(&[other]), "{other}");
        }
    }

    #[test]
    fn it_lasts_until_it_is_reset() {
        assert!(after(&["31", "1"]));
        assert!(after(&["31", "49"]));
        assert!(!after(&["31", ""]));
        assert!(!after(&["1;31", "0"]));
        assert!(!after(&["31", "39"]));
        assert!(!after(&["31", "38;5;2"]));
        assert!(!after(&["41", "49"]));
    }
}
