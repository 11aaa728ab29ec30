//! What the product under test offers, read from its own help pages.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use serde::Serialize;
use support::network::NetworkIsolation;
use support::process::Exit;
use support::sandbox::SandboxRoot;
use support::skip::{SkipCode, SkipPhase, SkipReason};

use super::config::argv_of;
use super::{Abort, ContextConfig, PRODUCT};
use crate::traceback::exception_name;

/// Help pages by command, each fetched once for a product.
#[derive(Debug, Default)]
pub struct HelpIndex {
    pages: Mutex<BTreeMap<String, String>>,
    /// Where the pages of an installed product are kept: they change only with it.
    file: Option<PathBuf>,
}

impl HelpIndex {
    /// The help index of a product whose pages are kept in `file`. A file that cannot be read is
    /// made anew.
    pub fn kept_in(file: PathBuf) -> Self {
        let pages = fs_err::read(&file)
            .ok()
            .and_then(|text| serde_json::from_slice(&text).ok())
            .unwrap_or_default();
        Self { pages: Mutex::new(pages), file: Some(file) }
    }

    pub(super) fn offers(
        &self,
        config: &ContextConfig,
        network: &NetworkIsolation,
        command: &[&str],
        option: &str,
    ) -> Result<bool, Abort> {
        let mut pages = self.pages.lock().unwrap_or_else(PoisonError::into_inner);
        let key = command.join(" ");
        if !pages.contains_key(&key) {
            let page = help_page(config, network, command)?;
            pages.insert(key.clone(), page);
            if let Some(file) = &self.file {
                keep(file, &*pages)?;
            }
        }
        let page = pages.get(&key).map_or("", String::as_str);
        let word = |c: char| c.is_ascii_alphanumeric() || c == '-';
        Ok(page.split(|c| !word(c)).any(|found| found == option))
    }
}

/// Whole or not at all: another kitty-gate may read it at any time.
pub(super) fn keep<T: Serialize>(file: &Path, kept: &T) -> Result<(), Abort> {
    let draft = file.with_extension(format!("new-{}", std::process::id()));
    let text = serde_json::to_vec(kept).map_err(std::io::Error::from)?;
    fs_err::write(&draft, text)?;
    Ok(fs_err::rename(draft, file)?)
}

fn help_page(
    config: &ContextConfig,
    network: &NetworkIsolation,
    command: &[&str],
) -> Result<String, Abort> {
    let mut sandbox_root = SandboxRoot::new("help", config.home.as_deref())?;
    let sandbox = sandbox_root.sandbox()?;
    let env = config.env_of(&sandbox, &config.bin, network);
    let words = [command, &["--help"]].concat();
    let finished = config.run_unrecorded(&sandbox, sandbox.tmp(), env, &words)?;
    let argv = argv_of(&words);
    let page = finished.stdout.bytes().map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    let crash = exception_name(&finished.stderr.excerpt(CRASH_QUOTE)?);
    match (finished.exit, page) {
        (Exit::Code(0), Ok(page)) if !page.trim().is_empty() => Ok(page),
        // A product that crashes says nothing about what it offers.
        (_, Ok(_)) if crash.is_some() => {
            let crash = crash.unwrap_or_default();
            Err(Abort::Useless(format!("{}: {crash}", argv.join(" "))))
        }
        // No such command: nothing is offered. Any other refusal says nothing, and is not kept.
        (Exit::Code(2), Ok(_)) => Ok(String::new()),
        (Exit::Code(1), Ok(page)) if is_renamed(&page, &finished.stderr.excerpt(CRASH_QUOTE)?) => {
            Ok(String::new())
        }
        // Never kept: what a bad moment says about a command is not what the product offers.
        (exit, _) => Err(Abort::Missing(Box::new(no_answer(argv, exit)))),
    }
}

/// From 4.0 on, an old name says where the command went.
fn is_renamed(stdout: &str, stderr: &str) -> bool {
    [stdout, stderr].iter().any(|text| text.contains("command has been renamed to"))
}

/// How much of a stream is searched for a traceback, in bytes.
const CRASH_QUOTE: usize = 1024 * 1024;

fn no_answer(argv: Vec<String>, exit: Exit) -> SkipReason {
    SkipReason {
        code: SkipCode::NotExercised,
        phase: SkipPhase::Scenario,
        tool: PRODUCT.to_owned(),
        argv,
        exit: exit.code(),
        excerpt: format!("its help page cannot be read: {exit}"),
        interpreter: None,
        remediation: "run the command by hand to see what it does".to_owned(),
    }
}
