//! What all scenarios of a run share: the product, the templates, what the product offers.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use fixtures::Templates;
use scenarios::context::{ContextConfig, FixtureCache, HelpIndex, Login, Recorder, Summaries};
use support::canary::{Canary, files_below};
use support::env_vars;
use support::machine::Machine;
use support::nested_env::Caller;
use support::product::{Product, Replicator, Store};

use crate::record::WORLDS;

/// A product that is ready to be driven.
#[derive(Debug)]
pub struct RunContext {
    product: Product,
    templates: Arc<Templates>,
    help_index: Arc<HelpIndex>,
    summaries: Arc<Summaries>,
    login: Arc<Login>,
    fixture_cache: Arc<FixtureCache>,
    replicator: Arc<Replicator>,
    /// The caller's own HOME, to be watched.
    real_home: Option<PathBuf>,
    /// What the product's commands see beyond the environment of every sandbox.
    env: BTreeMap<String, OsString>,
    machine: Arc<Machine>,
    /// Nobody clears the installation away while it is used.
    _hold: std::fs::File,
}

impl RunContext {
    /// Gathers what scenarios need around a provisioned product.
    pub fn gather(
        product: Product,
        store: &Store,
        caller: &Caller,
        real_home: Option<PathBuf>,
        machine: Arc<Machine>,
    ) -> io::Result<Self> {
        // Beside the HOME, in the folder that belongs to this very installation.
        let beside = product.home.as_deref().and_then(Path::parent);
        let help_index = beside
            .map_or_else(HelpIndex::default, |room| HelpIndex::kept_in(room.join("help.json")));
        let summaries = beside
            .map_or_else(Summaries::default, |room| Summaries::kept_in(room.join("sums.json")));
        let login = beside.map_or_else(Login::default, Login::kept_in);
        let vouched = std::env::var_os(env_vars::PREPARED).map(PathBuf::from);
        let fixture_cache = vouched
            .or(beside.map(|room| room.join("prepared")))
            .map_or_else(FixtureCache::default, FixtureCache::kept_in);
        Ok(Self {
            login: Arc::new(login),
            fixture_cache: Arc::new(fixture_cache),
            _hold: product.hold()?,
            replicator: Arc::new(Replicator::new(product.clone(), store.clone(), caller.clone())),
            product,
            templates: Arc::new(Templates::new(store.root().join(WORLDS))),
            help_index: Arc::new(help_index),
            summaries: Arc::new(summaries),
            real_home,
            machine,
            env: BTreeMap::new(),
        })
    }

    /// The same, whose commands see more.
    #[must_use]
    pub fn with_env(self, env: BTreeMap<String, OsString>) -> Self {
        Self { env, ..self }
    }

    /// The product.
    pub fn product(&self) -> &Product {
        &self.product
    }

    /// What one scenario is given.
    pub fn config(
        &self,
        run_dir: &Path,
        streams: PathBuf,
        deadline: Duration,
        recorder: Arc<dyn Recorder>,
        stop: Arc<AtomicBool>,
    ) -> ContextConfig {
        ContextConfig {
            executable: self.product.executable.clone(),
            bin: self.product.bin.clone(),
            env: self.env.clone(),
            home: self.product.home.clone(),
            login: Arc::clone(&self.login),
            fixture_cache: Arc::clone(&self.fixture_cache),
            replicator: Arc::clone(&self.replicator),
            templates: Arc::clone(&self.templates),
            help_index: Arc::clone(&self.help_index),
            machine: Arc::clone(&self.machine),
            summaries: Arc::clone(&self.summaries),
            run_dir: run_dir.to_owned(),
            streams,
            deadline,
            recorder,
            stop,
        }
    }

    /// A watch over the real HOME; `None` when there is none, or nothing known to watch.
    pub fn canary(&self) -> io::Result<Option<Canary>> {
        let (Some(real_home), Some(warmed)) = (&self.real_home, &self.product.home) else {
            return Ok(None);
        };
        let mut paths = files_below(warmed)?;
        // The sandbox writes this one itself; a user may edit theirs at any time.
        paths.retain(|path| path != Path::new(".gitconfig"));
        Ok(Some(Canary::watch(real_home, paths)))
    }
}
