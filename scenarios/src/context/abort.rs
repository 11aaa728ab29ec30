//! Why a scenario stops before its end.

use support::machine;
use support::nested_env::EnvError;
use support::process::{self, Exit, Finished};
use support::skip::{SkipCode, SkipPhase, SkipReason};

use super::{Mission, PRODUCT, Step};

/// Why a scenario could not go on. A failed check is not among the reasons.
#[derive(Debug, thiserror::Error)]
pub enum Abort {
    /// Something it needs is not there; the promise is not proven.
    #[error("{0}")]
    Missing(Box<SkipReason>),
    /// A check failed that everything after it stands on.
    #[error("check {0} failed, and what follows stands on it")]
    OnCheck(String),
    /// A control failed: nothing that follows could be believed.
    #[error("{0}")]
    Control(Box<SkipReason>),
    /// A help page, login or preparation that the scenario needs crashed, or did not do what it said: the
    /// command line and, behind a colon, how. The context makes a failed check of it.
    #[error("{0}")]
    Useless(String),
    /// The operator asked to stop.
    #[error("the operator stopped the run")]
    Interrupted,
    /// kitty-gate itself broke.
    #[error("{0}")]
    Broken(String),
}

impl From<std::io::Error> for Abort {
    fn from(error: std::io::Error) -> Self {
        machine::prevented(&error).map_or_else(
            || Self::Broken(error.to_string()),
            |reason| Self::Missing(Box::new(reason)),
        )
    }
}

impl From<fixtures::Error> for Abort {
    fn from(error: fixtures::Error) -> Self {
        // No product has a part in it: what runs out meanwhile is the machine's.
        machine::prevented_by(&error.to_string()).map_or_else(
            || Self::Broken(format!("build the fixture: {error}")),
            |reason| Self::Missing(Box::new(reason)),
        )
    }
}

impl From<EnvError> for Abort {
    fn from(error: EnvError) -> Self {
        match error {
            EnvError::Prevented(reason) if reason.code == SkipCode::Interrupted => {
                Self::Interrupted
            }
            EnvError::Prevented(reason) => Self::Missing(reason),
            EnvError::Io(error) => error.into(),
            EnvError::Process(error) => error.into(),
        }
    }
}

impl From<process::ProcessError> for Abort {
    fn from(error: process::ProcessError) -> Self {
        match error {
            process::ProcessError::Keep { source, .. } => source.into(),
            process::ProcessError::Start { .. } | process::ProcessError::Watch { .. } => {
                let reason = machine::prevented_by(&error.to_string());
                reason.map_or_else(
                    || Self::Broken(error.to_string()),
                    |reason| Self::Missing(Box::new(reason)),
                )
            }
        }
    }
}

pub(super) fn control_failed(check: &str, signature: &str, step: &Step) -> Abort {
    let code = SkipCode::ControlFailed;
    Abort::Control(Box::new(SkipReason {
        code,
        phase: SkipPhase::Control,
        tool: step.argv().first().cloned().unwrap_or_default(),
        argv: step.argv().to_vec(),
        exit: step.exit().code(),
        excerpt: format!("{check}: {signature}"),
        interpreter: None,
        remediation: code.remediation().to_owned(),
    }))
}

impl Abort {
    /// Others had the machine, so that nothing can be said; of a command, where one is named.
    pub fn machine_busy(argv: &[String], why: &str) -> Self {
        let code = SkipCode::MachineBusy;
        Self::Missing(Box::new(SkipReason {
            code,
            phase: SkipPhase::Scenario,
            tool: PRODUCT.to_owned(),
            argv: argv.to_vec(),
            exit: None,
            excerpt: why.to_owned(),
            interpreter: None,
            remediation: code.remediation().to_owned(),
        }))
    }

    /// The scenario does not get as far as its promise; `step` is what showed it, if a step did.
    pub fn not_exercised(step: Option<&Step>, why: &str, remediation: &str) -> Self {
        Self::Missing(Box::new(SkipReason {
            code: SkipCode::NotExercised,
            phase: SkipPhase::Scenario,
            tool: PRODUCT.to_owned(),
            argv: step.map(|step| step.argv().to_vec()).unwrap_or_default(),
            exit: step.and_then(|step| step.exit().code()),
            excerpt: why.to_owned(),
            interpreter: None,
            remediation: remediation.to_owned(),
        }))
    }
}

/// Others had the machine for so long that the command got to no end of its own. That says nothing of it.
pub(super) fn refuse_starved(argv: &[String], finished: &Finished) -> Result<(), Abort> {
    if finished.exit != Exit::Starved {
        return Ok(());
    }
    let why = format!(
        "it computed for {:.1} s, and for {:.1} s of {:.1} s others had the machine",
        finished.cpu.as_secs_f64(),
        finished.held_up.as_secs_f64(),
        finished.duration.as_secs_f64()
    );
    Err(Abort::machine_busy(argv, &why))
}

