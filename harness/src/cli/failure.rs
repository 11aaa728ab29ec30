//! Why a command could not do what it was asked for, with a stable code and a way out.

use std::fmt;

use super::exit::Exit;
use crate::certify::CertifyError;
use crate::console::{inert, quoted};
use crate::session::SessionError;

/// An error of a command, as a person sees it.
#[derive(Debug)]
pub struct Failure {
    code: &'static str,
    exit: Exit,
    message: String,
    hint: Option<String>,
}

impl Failure {
    /// The caller can mend it. `code` is stable and documented in the README.
    pub fn usage(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, exit: Exit::Usage, message: message.into(), hint: None }
    }

    /// kitty-gate itself broke.
    pub fn broken(error: impl fmt::Display) -> Self {
        Self { code: "broken", exit: Exit::Broken, message: error.to_string(), hint: None }
    }

    /// Adds what to do about it.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Tells it on stderr and goes on, for what must not change what is found or how it is told.
    pub fn warn(&self) {
        super::print_notice(&self.render("warning"));
    }

    fn render(&self, word: &str) -> String {
        // What a product said may be in it.
        let clean = |text: &str| quoted(&inert(text), 2);
        let hint = self.hint.as_ref();
        let hint = hint.map_or_else(String::new, |hint| format!("hint: {}\n", clean(hint)));
        format!("{word}[{}]: {}\n{hint}", self.code, clean(&self.message))
    }

    /// The exit code that it leads to.
    pub fn exit(&self) -> Exit {
        self.exit
    }
}

impl From<SessionError> for Failure {
    fn from(error: SessionError) -> Self {
        let message = error.to_string();
        match error {
            SessionError::NotKept { .. } => Self { code: "not-kept", ..Self::broken(message) }
                .hint("make room, or give another --out DIR; of this run nothing counts"),
            SessionError::Io(_) | SessionError::Provision(_) | SessionError::Record(_) => {
                Self::broken(message)
            }
        }
    }
}

impl From<CertifyError> for Failure {
    fn from(error: CertifyError) -> Self {
        match error {
            CertifyError::Unfit(reason) => Self {
                code: "unfit-machine",
                exit: Exit::Unproven,
                message: format!("{}: {}", reason.code, reason.excerpt),
                hint: Some(reason.remediation),
            },
            CertifyError::Io(_)
            | CertifyError::Provision(_)
            | CertifyError::Stopped
            | CertifyError::Unreadable(_) => Self::broken(error),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render("error"))
    }
}
