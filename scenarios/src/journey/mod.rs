//! A mission from nothing to merged, in the way that a person and the product go together.
//!
//! The product's commands do all that they offer to do, and a person does the rest: writes the
//! documents, writes the code, commits it. The lifecycle scenarios judge every leg of the way; the
//! other suites begin at a [`Milestone`] of it, from a copy of what was made once for a release.

mod leg;
mod refusal;
mod walk;

use fixtures::Blueprint;
use fixtures::dialect::Topology;

use crate::stage::{Halt, Mission, Stage};
pub(crate) use leg::{Leg, or_stop, succeeded};
pub(crate) use walk::{EXCLUDE, LEFTOVERS, Walk, worktree_of};

/// Which way is gone.
#[derive(Debug, Clone)]
pub(crate) struct Journey {
    /// The name that the mission's handle begins with.
    pub name: &'static str,
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
    /// Whether all work packages share the first one's lane.
    pub one_lane: bool,
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

    /// The way to it, from the first one.
    fn and_before(self) -> Vec<Self> {
        let mut way: Vec<Self> =
            std::iter::successors(Some(self), |milestone| milestone.before()).collect();
        way.reverse();
        way
    }
}

/// What a mission is called when nothing depends on it.
const CALCULATOR: &str = "calculator";

impl Journey {
    /// Two independent work packages, for a branch beside the trunk `main`, which some releases
    /// protect.
    pub(crate) fn pair(topology: Topology) -> Self {
        Self::of(Blueprint::pair(), topology)
    }

    /// The same with these work packages.
    pub(crate) fn of(blueprint: Blueprint, topology: Topology) -> Self {
        Self {
            name: CALCULATOR,
            blueprint,
            topology,
            trunk: "main",
            branch: "feature",
            aided: true,
            one_lane: false,
        }
    }

    /// The same, under another name.
    pub(crate) fn called(self, name: &'static str) -> Self {
        Self { name, ..self }
    }

    /// The same, with all work packages in one lane.
    pub(crate) fn in_one_lane(self) -> Self {
        Self { one_lane: true, ..self }
    }

    /// A copy of a mission that has come so far.
    pub(crate) fn until(
        &self,
        stage: &mut Stage<'_>,
        milestone: Milestone,
    ) -> Result<Mission, Halt> {
        let title = self.until_then(milestone).title();
        let name = format!("{title}-{}-{}", milestone.name(), way());
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

    /// What of this journey makes a difference up to a milestone: what comes later is no reason to
    /// go the way twice.
    fn until_then(&self, milestone: Milestone) -> Self {
        Self { one_lane: self.one_lane && milestone >= Milestone::Begun, ..self.clone() }
    }

    /// This mission and then another one in the same repository, both come so far.
    pub(crate) fn until_both(
        &self,
        other: &Self,
        stage: &mut Stage<'_>,
        milestone: Milestone,
    ) -> Result<[Mission; 2], Halt> {
        let (first, second) = (self.title(), other.title());
        let name = format!("{first}-and-{second}-{}-{}", milestone.name(), way());
        let last = stage.prepared(&name, |stage| {
            let mission = self.until(stage, milestone)?;
            let mut walk = Walk::go_on(stage, other, mission, leg::or_stop);
            for milestone in milestone.and_before() {
                walk.reach(milestone)?;
            }
            Ok(walk.mission)
        })?;
        Ok([walk::find(&last, self.name)?, last])
    }

    /// Tells this journey from every other.
    fn title(&self) -> String {
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
        let lane = if self.one_lane { "-one-lane" } else { "" };
        format!(
            "{}-{}-{}-{}-{}{aided}{lane}",
            self.name,
            self.topology.name(),
            packages.concat(),
            self.trunk,
            self.branch
        )
    }
}

/// Stands for how the way is gone: a kept mission of another way is not taken for one of this.
fn way() -> String {
    let text = [include_str!("walk.rs"), fixtures::HOW_MISSIONS_ARE_MADE].concat();
    fixtures::digest(text.as_bytes())[..12].to_owned()
}
