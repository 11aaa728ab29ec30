//! `kitty-gate env`: makes a nested environment, or looks at what this machine can do.

use std::fmt::Write;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{Args, Subcommand};
use schemars::JsonSchema;
use serde::Serialize;
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::Signals;
use support::machine::{Machine, Need};
use support::nested_env::{
    Answer, Caller, Diagnosis, EnvError, EnvRequest, MethodRequest, NestedEnv, create_nested_env,
    doctor,
};
use support::network::{Isolation, NetworkIsolation};
use support::process::kill_everything;
use support::product::{PACKAGE, Store};
use support::skip::SkipReason;

use super::args::seconds;
use super::exit::Exit;
use super::failure::Failure;
use super::folders::RUNS;
use super::product::cache_dir;
use super::{print_json, print_text};
use crate::console::{QUOTE, inert};

/// What can be done about environments.
#[derive(Debug, Subcommand)]
pub enum EnvCommand {
    /// Make a verified environment, or say in one typed reason why there can be none.
    Create(EnvCreateArgs),
    /// Try what this machine can do, and say what to fix.
    Doctor(EnvArgs),
}

/// Arguments of `env create`.
#[derive(Debug, Args)]
pub struct EnvCreateArgs {
    /// The folder to make; must not exist, or be empty.
    #[arg(value_name = "DIR")]
    pub dir: PathBuf,
    /// What makes it.
    #[arg(long, value_enum, default_value = "auto")]
    pub method: EnvMethod,
    /// With what.
    #[command(flatten)]
    pub env: EnvArgs,
}

/// What makes an environment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum EnvMethod {
    /// uv where it is on PATH and works, else the standard library.
    Auto,
    /// uv, or nothing.
    Uv,
    /// The standard library's venv.
    Stdlib,
}

/// Arguments of every `env` command.
#[derive(Debug, Args)]
pub struct EnvArgs {
    /// The interpreter: a path, a name, or 3.12 [default: the first on PATH that serves].
    #[arg(long, value_name = "PYTHON", env = support::env_vars::PYTHON)]
    pub python: Option<String>,
    /// Where downloads are kept [default: $XDG_CACHE_HOME/kitty-gate].
    #[arg(long, value_name = "DIR", env = support::env_vars::CACHE)]
    pub cache: Option<PathBuf>,
    /// How long one tool may take at most.
    #[arg(long, value_name = "SECONDS", default_value = "120", value_parser = seconds)]
    pub deadline: Duration,
    /// Print JSON.
    #[arg(long)]
    pub json: bool,
}

/// How soon a tool that is started after a Ctrl-C is ended.
const SOON: Duration = Duration::from_millis(50);

/// What `env create --json` prints: exactly one of `created` and `skip` is there.
#[derive(Debug, Serialize, JsonSchema)]
pub struct EnvDocument {
    /// Always `kitty-gate/env`.
    pub format: String,
    /// Version of the format; raised when a reader of the old one would be misled.
    pub version: u32,
    /// The environment, verified.
    pub created: Option<NestedEnv>,
    /// Why there is none.
    pub skip: Option<SkipReason>,
}

/// What `env doctor --json` prints.
#[derive(Debug, Serialize, JsonSchema)]
pub struct DoctorDocument {
    /// Always `kitty-gate/doctor`.
    pub format: String,
    /// Version of the format; raised when a reader of the old one would be misled.
    pub version: u32,
    /// Whether a release can be installed and tested here.
    pub fit: bool,
    /// How the network of the product is closed.
    pub network: Isolation,
    /// What the machine has of all that scenarios need; every run looks at the same.
    pub machine: Machine,
    #[serde(flatten)]
    pub diagnosis: Diagnosis,
}

pub fn run(command: &EnvCommand) -> Result<Exit, Failure> {
    end_tools_on_a_signal().map_err(Failure::broken)?;
    match command {
        EnvCommand::Create(args) => create(args),
        EnvCommand::Doctor(args) => examine(args),
    }
}

/// Ctrl-C ends the tool that runs, and each that is started after it; what they left is then
/// cleared away as after any other refusal.
fn end_tools_on_a_signal() -> io::Result<()> {
    let mut signals = Signals::new([SIGINT, SIGTERM])?;
    let thread = std::thread::Builder::new().name("signals".to_owned());
    thread.spawn(move || {
        if signals.forever().next().is_none() {
            return;
        }
        loop {
            kill_everything();
            std::thread::sleep(SOON);
        }
    })?;
    Ok(())
}

fn create(args: &EnvCreateArgs) -> Result<Exit, Failure> {
    let method = match args.method {
        EnvMethod::Auto => MethodRequest::Auto,
        EnvMethod::Uv => MethodRequest::Uv,
        EnvMethod::Stdlib => MethodRequest::Stdlib,
    };
    let request = request(&args.env, method)?;
    let dir = std::path::absolute(&args.dir).map_err(|error| {
        Failure::usage("dir-unusable", format!("{}: {error}", args.dir.display()))
            .hint("name a folder that does not exist yet")
    })?;
    let (created, skip) = match create_nested_env(&dir, &request) {
        Ok(env) => (Some(env), None),
        Err(EnvError::Prevented(reason)) => (None, Some(*reason)),
        Err(error @ (EnvError::Io(_) | EnvError::Process(_))) => {
            return Err(Failure::broken(error));
        }
    };
    let exit = if created.is_some() { Exit::Passed } else { Exit::Unproven };
    if args.env.json {
        print_json(&EnvDocument {
            format: "kitty-gate/env".to_owned(),
            version: 1,
            created,
            skip,
        })?;
    } else {
        print_text(&render_created(&dir, created.as_ref(), skip.as_ref()))?;
    }
    Ok(exit)
}

