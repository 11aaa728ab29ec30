//! What a tool said.

use super::text;
use crate::process::Exit;

/// What a tool said. One that could not be started says why on stderr and has no exit.
#[derive(Debug)]
pub(crate) struct ToolOutput {
    pub(crate) argv: Vec<String>,
    pub(crate) exit: Option<Exit>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl ToolOutput {
    pub(crate) fn code(&self) -> Option<i32> {
        self.exit.and_then(Exit::code)
    }

    pub(crate) fn succeeded(&self) -> bool {
        self.code() == Some(0)
    }

    pub(crate) fn timed_out(&self) -> bool {
        matches!(self.exit, Some(Exit::TimedOut | Exit::Starved))
    }

    /// Everything it said; pip and venv put causes on either stream.
    pub(crate) fn everything(&self) -> String {
        format!("{}\n{}", self.stderr, self.stdout)
    }

    /// The lines that name the cause.
    pub(crate) fn cause(&self) -> String {
        text::excerpt(&self.everything())
            .or_else(|| self.exit.map(|exit| exit.to_string()))
            .unwrap_or_default()
    }
}
