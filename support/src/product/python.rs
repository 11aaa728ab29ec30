//! The interpreter that a product runs on, for a script of ours that looks at the product's files.

use std::ffi::OsStr;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::identity::bin_of;
use crate::nested_env::Caller;
use crate::nested_env::reason::{EnvError, Reason};
use crate::nested_env::tool::Tools;
use crate::nested_env::tool_output::ToolOutput;
use crate::process::Exit;
use crate::skip::{SkipCode, SkipPhase};

/// How long a script may take.
const DEADLINE: Duration = Duration::from_secs(60);

/// Nothing of the product is loaded: there is the standard library alone. No bytecode is written, and no text that is
/// parsed is warned of.
const ISOLATED: [&str; 5] = ["-I", "-S", "-B", "-W", "ignore"];

/// An interpreter.
#[derive(Debug, Clone)]
pub struct Python(PathBuf);

/// What a script printed, and how it ended.
#[derive(Debug)]
#[must_use = "a script that broke has not said everything"]
pub struct ScriptOutput {
    /// How it ended, by its own doing.
    pub exit: Exit,
    said: ToolOutput,
}

impl ScriptOutput {
    /// Its standard output.
    pub fn stdout(&self) -> &str {
        &self.said.stdout
    }
}

impl Python {
    /// This program.
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self(path.into())
    }

    /// The interpreter that lies beside an executable of the product.
    pub fn beside(executable: &Path) -> Result<Self, EnvError> {
        let bin = bin_of(executable)?;
        let mut there = ["python", "python3"].into_iter().map(|name| bin.join(name));
        there.find(|python| python.is_file()).map(Self).ok_or_else(|| {
            Reason::new(SkipCode::InterpreterMissing, SkipPhase::Probe, "python")
                .excerpt("no Python interpreter lies beside the executable")
                .remediation("give the release, or repair the environment that it is installed in")
                .into()
        })
    }

    /// Runs a script, in which nothing of the product is loaded. How it ended is part of its
    /// output, unless the machine or the operator ended it.
    pub fn run<A: AsRef<OsStr>>(
        &self,
        script: &str,
        args: impl IntoIterator<Item = A>,
    ) -> Result<ScriptOutput, EnvError> {
        let mut file = tempfile::Builder::new().suffix(".py").tempfile()?;
        file.write_all(script.as_bytes())?;
        let args: Vec<A> = args.into_iter().collect();
        let own = ISOLATED.iter().map(OsStr::new).chain([file.path().as_os_str()]);
        let words = own.chain(args.iter().map(AsRef::as_ref));
        let tools =
            Tools { caller: Caller::default(), uv_cache: PathBuf::from("/nowhere"), limit: None };
        let said = tools.run(&self.0, words, DEADLINE)?;
        match said.exit {
            None | Some(Exit::Starved | Exit::Killed | Exit::Signal(libc::SIGKILL)) => {
                Err(self.reason(&said).into())
            }
            Some(exit) => Ok(ScriptOutput { exit, said }),
        }
    }

    /// The error that the interpreter did not do what the script asks for.
    pub fn broken(&self, output: &ScriptOutput) -> EnvError {
        self.reason(&output.said).into()
    }

    fn reason(&self, said: &ToolOutput) -> Reason {
        Reason::new(SkipCode::InterpreterBroken, SkipPhase::Probe, "python")
            .of(said)
            .interpreter(&self.0.display())
    }
}
