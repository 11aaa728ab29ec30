//! Why a product could not be provisioned: the machine prevented it, or we broke.

use std::io;

use super::tool::Said;
use crate::process::ProcessError;
use crate::skip::{SkipCode, SkipPhase, SkipReason};

/// Why there is no product. The two kinds are judged differently: what the machine prevents is
/// skipped with a reason, what we break is our own error.
#[derive(Debug, thiserror::Error)]
pub enum ProvisionError {
    /// The machine, the registry or the thing asked for stands in the way.
    #[error("{0}")]
    Prevented(Box<SkipReason>),
    /// Our own store could not be read or written.
    #[error("use the store: {0}")]
    Store(#[from] io::Error),
    /// A child could not be watched.
    #[error(transparent)]
    Process(#[from] ProcessError),
}

/// Builds a [`SkipReason`] piece by piece.
#[derive(Debug, Clone)]
pub(super) struct Reason(SkipReason);

impl Reason {
    pub(super) fn new(code: SkipCode, phase: SkipPhase, tool: &str) -> Self {
        Self(SkipReason {
            code,
            phase,
            tool: tool.to_owned(),
            argv: Vec::new(),
            exit: None,
            excerpt: String::new(),
            interpreter: None,
            remediation: remediation(code).to_owned(),
        })
    }

    /// What was run and how it ended. A child that was cut off is a timeout, whatever it said.
    pub(super) fn of(mut self, said: &Said) -> Self {
        if said.timed_out() {
            self.0.code = SkipCode::TimedOut;
            remediation(SkipCode::TimedOut).clone_into(&mut self.0.remediation);
        }
        self.0.argv.clone_from(&said.argv);
        self.0.exit = said.code();
        self.excerpt(&said.cause())
    }

    pub(super) fn excerpt(mut self, text: &str) -> Self {
        super::uv_text::cut(text, 600).clone_into(&mut self.0.excerpt);
        self
    }

    pub(super) fn interpreter(mut self, interpreter: &impl ToString) -> Self {
        self.0.interpreter = Some(interpreter.to_string());
        self
    }

    pub(super) fn remediation(mut self, text: impl Into<String>) -> Self {
        self.0.remediation = text.into();
        self
    }
}

impl From<Reason> for ProvisionError {
    fn from(reason: Reason) -> Self {
        Self::Prevented(Box::new(reason.0))
    }
}

fn remediation(code: SkipCode) -> &'static str {
    match code {
        SkipCode::UvAbsent => "install uv, or let kitty-gate use pip",
        SkipCode::InterpreterMissing => {
            "install Python 3.11 or newer, or name an interpreter with --python"
        }
        SkipCode::PythonTooOld => "name a newer interpreter with --python (3.11 or newer)",
        SkipCode::InterpreterBroken => {
            "run the interpreter by hand to see its error, repair it, or name another with --python"
        }
        SkipCode::RegistryUnreachable => {
            "check the network, the proxy variables and the package index of this machine"
        }
        SkipCode::VersionNotFound => "check the version; the registry lists what was published",
        SkipCode::DependencyYanked => "ask the maintainers for a release without that dependency",
        SkipCode::Unresolvable => {
            "this release cannot be installed from the registry as it is; read the cause"
        }
        SkipCode::EnvironmentNotCreated | SkipCode::NotInstalled => {
            "run the command by hand to see its whole output"
        }
        SkipCode::NotAsAsked => {
            "another interpreter or package was put in place; read the difference, or name another \
             interpreter with --python"
        }
        SkipCode::ProductUnusable => "give a wheel, a checkout or an executable of spec-kitty-cli",
        SkipCode::TimedOut => "try again when the machine and the registry are less busy",
        SkipCode::NotExercised | SkipCode::CommandAbsent | SkipCode::Interrupted => "",
    }
}
