//! Installs with uv: resolve for a date, lock exactly, install the lock.

use std::ffi::OsStr;
use std::fmt::Write;
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::finding::Finding;
use super::pylock::Pylock;
use super::spec::ProductSpec;
use super::yanked::{blocking_yank, taken_yanks};
use super::{Interpreter, Made, PACKAGE, as_of};
use crate::nested_env::reason::EnvError;
use crate::nested_env::tool::{INSTALL, RESOLVE, Said, Tools};
use crate::nested_env::uv::{Uv, refusal};
use crate::nested_env::{Way, make};
use crate::skip::{SkipCode, SkipPhase};

/// How many yanked dependencies are taken before a release is given up.
const MOST_YANKED: usize = 8;

/// uv at work on one product.
pub(super) struct Installer<'a> {
    pub(super) uv: Uv,
    pub(super) interpreter: &'a Interpreter,
    pub(super) tools: &'a Tools,
    /// Where the lock is kept.
    pub(super) room: &'a Path,
}

/// What a resolution says.
pub(super) struct Compiled {
    pub(super) lock: String,
    pub(super) stderr: String,
}

/// The file in a room that pins every package; it can be installed again.
pub(super) fn lock_file(room: &Path) -> PathBuf {
    room.join("pylock.toml")
}

impl Installer<'_> {
    /// Makes `env` with the product and its dependencies.
    pub(super) fn install(self, spec: &ProductSpec, env: &Path) -> Result<Made, EnvError> {
        let as_of = as_of::find(&self, spec)?;
        let (compiled, yanked) = self.resolve(spec, as_of.date)?;
        let lock_file = lock_file(self.room);
        fs_err::write(&lock_file, &compiled.lock)?;
        make(env, &Way::Uv(self.uv.clone()), self.interpreter, self.tools)?;
        let python = env.join("bin/python");
        let args = ["pip", "install", "--compile-bytecode"].map(OsStr::new);
        let more = [
            "--python".as_ref(),
            python.as_os_str(),
            "--requirements".as_ref(),
            lock_file.as_os_str(),
        ];
        let said = self.uv.run(args.into_iter().chain(more), INSTALL, self.tools)?;
        if !said.succeeded() {
            return Err(self.refusal(&said, SkipCode::NotInstalled));
        }
        let lock = Pylock::parse(&compiled.lock)
            .map_err(|error| EnvError::Io(std::io::Error::other(error)))?;
        let mut findings = as_of.findings;
        findings.extend(yanked);
        Ok(Made { lock: lock.packages(), findings, as_of: as_of.date.map(|date| date.to_string()) })
    }

    /// Resolves for a date. A dependency that is yanked is taken when the release insists on it,
    /// as pip would; that is a finding.
    fn resolve(
        &self,
        spec: &ProductSpec,
        date: Option<Timestamp>,
    ) -> Result<(Compiled, Vec<Finding>), EnvError> {
        let mut requirements = vec![requirement(spec)];
        let mut findings: Vec<Finding> = Vec::new();
        let date = date.map(|date| date.to_string());
        let options: Vec<&str> = date.iter().flat_map(|date| ["--exclude-newer", date]).collect();
        loop {
            match self.compile_once(&requirements, &options)? {
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
                        return Err(self.refusal(&said, SkipCode::Unresolvable));
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
    ) -> Result<Compiled, EnvError> {
        self.compile_once(requirements, options)?
            .map_err(|said| self.refusal(&said, SkipCode::Unresolvable))
    }

    fn compile_once(
        &self,
        requirements: &[String],
        options: &[&str],
    ) -> Result<Result<Compiled, Said>, EnvError> {
        let input = self.room.join("requirements.in");
        fs_err::write(&input, requirements.join("\n") + "\n")?;
        let mut args: Vec<&OsStr> =
            ["pip", "compile", "--no-header", "--format", "pylock.toml"].map(OsStr::new).into();
        args.extend(options.iter().map(OsStr::new));
        args.extend([OsStr::new("--python"), self.interpreter.path.as_os_str(), input.as_os_str()]);
        let said = self.uv.run(args, RESOLVE, self.tools)?;
        Ok(if said.succeeded() {
            Ok(Compiled { lock: said.stdout, stderr: said.stderr })
        } else {
            Err(said)
        })
    }

    fn refusal(&self, said: &Said, otherwise: SkipCode) -> EnvError {
        refusal(said, SkipPhase::Install, otherwise, self.interpreter)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_may_hold_anything() {
        let path = Path::new("/a folder/50%#1/spec_kitty_cli-3.2.7-py3-none-any.whl");
        let url = "file:///a%20folder/50%25%231/spec_kitty_cli-3.2.7-py3-none-any.whl";
        assert_eq!(file_url(path), url);
    }
}
