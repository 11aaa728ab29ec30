//! What the harness sets up for a scenario.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use fixtures::Templates;
use support::machine::Machine;
use support::network::NetworkIsolation;
use support::process::{self, Exit, Finished, Invocation};
use support::product::Replicator;
use support::sandbox::Sandbox;

use super::abort::refuse_starved;
use super::command::STREAM_LIMIT;
use super::{Abort, FixtureCache, HelpIndex, Login, PRODUCT, Recorder, Summaries};

/// All that a context needs and does not make itself.
#[derive(Debug, Clone)]
pub struct ContextConfig {
    /// The product's executable, absolute.
    pub executable: PathBuf,
    /// The folder of the product's executables; first on PATH.
    pub bin: PathBuf,
    /// What its commands see beyond the environment of every sandbox.
    pub env: BTreeMap<String, OsString>,
    /// A HOME that the product has warmed up, to be copied; an empty HOME when there is none.
    pub home: Option<PathBuf>,
    /// Makes the product once more, for a scenario that replaces packages.
    pub replicator: Arc<Replicator>,
    /// Where built worlds are kept for copying.
    pub templates: Arc<Templates>,
    /// What the product's help pages offer; shared by all scenarios of a run.
    pub help_index: Arc<HelpIndex>,
    /// What the product makes of event logs; shared by all scenarios of a run.
    pub summaries: Arc<Summaries>,
    /// The product's session with the hosted service; shared by all scenarios of a run.
    pub login: Arc<Login>,
    /// Missions that the product itself has made; shared by all scenarios of a run.
    pub fixture_cache: Arc<FixtureCache>,
    /// What the machine has of what scenarios need.
    pub machine: Arc<Machine>,
    /// The run's folder.
    pub run_dir: PathBuf,
    /// Folder for the streams of this scenario's steps, relative to the run's.
    pub streams: PathBuf,
    /// How long one command may take.
    pub deadline: Duration,
    /// Who writes down what is seen.
    pub recorder: Arc<dyn Recorder>,
    /// Set when the operator asks to stop; the current command still ends.
    pub stop: Arc<AtomicBool>,
}

impl ContextConfig {
    /// All that a command in this sandbox sees; `bin` comes first on PATH.
    pub(super) fn env_of(
        &self,
        sandbox: &Sandbox,
        bin: &Path,
        network: &NetworkIsolation,
    ) -> BTreeMap<String, OsString> {
        let mut env = sandbox.env(bin);
        env.extend(network.env());
        env.extend(self.env.clone());
        env
    }

    /// Runs the product and records no step: it judges nothing, and which scenario needs the answer first is chance.
    pub(super) fn run_unrecorded(
        &self,
        sandbox: &Sandbox,
        cwd: PathBuf,
        env: BTreeMap<String, OsString>,
        args: &[&str],
    ) -> Result<Finished, Abort> {
        let finished = process::run(&Invocation {
            program: self.executable.clone(),
            args: args.iter().map(Into::into).collect(),
            cwd,
            env,
            stdout: sandbox.streams().join("unrecorded.stdout"),
            stderr: sandbox.streams().join("unrecorded.stderr"),
            deadline: self.deadline,
            stream_limit: STREAM_LIMIT,
            interrupt: None,
        })?;
        if finished.exit == Exit::Killed {
            return Err(Abort::Interrupted);
        }
        refuse_starved(&argv_of(args), &finished)?;
        Ok(finished)
    }
}

/// The product's command line, as a reason names it.
pub(super) fn argv_of(args: &[&str]) -> Vec<String> {
    [PRODUCT].iter().chain(args).map(|&word| word.to_owned()).collect()
}
