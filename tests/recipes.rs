//! A fixture is what the release itself would have written: the validators of real releases look over every
//! recipe.
//!
//! The releases are named by `KITTY_GATE_RELEASES`, with spaces between them. Without it every test is shown as
//! ignored, with that as its reason: nothing was proven.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use kitty_gate::runner::RunContext;
use kitty_gate::session::default_cache;
use libtest_mimic::{Arguments, Completion, Failed, Trial};
use scenarios::context::{Observation, Recorder, TestContext};
use scenarios::recipes::{self, Findings, Listed, OF_ITS_OWN, validate};
use support::env_vars;
use support::machine::Machine;
use support::nested_env::Caller;
use support::network::NetworkIsolation;
use support::product::{Options, ProductSpec, Store, provision};

const UNSET: &str = "KITTY_GATE_RELEASES is not set: no recipe was looked over, nothing is proven";

/// Validators that no recipe may escape: the releases that fixtures are for have them.
const MUST_BE_ASKED: [&str; 2] = ["agent status validate", "agent status doctor"];

fn main() -> ExitCode {
    support::network::become_privileged();
    let arguments = Arguments::from_args();
    let releases = std::env::var(env_vars::RELEASES).unwrap_or_default();
    let companies = if arguments.list {
        Vec::new()
    } else {
        match releases.split_whitespace().map(gather).collect() {
            Ok(companies) => companies,
            Err(error) => {
                let _ = writeln!(std::io::stderr(), "{error}");
                return ExitCode::FAILURE;
            }
        }
    };
    if companies.is_empty() && !arguments.list {
        let _ = writeln!(std::io::stdout(), "{UNSET}");
    }
    let companies = Arc::new(companies);
    let trials = recipes::all().iter().map(|listed| trial(listed, &companies));
    libtest_mimic::run(&arguments, trials.collect()).exit_code()
}

/// A release, and what its scenarios would share.
struct Judge {
    release: String,
    run_context: RunContext,
}

fn gather(release: &str) -> Result<Judge, String> {
    let told = |error: &dyn std::fmt::Display| format!("{release}: {error}");
    let cache = std::env::var_os(env_vars::CACHE)
        .map(PathBuf::from)
        .or_else(default_cache)
        .ok_or("there is no HOME to keep releases in; set KITTY_GATE_CACHE")?;
    let store = Store::at(&cache);
    let cwd = std::env::current_dir().map_err(|error| told(&error))?;
    let spec = ProductSpec::parse(release, &cwd).map_err(|error| told(&error))?;
    let options = Options { caller: Caller::from_env(), ..Options::default() };
    let product = provision(&spec, &store, &options).map_err(|error| told(&error))?;
    let machine = Machine::probe(&std::env::temp_dir()).map_err(|error| told(&error))?;
    let home = std::env::home_dir();
    let run_context = RunContext::gather(product, &store, &options.caller, home, Arc::new(machine));
    Ok(Judge {
        release: release.to_owned(),
        run_context: run_context.map_err(|error| told(&error))?,
    })
}

fn trial(listed: &'static Listed, judges: &Arc<Vec<Judge>>) -> Trial {
    let nobody = judges.is_empty();
    let judges = Arc::clone(judges);
    Trial::ignorable_test(listed.name, move || {
        if judges.is_empty() {
            return Ok(Completion::ignored_with(UNSET));
        }
        look_over(listed, &judges)
    })
    .with_ignored_flag(nobody)
}

/// Nobody objects but to what the recipe is for, and to that somebody does.
fn look_over(listed: &Listed, judges: &[Judge]) -> Result<Completion, Failed> {
    let mut wrong = Vec::new();
    let mut said = Vec::new();
    for judge in judges {
        let findings = findings(listed, judge)?;
        let unasked = |name: &&&str| !findings.asked.iter().any(|asked| asked == **name);
        for name in MUST_BE_ASKED.iter().filter(unasked) {
            wrong.push(format!("{}: `{name}` could not be asked", judge.release));
        }
        for objection in findings.objections {
            let mut known = listed.purposes.iter().chain(&OF_ITS_OWN);
            let explained = known.any(|it| it.explains(&objection));
            if !explained {
                wrong.push(format!("{}: {objection}", judge.release));
            }
            said.push(objection);
        }
    }
    for purpose in listed.purposes {
        if !said.iter().any(|objection| purpose.explains(objection)) {
            wrong.push(format!("nobody says `{}`, though {}", purpose.says, purpose.because));
        }
    }
    if wrong.is_empty() { Ok(Completion::Completed) } else { Err(wrong.join("\n").into()) }
}

fn findings(listed: &Listed, judge: &Judge) -> Result<Findings, Failed> {
    let run_dir = tempfile::Builder::new().prefix("kitty-gate-recipe-").tempdir()?;
    let config = judge.run_context.config(
        run_dir.path(),
        PathBuf::from("streams"),
        Duration::from_secs(120),
        Arc::new(NullRecorder),
        Arc::new(AtomicBool::new(false)),
    );
    let mut network = NetworkIsolation::enter()?;
    let mut context = TestContext::new("recipe", &[], &config, &mut network)?;
    let mission = context.mission(&listed.recipe)?;
    Ok(validate(&mut context, &mission)?)
}

/// What happens is told by what is found.
#[derive(Debug)]
struct NullRecorder;

impl Recorder for NullRecorder {
    fn record(&self, _: Observation) {}
}
