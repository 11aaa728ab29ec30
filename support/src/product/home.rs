//! A HOME that the product has filled, to be copied for each scenario.
//!
//! The first command of a product writes some six hundred files into HOME and takes a second or
//! more for it. The same files serve every scenario; a copy costs a fraction.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::finding::{CRASH, Finding, FindingCode};
use crate::canary::files_below;
use crate::nested_env::reason::{EnvError, Reason};
use crate::network::NetworkIsolation;
use crate::process::{self, Exit, Finished, Invocation, ProcessError};
use crate::sandbox::{Sandbox, SandboxRoot, copy_tree};
use crate::skip::{SkipCode, SkipPhase};

/// Any command that loads the whole application makes the product move in.
const FIRST_COMMAND: [&str; 3] = ["agent", "tasks", "--help"];

const TIMEOUT: Duration = Duration::from_secs(180);
const STREAM_LIMIT: u64 = 16 * 1024 * 1024;

/// Lets the product fill a HOME and keeps it at `into`; `None`, and a finding, when it cannot.
pub(super) fn warm(
    executable: &Path,
    bin: &Path,
    into: &Path,
    findings: &mut Vec<Finding>,
) -> Result<Option<PathBuf>, EnvError> {
    let mut sandbox_root = SandboxRoot::new("home", None)?;
    let sandbox = sandbox_root.sandbox()?;
    let finished = run_product(executable, bin, &sandbox, &FIRST_COMMAND, TIMEOUT)?;
    // What the operator or a busy machine cut off says nothing about the release, and is not kept.
    let cut_off = match finished.exit {
        Exit::Killed | Exit::TimedOut => Some(SkipCode::TimedOut),
        Exit::Starved => Some(SkipCode::MachineBusy),
        Exit::Code(_) | Exit::Signal(_) | Exit::Flooded => None,
    };
    if let Some(code) = cut_off {
        let reason = Reason::new(code, SkipPhase::Verify, "spec-kitty");
        let text = format!("{}: {}", FIRST_COMMAND.join(" "), finished.exit);
        return Err(reason.excerpt(&text).into());
    }
    if finished.exit != Exit::Code(0) {
        let stderr = finished.stderr.excerpt(1000)?;
        let last = stderr.lines().rfind(|line| !line.trim().is_empty()).unwrap_or_default();
        let crash = if stderr.contains("Traceback (most recent call last)") { CRASH } else { "" };
        let detail = format!("{} in an empty HOME: {crash}{last}", finished.exit);
        findings.push(Finding::new(
            FindingCode::FirstCommandFails,
            FIRST_COMMAND.join(" "),
            detail,
        ));
        return Ok(None);
    }
    if let Some(file) = names_itself(&sandbox.home())? {
        let detail = "it names the HOME it was made in, so that it cannot be copied";
        findings.push(Finding::new(
            FindingCode::HomeNamesItself,
            file.display().to_string(),
            detail,
        ));
        return Ok(None);
    }
    copy_tree(&sandbox.home(), into)?;
    Ok(Some(into.to_owned()))
}

/// Runs the product in a sandbox with a closed network, outside of any scenario.
///
/// On a thread of its own: a thread whose network was closed stays so.
pub(super) fn run_product(
    executable: &Path,
    bin: &Path,
    sandbox: &Sandbox,
    args: &[&str],
    patience: Duration,
) -> Result<Finished, EnvError> {
    let invocation = |env| Invocation {
        program: executable.to_owned(),
        args: args.iter().map(Into::into).collect(),
        cwd: sandbox.tmp(),
        env,
        stdout: sandbox.streams().join("stdout"),
        stderr: sandbox.streams().join("stderr"),
        deadline: patience,
        stream_limit: STREAM_LIMIT,
        interrupt: None,
    };
    std::thread::scope(|scope| {
        let worker = scope.spawn(|| {
            let network = NetworkIsolation::enter()?;
            let mut env = sandbox.env(bin);
            env.extend(network.env());
            process::run(&invocation(env)).map_err(not_started)
        });
        let panicked = |_| Err(io::Error::other("the thread of a product panicked").into());
        worker.join().unwrap_or_else(panicked)
    })
}

/// A product that cannot be started at all is not our fault.
fn not_started(error: ProcessError) -> EnvError {
    match error {
        ProcessError::Start { .. } => {
            let reason = Reason::new(SkipCode::ProductUnusable, SkipPhase::Verify, "spec-kitty");
            reason.excerpt(&error.to_string()).into()
        }
        ProcessError::Watch { .. } | ProcessError::Keep { .. } => error.into(),
    }
}

/// The first file that holds its own HOME's path.
fn names_itself(home: &Path) -> io::Result<Option<PathBuf>> {
    let name = home.as_os_str().as_encoded_bytes();
    for file in files_below(home)? {
        // A dangling link and a socket hold nothing.
        let bytes = std::fs::read(home.join(&file)).unwrap_or_default();
        if bytes.windows(name.len()).any(|window| window == name) {
            return Ok(Some(file));
        }
    }
    Ok(None)
}
