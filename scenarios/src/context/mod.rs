//! What a scenario is given: missions in sandboxes of their own, the product, and a recorder.

mod abort;
mod adapter;
mod command;
mod config;
mod fixture_cache;
mod help_index;
mod hosted;
mod limit;
mod login;
mod mission;
mod nested;
mod record;
mod service_settings;
mod source;
mod standing;
mod step;
mod summary;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use fixtures::{Recipe, Script, Snapshot, World};
use support::check::Judgement;
use support::machine::Need;
use support::network::NetworkIsolation;
use support::sandbox::{Sandbox, SandboxRoot};

use crate::check_spec::CheckSpec;
use crate::recipes;
pub use abort::Abort;
use abort::control_failed;
pub use command::Command;
pub use config::ContextConfig;
pub use fixture_cache::FixtureCache;
pub use help_index::HelpIndex;
pub use hosted::Hosted;
use hosted::HostedLog;
pub use limit::Limit;
pub use login::{Login, Session};
pub use mission::Mission;
pub(crate) use mission::{CREATE, is_absence};
pub use nested::{Nested, Tool};
pub use record::{CheckRecord, Ending, Observation, Recorder, StepRecord, Stopped, StreamRecord};
use standing::StandingChecks;
pub use step::Step;
pub use summary::Summaries;

/// How the product is called, in argv and on PATH.
pub const PRODUCT: &str = "spec-kitty";

/// The context of one scenario.
#[derive(Debug)]
pub struct TestContext<'a> {
    config: &'a ContextConfig,
    network: &'a mut NetworkIsolation,
    /// What it may use of the machine beyond what all may.
    needs: &'static [Need],
    sandbox_root: SandboxRoot,
    sandboxes: Vec<Sandbox>,
    /// When the scenario began.
    began: Instant,
    steps: usize,
    standing: StandingChecks,
    /// Paths and addresses of this run, and what a reader is told instead.
    hidden: Vec<(String, String)>,
    services: Vec<HostedLog>,
}

impl<'a> TestContext<'a> {
    /// An empty context inside a closed network, for the scenario `id`, which needs more of the machine than all do.
    pub fn new(
        id: &str,
        needs: &'static [Need],
        config: &'a ContextConfig,
        network: &'a mut NetworkIsolation,
    ) -> Result<Self, Abort> {
        fs_err::create_dir_all(config.run_dir.join(&config.streams))
            .map_err(|error| config.recorder.not_kept(error))?;
        Ok(Self {
            config,
            network,
            needs,
            sandbox_root: SandboxRoot::new(id, config.home.as_deref())?,
            sandboxes: Vec::new(),
            began: Instant::now(),
            steps: 0,
            standing: StandingChecks::default(),
            hidden: Vec::new(),
            services: Vec::new(),
        })
    }

    /// A mission in a sandbox of its own, with a HOME of its own, as this release would have written it.
    pub fn mission(&mut self, recipe: &Recipe) -> Result<Mission, Abort> {
        refuse_unlisted(recipe)?;
        let recipe = self.in_its_hand(recipe)?;
        let mission = self.world(recipe.world()?, recipe.mission())?;
        Ok(mission.written())
    }

    /// A world in a sandbox of its own, and the mission that is in it or will be.
    pub fn world(&mut self, world: World, plan: &fixtures::Mission) -> Result<Mission, Abort> {
        let mission = self.new_sandbox(plan)?;
        self.config.templates.instantiate(&world, mission.root())?;
        self.record_world(&mission, world);
        Ok(mission)
    }

    /// A sandbox whose world is still to be made.
    fn new_sandbox(&mut self, plan: &fixtures::Mission) -> Result<Mission, Abort> {
        let sandbox = self.sandbox_root.sandbox()?;
        let root = sandbox.root().join("world");
        let mission = Mission::new(self.sandboxes.len(), root, plan);
        self.sandboxes.push(sandbox);
        Ok(mission)
    }

    /// Changes a mission's world between commands, as a person or another tool would.
    pub fn change(&mut self, mission: &Mission, script: Script) -> Result<(), Abort> {
        let ops = script.into_ops();
        fixtures::apply(&ops, mission.root())?;
        self.config.recorder.record(Observation::Changed { world: mission.number(), ops });
        Ok(())
    }

    /// How long one command may take.
    pub fn deadline(&self) -> Duration {
        self.config.deadline
    }

    /// Everything an outsider can see of a mission's repository, for before and after.
    pub fn snapshot(&self, mission: &Mission) -> Result<Snapshot, Abort> {
        Ok(Snapshot::take(&mission.repo())?)
    }

    /// TMPDIR of a mission's commands. Another mission's may be given it, too, with
    /// [`Mission::with_env`]: they then share a machine.
    pub fn tmp_of(&self, mission: &Mission) -> Result<PathBuf, Abort> {
        Ok(self.sandbox_of(mission)?.tmp())
    }

