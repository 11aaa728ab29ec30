//! What the product under test offers, read from its own help pages.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use support::process::{self, Invocation};
use support::sandbox::Ground;

use super::{Halt, STREAM_LIMIT, Setting};

/// Help pages by command, each fetched once in a run.
#[derive(Debug, Default)]
pub struct Surface {
    pages: Mutex<BTreeMap<String, String>>,
}

impl Surface {
    pub(super) fn offers(
        &self,
        setting: &Setting,
        command: &[&str],
        option: &str,
    ) -> Result<bool, Halt> {
        let mut pages = self.pages.lock().unwrap_or_else(PoisonError::into_inner);
        let key = command.join(" ");
        if !pages.contains_key(&key) {
            let page = help_page(setting, command)?;
            pages.insert(key.clone(), page);
        }
        let page = pages.get(&key).map_or("", String::as_str);
        Ok(page
            .split(|c: char| !(c.is_ascii_alphanumeric() || c == '-'))
            .any(|word| word == option))
    }
}

/// Not a step: it judges nothing, and which scenario asks first is chance.
fn help_page(setting: &Setting, command: &[&str]) -> Result<String, Halt> {
    let mut ground = Ground::new("help", setting.home.as_deref())?;
    let sandbox = ground.sandbox()?;
    let finished = process::run(&Invocation {
        program: setting.executable.clone(),
        args: command.iter().chain(&["--help"]).map(Into::into).collect(),
        cwd: sandbox.tmp(),
        env: sandbox.env(&setting.bin),
        stdout: sandbox.streams().join("help.stdout"),
        stderr: sandbox.streams().join("help.stderr"),
        deadline: setting.deadline,
        stream_limit: STREAM_LIMIT,
    })?;
    let page = finished.stdout.bytes()?;
    Ok(String::from_utf8_lossy(&page).into_owned())
}
