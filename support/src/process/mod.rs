//! Runs one program to its end, whatever it does.
//!
//! A child gets its own process group, a closed stdin, and files for its two streams, so that a
//! descendant which holds a stream open cannot hang us. A deadline ends the whole tree with
//! SIGTERM, then SIGKILL; daemons that left the group are found as our adopted orphans and by
//! the mark in their environment. What survives a step is ended and reported as a leak.
//! What others on the machine hold a command up, its deadline does not count.
//!
//! duct starts the child; it kills only the direct child, so ending a tree is done here. There is
//! no `pre_exec`: nothing of ours runs between fork and exec.

mod inherited;
mod interrupt;
mod registry;
mod stream;
mod tree;
mod tree_usage;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Pid, PidfdFlags, Signal, pidfd_open};

pub use interrupt::{Interrupt, InterruptPoint, InterruptSignal};
pub use registry::kill_everything;
pub use stream::Stream;
pub use tree::{Leak, adopt_orphans};

use crate::env_vars::MARK;
use tree_usage::TreeUsage;

/// How long a tree may take to obey SIGTERM before SIGKILL.
const TERM_GRACE: Duration = Duration::from_secs(2);
/// How long a leftover of a finished step may take to obey SIGTERM.
const LEAK_GRACE: Duration = Duration::from_millis(300);
/// How often the moment of an interruption is looked for.
const INTERRUPT_WATCH: Duration = Duration::from_millis(1);

/// One program to run: everything the child will see, nothing inherited.
#[derive(Debug, Clone)]
pub struct Invocation {
    /// Absolute path of the program.
    pub program: PathBuf,
    /// Arguments after the program's name.
    pub args: Vec<OsString>,
    /// Working directory.
    pub cwd: PathBuf,
    /// The whole environment of the child.
    pub env: BTreeMap<String, OsString>,
    /// Where the child's stdout is kept; created or truncated.
    pub stdout: PathBuf,
    /// Where the child's stderr is kept; created or truncated.
    pub stderr: PathBuf,
    /// How long the child may run, counted from its start, without the time in which others held it up.
    pub deadline: Duration,
    /// How many bytes either stream may grow to before the tree is ended.
    pub stream_limit: u64,
    /// What happens to it on the way, if anything.
    pub interrupt: Option<Interrupt>,
}

/// Milliseconds, as records keep them.
pub fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// How a child ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// It returned this code.
    Code(i32),
    /// It died of this signal, sent by somebody else.
    Signal(i32),
    /// It was ended because the deadline passed.
    TimedOut,
    /// It was ended because others had the machine for too long: it would have needed more of it to end in time.
    Starved,
    /// It was ended because a stream outgrew its limit.
    Flooded,
    /// It was ended because the operator asked the whole run to stop at once.
    Killed,
}

impl Exit {
    /// The exit code, when the child returned one.
    pub fn code(self) -> Option<i32> {
        match self {
            Self::Code(code) => Some(code),
            Self::Signal(_) | Self::TimedOut | Self::Starved | Self::Flooded | Self::Killed => None,
        }
    }
}

impl std::fmt::Display for Exit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Code(code) => write!(f, "exit {code}"),
            Self::Signal(signal) => write!(f, "signal {signal}"),
            Self::TimedOut => write!(f, "timed out"),
            Self::Starved => write!(f, "starved on a busy machine"),
            Self::Flooded => write!(f, "flooded a stream"),
            Self::Killed => write!(f, "killed by the operator"),
        }
    }
}