/// A release that has no such command cannot be asked the promise; that is not a pass.
pub(super) fn refuse_unknown_command(step: &Step) -> Result<(), Abort> {
    let said = step.stderr_text() + "\n" + &step.stdout_text();
    let unknown = |line: &&str| match step.exit() {
        Exit::Code(2) => line.contains("No such command") || line.contains("No such option"),
        Exit::Code(1) => line.contains("command has been renamed to"),
        Exit::Code(_)
        | Exit::Signal(_)
        | Exit::TimedOut
        | Exit::Starved
        | Exit::Flooded
        | Exit::Killed => false,
    };
    let Some(line) = said.lines().find(unknown) else {
        return Ok(());
    };
    Err(Abort::Missing(Box::new(SkipReason {
        code: SkipCode::CommandAbsent,
        phase: SkipPhase::Scenario,
        tool: PRODUCT.to_owned(),
        argv: step.argv().to_vec(),
        exit: step.exit().code(),
        excerpt: line.trim_matches(|c: char| c == '│' || c.is_whitespace()).to_owned(),
        interpreter: None,
        remediation: SkipCode::CommandAbsent.remediation().to_owned(),
    })))
}

/// A release that wants the question in another form cannot be asked in ours, and does not get as far as the
/// promise. That it is the form alone must follow from the release's own words; what it once took, it may not
/// call another form.
pub(super) fn refuse_other_form(step: &Step, mission: &Mission) -> Result<(), Abort> {
    let said = step.stderr_text() + "\n" + &step.stdout_text();
    let slug = mission.is_written().then_some(mission.slug.as_str());
    match step.exit() {
        Exit::Code(code) => match other_form(code, &said, slug) {
            Some(line) => Err(Abort::not_exercised(Some(step), line, OTHER_FORM)),
            None => Ok(()),
        },
        Exit::Signal(_) | Exit::TimedOut | Exit::Starved | Exit::Flooded | Exit::Killed => Ok(()),
    }
}

const OTHER_FORM: &str =
    "ask this release in the form that it takes, or leave it out: it was not tried";

/// The line by which a release refuses the form of a question; `slug` is the handle of a mission that it has
/// not named itself.
fn other_form<'a>(code: i32, said: &'a str, slug: Option<&str>) -> Option<&'a str> {
    let frame = |c: char| c == '│' || c.is_whitespace();
    let mut lines = said.lines().map(|line| line.trim_matches(frame));
    match code {
        0 => None,
        2 => {
            // Click repeats what can be said, with dots behind what may be said more than once.
            let takes_many =
                lines.clone().any(|line| line.starts_with("Usage:") && line.contains("..."));
            let takes_less = |line: &&str| line.starts_with("Got unexpected extra argument");
            lines.find(takes_less).filter(|_| !takes_many)
        }
        _ => {
            let slug = slug?;
            let expects_a_number =
                lines.clone().any(|line| line.starts_with("Expected format: ###-"));
            let is_refused = |line: &&str| line.contains("slug format") && line.contains(slug);
            let has_number = slug.starts_with(|c: char| c.is_ascii_digit());
            lines.find(is_refused).filter(|_| expects_a_number && !has_number)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::other_form;

    const SLUG: &str = "Error: Invalid feature slug format: gate-fixture-01KQW4DF\n\
        Expected format: ###-feature-name (e.g., 020-my-feature)\n{\"error\": \"1\"}\n";

    const ONE_ID: &str = "Usage: spec-kitty agent tasks mark-status [OPTIONS] TASK_ID\n\
        ╭─ Error ─╮\n│ Got unexpected extra argument (T003)   │\n╰─────╯\n";

    #[test]
    fn a_number_that_a_release_wants_before_a_name_is_a_form() {
        let line = "Error: Invalid feature slug format: gate-fixture-01KQW4DF";
        let slug = Some("gate-fixture-01KQW4DF");
        assert_eq!(other_form(1, SLUG, slug), Some(line));
        assert_eq!(other_form(0, SLUG, slug), None, "it went on");
        assert_eq!(other_form(1, SLUG, None), None, "it named the mission itself");
        let without = SLUG.replace("###-", "");
        assert_eq!(other_form(1, &without, slug), None, "ours is in that format");
        let numbered = SLUG.replace("gate-fixture", "001-gate");
        assert_eq!(other_form(1, &numbered, Some("001-gate-01KQW4DF")), None);
        let another = SLUG.replace("gate-fixture-01KQW4DF", "T001");
        assert_eq!(other_form(1, &another, slug), None, "of something else");
    }

    #[test]
    fn one_id_where_many_are_given_is_a_form() {
        let line = "Got unexpected extra argument (T003)";
        assert_eq!(other_form(2, ONE_ID, None), Some(line));
        assert_eq!(other_form(1, ONE_ID, None), None, "no usage error");
        // The release says that it takes many, and does not.
        let many = ONE_ID.replace("TASK_ID", "TASK_IDS...");
        assert_eq!(other_form(2, &many, None), None);
        assert_eq!(other_form(2, "Missing option '--to'", None), None);
    }
}
