//! What a scenario is given: missions in sandboxes of their own, the product, and a recorder.

mod mission;
mod record;
mod step;
mod surface;

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use fixtures::{Recipe, Script, Snapshot, Templates, World};
use support::check::Judgement;
use support::network::Enclosure;
use support::process::{self, Exit, Invocation};
use support::sandbox::Sandbox;
use support::skip::{SkipCode, SkipPhase, SkipReason};

pub use mission::Mission;
pub use record::{CheckRecord, Ending, Observation, Recorder, StepRecord, Stopped, StreamRecord};
pub use step::Step;
pub use surface::Surface;

/// How the product is called, in argv and on PATH.
pub const PRODUCT: &str = "spec-kitty";

/// What one stream may grow to before the command is ended, in bytes.
const STREAM_LIMIT: u64 = 64 * 1024 * 1024;

/// What the harness sets up for a scenario.
#[derive(Debug)]
pub struct Setting {
    /// The product's executable, absolute.
    pub executable: PathBuf,
    /// The folder of the product's executables; first on PATH.
    pub bin: PathBuf,
    /// A HOME that the product has warmed up, to be copied; an empty HOME when there is none.
    pub home: Option<PathBuf>,
    /// Where built worlds are kept for copying.
    pub templates: Arc<Templates>,
    /// What the product's help pages offer; shared by all scenarios of a run.
    pub surface: Arc<Surface>,
    /// Folder for the streams of this scenario's steps.
    pub streams: PathBuf,
    /// How long one command may take.
    pub deadline: Duration,
    /// Who writes down what is seen.
    pub recorder: Arc<dyn Recorder>,
    /// Set when the operator asks to stop; the current command still ends.
    pub stop: Arc<AtomicBool>,
}

/// Why a scenario could not go on. A failed check is not among the reasons.
#[derive(Debug, thiserror::Error)]
pub enum Halt {
    /// Something it needs is not there; the promise is not proven.
    #[error("{0}")]
    Missing(Box<SkipReason>),
    /// A check failed that everything after it stands on.
    #[error("check {0} failed, and what follows stands on it")]
    OnCheck(String),
    /// The operator asked to stop.
    #[error("the operator stopped the run")]
    Interrupted,
    /// kitty-gate itself broke.
    #[error("{0}")]
    Broken(String),
}

impl From<std::io::Error> for Halt {
    fn from(error: std::io::Error) -> Self {
        Self::Broken(error.to_string())
    }
}

impl From<fixtures::Error> for Halt {
    fn from(error: fixtures::Error) -> Self {
        Self::Broken(format!("build the fixture: {error}"))
    }
}

impl From<process::ProcessError> for Halt {
    fn from(error: process::ProcessError) -> Self {
        Self::Broken(error.to_string())
    }
}

/// The stage of one scenario.
#[derive(Debug)]
pub struct Stage<'a> {
    setting: &'a Setting,
    enclosure: &'a mut Enclosure,
    sandboxes: Vec<Sandbox>,
    steps: usize,
    trouble: Trouble,
}

/// What the standing checks will report.
#[derive(Debug, Default)]
struct Trouble {
    endings: Vec<String>,
    attempts: Vec<String>,
    leaks: Vec<String>,
}

impl<'a> Stage<'a> {
    /// An empty stage inside a closed network.
    pub fn new(setting: &'a Setting, enclosure: &'a mut Enclosure) -> Self {
        Self {
            setting,
            enclosure,
            sandboxes: Vec::new(),
            steps: 0,
            trouble: Trouble::default(),
        }
    }

