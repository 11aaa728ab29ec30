//! Two commands at the same time, on one machine: one HOME, one TMPDIR.

use std::path::PathBuf;

use shell_words::quote;
use support::check::{Judgement, none_of};

use super::review_of;
use crate::context::{Abort, Mission, PRODUCT, Step, TestContext};

/// What became of the two.
#[derive(Debug)]
pub(super) struct AtOnce {
    /// The shell that ran them; its stdout shows both, one after the other.
    pub step: Step,
    /// Exit code and stdout of each.
    pub each: [PromptRead; 2],
}

/// What one of the two said.
#[derive(Debug)]
pub(super) struct PromptRead {
    exit: String,
    /// Its stdout.
    pub stdout: String,
}

/// Reviews both missions at the same time, as one person does with two agents.
pub(super) fn review_both(
    context: &mut TestContext<'_>,
    missions: &[Mission; 2],
) -> Result<AtOnce, Abort> {
    let Some(host) = missions.first() else {
        return Err(Abort::Broken("two missions are none".to_owned()));
    };
    let mut lines = Vec::new();
    for (index, mission) in missions.iter().enumerate() {
        let words = context.words_for(&review_of(mission))?.unwrap_or_default();
        let command =
            shell_words::join(std::iter::once(PRODUCT).chain(words.iter().map(String::as_str)));
        let (repo, name) = (mission.repo(), NAMES[index]);
        lines.push(format!(
            "(cd {} && {command} >\"$TMPDIR/{name}.out\" 2>\"$TMPDIR/{name}.err\"; echo $? >\"$TMPDIR/{name}.exit\") &",
            quote(&repo.to_string_lossy())
        ));
    }
    lines.push("wait".to_owned());
    for name in NAMES {
        lines.push(format!(
            "echo \"== the {name}: exit $(cat \"$TMPDIR/{name}.exit\")\"; cat \"$TMPDIR/{name}.out\" \"$TMPDIR/{name}.err\""
        ));
    }
    let step = context.shell(host, &lines.join("\n")).run()?;
    let folder = context.tmp_of(host)?;
    let [first, second] = NAMES.map(|name| read_prompt(&folder.join(name)));
    Ok(AtOnce { step, each: [first?, second?] })
}

const NAMES: [&str; 2] = ["first", "second"];

fn read_prompt(at: &std::path::Path) -> Result<PromptRead, Abort> {
    let read = |extension: &str| -> Result<String, Abort> {
        let file: PathBuf = at.with_extension(extension);
        Ok(String::from_utf8_lossy(&fs_err::read(file)?).into_owned())
    };
    Ok(PromptRead { exit: read("exit")?.trim().to_owned(), stdout: read("out")? })
}

impl AtOnce {
    /// Whether both ended well.
    pub(super) fn both_succeed(&self) -> Judgement {
        let failed: Vec<String> = NAMES
            .iter()
            .zip(&self.each)
            .filter(|(_, said)| said.exit != "0")
            .map(|(name, said)| format!("{name}: exit={}\n{}", said.exit, self.step.quote()))
            .collect();
        none_of("exit 0 of both", &failed, |first| {
            let exit = first.lines().next().unwrap_or_default();
            exit.split_once(": ").map_or(exit, |(_, exit)| exit).to_owned()
        })
    }
}