/// What was seen of one finished child.
#[derive(Debug)]
#[must_use = "a finished command that nobody looks at proves nothing"]
pub struct Finished {
    /// How it ended.
    pub exit: Exit,
    /// Its stdout, whole, on disk.
    pub stdout: Stream,
    /// Its stderr, whole, on disk.
    pub stderr: Stream,
    /// From just before the start to the moment the exit was seen.
    pub duration: Duration,
    /// From its last byte on stdout to the moment the exit was seen, as exact as the times of files
    /// are (some 4 ms); `None` when it printed nothing, or the clock was set meanwhile.
    pub tail: Option<Duration>,
    /// User and system time of the child and of the descendants it waited for, to 10 ms.
    pub cpu: Duration,
    /// For how long the child wanted to go on, and others had the cores or the disk: seen every 200 ms, and
    /// nothing where it ended before.
    pub held_up: Duration,
    /// Processes that outlived the child and had to be ended.
    pub leaks: Vec<Leak>,
    /// When it was interrupted, counted from its start; `None` when it ended before.
    pub interrupted: Option<Duration>,
}

/// Why a child could not be run at all.
#[derive(Debug, thiserror::Error)]
pub enum ProcessError {
    /// The program could not be started.
    #[error("start {program}: {source}", program = program.display())]
    Start {
        /// The program asked for.
        program: PathBuf,
        /// What the system said; `NotFound`, `PermissionDenied` and ENOEXEC tell the causes apart.
        source: io::Error,
    },
    /// A stream could not be kept whole: where it lies, there was no room for it. What the child printed is not
    /// known, so nothing can be said of it.
    #[error("keep {stream}: {source}", stream = stream.display())]
    Keep {
        /// The file of the stream.
        stream: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The child could not be watched.
    #[error("watch {program}: {source}", program = program.display())]
    Watch {
        /// The program asked for.
        program: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

/// Runs `invocation` to its end and leaves nothing of it behind.
pub fn run(invocation: &Invocation) -> Result<Finished, ProcessError> {
    let watch = |source| ProcessError::Watch { program: invocation.program.clone(), source };
    adopt_orphans().map_err(watch)?;
    inherited::ignore_nothing().map_err(watch)?;
    let stdout = stream::create(&invocation.stdout)?;
    let stderr = stream::create(&invocation.stderr)?;
    let mark = tree::Mark::new();
    let mut env = invocation.env.clone();
    env.insert(MARK.to_owned(), mark.as_str().into());

    let started = Instant::now();
    let handle = duct::cmd(&invocation.program, &invocation.args)
        .dir(&invocation.cwd)
        .full_env(&env)
        .stdin_null()
        .stdout_file(stdout)
        .stderr_file(stderr)
        .unchecked()
        .before_spawn(|command| {
            std::os::unix::process::CommandExt::process_group(command, 0);
            Ok(())
        })
        .start()
        .map_err(|source| ProcessError::Start { program: invocation.program.clone(), source })?;
    let pid = direct_child(&handle).map_err(watch)?;
    let entry = registry::enter(pid);

    let pidfd = pidfd_open(pid, PidfdFlags::empty()).map_err(|e| watch(e.into()))?;
    let mut share = TreeUsage::default();
    let mut is_over = || {
        let running = started.elapsed();
        share.sample(pid, &mark, running);
        share.is_over(running, invocation.deadline)
    };
    let interrupted =
        interrupt_in_time(invocation, pid, &pidfd, started, &mut is_over).map_err(watch)?;
    let cut = wait_for_end(invocation, &pidfd, &mut is_over).map_err(watch)?;
    if cut.is_some() {
        tree::end(pid, &mark, TERM_GRACE, || has_ended(&pidfd));
    }
    wait_readable(&pidfd, None).map_err(watch)?;
    let (duration, ended_at) = (started.elapsed(), SystemTime::now());
    // The child is a zombie now: its accounts can be read until it is reaped.
    let cpu = tree::cpu_time(pid);
    let status = handle.wait().map_err(watch)?.status;
    let killed = entry.was_killed();
    drop(entry);
    let leaks = tree::sweep(pid, &mark, LEAK_GRACE);

    let exit = match cut {
        _ if killed => Exit::Killed,
        Some(cut) => cut,
        // A quick child may flood and end between two looks.
        None if is_flooded(invocation).map_err(watch)? => Exit::Flooded,
        None => exit_of(status),
    };
    // Taken before the streams are settled, which may touch their times.
    let tail = tail(&invocation.stdout, ended_at).map_err(watch)?;
    Ok(Finished {
        exit,
        stdout: stream::finish(&invocation.stdout)?,
        stderr: stream::finish(&invocation.stderr)?,
        duration,
        tail,
        cpu,
        held_up: share.held_up(),
        leaks,
        interrupted,
    })
}

/// Waits for the moment of the interruption, and sends the signal to the child's whole group.
fn interrupt_in_time(
    invocation: &Invocation,
    pid: Pid,
    pidfd: &OwnedFd,
    started: Instant,
    is_over: &mut impl FnMut() -> Option<Exit>,
) -> io::Result<Option<Duration>> {
    let Some(interrupt) = &invocation.interrupt else {
        return Ok(None);
    };
    while !interrupt.point.has_come(started.elapsed()) {
        if is_over().is_some() || wait_readable(pidfd, Some(INTERRUPT_WATCH))? {
            return Ok(None);
        }
    }
    // The child may be gone by now; then there is nothing to interrupt.
    let sent = rustix::process::kill_process_group(pid, interrupt.signal.signal());
    Ok(sent.is_ok().then(|| started.elapsed()))
}

fn tail(stdout: &Path, ended_at: SystemTime) -> io::Result<Option<Duration>> {
    let metadata = fs_err::metadata(stdout)?;
    let last_byte = metadata.modified()?;
    Ok(ended_at.duration_since(last_byte).ok().filter(|_| metadata.len() > 0))
}

/// Waits until the child ends (`None`) or has to be ended (`Some`).
fn wait_for_end(
    invocation: &Invocation,
    pidfd: &OwnedFd,
    is_over: &mut impl FnMut() -> Option<Exit>,
) -> io::Result<Option<Exit>> {
    // A deadline is told as exactly as this, and no later.
    let look = tree_usage::SAMPLE_EVERY.min(invocation.deadline / 10);
    loop {
        if wait_readable(pidfd, Some(look))? {
            return Ok(None);
        }
        if is_flooded(invocation)? {
            return Ok(Some(Exit::Flooded));
        }
        if let Some(end) = is_over() {
            return Ok(if has_ended(pidfd) { None } else { Some(end) });
        }
    }
}

fn is_flooded(invocation: &Invocation) -> io::Result<bool> {
    for path in [&invocation.stdout, &invocation.stderr] {
        if fs_err::metadata(path)?.len() > invocation.stream_limit {
            return Ok(true);
        }
    }
    Ok(false)
}

fn has_ended(pidfd: &OwnedFd) -> bool {
    wait_readable(pidfd, Some(Duration::ZERO)).unwrap_or(true)
}

/// A pidfd is readable once its process has ended.
fn wait_readable(pidfd: &OwnedFd, timeout: Option<Duration>) -> io::Result<bool> {
    let timeout = timeout.map(Timespec::try_from).transpose().map_err(io::Error::other)?;
    loop {
        let mut fds = [PollFd::new(pidfd, PollFlags::IN)];
        match poll(&mut fds, timeout.as_ref()) {
            Ok(ready) => return Ok(ready > 0),
            Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
}

fn direct_child(handle: &duct::Handle) -> io::Result<Pid> {
    handle
        .pids()
        .first()
        .and_then(|&pid| i32::try_from(pid).ok())
        .and_then(Pid::from_raw)
        .ok_or_else(|| io::Error::other("the child has no process id"))
}

fn exit_of(status: std::process::ExitStatus) -> Exit {
    use std::os::unix::process::ExitStatusExt;
    match (status.code(), status.signal()) {
        (Some(code), _) => Exit::Code(code),
        (None, signal) => Exit::Signal(signal.unwrap_or(Signal::KILL.as_raw())),
    }
}
