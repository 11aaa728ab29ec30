//! The command that a release proposes for a missing mission branch.

use support::check::Judgement;

use super::{dry_run, merge};
use crate::stage::{Halt, Mission, Stage, Step};

/// The words of the command: the dry run is asked, and where it has no answer the real merge, which
/// must refuse to give one.
///
/// Records `check`; the scenario ends here when nobody proposes anything.
pub fn ask(stage: &mut Stage<'_>, mission: &Mission, check: &str) -> Result<Vec<String>, Halt> {
    let foretold = dry_run(stage, mission)?;
    if let Some(words) = foretold
        .try_document()
        .ok()
        .and_then(|d| split(d["remediation"].as_str()?))
    {
        foretold.check(check, |_| {
            Judgement::pass("a command to run", words.join(" "))
        });
        return Ok(words);
    }
    let refusal = merge(stage, mission)?;
    if let Some(words) = printed_command(&refusal, &mission.branch) {
        refusal.check(check, |_| {
            Judgement::pass("a command to run", words.join(" "))
        });
        return Ok(words);
    }
    let expected = "a command that creates the branch";
    refusal.check(check, |step| {
        Judgement::fail("no-remediation", expected, step.quote())
    });
    Err(Halt::OnCheck(check.to_owned()))
}

/// `... Run: git branch kitty/mission-x 0123456789ab` at the end of a line.
fn printed_command(step: &Step, branch: &str) -> Option<Vec<String>> {
    let said = step.stdout_text() + "\n" + &step.stderr_text();
    said.lines()
        .filter_map(|line| line.find("git branch").map(|at| &line[at..]))
        .find(|command| command.contains(branch))
        .and_then(split)
}

fn split(command: &str) -> Option<Vec<String>> {
    shell_words::split(command.trim())
        .ok()
        .filter(|words| !words.is_empty())
}
