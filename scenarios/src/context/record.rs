//! What a context reports of a scenario while it is run. The harness writes it down.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use fixtures::hosted::Request;
use fixtures::{Op, World};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use support::check::{Judgement, Outcome};
use support::nested_env::EnvMethod;
use support::network::Attempt;
use support::process::{Exit, Finished, Leak, Stream, millis};
use support::skip::SkipReason;

use super::command::TERMINAL;
use super::{Abort, Mission, PRODUCT};

/// How much of a stream is kept in the record, in bytes; the whole is in its file.
const EXCERPT: usize = 4096;

/// Takes down what happens in a context. It must not lose anything and must not fail the scenario.
pub trait Recorder: Send + Sync + std::fmt::Debug {
    /// Called in the order in which things happen.
    fn record(&self, observation: Observation);

    /// Something that belongs to the record, a stream for one, could not be kept; how the scenario ends. Who
    /// records a whole run ends it here.
    fn not_kept(&self, error: io::Error) -> Abort {
        error.into()
    }
}

/// One thing that happened in a context.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Observation {
    /// A world was built.
    World {
        /// Its number, from 1.
        world: usize,
        /// The slug of its mission.
        slug: String,
        /// What it was built from.
        fixture: World,
    },
    /// A world was changed between commands.
    Changed {
        /// Its number.
        world: usize,
        /// How.
        ops: Vec<Op>,
    },
    /// A world was taken from what the product itself made before, with commands that need not be
    /// run again for each scenario.
    Prepared {
        /// Its number, from 1.
        world: usize,
        /// The slug of its mission.
        slug: String,
        /// What was prepared: the walkthrough and its checkpoint.
        name: String,
        /// The commands that made it, in order.
        commands: Vec<Vec<String>>,
        /// The packed world, relative to the run's folder.
        archive: PathBuf,
    },
    /// The product was installed once more, in a nested environment.
    Nested {
        /// What made it.
        method: EnvMethod,
        /// Version of its interpreter.
        python: String,
    },
    /// A package of the nested environment was replaced.
    Installed {
        /// Its name.
        package: String,
        /// Its version now, as its metadata says.
        version: Option<String>,
        /// What was put in its place; `None` for the real one again.
        candidate: Option<String>,
        /// How its files below `site-packages` differ from those of the real one.
        changes: Vec<Op>,
    },
    /// A mission's product was logged in to a hosted service of its own.
    Hosted {
        /// The number of the world.
        world: usize,
    },
    /// What a command asked of a hosted service, in order.
    Requests {
        /// The requests, without any token.
        requests: Vec<Request>,
    },
    /// A command is about to run. Without the step that follows it, the run was killed in it.
    StepStarted {
        /// Number of the step in its scenario, from 0.
        index: usize,
        /// The command line.
        argv: Vec<String>,
    },
    /// A command has run.
    Step(StepRecord),
    /// Something was judged.
    Check(CheckRecord),
    /// The scenario could not go on.
    Stopped(Stopped),
}

/// Why a scenario could not go on, as it is recorded.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "why", rename_all = "kebab-case")]
pub enum Stopped {
    /// Something it needs is not there.
    Missing {
        /// The reason.
        reason: SkipReason,
    },
    /// A check failed that everything after it stands on.
    OnCheck {
        /// Its id.
        check: String,
    },
    /// A control failed: nothing that follows could be believed.
    Control {
        /// What failed, in phase `control`.
        reason: SkipReason,
    },
    /// The operator stopped the run.
    Interrupted,
    /// kitty-gate itself broke.
    Broken {
        /// What it said.
        message: String,
    },
}

/// One command that was run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct StepRecord {
    /// Number of the step in its scenario, from 0.
    pub index: usize,
    /// The world that it ran in, from 1.
    pub world: usize,
    /// The command line; the product is called by its name.
    pub argv: Vec<String>,
    /// Working directory, relative to the world's root.
    pub cwd: PathBuf,
    /// What it saw beyond the environment of every sandbox.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub env: BTreeMap<String, String>,
    /// How it ended.
    pub ended: Ending,
    /// Its exit code, when it returned one.
    pub exit: Option<i32>,
    /// The signal that it died of, when it did.
    pub signal: Option<i32>,
    /// When it began, in milliseconds after its scenario did; absent in records of older versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_ms: Option<u64>,
    /// Wall time in milliseconds.
    pub duration_ms: u64,
    /// The moment at which it was sent a signal by a scenario, in milliseconds after its start.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interrupted_ms: Option<u64>,
    /// User and system time in milliseconds, with that of descendants it waited for.
    pub cpu_ms: u64,
    /// Its stdout.
    pub stdout: StreamRecord,
    /// Its stderr.
    pub stderr: StreamRecord,
    /// Where it tried to go beyond loopback.
    pub attempts: Vec<Attempt>,
    /// What it left running.
    pub leaks: Vec<Leak>,
}

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Ending {
    /// It returned an exit code.
    Exit,
    /// It died of a signal.
    Signal,
    /// It was ended at its deadline.
    TimedOut,
    /// It was ended because others had the machine for too long.
    Starved,
    /// It was ended because a stream outgrew its limit.
    Flooded,
    /// It was ended by the operator.
    Killed,
}

