//! Installs with uv: resolve for a date, lock exactly, install the lock.

use std::ffi::OsStr;
use std::fmt::Write;
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::error::{ProvisionError, Reason};
use super::finding::Finding;
use super::pylock::Pylock;
use super::spec::ProductSpec;
use super::store::key;
use super::tool::{INSTALL, QUICK, RESOLVE, Said, Tools};
use super::uv_text::{blocking_yank, classify, taken_yanks};
use super::{Interpreter, Made, PACKAGE, as_of};
use crate::skip::{SkipCode, SkipPhase};

/// What every call begins with: no configuration of the machine's, no ornament.
const GLOBAL: [&str; 5] = [
    "--no-config",
    "--no-progress",
    "--no-python-downloads",
    "--color",
    "never",
];

/// The oldest uv that reads and writes `pylock.toml` as we need it.
const OLDEST: (u32, u32) = (0, 8);

/// How many yanked dependencies are taken before a release is given up.
const MOST_YANKED: usize = 8;

/// A uv that serves.
#[derive(Debug)]
pub(super) struct Uv {
    program: PathBuf,
}

/// What a resolution says.
pub(super) struct Compiled {
    pub(super) lock: String,
    pub(super) stderr: String,
}

/// The uv on the caller's PATH.
pub(super) fn on_path(tools: &Tools<'_>) -> Result<Option<Uv>, ProvisionError> {
    let Ok(program) = which::which_in("uv", Some(&tools.caller.path), "/") else {
        return Ok(None);
    };
    Ok(serves(&program, tools)?.then_some(Uv { program }))
}

/// The caller's uv, else one in our own store; `None` when there is none to be had.
pub(super) fn obtain(
    interpreter: &Interpreter,
    tools: &Tools<'_>,
) -> Result<Option<Uv>, ProvisionError> {
    if let Some(uv) = on_path(tools)? {
        return Ok(Some(uv));
    }
    let shelf = tools
        .store
        .shelf("tools", &key("uv", &[&interpreter.version]));
    let kept = |program: PathBuf| -> Result<Option<Uv>, ProvisionError> {
        Ok(serves(&program, tools)?.then_some(Uv { program }))
    };
    if let Some(program) = shelf.record::<PathBuf>()
        && let Some(uv) = kept(program)?
    {
        return Ok(Some(uv));
    }
    let turn = shelf.lock()?;
    if let Some(program) = shelf.record::<PathBuf>()
        && let Some(uv) = kept(program)?
    {
        return Ok(Some(uv));
    }
    let room = turn.fresh()?;
    let target = room.join("site");
    let args = ["-m", "pip", "install", "--only-binary", ":all:", "--target"].map(OsStr::new);
    let said = tools.run(
        &interpreter.path,
        args.into_iter()
            .chain([target.as_os_str(), OsStr::new("uv")]),
        INSTALL,
    )?;
    let program = target.join("bin/uv");
    let everything = format!("{}\n{}", said.stderr, said.stdout);
    let unreachable = classify(&everything, SkipCode::UvAbsent) == SkipCode::RegistryUnreachable;
    if said.timed_out() || (unreachable && !said.succeeded()) {
        // pip would fail in the same way, or, once the registry is back, quietly make an
        // environment that is not dated.
        return Err(
            Reason::new(SkipCode::RegistryUnreachable, SkipPhase::Probe, "pip")
                .of(&said)
                .interpreter(interpreter)
                .into(),
        );
    }
    // Why else it could not be had does not matter: venv and pip serve.
    if !said.succeeded() || !serves(&program, tools)? {
        return Ok(None);
    }
    turn.publish(&room, &program)?;
    Ok(Some(Uv { program }))
}

/// Whether the program runs and is new enough.
fn serves(program: &Path, tools: &Tools<'_>) -> Result<bool, ProvisionError> {
    let said = tools.run(program, ["--version"], QUICK)?;
    Ok(said.succeeded() && version(&said.stdout).is_some_and(|version| version >= OLDEST))
}

/// `uv 0.13.8 (x86_64-unknown-linux-gnu)`
fn version(said: &str) -> Option<(u32, u32)> {
    let mut numbers = said.split_whitespace().nth(1)?.split('.').map(str::parse);
    Some((numbers.next()?.ok()?, numbers.next()?.ok()?))
}

impl Uv {
    /// Makes `env` with the product and its dependencies; the lock is kept in `room`.
    pub(super) fn install(
        &self,
        spec: &ProductSpec,
        interpreter: &Interpreter,
        tools: &Tools<'_>,
        room: &Path,
        env: &Path,
    ) -> Result<Made, ProvisionError> {
        let as_of = as_of::find(self, spec, interpreter, tools, room)?;
        let (compiled, yanked) = self.resolve(spec, as_of.date, interpreter, tools, room)?;
        let lock_file = room.join("pylock.toml");
        fs_err::write(&lock_file, &compiled.lock)?;
        self.create(env, interpreter, tools)?;
        let python = env.join("bin/python");
        let args = [
            "pip".as_ref(),
            "install".as_ref(),
            "--compile-bytecode".as_ref(),
            "--python".as_ref(),
            python.as_os_str(),
            "--requirements".as_ref(),
            lock_file.as_os_str(),
        ];
        let said = self.run(args, INSTALL, tools)?;
        if !said.succeeded() {
            return Err(refusal(
                &said,
                SkipPhase::Install,
                SkipCode::NotInstalled,
                interpreter,
            ));
        }
        let lock = Pylock::parse(&compiled.lock)
            .map_err(|error| ProvisionError::Store(std::io::Error::other(error)))?;
        let mut findings = as_of.findings;
        findings.extend(yanked);
        Ok(Made {
            lock: lock.packages(),
            findings,
            as_of: as_of.date.map(|date| date.to_string()),
        })
    }

