//! What a scenario is given: missions in sandboxes of their own, the product, and a recorder.

mod halt;
mod hosted;
mod limit;
mod login;
mod mission;
mod nested;
mod preparation;
mod record;
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
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use fixtures::{Recipe, Script, Snapshot, World};
use support::check::Judgement;
use support::machine::{Need, Strain, system_program};
use support::network::Enclosure;
use support::process::{self, Exit, Interrupt, Invocation, ProcessError};
use support::sandbox::{Ground, Sandbox};

use crate::expect::traceback_of;
use crate::needs::needs_of;
use crate::recipes;
pub use halt::Halt;
use halt::{control_failed, refuse_other_form, refuse_starved, refuse_unknown_command};
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

/// What puts the product on a terminal.
const TERMINAL: &str = "script";

/// What one stream may grow to before the command is ended, in bytes.
const STREAM_LIMIT: u64 = 64 * 1024 * 1024;

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

/// What a step runs, and what comes first on its PATH.
struct Program<'a> {
    name: &'a str,
    path: &'a Path,
    bin: &'a Path,
}

impl<'a> Stage<'a> {
    /// An empty stage for the scenario `id`, inside a closed network.
    pub fn new(id: &str, setting: &'a Setting, enclosure: &'a mut Enclosure) -> Result<Self, Halt> {
        fs_err::create_dir_all(setting.run_dir.join(&setting.streams))
            .map_err(|error| setting.recorder.not_kept(error))?;
        Ok(Self {
            setting,
            enclosure,
            needs: needs_of(id),
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

    /// Runs the product in the mission's primary checkout.
    pub fn run<A: Into<OsString>>(
        &mut self,
        mission: &Mission,
        args: impl IntoIterator<Item = A>,
    ) -> Result<Step, Halt> {
        let (executable, bin) = (self.setting.executable.clone(), self.setting.bin.clone());
        self.drive(mission, &executable, &bin, args)
    }

    /// Runs the product of a nested environment in the mission's primary checkout.
    pub fn run_nested<A: Into<OsString>>(
        &mut self,
        nested: &Nested,
        mission: &Mission,
        args: impl IntoIterator<Item = A>,
    ) -> Result<Step, Halt> {
        let replica = nested.replica();
        self.drive(mission, &replica.executable(), &replica.bin(), args)
    }

    /// Runs another program of a nested environment.
    pub fn run_tool<A: Into<OsString>>(
        &mut self,
        nested: &Nested,
        tool: Tool,
        mission: &Mission,
        args: impl IntoIterator<Item = A>,
    ) -> Result<Step, Halt> {
        let bin = nested.replica().bin();
        let program = Program { name: tool.name(), path: &bin.join(tool.name()), bin: &bin };
        let args = args.into_iter().map(Into::into).collect();
        self.perform(mission, &program, args, None)
    }

    /// Runs the product, and interrupts it on the way.
    pub fn run_interrupted<A: Into<OsString>>(
        &mut self,
        mission: &Mission,
        args: impl IntoIterator<Item = A>,
        interrupt: Interrupt,
    ) -> Result<Step, Halt> {
        let (executable, bin) = (self.setting.executable.clone(), self.setting.bin.clone());
        let program = Program { name: PRODUCT, path: &executable, bin: &bin };
        let args = args.into_iter().map(Into::into).collect();
        self.perform(mission, &program, args, Some(interrupt))
    }

    /// Runs a command line that the product proposed, as a person would who copies it into a shell.
    pub fn follow(&mut self, mission: &Mission, command: &str) -> Result<Step, Halt> {
        let args = ["-c", command].map(OsString::from).to_vec();
        let program =
            Program { name: "sh", path: Path::new("/bin/sh"), bin: &self.setting.bin.clone() };
        self.perform(mission, &program, args, None)
    }

    /// Runs a command line on a pseudo-terminal, with both streams on stdout, as a person sees it.
    pub fn run_on_terminal<A: AsRef<str>>(
        &mut self,
        mission: &Mission,
        command: impl IntoIterator<Item = A>,
    ) -> Result<Step, Halt> {
        let line = shell_words::join(command);
        let args = ["-qec", &line, "/dev/null"].map(OsString::from).to_vec();
        let path = self.tool(Need::Terminal, TERMINAL)?;
        let program = Program { name: TERMINAL, path: &path, bin: &self.setting.bin.clone() };
        let step = self.perform(mission, &program, args, None)?;
        refuse_unknown_command(&step)?;
        refuse_other_form(&step, mission)?;
        Ok(step)
    }

    /// A program of the system that not every scenario needs. That it is there was seen before the scenario began.
    fn tool(&self, need: Need, name: &str) -> Result<PathBuf, Halt> {
        if !self.needs.contains(&need) {
            return Err(Halt::Broken(format!("the scenario does not say that it needs `{name}`")));
        }
        system_program(name).ok_or_else(|| Halt::Broken(format!("`{name}` is gone")))
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
        let crash = traceback_of(step).map(|crash| format!("{}: {crash}", step.argv().join(" ")));
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

    fn drive<A: Into<OsString>>(
        &mut self,
        mission: &Mission,
        executable: &Path,
        bin: &Path,
        args: impl IntoIterator<Item = A>,
    ) -> Result<Step, Halt> {
        let program = Program { name: PRODUCT, path: executable, bin };
        let args = args.into_iter().map(Into::into).collect();
        let step = self.perform(mission, &program, args, None)?;
        refuse_unknown_command(&step)?;
        refuse_other_form(&step, mission)?;
        Ok(step)
    }

    fn perform(
        &mut self,
        mission: &Mission,
        program: &Program<'_>,
        args: Vec<OsString>,
        interrupt: Option<Interrupt>,
    ) -> Result<Step, Halt> {
        if self.setting.stop.load(Ordering::Acquire) {
            return Err(Halt::Interrupted);
        }
        let index = self.steps;
        let words: Vec<String> =
            std::iter::once(program.name.to_owned())
                .chain(args.iter().map(|arg| {
                    limit::called_by_name(&arg.to_string_lossy(), &self.setting.executable)
                }))
                .collect();
        self.setting.recorder.record(Observation::StepStarted { index, argv: words.clone() });
        let streams = self.setting.run_dir.join(&self.setting.streams);
        let invocation = Invocation {
            program: program.path.to_owned(),
            args,
            cwd: mission.cwd(),
            env: self.env(mission, program.bin)?,
            stdout: streams.join(format!("{index:02}.stdout")),
            stderr: streams.join(format!("{index:02}.stderr")),
            deadline: self.setting.deadline,
            stream_limit: STREAM_LIMIT,
            interrupt,
        };
        let strain = Strain::now();
        let at = self.began.elapsed();
        let finished = process::run(&invocation).map_err(|error| match error {
            ProcessError::Keep { source, .. } => self.setting.recorder.not_kept(source),
            ProcessError::Start { .. } | ProcessError::Watch { .. } => error.into(),
        })?;
        self.steps += 1;
        let attempts = self.enclosure.take_attempts();
        let record = StepRecord::of(index, mission, words.clone(), &finished, attempts)?
            .begun_at(at)
            .relative_to(&self.setting.run_dir)
            .scrubbed(|text| self.scrub(text));
        let said = format!("{}\n{}", record.stderr.excerpt, record.stdout.excerpt);
        let prevented = strain.since(finished.exit, &said, self.ground.root());
        if prevented.is_none() {
            self.trouble.note(&record);
        }
        self.setting.recorder.record(Observation::Step(record));
        self.record_requests();
        if finished.exit == Exit::Killed {
            return Err(Halt::Interrupted);
        }
        refuse_starved(&words, &finished)?;
        // Neither what it did nor what it said was its own.
        if let Some(reason) = prevented {
            return Err(Halt::Missing(Box::new(reason)));
        }
        let recorder = Arc::clone(&self.setting.recorder);
        Ok(Step::new(index, words, finished, recorder, self.scrubs()))
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