    /// A mission in a sandbox of its own, with a HOME of its own.
    pub fn mission(&mut self, recipe: &Recipe) -> Result<Mission, Halt> {
        let world = recipe.world()?;
        let label = format!("world-{}", self.sandboxes.len() + 1);
        let mut sandbox = Sandbox::create(&label)?;
        if let Some(home) = &self.setting.home {
            sandbox = sandbox.with_home_of(home)?;
        }
        let mission = Mission::new(
            self.sandboxes.len(),
            sandbox.root().join("world"),
            recipe.mission(),
        );
        self.setting.templates.instantiate(&world, mission.root())?;
        self.sandboxes.push(sandbox);
        self.record_world(&mission, world);
        Ok(mission)
    }

    /// Changes a mission's world between commands, as a person or another tool would.
    pub fn change(&mut self, mission: &Mission, script: Script) -> Result<(), Halt> {
        let ops = script.into_ops();
        fixtures::apply(&ops, mission.root())?;
        self.setting.recorder.record(Observation::Changed {
            world: mission.number(),
            ops,
        });
        Ok(())
    }

    /// Everything an outsider can see of a mission's repository, for before and after.
    pub fn snapshot(&self, mission: &Mission) -> Result<Snapshot, Halt> {
        Ok(Snapshot::take(&mission.repo())?)
    }

    /// Runs the product in the mission's primary checkout.
    pub fn run<A: Into<OsString>>(
        &mut self,
        mission: &Mission,
        args: impl IntoIterator<Item = A>,
    ) -> Result<Step, Halt> {
        let args: Vec<OsString> = args.into_iter().map(Into::into).collect();
        let executable = self.setting.executable.clone();
        let step = self.perform(mission, PRODUCT, &executable, args)?;
        self.refuse_unknown_command(&step)?;
        Ok(step)
    }

    /// Runs a command line that the product proposed, word by word, without a shell.
    pub fn follow(&mut self, mission: &Mission, words: &[String]) -> Result<Step, Halt> {
        let Some((name, args)) = words.split_first() else {
            return Err(Halt::Broken("there is no command to follow".to_owned()));
        };
        let program = self.program(mission, name)?;
        self.perform(
            mission,
            name,
            &program,
            args.iter().map(OsString::from).collect(),
        )
    }

    /// Whether a product's command has an option, by its help page. Asked once in a run.
    pub fn offers(&mut self, command: &[&str], option: &str) -> Result<bool, Halt> {
        let surface = Arc::clone(&self.setting.surface);
        surface.offers(self.setting, command, option)
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
        if held {
            Ok(())
        } else {
            Err(Halt::OnCheck(id.to_owned()))
        }
    }

    /// Judges the standing checks and hands the sandboxes back: they are the harness's to keep.
    pub fn close(self) -> Vec<Sandbox> {
        if self.steps > 0 {
            self.judge_standing_checks();
        }
        self.sandboxes
    }

    fn judge_standing_checks(&self) {
        let verdicts = [
            ("stage/ends-in-time", "did-not-end", &self.trouble.endings),
            (
                "stage/stays-on-this-machine",
                "tried-to-leave",
                &self.trouble.attempts,
            ),
            (
                "stage/leaves-no-process",
                "left-a-process",
                &self.trouble.leaks,
            ),
        ];
        for (id, signature, seen) in verdicts {
            self.check(
                id,
                support::check::none_of("none", seen, |_| signature.to_owned()),
            );
        }
    }

    fn perform(
        &mut self,
        mission: &Mission,
        name: &str,
        program: &Path,
        args: Vec<OsString>,
    ) -> Result<Step, Halt> {
        if self.setting.stop.load(Ordering::Acquire) {
            return Err(Halt::Interrupted);
        }
        let index = self.steps;
        let argv: Vec<String> = std::iter::once(name.to_owned())
            .chain(args.iter().map(|arg| arg.to_string_lossy().into_owned()))
            .collect();
        self.setting.recorder.record(Observation::StepStarted {
            index,
            argv: argv.clone(),
        });
        let invocation = Invocation {
            program: program.to_owned(),
            args,
            cwd: mission.cwd(),
            env: self.env(mission)?,
            stdout: self.setting.streams.join(format!("{index:02}.stdout")),
            stderr: self.setting.streams.join(format!("{index:02}.stderr")),
            deadline: self.setting.deadline,
            stream_limit: STREAM_LIMIT,
        };
        fs_err::create_dir_all(&self.setting.streams)?;
        let finished = process::run(&invocation)?;
        self.steps += 1;
        let attempts = self.enclosure.take_attempts();
        let record = StepRecord::of(index, mission, argv.clone(), &finished, attempts)?
            .scrubbed(|text| self.scrub(text));
        self.note_trouble(&record);
        self.setting.recorder.record(Observation::Step(record));
        if finished.exit == Exit::Killed {
            return Err(Halt::Interrupted);
        }
        let recorder = Arc::clone(&self.setting.recorder);
        Ok(Step::new(index, argv, finished, recorder, self.scrubs()))
    }

