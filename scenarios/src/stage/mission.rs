//! A mission on a stage: a fixture in its own sandbox.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// A mission that a scenario plays with.
#[derive(Debug, Clone)]
pub struct Mission {
    /// The handle that commands take.
    pub slug: String,
    /// Its identity, a ULID.
    pub id: String,
    /// The branch that it merges into.
    pub target: String,
    /// The branch `kitty/mission-<slug>`.
    pub branch: String,
    sandbox: usize,
    root: PathBuf,
    /// Below `root`.
    cwd: PathBuf,
    /// What its commands see beyond the environment of every sandbox.
    env: BTreeMap<String, String>,
}

impl Mission {
    pub(super) fn new(sandbox: usize, root: PathBuf, plan: &fixtures::Mission) -> Self {
        Self {
            slug: plan.slug.to_string(),
            id: plan.id.to_string(),
            target: plan.target.clone(),
            branch: plan.branch(),
            sandbox,
            root,
            cwd: PathBuf::from(fixtures::REPO),
            env: BTreeMap::new(),
        }
    }

    /// The same world, where a product has made the mission `plan`.
    #[must_use]
    pub fn named(&self, plan: &fixtures::Mission) -> Self {
        Self {
            slug: plan.slug.to_string(),
            id: plan.id.to_string(),
            target: plan.target.clone(),
            branch: plan.branch(),
            ..self.clone()
        }
    }

    /// The same mission, with commands started in `dir`, relative to the world's root.
    #[must_use]
    pub fn from(&self, dir: impl Into<PathBuf>) -> Self {
        Self {
            cwd: dir.into(),
            ..self.clone()
        }
    }

    /// The same mission, whose commands see one more variable.
    #[must_use]
    pub fn with_env(&self, name: &str, value: impl Into<String>) -> Self {
        let mut mission = self.clone();
        mission.env.insert(name.to_owned(), value.into());
        mission
    }

    /// The world's root: the checkout is `repo` in it, the origin, if any, `origin.git`.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The primary checkout.
    pub fn repo(&self) -> PathBuf {
        self.root.join(fixtures::REPO)
    }

    /// The mission's folder in the primary checkout.
    pub fn spec_dir(&self) -> PathBuf {
        self.repo().join("kitty-specs").join(&self.slug)
    }

    /// The number of its world, from 1, as the record and the repro script name it.
    pub fn number(&self) -> usize {
        self.sandbox + 1
    }

    /// Where its commands start, absolute.
    pub(super) fn cwd(&self) -> PathBuf {
        self.root.join(&self.cwd)
    }

    /// Where its commands start, relative to the world's root.
    pub(super) fn relative_cwd(&self) -> &Path {
        &self.cwd
    }

    pub(super) fn env(&self) -> &BTreeMap<String, String> {
        &self.env
    }

    pub(super) fn sandbox(&self) -> usize {
        self.sandbox
    }
}
