//! What a machine must have before anything is run on it. Each thing is tried, not guessed; what is missing is the
//! machine's, and must never be told of the product.

mod clock;
mod limits;
mod places;
mod refusal_counters;
mod tools;

use std::io;
use std::path::Path;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::nested_env::reason::Reason;
use crate::nested_env::{Answer, EnvError};
use crate::sandbox::SandboxRoot;
use crate::skip::{SkipCode, SkipPhase, SkipReason};

pub use refusal_counters::RefusalCounters;
pub use tools::{PERMISSIONS, system_program};

/// Something that scenarios need of the machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Need {
    /// A place for sandboxes that is writable and roomy, and where programs may be executed.
    Sandboxes,
    /// A folder for the run that is writable and roomy.
    RunFolder,
    /// A git that is new enough, and works in a sandbox.
    Git,
    /// A shell, for commands that the product proposes.
    Shell,
    /// Memory that is free.
    Memory,
    /// Processes that may still be started.
    Processes,
    /// Files that a process may open.
    OpenFiles,
    /// How large a file may grow.
    FileSize,
    /// A clock that runs, and shows a time that can be.
    Clock,
    /// `script`, which makes a pseudo-terminal.
    Terminal,
    /// `prlimit`, which keeps a command's files small.
    FileLimit,
    /// `setpriv`, which takes root's privileges from a command.
    Privileges,
}

impl Need {
    /// All of them. What keeps others from being tried comes first.
    pub const ALL: [Self; 12] = [
        Self::Sandboxes,
        Self::RunFolder,
        Self::Memory,
        Self::Processes,
        Self::OpenFiles,
        Self::FileSize,
        Self::Clock,
        Self::Git,
        Self::Shell,
        Self::Terminal,
        Self::FileLimit,
        Self::Privileges,
    ];

    /// Those that the system sets. Under too low a limit nothing else can be tried.
    const LIMITS: [Self; 4] = [Self::Memory, Self::Processes, Self::OpenFiles, Self::FileSize];

    /// Whether no scenario can do without it. The others are needed by those that say so.
    pub fn is_everybodys(self) -> bool {
        match self {
            Self::Sandboxes
            | Self::RunFolder
            | Self::Git
            | Self::Shell
            | Self::Memory
            | Self::Processes
            | Self::OpenFiles
            | Self::FileSize
            | Self::Clock => true,
            Self::Terminal | Self::FileLimit | Self::Privileges => false,
        }
    }
}

impl std::fmt::Display for Need {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.serialize(f)
    }
}

/// A need, and what was found.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct FoundNeed {
    /// The need.
    pub need: Need,
    /// What meets it, or why nothing does.
    pub answer: Answer<String>,
}

/// What a machine has of all that scenarios need.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Machine {
    found: Vec<FoundNeed>,
}

impl Machine {
    /// Looks at this machine, for runs that are kept in `run_folder`, or below it. Only our own failures are errors.
    pub fn probe(run_folder: &Path) -> Result<Self, EnvError> {
        let sandbox_root = match Answer::of(places::sandbox_root())? {
            Answer::Works(sandbox_root) => Some(sandbox_root),
            Answer::Refused(_) => None,
        };
        let met = |need| meet(need, sandbox_root.as_ref(), run_folder);
        let limits = Need::LIMITS.into_iter().map(|need| FoundNeed::of(need, met(need)));
        let limits = limits.collect::<Result<Vec<_>, EnvError>>()?;
        if limits.iter().any(|found| found.answer.refusal().is_some()) {
            // Whatever is tried under such a limit fails for want of it, and says nothing of itself.
            return Ok(Self { found: limits });
        }
        Ok(Self { found: beside_each_other(met)? })
    }

    /// All that was looked at.
    pub fn found(&self) -> &[FoundNeed] {
        &self.found
    }

    /// What keeps every scenario from being run, if anything does.
    pub fn refusal(&self) -> Option<&SkipReason> {
        self.first_refusal(Need::is_everybodys)
    }

    /// What keeps a scenario from being run that needs this, too.
    pub fn refusal_of(&self, needs: &[Need]) -> Option<&SkipReason> {
        self.first_refusal(|need| needs.contains(&need))
    }

    fn first_refusal(&self, counts: impl Fn(Need) -> bool) -> Option<&SkipReason> {
        let mut counted = self.found.iter().filter(|found| counts(found.need));
        counted.find_map(|found| found.answer.refusal())
    }
}

impl FoundNeed {
    fn of(need: Need, met: Result<String, EnvError>) -> Result<Self, EnvError> {
        let answer = Answer::of(met)?;
        Ok(Self { need, answer })
    }
}

/// Tools take a moment each; beside each other they take one.
fn beside_each_other(
    met: impl Fn(Need) -> Result<String, EnvError> + Sync,
) -> Result<Vec<FoundNeed>, EnvError> {
    std::thread::scope(|scope| {
        let met = &met;
        let jobs = Need::ALL.map(|need| (need, scope.spawn(move || met(need))));
        let found = jobs.into_iter().map(|(need, job)| {
            let panicked = |_| Err(io::Error::other("a thread panicked").into());
            FoundNeed::of(need, job.join().unwrap_or_else(panicked))
        });
        found.collect()
    })
}

/// What meets a need.
fn meet(
    need: Need,
    sandbox_root: Option<&SandboxRoot>,
    run_folder: &Path,
) -> Result<String, EnvError> {
    let root = match sandbox_root {
        Some(sandbox_root) => sandbox_root.root(),
        // The tools are tried in a sandbox; without a place for it, nothing is known of them.
        None => return Err(places::sandbox_root().err().unwrap_or_else(vanished)),
    };
    match need {
        Need::Sandboxes => places::sandboxes(root),
        Need::RunFolder => places::run_folder(run_folder),
        Need::Git => tools::git(root),
        Need::Shell => tools::shell(root),
        Need::Terminal => tools::terminal(root),
        Need::FileLimit => tools::file_limit(root),
        Need::Privileges => tools::privileges(root),
        Need::Memory => limits::memory(),
        Need::Processes => limits::processes(),
        Need::OpenFiles => limits::open_files(),
        Need::FileSize => limits::file_size(),
        Need::Clock => clock::runs(),
    }
}

fn vanished() -> EnvError {
    io::Error::other("the place of the sandboxes comes and goes").into()
}

/// A refusal that nobody's words are needed for.
fn reason_without_output(code: SkipCode, text: &str) -> Reason {
    Reason::new(code, SkipPhase::Probe, "kitty-gate").excerpt(text)
}

/// Why the machine, and nobody else, made an operation of ours fail; nothing where that cannot be told.
pub fn prevented(error: &io::Error) -> Option<SkipReason> {
    let code = refusal_counters::code_of(error)?;
    Some(SkipReason::from(
        Reason::new(code, SkipPhase::Scenario, "kitty-gate").excerpt(&error.to_string()),
    ))
}

/// The same, for what a library says of an operation of ours.
pub fn prevented_by(text: &str) -> Option<SkipReason> {
    let code = refusal_counters::code_in(text)?;
    Some(SkipReason::from(Reason::new(code, SkipPhase::Scenario, "kitty-gate").excerpt(text)))
}
