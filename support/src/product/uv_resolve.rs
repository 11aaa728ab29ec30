//! Resolves with uv: which packages a product gets, for a date, as an exact lock.

use std::ffi::OsStr;
use std::fmt::Write;
use std::path::Path;

use jiff::Timestamp;

use super::finding::Finding;
use super::spec::ProductSpec;
use super::yanked::{blocking_yank, taken_yanks};
use super::{Interpreter, PACKAGE};
use crate::nested_env::reason::EnvError;
use crate::nested_env::tool::{RESOLVE, Tools};
use crate::nested_env::tool_output::ToolOutput;
use crate::nested_env::uv::{Uv, find_cause};
use crate::skip::{SkipCode, SkipPhase};

/// How many yanked dependencies are taken before a release is given up.
const MOST_YANKED: usize = 8;

/// uv at work on the packages of one product.
pub(super) struct Resolver<'a> {
    pub(super) uv: Uv,
    pub(super) interpreter: &'a Interpreter,
    pub(super) tools: &'a Tools,
    /// Where what is asked for is written down, and the lock is kept.
    pub(super) room: &'a Path,
}

/// What a resolution says.
pub(super) struct Compiled {
    pub(super) lock: String,
    pub(super) stderr: String,
}

impl Resolver<'_> {
    /// Resolves for a date. A dependency that is yanked is taken when the release insists on it,
    /// as pip would; that is a finding.
    pub(super) fn resolve(
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
                        return Err(self.env_error(&said, SkipCode::Unresolvable));
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
            .map_err(|said| self.env_error(&said, SkipCode::Unresolvable))
    }

    fn compile_once(
        &self,
        requirements: &[String],
        options: &[&str],
    ) -> Result<Result<Compiled, ToolOutput>, EnvError> {
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

    pub(super) fn env_error(&self, said: &ToolOutput, otherwise: SkipCode) -> EnvError {
        find_cause(said, SkipPhase::Install, otherwise, self.interpreter)
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
