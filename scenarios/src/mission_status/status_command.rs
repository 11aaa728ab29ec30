//! The commands that read or change where a mission stands.

use fixtures::adapter::Operation;

use crate::context::{Abort, Mission, Step, TestContext};

/// A command that needs to know where a mission stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum StatusCommand {
    /// The lanes of all work packages.
    Status,
    /// How far the mission has come, in figures.
    Lifecycle,
    /// What an agent has to do next.
    Next,
    /// Moves a work package, as an agent does.
    Move,
    /// Appends an event, as the product's own API for agents does.
    Emit,
}

/// Who says that a work package is claimed.
pub(super) const ACTOR: &str = "somebody";

impl StatusCommand {
    /// Those that change nothing.
    pub(super) const READS: [Self; 3] = [Self::Status, Self::Lifecycle, Self::Next];

    /// All of them; those that change something come last.
    pub(super) const ALL: [Self; 5] =
        [Self::Status, Self::Lifecycle, Self::Next, Self::Move, Self::Emit];

    /// For people, and for the ids of checks.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Status => "tasks-status",
            Self::Lifecycle => "lifecycle",
            Self::Next => "next",
            Self::Move => "move-task",
            Self::Emit => "status-emit",
        }
    }

    /// Asks it of a mission whose WP01 is claimed and whose WP02 is planned, or would be if it
    /// existed. The changes are legal, and do not stand in each other's way.
    pub(super) fn ask(
        self,
        context: &mut TestContext<'_>,
        mission: &Mission,
    ) -> Result<Step, Abort> {
        let handle = mission.slug.as_str();
        let ask = match self {
            Self::Lifecycle => {
                let command = ["agent", "status", "lifecycle", "--mission", handle];
                return context.run(mission, command.into_iter().chain(["--json"]));
            }
            Self::Status => Operation::Status { mission: handle },
            Self::Next => Operation::Next { mission: handle },
            Self::Move => Operation::Move {
                mission: handle,
                package: "WP02",
                to: "claimed",
                note: "It is next",
            },
            Self::Emit => {
                Operation::Emit { mission: handle, package: "WP01", to: "blocked", actor: ACTOR }
            }
        };
        context.perform(mission, &ask)
    }
}
