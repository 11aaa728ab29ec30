//! Writes a draft of the form from the recorded reason.

use std::fmt::Write;

use jiff::civil::Date;
use support::skip::{SkipCode, SkipReason};

use crate::document::RunDocument;
use crate::gate::document::NotJudged;
use crate::gate::not_judged::of_skip;
use crate::reference;
use crate::verdict::Verdict;

/// Why there can be no exception for a scenario.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoDraft {
    /// It was proven.
    #[error("`{0}` passed: there is nothing to excuse")]
    Passed(String),
    /// The product failed.
    #[error("`{0}` failed: what the product does wrong belongs into the issue matrix")]
    Failed(String),
    /// kitty-gate broke.
    #[error("`{0}` has no verdict because kitty-gate or a control broke: that is to be mended")]
    Broken(String),
    /// Nobody ran it, or not to its end.
    #[error(
        "`{0}` was never tried: there is no exception for what this run did not run to its end"
    )]
    NotTried(String),
    /// The machine stopped it before anything of it began.
    #[error("nothing of `{id}` began (`{code}`): there is no exception for what was never tried")]
    NotStarted {
        /// The scenario.
        id: String,
        /// The code of the recorded reason.
        code: SkipCode,
    },
    /// It was run and did not come to its promise, and the machine is not at fault.
    #[error("`{id}` was not prevented by the machine: what was recorded is `{code}`")]
    NotPrevented {
        /// The scenario.
        id: String,
        /// The code of the recorded reason.
        code: SkipCode,
    },
}

/// A draft for `id`. What only a person can say is marked TODO, and the form is refused until it is
/// filled in.
pub fn draft(run: &RunDocument, id: &str, today: Date) -> Result<String, NoDraft> {
    let reason = prevented(run, id)?;
    let assertion = format!("{} at {}: {}", reason.code, reason.phase, reason.headline());
    let mut text = String::new();
    // Writing into a String cannot fail.
    let _ = write!(
        text,
        "# Mission Exception: {id} was not proven\n\n\
         **Operator**: TODO: your name and contact\n\
         **Date**: {today}\n\
         **Failing scenario**: `{id}`\n\
         **Failing assertion**: {assertion}\n\n\
         ## Why this is environmental\n\n\
         TODO: say why the environment prevents it, and why that is not a defect of the product.\n\n\
         {}\
         ## Reproduction command\n\n```sh\n{} {id}\n```\n\n\
         ## Follow-up\n\n\
         TODO: the address of an issue, or until when it is tried again.\n",
        recorded(run, reason),
        reference::command("repro", &run.product.spec),
    );
    Ok(text)
}

/// What the machine prevented, and how.
fn prevented<'r>(run: &'r RunDocument, id: &str) -> Result<&'r SkipReason, NoDraft> {
    let name = id.to_owned();
    let Some(executed) = run.scenario(id) else {
        return Err(NoDraft::NotTried(name));
    };
    match (executed.verdict, &executed.skip) {
        (Verdict::Pass, _) => Err(NoDraft::Passed(name)),
        (Verdict::Fail | Verdict::Flaky, _) => Err(NoDraft::Failed(name)),
        (Verdict::Error, _) => Err(NoDraft::Broken(name)),
        (Verdict::Skip, None) => Err(NoDraft::NotTried(name)),
        (Verdict::Skip, Some(reason)) => match of_skip(executed) {
            NotJudged::Prevented => Ok(reason),
            NotJudged::NotRun => Err(NoDraft::NotTried(name)),
            NotJudged::NotStarted => Err(NoDraft::NotStarted { id: name, code: reason.code }),
            NotJudged::Broken => Err(NoDraft::Broken(name)),
            NotJudged::NotReached => Err(NoDraft::NotPrevented { id: name, code: reason.code }),
        },
    }
}

/// What the run recorded, as a quote: no part of the narrative.
fn recorded(run: &RunDocument, reason: &SkipReason) -> String {
    let mut lines = vec![
        format!(
            "product: spec-kitty-cli {}",
            run.product.release.as_deref().unwrap_or("not provisioned")
        ),
        format!("tool: {}", reason.tool),
    ];
    if !reason.argv.is_empty() {
        lines.push(format!("command: {}", shell_words::join(&reason.argv)));
    }
    if let Some(exit) = reason.exit {
        lines.push(format!("exit: {exit}"));
    }
    lines.extend(reason.excerpt.lines().map(|line| format!("said: {line}")));
    lines.push(format!("remedy: {}", reason.remediation));
    // A backslash ends a line without ending the quote.
    format!("As recorded:\n\n> {}\n\n", lines.join("\\\n> "))
}
