//! A mission from nothing to merged, in the way that a person and the product go together.
//!
//! The product's commands do all that they offer to do, and a person does the rest: writes the
//! documents, writes the code, commits it. The lifecycle scenarios judge every leg of the way; the
//! other suites begin at a [`Milestone`] of it, from a copy of what was made once for a release.

mod leg;
mod walk;

use fixtures::Blueprint;
use fixtures::dialect::Topology;

use crate::stage::{Halt, Mission, Stage};
pub(crate) use leg::Leg;
pub(crate) use walk::{Judge, Walk, worktree_of};

/// Which way is gone.
#[derive(Debug, Clone)]
pub(crate) struct Journey {
    /// What the feature is made of.
    pub blueprint: Blueprint,
    /// Which branches the mission is to have.
    pub topology: Topology,
    /// The default branch of the project.
    pub trunk: &'static str,
    /// The branch that the mission is for; it begins at the trunk.
    pub branch: &'static str,
    /// Whether the person keeps out of git what some releases leave behind, and then stumble over
    /// themselves (DW3, DW14).
    pub aided: bool,
}

/// How far a mission has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Milestone {
    /// It exists, and has no documents yet.
    Created,
    /// Its tasks are finalised: all that is planned can be implemented.
    Finalised,
    /// Its first work package is being implemented.
    Begun,
    /// The first work package is handed over for review.
    HandedOver,
    /// Every work package is approved.
    Approved,
}

impl Milestone {
    fn name(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Finalised => "finalised",
            Self::Begun => "begun",
            Self::HandedOver => "handed-over",
            Self::Approved => "approved",
        }
    }

    /// The one before it, from which it is reached.
    fn before(self) -> Option<Self> {
        match self {
            Self::Created => None,
            Self::Finalised => Some(Self::Created),
            Self::Begun => Some(Self::Finalised),
            Self::HandedOver => Some(Self::Begun),
            Self::Approved => Some(Self::HandedOver),
        }
    }
}

impl Journey {
    /// Two independent work packages, for a branch beside the trunk `main`, which some releases
    /// protect.
    pub(crate) fn pair(topology: Topology) -> Self {
        Self::of(Blueprint::pair(), topology)
    }

    /// The same with these work packages.
    pub(crate) fn of(blueprint: Blueprint, topology: Topology) -> Self {
        Self {
            blueprint,
            topology,
            trunk: "main",
            branch: "feature",
            aided: true,
        }
    }

    /// A copy of a mission that has come so far.
    pub(crate) fn until(
        &self,
        stage: &mut Stage<'_>,
        milestone: Milestone,
    ) -> Result<Mission, Halt> {
        let name = format!("{}-{}-{}", self.name(), milestone.name(), way());
        stage.prepared(&name, |stage| {
            let mut walk = match milestone.before() {
                None => Walk::set_out(stage, self, leg::or_stop)?,
                Some(before) => {
                    let mission = self.until(stage, before)?;
                    Walk::go_on(stage, self, mission, leg::or_stop)
                }
            };
            walk.reach(milestone)?;
            Ok(walk.mission)
        })
    }

    /// Tells this journey from every other.
    fn name(&self) -> String {
        let packages: Vec<String> = self
            .blueprint
            .packages()
            .iter()
            .map(|package| {
                let kind = if package.is_planning() { "p" } else { "c" };
                format!("{kind}{}", package.dependencies.len())
            })
            .collect();
        let aided = if self.aided { "" } else { "-unaided" };
        format!(
            "{}-{}-{}-{}{aided}",
            self.topology.name(),
            packages.concat(),
            self.trunk,
            self.branch
        )
    }
}

/// Stands for how the way is gone: a kept mission of another way is not taken for one of this.
fn way() -> String {
    let sources = [
        include_str!("walk.rs"),
        include_str!("../../../fixtures/src/mission/blueprint.rs"),
        include_str!("../../../fixtures/src/mission/work_package.rs"),
        include_str!("../../../fixtures/src/dialect/wording.rs"),
    ];
    fixtures::digest(sources.concat().as_bytes())[..12].to_owned()
}