    /// Whether a product's command has an option, by its help page. Asked once for a product.
    pub fn offers(&mut self, command: &[&str], option: &str) -> Result<bool, Abort> {
        let help_index = Arc::clone(&self.config.help_index);
        let answer = help_index.offers(self.config, self.network, command, option);
        for attempt in self.network.take_attempts() {
            self.standing.note_attempt(&format!("{} --help", command.join(" ")), &attempt.target);
        }
        answer
    }

    /// Ends the scenario where a command that only prepares it has crashed: that is a failure, and
    /// must not look like something that was not exercised.
    pub fn refuse_crash(&mut self, step: &Step) -> Result<(), Abort> {
        let crash = step.traceback().map(|crash| format!("{}: {crash}", step.argv().join(" ")));
        crash.map_or(Ok(()), |crash| Err(Abort::Useless(crash)))
    }

    /// What the harness is told of why the scenario ended. What the product is to blame for becomes a standing
    /// check that failed.
    pub fn blame(&mut self, abort: Abort) -> Abort {
        match abort {
            Abort::Useless(why) => {
                self.standing.note_useless(why);
                Abort::OnCheck("sandbox/can-be-asked".to_owned())
            }
            other => other,
        }
    }

    /// Judges something that is not one command's output; it is filed with the latest command.
    pub fn check(&self, check: CheckSpec, judgement: Judgement) {
        self.file_check(check.id, judgement);
    }

    fn file_check(&self, id: &str, judgement: Judgement) {
        let latest = self.steps.checked_sub(1);
        let check = CheckRecord::new(id, latest, judgement).scrubbed(|text| self.scrub(text));
        self.config.recorder.record(Observation::Check(check));
    }

    /// Ends the scenario here when `judgement` does not hold; records it either way.
    pub fn require(&self, check: CheckSpec, judgement: Judgement) -> Result<(), Abort> {
        let held = judgement.held();
        self.check(check, judgement);
        if held { Ok(()) } else { Err(Abort::OnCheck(check.id.to_owned())) }
    }

    /// Judges whether `step` proves that what follows can be believed. Where it does not, the
    /// scenario ends here as an error: neither the promise nor its breach would be proven.
    pub fn control(
        &self,
        check: CheckSpec,
        step: &Step,
        judgement: Judgement,
    ) -> Result<(), Abort> {
        let signature = judgement.signature.clone();
        self.check(check, judgement);
        match signature {
            None => Ok(()),
            Some(signature) => Err(control_failed(check.id, &signature, step)),
        }
    }

    /// Judges the standing checks and hands the sandbox root back: it is the harness's to keep.
    pub fn close(self) -> SandboxRoot {
        if self.steps > 0 || self.standing.is_there() {
            for (id, judgement) in self.standing.judge_all() {
                self.file_check(id, judgement);
            }
        }
        self.sandbox_root
    }

    fn env(&self, mission: &Mission, bin: &Path) -> Result<BTreeMap<String, OsString>, Abort> {
        let sandbox = self.sandbox_of(mission)?;
        let mut env = self.config.env_of(sandbox, bin, self.network);
        let own = mission.env().iter();
        env.extend(own.map(|(name, value)| (name.clone(), value.into())));
        Ok(env)
    }

    fn sandbox_of(&self, mission: &Mission) -> Result<&Sandbox, Abort> {
        self.sandboxes
            .get(mission.sandbox())
            .ok_or_else(|| Abort::Broken("a mission of another context".to_owned()))
    }

    fn record_world(&self, mission: &Mission, world: World) {
        self.config.recorder.record(Observation::World {
            world: mission.number(),
            slug: mission.slug.clone(),
            fixture: world,
        });
    }

    /// Paths of this run mean nothing to a reader and differ each time.
    fn scrub(&self, text: &str) -> String {
        self.scrubs().iter().fold(text.to_owned(), |text, (path, name)| text.replace(path, name))
    }

    fn scrubs(&self) -> Vec<(String, String)> {
        let sandboxes = self.sandboxes.iter().enumerate().map(|(index, sandbox)| {
            (sandbox.root().to_string_lossy().into_owned(), format!("$SANDBOX_{}", index + 1))
        });
        let bin = self.config.bin.to_string_lossy().into_owned();
        let product = bin.strip_suffix("/bin").unwrap_or(&bin).to_owned();
        sandboxes
            .chain(self.hidden.iter().cloned())
            .chain([(product, "$PRODUCT".to_owned())])
            .collect()
    }
}

/// What no validator has looked over is no ground to judge a release on.
fn refuse_unlisted(recipe: &Recipe) -> Result<(), Abort> {
    if recipes::is_listed(recipe) {
        return Ok(());
    }
    Err(Abort::Broken(format!(
        "the recipe of `{}` is not listed: name it in scenarios/src/recipes/list.rs, and run the test target \
         `recipes` over it",
        recipe.world()?.name()
    )))
}
