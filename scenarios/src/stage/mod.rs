//! What a scenario is given: missions in sandboxes of their own, the product, and a recorder.

mod command;
mod halt;
mod hosted;
mod limit;
mod login;
mod mission;
mod nested;
mod preparation;
mod record;
mod service_settings;
mod setting;
mod source;
mod step;
mod summary;
mod surface;
mod tongue;
mod trouble;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use fixtures::{Recipe, Script, Snapshot, World};
use support::check::Judgement;
use support::machine::Need;
use support::network::Enclosure;
use support::sandbox::{Ground, Sandbox};

use crate::recipes;
pub use command::Command;
pub use halt::Halt;
use halt::control_failed;
use hosted::Followed;
pub use hosted::Hosted;
pub use limit::Limit;
pub use login::{Login, Session};
pub use mission::Mission;
pub(crate) use mission::{CREATE, is_absence};
pub use nested::{Nested, Tool};
pub use preparation::Preparations;
pub use record::{CheckRecord, Ending, Observation, Recorder, StepRecord, Stopped, StreamRecord};
pub use setting::Setting;
pub use step::Step;
pub use summary::Summaries;
pub use surface::Surface;
use trouble::Trouble;

/// How the product is called, in argv and on PATH.
pub const PRODUCT: &str = "spec-kitty";

/// The stage of one scenario.
#[derive(Debug)]
pub struct Stage<'a> {
    setting: &'a Setting,
    enclosure: &'a mut Enclosure,
    /// What it may use of the machine beyond what all may.
    needs: &'static [Need],
    ground: Ground,
    sandboxes: Vec<Sandbox>,
    /// When the scenario began.
    began: Instant,
    steps: usize,
    trouble: Trouble,
    /// Paths and addresses of this run, and what a reader is told instead.
    hidden: Vec<(String, String)>,
    services: Vec<Followed>,
}

impl<'a> Stage<'a> {
    /// An empty stage inside a closed network, for the scenario `id`, which needs more of the machine than all do.
    pub fn new(
        id: &str,
        needs: &'static [Need],
        setting: &'a Setting,
        enclosure: &'a mut Enclosure,
    ) -> Result<Self, Halt> {
        fs_err::create_dir_all(setting.run_dir.join(&setting.streams))
            .map_err(|error| setting.recorder.not_kept(error))?;
        Ok(Self {
            setting,
            enclosure,
            needs,
            ground: Ground::new(id, setting.home.as_deref())?,
            sandboxes: Vec::new(),
            began: Instant::now(),
            steps: 0,
            trouble: Trouble::default(),
            hidden: Vec::new(),
            services: Vec::new(),
        })
    }

    /// A mission in a sandbox of its own, with a HOME of its own, as this release would have written it.
    pub fn mission(&mut self, recipe: &Recipe) -> Result<Mission, Halt> {
        refuse_unlisted(recipe)?;
        let recipe = self.in_its_hand(recipe)?;
        let mission = self.world(recipe.world()?, recipe.mission())?;
        Ok(mission.written())
    }

    /// A world in a sandbox of its own, and the mission that is in it or will be.
    pub fn world(&mut self, world: World, plan: &fixtures::Mission) -> Result<Mission, Halt> {
        let mission = self.new_sandbox(plan)?;
        self.setting.templates.instantiate(&world, mission.root())?;
        self.record_world(&mission, world);
        Ok(mission)
    }

    /// A sandbox whose world is still to be made.
    fn new_sandbox(&mut self, plan: &fixtures::Mission) -> Result<Mission, Halt> {
        let sandbox = self.ground.sandbox()?;
        let root = sandbox.root().join("world");
        let mission = Mission::new(self.sandboxes.len(), root, plan);
        self.sandboxes.push(sandbox);
        Ok(mission)
    }

    /// Changes a mission's world between commands, as a person or another tool would.
    pub fn change(&mut self, mission: &Mission, script: Script) -> Result<(), Halt> {
        let ops = script.into_ops();
        fixtures::apply(&ops, mission.root())?;
        self.setting.recorder.record(Observation::Changed { world: mission.number(), ops });
        Ok(())
    }

    /// How long one command may take.
    pub fn deadline(&self) -> Duration {
        self.setting.deadline
    }

    /// Everything an outsider can see of a mission's repository, for before and after.
    pub fn snapshot(&self, mission: &Mission) -> Result<Snapshot, Halt> {
        Ok(Snapshot::take(&mission.repo())?)
    }

