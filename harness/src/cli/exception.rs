//! `kitty-gate exception new`: a draft of an operator exception, from the recorded reason.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::exit::Exit;
use super::failure::Failure;
use super::gate::today;
use super::print_text;
use super::recorded::read_run;
use super::selection::plan_failure;
use crate::document::RunDocument;
use crate::gate::exception::{NoDraft, draft};
use crate::plan;
use crate::reference;

/// What can be done about operator exceptions.
#[derive(Debug, Subcommand)]
pub enum ExceptionCommand {
    /// Write a draft from the recorded reason; what only a person can say is marked TODO.
    New(ExceptionNewArgs),
}

/// Arguments of `exception new`.
#[derive(Debug, Args)]
pub struct ExceptionNewArgs {
    /// A run's folder, its id, or `latest`.
    #[arg(value_name = "RUN")]
    pub run: PathBuf,
    /// The scenario that was not proven.
    #[arg(value_name = "SCENARIO")]
    pub scenario: String,
    /// The file to write; must not exist [default: stdout].
    #[arg(short = 'o', long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

pub fn run(command: &ExceptionCommand) -> Result<Exit, Failure> {
    match command {
        ExceptionCommand::New(args) => new(args),
    }
}

fn new(args: &ExceptionNewArgs) -> Result<Exit, Failure> {
    let run = read_run(&args.run)?.document;
    let known = scenarios::all().iter().any(|scenario| scenario.id == args.scenario);
    if !known {
        return Err(plan_failure(&plan::PlanError::NothingMatches(args.scenario.clone())));
    }
    let text = draft(&run, &args.scenario, today()).map_err(|why| refusal(&why, args, &run))?;
    match &args.out {
        None => print_text(&text)?,
        Some(file) => write_new(file, &text)?,
    }
    Ok(Exit::Passed)
}

fn refusal(why: &NoDraft, args: &ExceptionNewArgs, run: &RunDocument) -> Failure {
    let refused = |code| Failure::usage(code, why.to_string());
    match why {
        NoDraft::Passed(_) => refused("nothing-to-excuse"),
        NoDraft::Failed(_) => refused("product-failure"),
        NoDraft::Broken(_) => refused("not-environmental"),
        NoDraft::NotTried(_) => refused("not-tried")
            .hint(format!("run it: {}", reference::command("gate", &run.product.spec))),
        NoDraft::NotStarted { code, .. } => refused("not-tried").hint(format!(
            "{}, and run it again: {}",
            code.remediation(),
            reference::command("gate", &run.product.spec)
        )),
        NoDraft::NotPrevented { id, .. } => refused("not-environmental").hint(format!(
            "see how far it came (kitty-gate show {} {id}), mend that, and run it again",
            shell_words::quote(&args.run.to_string_lossy())
        )),
    }
}

/// What somebody has written is never overwritten.
fn write_new(file: &std::path::Path, text: &str) -> Result<(), Failure> {
    use std::io::Write;
    let made = fs_err::OpenOptions::new().write(true).create_new(true).open(file);
    made.and_then(|mut made| made.write_all(text.as_bytes())).map_err(|error| {
        Failure::usage("out-unusable", error.to_string()).hint("give another -o FILE")
    })
}
