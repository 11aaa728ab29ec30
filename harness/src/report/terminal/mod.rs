//! What a person reads at a terminal, or in the log of a CI: a run while it goes on, a run, a decision, requirements.
//!
//! Text of the run documents, on which no report is built: nothing is redacted, for the reader owns the machine.

pub mod gate;
pub mod progress;
pub mod requirements;
pub mod run;

use textwrap::{Options, WordSplitter};

/// How the terminal wants it.
#[derive(Debug, Clone, Copy)]
pub struct Style {
    /// Whether colours may be used.
    pub colours: bool,
    /// How many characters go on a line; 0 for any number.
    pub width: usize,
}

/// What is left of a line beside the widest indent, in characters.
const NARROWEST: usize = 20;

/// `text` after `lead`, on as many lines as `width` asks for; further lines begin `indent` to the right. A word longer
/// than a line stays whole: a command must not be torn apart.
fn wrapped(lead: &str, indent: usize, text: &str, width: usize) -> String {
    let indent = " ".repeat(indent);
    let width = if width == 0 { usize::MAX } else { width.max(lead.len() + NARROWEST) };
    let options = Options::new(width)
        .initial_indent(lead)
        .subsequent_indent(&indent)
        .break_words(false)
        .word_splitter(WordSplitter::NoHyphenation);
    let words: Vec<&str> = text.split_whitespace().collect();
    textwrap::fill(&words.join(" "), options)
}
