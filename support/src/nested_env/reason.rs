//! Why there is no environment: the machine prevents it, or we broke.

use std::io::{self, ErrorKind};

use super::text;
use super::tool_output::ToolOutput;
use crate::process::{Exit, ProcessError};
use crate::skip::{SkipCode, SkipPhase, SkipReason};

/// Why something could not be made ready. The two kinds are judged differently: what the machine
/// prevents is skipped with a reason, what we break is our own error.
#[derive(Debug, thiserror::Error)]
pub enum EnvError {
    /// The machine, the registry or the thing asked for stands in the way.
    #[error("{0}")]
    Prevented(Box<SkipReason>),
    /// A file of ours could not be read or written, for no reason that the machine is known for.
    #[error(transparent)]
    Io(io::Error),
    /// A child could not be watched.
    #[error(transparent)]
    Process(ProcessError),
}

impl From<io::Error> for EnvError {
    fn from(error: io::Error) -> Self {
        match code_of(&error) {
            Some(code) => Reason::new(code, SkipPhase::Create, "kitty-gate")
                .excerpt(&error.to_string())
                .into(),
            None => Self::Io(error),
        }
    }
}

impl From<ProcessError> for EnvError {
    fn from(error: ProcessError) -> Self {
        match error {
            ProcessError::Watch { source, .. } | ProcessError::Keep { source, .. }
                if code_of(&source).is_some() =>
            {
                source.into()
            }
            ProcessError::Watch { .. } | ProcessError::Keep { .. } | ProcessError::Start { .. } => {
                Self::Process(error)
            }
        }
    }
}

/// What the machine is known to refuse.
pub(crate) fn code_of(error: &io::Error) -> Option<SkipCode> {
    match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => Some(SkipCode::DiskFull),
        ErrorKind::FileTooLarge => Some(SkipCode::LimitTooLow),
        ErrorKind::ReadOnlyFilesystem | ErrorKind::PermissionDenied => Some(SkipCode::ReadOnly),
        ErrorKind::InvalidFilename | ErrorKind::InvalidInput => Some(SkipCode::PathUnusual),
        ErrorKind::AlreadyExists | ErrorKind::NotADirectory => Some(SkipCode::TargetExists),
        _ => None,
    }
}

/// Builds a [`SkipReason`] piece by piece.
#[derive(Debug, Clone)]
pub(crate) struct Reason(SkipReason);

impl Reason {
    pub(crate) fn new(code: SkipCode, phase: SkipPhase, tool: &str) -> Self {
        Self(SkipReason {
            code,
            phase,
            tool: tool.to_owned(),
            argv: Vec::new(),
            exit: None,
            excerpt: String::new(),
            interpreter: None,
            remediation: code.remediation().to_owned(),
        })
    }

    /// What was run and how it ended. How it was ended outweighs what it said before.
    pub(crate) fn of(self, said: &ToolOutput) -> Self {
        let mut reason = match said.exit {
            Some(Exit::TimedOut) => self.code(SkipCode::TimedOut),
            Some(Exit::Starved) => self.code(SkipCode::MachineBusy),
            Some(Exit::Signal(_)) => self.code(SkipCode::Killed),
            Some(Exit::Killed) => self.code(SkipCode::Interrupted),
            Some(Exit::Code(_) | Exit::Flooded) | None => self,
        };
        reason.0.argv.clone_from(&said.argv);
        reason.0.exit = said.code();
        reason.excerpt(&said.cause())
    }

    fn code(mut self, code: SkipCode) -> Self {
        self.0.code = code;
        code.remediation().clone_into(&mut self.0.remediation);
        self
    }

    pub(crate) fn excerpt(mut self, words: &str) -> Self {
        text::cut(words, 600).clone_into(&mut self.0.excerpt);
        self
    }

    pub(crate) fn interpreter(mut self, interpreter: &impl ToString) -> Self {
        self.0.interpreter = Some(interpreter.to_string());
        self
    }

    pub(crate) fn remediation(mut self, text: impl Into<String>) -> Self {
        self.0.remediation = text.into();
        self
    }
}

impl From<Reason> for SkipReason {
    fn from(reason: Reason) -> Self {
        reason.0
    }
}

impl From<Reason> for EnvError {
    fn from(reason: Reason) -> Self {
        Self::Prevented(Box::new(reason.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_machine_refuses_is_typed() {
        let prevented = |error: io::Error| match EnvError::from(error) {
            EnvError::Prevented(reason) => Some(reason.code),
            EnvError::Io(_) | EnvError::Process(_) => None,
        };
        assert_eq!(prevented(ErrorKind::StorageFull.into()), Some(SkipCode::DiskFull));
        assert_eq!(prevented(io::Error::other("ours")), None);
        let named = fs_err::create_dir("/proc/nothing").unwrap_err();
        assert!(prevented(named).is_none(), "no such file is nobody's known refusal");
        let long = fs_err::create_dir("/tmp/".to_owned() + &"x".repeat(300)).unwrap_err();
        assert_eq!(prevented(long), Some(SkipCode::PathUnusual));
    }
}
