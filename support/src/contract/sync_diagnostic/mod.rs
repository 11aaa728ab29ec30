//! The diagnostic line of the final sync, and what else a command says around it.
//!
//! The contract `sync-diagnostics-output` and seed 000 (section 1) give the line its form; issue 4
//! (FR-002 to FR-006) says what may stand beside it. Pure code: bytes in, a reading out, in
//! bounded memory whatever comes. What a reading means for a release is for a scenario to judge.
//!
//! From a byte to a finding: `escape` takes the escape sequences out, and `ink` remembers
//! whether they paint red; `lines` cuts what is left into lines; `mark` finds where a
//! diagnostic begins, `open` joins it where it was wrapped; `sign` looks for the words that
//! should not be there. [`StderrReading`] is all of it together.

mod code;
mod escape;
mod field;
mod ink;
mod lines;
mod mark;
mod noise;
mod open;
mod parse;
mod prefix;
mod reading;
mod sign;
mod sort;
mod stdout;

pub use code::Code;
pub use field::{Fault, Field, Malformed};
pub use noise::{Noise, QUOTE_LIMIT, QUOTES_KEPT, Quote};
pub use parse::{Diagnostic, WORD};
pub use reading::{Content, DIAGNOSTICS_KEPT, Found, StderrReading};
pub use sign::{Sighting, Sign};
pub use stdout::mentions_diagnostic;

/// How much of one diagnostic is kept, in bytes. Real ones have some 250.
pub const DIAGNOSTIC_LIMIT: usize = 8 * 1024;

/// The longest head of `text` that has at most `limit` bytes.
fn cut(text: &str, limit: usize) -> &str {
    let mut end = limit.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}
