//! The command that a release proposes for a missing mission branch.

use support::check::Judgement;

use super::{dry_run, merge};
use crate::context::{Abort, Mission, Step, TestContext};
use crate::scenario::CheckSpec;

/// The command, as it is proposed: the dry run is asked, and where it has no answer the real merge, which
/// must refuse to give one.
///
/// Records `check`; the scenario ends here when nobody proposes anything.
pub fn ask(
    context: &mut TestContext<'_>,
    mission: &Mission,
    check: CheckSpec,
) -> Result<String, Abort> {
    let foretold = dry_run(context, mission)?;
    if let Some(command) =
        foretold.try_document().ok().and_then(|d| Some(d["remediation"].as_str()?.to_owned()))
    {
        foretold.check(check, |_| Judgement::pass("a command to run", command.as_str()));
        return Ok(command);
    }
    let refusal = merge(context, mission)?;
    if let Some(command) = printed_command(&refusal, &mission.branch) {
        refusal.check(check, |_| Judgement::pass("a command to run", command.as_str()));
        return Ok(command);
    }
    let expected = "a command that creates the branch";
    refusal.check(check, |step| Judgement::fail("no-remediation", expected, step.quote()));
    Err(Abort::OnCheck(check.id.to_owned()))
}

/// `... Run: git branch kitty/mission-x 0123456789ab` at the end of a line.
fn printed_command(step: &Step, branch: &str) -> Option<String> {
    let said = step.stdout_text() + "\n" + &step.stderr_text();
    said.lines()
        .filter_map(|line| line.find("git branch").map(|at| &line[at..]))
        .find(|command| command.contains(branch))
        .map(|command| command.trim().to_owned())
}