    /// TMPDIR of a mission's commands. Another mission's may be given it, too, with
    /// [`Mission::with_env`]: they then share a machine.
    pub fn tmp_of(&self, mission: &Mission) -> Result<PathBuf, Halt> {
        Ok(self.sandbox_of(mission)?.tmp())
    }

    /// Whether a product's command has an option, by its help page. Asked once for a product.
    pub fn offers(&mut self, command: &[&str], option: &str) -> Result<bool, Halt> {
        let surface = Arc::clone(&self.setting.surface);
        let answer = surface.offers(self.setting, self.enclosure, command, option);
        for attempt in self.enclosure.take_attempts() {
            self.trouble.note_attempt(&format!("{} --help", command.join(" ")), &attempt.target);
        }
        answer
    }

    /// Ends the scenario where a command that only prepares it has crashed: that is a failure, and
    /// must not look like something that was not exercised.
    pub fn refuse_crash(&mut self, step: &Step) -> Result<(), Halt> {
        let crash = step.traceback().map(|crash| format!("{}: {crash}", step.argv().join(" ")));
        crash.map_or(Ok(()), |crash| Err(Halt::Useless(crash)))
    }

    /// What the harness is told of why the scenario ended. What the product is to blame for becomes a standing
    /// check that failed.
    pub fn blame(&mut self, halt: Halt) -> Halt {
        match halt {
            Halt::Useless(why) => {
                self.trouble.note_useless(why);
                Halt::OnCheck("stage/can-be-asked".to_owned())
            }
            other => other,
        }
    }

    /// Judges something that is not one command's output; it is filed with the latest command.
    pub fn check(&self, id: &str, judgement: Judgement) {
        let latest = self.steps.checked_sub(1);
        let check = CheckRecord::new(id, latest, judgement).scrubbed(|text| self.scrub(text));
        self.setting.recorder.record(Observation::Check(check));
    }

    /// Ends the scenario here when `judgement` does not hold; records it either way.
    pub fn require(&self, id: &str, judgement: Judgement) -> Result<(), Halt> {
        let held = judgement.held();
        self.check(id, judgement);
        if held { Ok(()) } else { Err(Halt::OnCheck(id.to_owned())) }
    }

    /// Judges whether `step` proves that what follows can be believed. Where it does not, the
    /// scenario ends here as an error: neither the promise nor its breach would be proven.
    pub fn control(&self, id: &str, step: &Step, judgement: Judgement) -> Result<(), Halt> {
        let signature = judgement.signature.clone();
        self.check(id, judgement);
        match signature {
            None => Ok(()),
            Some(signature) => Err(control_failed(id, &signature, step)),
        }
    }

    /// Judges the standing checks and hands the ground back: it is the harness's to keep.
    pub fn close(self) -> Ground {
        if self.steps > 0 || self.trouble.is_there() {
            for (id, judgement) in self.trouble.judge() {
                self.check(id, judgement);
            }
        }
        self.ground
    }

    fn env(&self, mission: &Mission, bin: &Path) -> Result<BTreeMap<String, OsString>, Halt> {
        let sandbox = self.sandbox_of(mission)?;
        let mut env = self.setting.env_of(sandbox, bin, self.enclosure);
        let own = mission.env().iter();
        env.extend(own.map(|(name, value)| (name.clone(), value.into())));
        Ok(env)
    }

    fn sandbox_of(&self, mission: &Mission) -> Result<&Sandbox, Halt> {
        self.sandboxes
            .get(mission.sandbox())
            .ok_or_else(|| Halt::Broken("a mission of another stage".to_owned()))
    }

    fn record_world(&self, mission: &Mission, world: World) {
        self.setting.recorder.record(Observation::World {
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
        let bin = self.setting.bin.to_string_lossy().into_owned();
        let product = bin.strip_suffix("/bin").unwrap_or(&bin).to_owned();
        sandboxes
            .chain(self.hidden.iter().cloned())
            .chain([(product, "$PRODUCT".to_owned())])
            .collect()
    }
}

/// What no validator has looked over is no ground to judge a release on.
fn refuse_unlisted(recipe: &Recipe) -> Result<(), Halt> {
    if recipes::is_listed(recipe) {
        return Ok(());
    }
    Err(Halt::Broken(format!(
        "the recipe of `{}` is not listed: name it in scenarios/src/recipes/list.rs, and run the test target \
         `recipes` over it",
        recipe.world()?.name()
    )))
}