    fn note_trouble(&mut self, record: &StepRecord) {
        let command = record.argv.join(" ");
        match record.ended {
            Ending::TimedOut | Ending::Flooded => {
                self.trouble
                    .endings
                    .push(format!("{command}: {:?}", record.ended));
            }
            Ending::Exit | Ending::Signal | Ending::Killed => {}
        }
        for attempt in &record.attempts {
            self.trouble
                .attempts
                .push(format!("{command}: {}", attempt.target));
        }
        for leak in &record.leaks {
            self.trouble
                .leaks
                .push(format!("{command}: {}", leak.command));
        }
    }

    /// A release that has no such command cannot be asked the promise; that is not a pass.
    fn refuse_unknown_command(&self, step: &Step) -> Result<(), Halt> {
        if step.exit() != Exit::Code(2) {
            return Ok(());
        }
        let text = step.stderr_text();
        let Some(line) = text
            .lines()
            .find(|line| line.contains("No such command") || line.contains("No such option"))
        else {
            return Ok(());
        };
        Err(Halt::Missing(Box::new(SkipReason {
            code: SkipCode::CommandAbsent,
            phase: SkipPhase::Scenario,
            tool: PRODUCT.to_owned(),
            argv: step.argv().to_vec(),
            exit: Some(2),
            excerpt: line
                .trim_matches(|c: char| c == '│' || c.is_whitespace())
                .to_owned(),
            interpreter: None,
            remediation: "find out where this release keeps the promise, and teach the scenario"
                .to_owned(),
        })))
    }

    fn program(&self, mission: &Mission, name: &str) -> Result<PathBuf, Halt> {
        if name == PRODUCT {
            return Ok(self.setting.executable.clone());
        }
        let env = self.env(mission)?;
        let found = env.get("PATH").and_then(|path| {
            std::env::split_paths(path)
                .map(|dir| dir.join(name))
                .find(|file| file.is_file())
        });
        found.ok_or_else(|| Halt::Broken(format!("find {name} on the sandbox's PATH")))
    }

    fn env(&self, mission: &Mission) -> Result<std::collections::BTreeMap<String, OsString>, Halt> {
        let sandbox = self
            .sandboxes
            .get(mission.sandbox())
            .ok_or_else(|| Halt::Broken("a mission of another stage".to_owned()))?;
        let mut env = sandbox.env(&self.setting.bin);
        env.extend(self.enclosure.env());
        Ok(env)
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
        self.scrubs()
            .iter()
            .fold(text.to_owned(), |text, (path, name)| {
                text.replace(path, name)
            })
    }

    fn scrubs(&self) -> Vec<(String, String)> {
        let sandboxes = self.sandboxes.iter().enumerate().map(|(index, sandbox)| {
            (
                sandbox.root().to_string_lossy().into_owned(),
                format!("$WORLD_{}", index + 1),
            )
        });
        let bin = self.setting.bin.to_string_lossy().into_owned();
        let product = bin.strip_suffix("/bin").unwrap_or(&bin).to_owned();
        sandboxes
            .chain([(product, "$PRODUCT".to_owned())])
            .collect()
    }
}
