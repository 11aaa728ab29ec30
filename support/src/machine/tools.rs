//! Programs of the system, tried with the environment that a product gets.

use std::path::{Path, PathBuf};

use crate::nested_env::EnvError;
use crate::nested_env::reason::Reason;
use crate::nested_env::tool::{QUICK, run_tool};
use crate::nested_env::tool_output::ToolOutput;
use crate::process::Invocation;
use crate::sandbox::Sandbox;
use crate::skip::{SkipCode, SkipPhase};

/// The oldest git that does what sandboxes ask of it: it obeys `init.defaultBranch`. The product asks for less.
const GIT: (u32, u32) = (2, 28);

/// More than any of them has to say, in bytes.
const STREAM_LIMIT: u64 = 1024 * 1024;

/// Where the system keeps its programs; the last folders of the product's PATH, too.
const SYSTEM: &str = "/usr/bin:/bin";

/// What root must give up to be bound by permissions.
pub const PERMISSIONS: [&str; 2] = [
    "--bounding-set=-dac_override,-dac_read_search,-fowner",
    "--inh-caps=-dac_override,-dac_read_search,-fowner",
];

/// A program of the system, as scenarios look for it.
pub fn system_program(name: &str) -> Option<PathBuf> {
    which::which_in(name, Some(SYSTEM), "/").ok()
}

/// A sandbox to try a tool in.
struct Bench {
    sandbox: Sandbox,
}

impl Bench {
    fn new(root: &Path, name: &str) -> Result<Self, EnvError> {
        let sandbox = Sandbox::create(&root.join(name))?;
        Ok(Self { sandbox })
    }

    fn run(&self, program: &Path, args: &[&str]) -> Result<ToolOutput, EnvError> {
        run_tool(&Invocation {
            program: program.to_owned(),
            args: args.iter().map(Into::into).collect(),
            cwd: self.sandbox.tmp(),
            // No product's folder comes first: there is none yet, and none has a git in it.
            env: self.sandbox.env(&self.sandbox.tmp()),
            stdout: self.sandbox.streams().join("stdout"),
            stderr: self.sandbox.streams().join("stderr"),
            deadline: QUICK,
            stream_limit: STREAM_LIMIT,
            interrupt: None,
        })
    }

    fn path(&self) -> Option<std::ffi::OsString> {
        self.sandbox.env(&self.sandbox.tmp()).remove("PATH")
    }
}

pub(super) fn git(root: &Path) -> Result<String, EnvError> {
    let bench = Bench::new(root, "git")?;
    let reason = |code| Reason::new(code, SkipPhase::Probe, "git");
    let Ok(git) = which::which_in("git", bench.path(), "/") else {
        return Err(reason(SkipCode::GitAbsent)
            .excerpt("there is no git on the PATH that a product gets")
            .into());
    };
    let told = bench.run(&git, &["--version"])?;
    let version = told.stdout.trim().to_owned();
    let Some(found) = version_in(&version).filter(|_| told.succeeded()) else {
        return Err(broken(reason(SkipCode::GitBroken), &told).into());
    };
    if found < GIT {
        let text = format!("{version} at {}, older than {}.{}", git.display(), GIT.0, GIT.1);
        return Err(reason(SkipCode::GitTooOld).excerpt(&text).into());
    }
    for args in [
        &["init", "--quiet", "repo"][..],
        &["-C", "repo", "commit", "--quiet", "--allow-empty", "-m", "one"],
        &["-C", "repo", "worktree", "add", "--quiet", "-b", "lane", "../lane", "main"],
    ] {
        let told = bench.run(&git, args)?;
        if !told.succeeded() {
            return Err(broken(reason(SkipCode::GitBroken), &told).into());
        }
    }
    Ok(format!("{version} at {}", git.display()))
}

/// What it said counts for more than how it ended, unless it did not end.
fn broken(reason: Reason, told: &ToolOutput) -> Reason {
    let reason = reason.of(told);
    let words = told.everything();
    match words.trim() {
        "" => reason,
        words => reason.excerpt(words),
    }
}

/// The first two numbers of `git version 2.47.3`.
fn version_in(text: &str) -> Option<(u32, u32)> {
    let words = text.strip_prefix("git version ")?;
    let mut numbers = words.split('.').map(|number| {
        let digits = number.split(|c: char| !c.is_ascii_digit()).next();
        digits?.parse::<u32>().ok()
    });
    Some((numbers.next()??, numbers.next()??))
}

pub(super) fn shell(root: &Path) -> Result<String, EnvError> {
    let bench = Bench::new(root, "shell")?;
    let shell = Path::new("/bin/sh");
    answers(&bench, "sh", shell, &["-c", "printf w; printf orks"], "works")
}

pub(super) fn terminal(root: &Path) -> Result<String, EnvError> {
    let bench = Bench::new(root, "terminal")?;
    let asked = "test -t 1 && printf works";
    util_linux(&bench, "script", &["-qec", asked, "/dev/null"])
}

pub(super) fn file_limit(root: &Path) -> Result<String, EnvError> {
    let bench = Bench::new(root, "file-limit")?;
    let asked = ["--fsize=65536", "/bin/sh", "-c", "printf works"];
    util_linux(&bench, "prlimit", &asked)
}

pub(super) fn privileges(root: &Path) -> Result<String, EnvError> {
    let bench = Bench::new(root, "privileges")?;
    let asked = ["/bin/sh", "-c", "printf works"];
    let args: Vec<&str> = PERMISSIONS.into_iter().chain(asked).collect();
    util_linux(&bench, "setpriv", &args)
}

fn util_linux(bench: &Bench, name: &str, args: &[&str]) -> Result<String, EnvError> {
    let Some(program) = system_program(name) else {
        let text = format!("there is no {name} in {SYSTEM}");
        let reason = Reason::new(SkipCode::ToolMissing, SkipPhase::Probe, name);
        return Err(reason.excerpt(&text).into());
    };
    answers(bench, name, &program, args, "works")
}

fn answers(
    bench: &Bench,
    name: &str,
    program: &Path,
    args: &[&str],
    wanted: &str,
) -> Result<String, EnvError> {
    let told = bench.run(program, args)?;
    if told.succeeded() && told.stdout == wanted {
        return Ok(program.display().to_string());
    }
    let reason = Reason::new(SkipCode::ToolMissing, SkipPhase::Probe, name);
    Err(broken(reason, &told).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_as_git_writes_them() {
        for (text, version) in [
            ("git version 2.47.3", Some((2, 47))),
            ("git version 2.39.3 (Apple Git-146)", Some((2, 39))),
            ("git version 2.45.1.windows.1", Some((2, 45))),
            ("git version 3.0-rc1", Some((3, 0))),
            ("git version two", None),
            ("gitea 1.2.3", None),
            ("", None),
        ] {
            assert_eq!(version_in(text), version, "{text}");
        }
    }

    #[test]
    fn nothing_is_taken_for_the_terminal_but_one() {
        let root = tempfile::tempdir().unwrap();
        let bench = Bench::new(root.path(), "bench").unwrap();
        let no_terminal = ["-c", "test -t 1 && printf works"];
        let refused = answers(&bench, "script", Path::new("/bin/sh"), &no_terminal, "works");
        assert!(
            matches!(refused, Err(EnvError::Prevented(reason)) if reason.code == SkipCode::ToolMissing)
        );
    }
}
