//! `kitty-gate requirements`: what is required, what proves it, and what a recorded run says of it.

use std::path::PathBuf;

use clap::Args;
use scenarios::requirements as book;

use super::exit::Exit;
use super::failure::Failure;
use super::recorded::{decision, read_run};
use super::{print_json, print_text};
use crate::console::inert;
use crate::document::RunDocument;
use crate::report::terminal;
use crate::requirements::{RequirementsDocument, State, document};

/// Arguments of `requirements`.
#[derive(Debug, Args)]
pub struct RequirementsArgs {
    /// A run's folder, its id, or `latest`; without it, what the scenarios of today cover.
    #[arg(value_name = "RUN")]
    pub run: Option<PathBuf>,
    /// Print JSON.
    #[arg(long)]
    pub json: bool,
}

pub fn run(args: &RequirementsArgs) -> Result<Exit, Failure> {
    let book = book::ours().map_err(Failure::broken)?;
    let recorded = args.run.as_deref().map(read_run).transpose()?;
    let gate = recorded.as_ref().map(decision).transpose()?.flatten();
    let both = recorded.as_ref().map(|run| (&run.header, &run.document));
    let document = document(&book, both, gate.as_ref());
    if args.json {
        print_json(&document)?;
    } else {
        print_text(&inert(&terminal::requirements::render(&document)))?;
    }
    Ok(recorded.map_or(Exit::Passed, |run| exit(&run.document, &document)))
}

/// As the run did; but a run that passed and leaves a requirement unproven has not proven everything.
fn exit(run: &RunDocument, document: &RequirementsDocument) -> Exit {
    let states = document.totals.states.as_ref();
    let count = |state| states.and_then(|all| all.get(&state)).copied().unwrap_or(0);
    match Exit::of(run) {
        Exit::Passed if count(State::Violated) > 0 => Exit::Failed,
        Exit::Passed if count(State::Unproven) > 0 => Exit::Unproven,
        exit => exit,
    }
}
