//! A mission in a context: a fixture in its own sandbox.

use std::collections::BTreeMap;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::Abort;

/// A mission that a scenario runs with.
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
    /// Whether a recipe wrote it, not the product.
    is_written: bool,
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
            is_written: false,
        }
    }

    /// The same mission, which a recipe wrote.
    pub(super) fn written(self) -> Self {
        Self { is_written: true, ..self }
    }

    /// The same world, where a product has made the mission `plan`.
    #[must_use]
    pub fn named(&self, plan: &fixtures::Mission) -> Self {
        Self {
            slug: plan.slug.to_string(),
            id: plan.id.to_string(),
            target: plan.target.clone(),
            branch: plan.branch(),
            is_written: false,
            ..self.clone()
        }
    }

    /// The same mission, with commands started in `dir`, relative to the world's root.
    #[must_use]
    pub fn from(&self, dir: impl Into<PathBuf>) -> Self {
        Self { cwd: dir.into(), ..self.clone() }
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

    /// A JSON file that a command of the product was to make, by its path in the primary checkout. Where it is
    /// not there or is no JSON, the command did not do what it said.
    pub fn made_document(&self, command: &str, path: &Path) -> Result<Value, Abort> {
        let why = |how: &str| Abort::Useless(format!("{command}: {how}: {}", last_part(path)));
        match std::fs::read(self.repo().join(path)) {
            Ok(text) => serde_json::from_slice(&text).map_err(|_| why("no-json")),
            Err(error) if is_absence(&error) => Err(why("made-nothing")),
            Err(error) => Err(error.into()),
        }
    }

    /// What the product says of the mission itself.
    pub fn meta(&self) -> Result<Value, Abort> {
        self.made_document(CREATE, &self.folder().join("meta.json"))
    }

    /// The mission's folder, relative to the primary checkout.
    pub fn folder(&self) -> PathBuf {
        Path::new("kitty-specs").join(&self.slug)
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

    pub(super) fn is_written(&self) -> bool {
        self.is_written
    }

    pub(super) fn sandbox(&self) -> usize {
        self.sandbox
    }
}

/// What has to make a mission.
pub(crate) const CREATE: &str = "agent mission create";

fn last_part(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// Whether there is nothing of the kind that was asked for.
pub(crate) fn is_absence(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory | ErrorKind::IsADirectory)
}
