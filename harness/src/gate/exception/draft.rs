//! Writes a draft of the form from the recorded reason.

use std::fmt::Write;

use jiff::civil::Date;

use super::code_of;
use crate::document::{RunDocument, ScenarioDocument};
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
}

/// A draft for `id`. What only a person can say is marked TODO, and the form is refused until it is
/// filled in.
pub fn draft(run: &RunDocument, id: &str, today: Date) -> Result<String, NoDraft> {
    let played = run.scenario(id);
    match played.map(|played| played.verdict) {
        Some(Verdict::Pass) => return Err(NoDraft::Passed(id.to_owned())),
        Some(Verdict::Fail | Verdict::Flaky) => return Err(NoDraft::Failed(id.to_owned())),
        Some(Verdict::Error) => return Err(NoDraft::Broken(id.to_owned())),
        Some(Verdict::Skip) | None => {}
    }
    let code = code_of(played);
    let seen = played.and_then(|played| played.skip.as_ref());
    let assertion = seen.map_or_else(
        || format!("{code}: the run does not have it"),
        |reason| format!("{code} at {}: {}", reason.phase, reason.brief()),
    );
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
         ## Reproduction command\n\n```sh\nkitty-gate repro {} {id}\n```\n\n\
         ## Follow-up\n\n\
         TODO: the address of an issue, or until when it is tried again.\n",
        played.map_or_else(String::new, |played| recorded(run, played)),
        shell_words::quote(&run.product.spec),
    );
    Ok(text)
}

/// What the run recorded, as a quote: no part of the narrative.
fn recorded(run: &RunDocument, played: &ScenarioDocument) -> String {
    let Some(reason) = &played.skip else {
        return String::new();
    };
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