    /// Resolves for a date. A dependency that is yanked is taken when the release insists on it,
    /// as pip would; that is a finding.
    fn resolve(
        &self,
        spec: &ProductSpec,
        date: Option<Timestamp>,
        interpreter: &Interpreter,
        tools: &Tools<'_>,
        room: &Path,
    ) -> Result<(Compiled, Vec<Finding>), ProvisionError> {
        let mut requirements = vec![requirement(spec)];
        let mut findings: Vec<Finding> = Vec::new();
        let date = date.map(|date| date.to_string());
        let options: Vec<&str> = date
            .iter()
            .flat_map(|date| ["--exclude-newer", date])
            .collect();
        loop {
            match self.compile_once(&requirements, &options, interpreter, tools, room)? {
                Ok(compiled) => {
                    for yanked in taken_yanks(&compiled.stderr) {
                        let finding = yanked.finding();
                        if findings.iter().all(|known| known.about != finding.about) {
                            findings.push(finding);
                        }
                    }
                    return Ok((compiled, findings));
                }
                Err(said) => {
                    let yanked = blocking_yank(&said.stderr)
                        .filter(|yanked| !requirements.contains(&yanked.requirement()))
                        .filter(|_| requirements.len() <= MOST_YANKED);
                    let Some(yanked) = yanked else {
                        return Err(refusal(
                            &said,
                            SkipPhase::Install,
                            SkipCode::Unresolvable,
                            interpreter,
                        ));
                    };
                    findings.push(yanked.finding());
                    requirements.push(yanked.requirement());
                }
            }
        }
    }

    /// A lock for `requirements`; an error when there is none.
    pub(super) fn compile(
        &self,
        requirements: &[String],
        options: &[&str],
        interpreter: &Interpreter,
        tools: &Tools<'_>,
        room: &Path,
    ) -> Result<Compiled, ProvisionError> {
        self.compile_once(requirements, options, interpreter, tools, room)?
            .map_err(|said| {
                refusal(
                    &said,
                    SkipPhase::Install,
                    SkipCode::Unresolvable,
                    interpreter,
                )
            })
    }

    fn compile_once(
        &self,
        requirements: &[String],
        options: &[&str],
        interpreter: &Interpreter,
        tools: &Tools<'_>,
        room: &Path,
    ) -> Result<Result<Compiled, Said>, ProvisionError> {
        let input = room.join("requirements.in");
        fs_err::write(&input, requirements.join("\n") + "\n")?;
        let mut args: Vec<&OsStr> = ["pip", "compile", "--no-header", "--format", "pylock.toml"]
            .map(OsStr::new)
            .into();
        args.extend(options.iter().map(OsStr::new));
        args.extend([
            OsStr::new("--python"),
            interpreter.path.as_os_str(),
            input.as_os_str(),
        ]);
        let said = self.run(args, RESOLVE, tools)?;
        Ok(if said.succeeded() {
            Ok(Compiled {
                lock: said.stdout,
                stderr: said.stderr,
            })
        } else {
            Err(said)
        })
    }

    fn create(
        &self,
        env: &Path,
        interpreter: &Interpreter,
        tools: &Tools<'_>,
    ) -> Result<(), ProvisionError> {
        let args = [
            "venv".as_ref(),
            "--python".as_ref(),
            interpreter.path.as_os_str(),
            env.as_os_str(),
        ];
        let said = self.run(args, QUICK, tools)?;
        if said.succeeded() {
            return Ok(());
        }
        Err(refusal(
            &said,
            SkipPhase::Create,
            SkipCode::EnvironmentNotCreated,
            interpreter,
        ))
    }

    fn run<'a>(
        &self,
        args: impl IntoIterator<Item = &'a OsStr>,
        deadline: std::time::Duration,
        tools: &Tools<'_>,
    ) -> Result<Said, ProvisionError> {
        tools.run(
            &self.program,
            GLOBAL.map(OsStr::new).into_iter().chain(args),
            deadline,
        )
    }
}

/// How the product is asked for.
fn requirement(spec: &ProductSpec) -> String {
    match spec {
        ProductSpec::Release(release) => format!("{PACKAGE}=={release}"),
        ProductSpec::Wheel(path) | ProductSpec::Checkout(path) | ProductSpec::Executable(path) => {
            format!("{PACKAGE} @ {}", file_url(path))
        }
    }
}

/// `file:///a%20folder/of%23mine`
fn file_url(path: &Path) -> String {
    let mut url = "file://".to_owned();
    for &byte in path.as_os_str().as_encoded_bytes() {
        if byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte) {
            url.push(char::from(byte));
        } else {
            // Writing into a String cannot fail.
            let _ = write!(url, "%{byte:02X}");
        }
    }
    url
}

fn refusal(
    said: &Said,
    phase: SkipPhase,
    otherwise: SkipCode,
    interpreter: &Interpreter,
) -> ProvisionError {
    Reason::new(classify(&said.stderr, otherwise), phase, "uv")
        .of(said)
        .interpreter(interpreter)
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_may_hold_anything() {
        let path = Path::new("/a folder/50%#1/spec_kitty_cli-3.2.7-py3-none-any.whl");
        let url = "file:///a%20folder/50%25%231/spec_kitty_cli-3.2.7-py3-none-any.whl";
        assert_eq!(file_url(path), url);
    }

    #[test]
    fn an_old_uv_does_not_serve() {
        assert_eq!(
            version("uv 0.13.8 (x86_64-unknown-linux-gnu)\n"),
            Some((0, 13))
        );
        assert!(version("uv 0.4.30 (61ed2a236 2024-11-04)").unwrap() < OLDEST);
        assert_eq!(version("hello"), None);
    }
}
