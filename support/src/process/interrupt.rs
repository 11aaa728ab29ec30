//! A signal in the middle of a command, as a person or a dying machine sends it.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use rustix::process::Signal;

/// What a running child's group is sent, once, and when. What the child then does is its own affair:
/// it is waited for as ever.
#[derive(Debug, Clone)]
pub struct Interrupt {
    /// What is sent.
    pub signal: InterruptSignal,
    /// When it is sent.
    pub point: InterruptPoint,
}

/// How a child is interrupted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InterruptSignal {
    /// SIGINT, as Ctrl-C on a terminal.
    Interrupt,
    /// SIGKILL, as the kernel when memory is short, or a machine that goes down.
    Kill,
}

impl InterruptSignal {
    pub(super) fn signal(self) -> Signal {
        match self {
            Self::Interrupt => Signal::INT,
            Self::Kill => Signal::KILL,
        }
    }
}

/// When a child is interrupted.
#[derive(Clone)]
pub enum InterruptPoint {
    /// So long after its start.
    After(Duration),
    /// As soon as this holds; asked every millisecond or so.
    When(Arc<dyn Fn() -> bool + Send + Sync>),
}

impl InterruptPoint {
    pub(super) fn has_come(&self, running: Duration) -> bool {
        match self {
            Self::After(delay) => running >= *delay,
            Self::When(holds) => holds(),
        }
    }
}

impl fmt::Debug for InterruptPoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::After(delay) => write!(f, "after {delay:?}"),
            Self::When(_) => f.write_str("when it holds"),
        }
    }
}
