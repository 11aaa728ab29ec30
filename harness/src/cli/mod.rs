//! The command line: arguments as given become arguments as resolved once, results become exit
//! codes once.

mod args;
mod certify;
mod env;
mod exception;
mod exit;
mod failure;
mod folders;
mod gate;
mod issues;
mod known_failures;
mod list;
mod merge;
mod new;
mod observe;
mod outputs;
mod plan;
mod product;
mod recorded;
mod report;
mod repro;
mod request;
mod requirements;
mod run;
mod schema;
mod selection;
mod show;

use std::io::Write;
use std::process::ExitCode;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Parser, Subcommand};

use exit::Exit;
use failure::Failure;

use crate::console::{disarmed, disarmed_json};

/// The release gate of the Spec Kitty CLI: may it ship?
#[derive(Debug, Parser)]
#[command(name = "kitty-gate", version, max_term_width = 100)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run scenarios against a product and judge it.
    Run(run::RunArgs),
    /// Run what a release promised, and decide: may it ship?
    Gate(gate::GateArgs),
    /// Decide on a recorded run.
    Decide(gate::DecideArgs),
    /// Write the issue matrix of a recorded run, or check one that people keep.
    Issues(issues::IssuesArgs),
    /// Make one run out of the parts that several machines ran.
    Merge(merge::MergeArgs),
    /// Say what a gate would run, and cut it into parts for several machines.
    Plan(plan::PlanArgs),
    /// Known failures: check the file of them, or bring it up to a recorded run.
    #[command(subcommand)]
    KnownFailures(known_failures::KnownFailuresCommand),
    /// Operator exceptions, for what the environment prevented.
    #[command(subcommand)]
    Exception(exception::ExceptionCommand),
    /// List the scenarios: ids, promises, requirements, issues.
    List(list::ListArgs),
    /// Show a recorded run, or one scenario of it.
    Show(show::ShowArgs),
    /// Write a recorded run as Markdown, HTML, JUnit, JSON, for GitHub, or as an attestation.
    Report(report::ReportRunArgs),
    /// Say what is required and what proves it, or how each requirement stands after a recorded run.
    Requirements(requirements::RequirementsArgs),
    /// Run one scenario, keep its sandbox, and write a script that replays it without kitty-gate.
    Repro(repro::ReproArgs),
    /// Show that every check can fail, on the reference product with each of its faults.
    Certify(certify::CertifyArgs),
    /// Write down what a recorded run observed of a release: `observed/RELEASE.toml`, and what comes from it.
    Observe(observe::ObserveArgs),
    /// Make a nested Python environment, or look at what this machine can do.
    #[command(subcommand)]
    Env(env::EnvCommand),
    /// Draft a scenario in the source of kitty-gate: its file, its line in the suite, a fault of the reference.
    New(new::NewArgs),
    /// Print the JSON Schema of a format that kitty-gate writes.
    Schema(schema::SchemaArgs),
}

/// Runs the program. Every way out of it passes here.
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return report_usage(error).into(),
    };
    let result = match cli.command {
        Command::Run(args) => run::run(&args),
        Command::Gate(args) => gate::run(&args),
        Command::Decide(args) => gate::decide(&args),
        Command::Issues(args) => issues::run(&args),
        Command::Merge(args) => merge::run(&args),
        Command::Plan(args) => plan::run(&args),
        Command::KnownFailures(command) => known_failures::run(&command),
        Command::Exception(command) => exception::run(&command),
        Command::List(args) => list::run(&args),
        Command::Show(args) => show::run(&args),
        Command::Report(args) => report::run(&args),
        Command::Requirements(args) => requirements::run(&args),
        Command::Certify(args) => certify::run(&args),
        Command::Observe(args) => observe::run(&args),
        Command::Repro(args) => repro::run(&args),
        Command::Env(command) => env::run(&command),
        Command::New(args) => new::run(&args),
        Command::Schema(args) => schema::run(&args),
    };
    let exit = result.unwrap_or_else(|failure| {
        print_notice(&failure.to_string());
        failure.exit()
    });
    exit.into()
}

/// Names that were changed: whoever gives the old one is told the new one.
const RENAMED: [(&str, &str); 2] =
    [("--expectations", "--known-failures"), ("expectations", "known-failures")];

fn report_usage(mut error: clap::Error) -> Exit {
    let given = [ContextKind::InvalidArg, ContextKind::InvalidSubcommand];
    let given = given.into_iter().find_map(|kind| error.get(kind)).map(ToString::to_string);
    if let Some((_, new)) = RENAMED.iter().find(|(old, _)| given.as_deref() == Some(old)) {
        // What sounds alike is something else.
        error.remove(ContextKind::SuggestedArg);
        error.remove(ContextKind::SuggestedSubcommand);
        let tip = format!("it is called `{new}` now").into();
        error.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![tip]));
    }
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            let _ = error.print();
            Exit::Passed
        }
        _ => {
            // As every error of ours, with its code.
            let text = error.render().to_string();
            print_notice(&text.replacen("error: ", "error[usage]: ", 1));
            Exit::Usage
        }
    }
}

/// One JSON document on stdout, and nothing else there.
fn print_json(value: &impl serde::Serialize) -> Result<(), Failure> {
    let text = serde_json::to_string_pretty(value).map_err(Failure::broken)?;
    print_raw(&format!("{}\n", disarmed_json(&text)))
}

/// Text on stdout, in which no line is a command for a CI.
fn print_text(text: &str) -> Result<(), Failure> {
    print_raw(&disarmed(text))
}

/// The same on stderr, beside a document on stdout. What cannot be shown there must not stop anything.
fn print_notice(text: &str) {
    let _ = std::io::stderr().write_all(disarmed(text).as_bytes());
}

/// Text that is meant for a program, as it is. A reader that closed the pipe has read enough: no error.
fn print_raw(text: &str) -> Result<(), Failure> {
    match std::io::stdout().lock().write_all(text.as_bytes()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            let message = format!("stdout cannot be written to: {error}");
            Err(Failure::usage("stdout-unwritable", message)
                .hint("make room, or let it go elsewhere"))
        }
        _ => Ok(()),
    }
}

/// What was found leads to the exit code, also where it could not be printed.
fn warn_of(printed: Result<(), Failure>) {
    if let Err(failure) = printed {
        failure.warn();
    }
}