/// A stream of a command.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct StreamRecord {
    /// The file with every byte, relative to the run's folder.
    pub file: PathBuf,
    /// Its length in bytes.
    pub bytes: u64,
    /// The text, its middle cut out beyond 4 KiB; paths of the run are replaced by names.
    pub excerpt: String,
}

/// One judged statement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CheckRecord {
    /// The check's id.
    pub id: String,
    /// The number of the step whose outcome was judged, when there is one.
    pub step: Option<usize>,
    /// How it was judged.
    #[serde(flatten)]
    pub judgement: Judgement,
}

impl CheckRecord {
    pub(super) fn new(id: &str, step: Option<usize>, judgement: Judgement) -> Self {
        Self { id: id.to_owned(), step, judgement }
    }

    pub(super) fn scrubbed(mut self, scrub: impl Fn(&str) -> String) -> Self {
        self.judgement.expected = scrub(&self.judgement.expected);
        self.judgement.observed = scrub(&self.judgement.observed);
        self
    }

    /// Whether the statement did not hold.
    pub fn failed(&self) -> bool {
        self.judgement.outcome == Outcome::Fail
    }
}

impl StepRecord {
    /// Whether the product was asked, ended by itself, and said nothing. What a shell is told to run may well
    /// say nothing, and so may a command that was cut off.
    pub(super) fn is_silent_answer(&self) -> bool {
        let is_product = self.argv.first().is_some_and(|name| name == PRODUCT || name == TERMINAL);
        let says_nothing = |stream: &StreamRecord| stream.excerpt.trim().is_empty();
        is_product
            && self.ended == Ending::Exit
            && self.interrupted_ms.is_none()
            && says_nothing(&self.stdout)
            && says_nothing(&self.stderr)
    }

    pub(super) fn of(
        index: usize,
        mission: &Mission,
        argv: Vec<String>,
        finished: &Finished,
        attempts: Vec<Attempt>,
    ) -> io::Result<Self> {
        let (ended, exit, signal) = match finished.exit {
            Exit::Code(code) => (Ending::Exit, Some(code), None),
            Exit::Signal(signal) => (Ending::Signal, None, Some(signal)),
            Exit::TimedOut => (Ending::TimedOut, None, None),
            Exit::Starved => (Ending::Starved, None, None),
            Exit::Flooded => (Ending::Flooded, None, None),
            Exit::Killed => (Ending::Killed, None, None),
        };
        Ok(Self {
            index,
            world: mission.number(),
            argv,
            cwd: mission.relative_cwd().to_owned(),
            env: mission.env().clone(),
            ended,
            exit,
            signal,
            at_ms: None,
            duration_ms: millis(finished.duration),
            interrupted_ms: finished.interrupted.map(millis),
            cpu_ms: millis(finished.cpu),
            stdout: StreamRecord::of(&finished.stdout)?,
            stderr: StreamRecord::of(&finished.stderr)?,
            attempts,
            leaks: finished.leaks.clone(),
        })
    }

    /// Remembers how long after its scenario it began.
    pub(super) fn begun_at(self, after: std::time::Duration) -> Self {
        Self { at_ms: Some(millis(after)), ..self }
    }

    /// Names the files of the streams as seen from the run's folder.
    pub(super) fn relative_to(mut self, run_dir: &Path) -> Self {
        for stream in [&mut self.stdout, &mut self.stderr] {
            if let Ok(below) = stream.file.strip_prefix(run_dir) {
                stream.file = below.to_owned();
            }
        }
        self
    }

    pub(super) fn scrubbed(mut self, scrub: impl Fn(&str) -> String) -> Self {
        for word in &mut self.argv {
            *word = scrub(word);
        }
        for value in self.env.values_mut() {
            *value = scrub(value);
        }
        self.stdout.excerpt = scrub(&self.stdout.excerpt);
        self.stderr.excerpt = scrub(&self.stderr.excerpt);
        self
    }
}

impl StreamRecord {
    fn of(stream: &Stream) -> io::Result<Self> {
        Ok(Self {
            file: stream.path().to_owned(),
            bytes: stream.len(),
            excerpt: stream.excerpt(EXCERPT)?,
        })
    }
}
