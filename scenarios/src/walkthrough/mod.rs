//! A mission from nothing to merged, in the way that a person and the product go together.
//!
//! The product's commands do all that they offer to do, and a person does the rest: writes the
//! documents, writes the code, commits it. The lifecycle scenarios judge every phase of the way; the
//! other suites begin at a [`Checkpoint`] of it, from a copy of what was made once for a release.

mod driver;
mod phase;
mod refusal;

use fixtures::Blueprint;
use fixtures::adapter::Topology;

use crate::context::{Abort, Mission, TestContext};
pub(crate) use driver::{Driver, EXCLUDE, LEFTOVERS, worktree_of};
pub(crate) use phase::{Phase, or_stop, succeeded};

/// Which way is gone.
#[derive(Debug, Clone)]
pub(crate) struct Walkthrough {
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
pub(crate) enum Checkpoint {
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

impl Checkpoint {
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
            std::iter::successors(Some(self), |checkpoint| checkpoint.before()).collect();
        way.reverse();
        way
    }
}

/// What a mission is called when nothing depends on it.
const CALCULATOR: &str = "calculator";

impl Walkthrough {
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
        context: &mut TestContext<'_>,
        checkpoint: Checkpoint,
    ) -> Result<Mission, Abort> {
        let title = self.until_then(checkpoint).title();
        let name = format!("{title}-{}-{}", checkpoint.name(), way());
        context.prepared(&name, |context| {
            let mut driver = match checkpoint.before() {
                None => Driver::set_out(context, self, phase::or_stop)?,
                Some(before) => {
                    let mission = self.until(context, before)?;
                    Driver::go_on(context, self, mission, phase::or_stop)
                }
            };
            driver.reach(checkpoint)?;
            Ok(driver.mission)
        })
    }

    /// What of this walkthrough makes a difference up to a checkpoint: what comes later is no reason to
    /// go the way twice.
    fn until_then(&self, checkpoint: Checkpoint) -> Self {
        Self { one_lane: self.one_lane && checkpoint >= Checkpoint::Begun, ..self.clone() }
    }

    /// This mission and then another one in the same repository, both come so far.
    pub(crate) fn until_both(
        &self,
        other: &Self,
        context: &mut TestContext<'_>,
        checkpoint: Checkpoint,
    ) -> Result<[Mission; 2], Abort> {
        let (first, second) = (self.title(), other.title());
        let name = format!("{first}-and-{second}-{}-{}", checkpoint.name(), way());
        let last = context.prepared(&name, |context| {
            let mission = self.until(context, checkpoint)?;
            let mut driver = Driver::go_on(context, other, mission, phase::or_stop);
            for checkpoint in checkpoint.and_before() {
                driver.reach(checkpoint)?;
            }
            Ok(driver.mission)
        })?;
        Ok([driver::find(&last, self.name)?, last])
    }

    /// Tells this walkthrough from every other.
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
    let text = [include_str!("driver.rs"), fixtures::HOW_MISSIONS_ARE_MADE].concat();
    fixtures::digest(text.as_bytes())[..12].to_owned()
}