fn render_created(dir: &Path, created: Option<&NestedEnv>, skip: Option<&SkipReason>) -> String {
    let mut text = String::new();
    if let Some(env) = created {
        let pip = env.pip.iter().map(|word| shell_words::quote(word));
        // Writing into a String cannot fail.
        let _ = writeln!(text, "created {}", dir.display());
        let _ = writeln!(text, "  method  {}", env.method);
        let _ = writeln!(text, "  python  {}", env.python.display());
        let _ = writeln!(text, "  base    {}", env.interpreter);
        let _ = writeln!(text, "  pip     {}", pip.collect::<Vec<_>>().join(" "));
        if let Some(reason) = &env.passed_over {
            let _ = writeln!(text, "  not by  {reason}");
        }
    }
    if let Some(reason) = skip {
        text.push_str(&refusal(reason));
    }
    inert(&text)
}

fn refusal(reason: &SkipReason) -> String {
    let mut text = format!("skip[{}] in phase {}", reason.code, reason.phase);
    let _ = match reason.exit {
        Some(exit) => writeln!(text, ", {} exits with {exit}", reason.tool),
        None => writeln!(text, ", says {}", reason.tool),
    };
    for line in reason.excerpt.lines() {
        let _ = writeln!(text, "  {QUOTE}{line}");
    }
    let _ = writeln!(text, "  fix: {}", reason.remediation);
    text
}

fn examine(args: &EnvArgs) -> Result<Exit, Failure> {
    let request = request(args, MethodRequest::Auto)?;
    let diagnosis = doctor(&request, PACKAGE).map_err(Failure::broken)?;
    let runs = std::path::absolute(RUNS).map_err(Failure::broken)?;
    let machine = Machine::probe(&runs).map_err(Failure::broken)?;
    let document = DoctorDocument {
        format: "kitty-gate/doctor".to_owned(),
        version: 1,
        fit: diagnosis.is_fit() && machine.refusal_of(&Need::ALL).is_none(),
        network: isolation()?,
        machine,
        diagnosis,
    };
    if args.json {
        print_json(&document)?;
    } else {
        print_text(&inert(&report(&document)))?;
    }
    Ok(if document.fit { Exit::Passed } else { Exit::Unproven })
}

/// On a thread of its own: a thread whose network was closed stays so.
fn isolation() -> Result<Isolation, Failure> {
    let entered =
        std::thread::spawn(|| NetworkIsolation::enter().map(|network| network.isolation()));
    entered.join().map_err(|_| Failure::broken("a thread panicked"))?.map_err(Failure::broken)
}

fn report(document: &DoctorDocument) -> String {
    let diagnosis = &document.diagnosis;
    let mut text = String::new();
    let mut line = |what: &str, answer: Result<String, &SkipReason>| {
        let _ = match answer {
            Ok(found) => writeln!(text, "ok    {what:<12} {found}"),
            Err(reason) => {
                writeln!(text, "no    {what:<12} {}: {}", reason.code, reason.headline())
            }
        };
    };
    line("uv", answer(&diagnosis.uv, |uv| format!("{} at {}", uv.version, uv.path.display())));
    for found in &diagnosis.interpreters {
        let named = found.named.file_name().unwrap_or_default();
        let by_uv = if found.uv_managed { ", managed by uv" } else { "" };
        line(&named.to_string_lossy(), answer(&found.answer, |python| format!("{python}{by_uv}")));
    }
    for tried in &diagnosis.environments {
        line(
            &tried.method.to_string(),
            answer(&tried.answer, |python| format!("made one on {python}")),
        );
    }
    line("registry", answer(&diagnosis.registry, String::clone));
    line("network", Ok(document.network.to_string()));
    for found in document.machine.found() {
        line(&found.need.to_string(), answer(&found.answer, String::clone));
    }
    let _ = writeln!(
        text,
        "\nThis machine {} test a release.",
        if document.fit { "can" } else { "cannot" }
    );
    for reason in diagnosis.refusals() {
        let _ = writeln!(text, "  {}: {}", reason.code, reason.remediation);
    }
    for found in document.machine.found() {
        let Some(reason) = found.answer.refusal() else {
            continue;
        };
        let _ = writeln!(text, "  {}: {}", reason.code, reason.remediation);
        let all = scenarios::all().into_iter();
        for scenario in all.filter(|scenario| scenario.needs.contains(&found.need)) {
            let _ = writeln!(text, "    without it {} is skipped", scenario.id);
        }
    }
    text
}

fn answer<T>(answer: &Answer<T>, told: impl Fn(&T) -> String) -> Result<String, &SkipReason> {
    match answer {
        Answer::Works(works) => Ok(told(works)),
        Answer::Refused(reason) => Err(reason),
    }
}

fn request(args: &EnvArgs, method: MethodRequest) -> Result<EnvRequest, Failure> {
    Ok(EnvRequest {
        // A word always parses: it is a path or a name.
        python: args.python.as_deref().and_then(|word| word.parse().ok()),
        method,
        caller: Caller::from_env(),
        uv_cache: Store::at(cache_dir(args.cache.as_deref())?).uv_cache(),
        limit: Some(args.deadline),
    })
}
