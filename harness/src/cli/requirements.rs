//! `kitty-gate requirements`: what is required, what proves it, and what a recorded run says of it.

use scenarios::requirements as book;

use super::args::RequirementsArgs;
use super::exit::Exit;
use super::failure::Failure;
use super::folders::find_run;
use super::report::decision;
use super::{print_json, print_text};
use crate::console::inert;
use crate::document::RunDocument;
use crate::gate::GateDocument;
use crate::record::{Header, read_events};
use crate::report::terminal;
use crate::requirements::{RequirementsDocument, State, document};

pub fn run(args: &RequirementsArgs) -> Result<Exit, Failure> {
    let book = book::ours().map_err(Failure::broken)?;
    let recorded = args.run.as_deref().map(read).transpose()?;
    let both = recorded.as_ref().map(|(header, run, _)| (header, run));
    let gate = recorded.as_ref().and_then(|(_, _, gate)| gate.as_ref());
    let document = document(&book, both, gate);
    if args.json {
        print_json(&document)?;
    } else {
        print_text(&inert(&terminal::requirements::render(&document)))?;
    }
    Ok(recorded.map_or(Exit::Passed, |(_, run, _)| exit(&run, &document)))
}

fn read(run: &std::path::Path) -> Result<(Header, RunDocument, Option<GateDocument>), Failure> {
    let dir = find_run(run)?;
    let (header, events) = read_events(&dir).map_err(|error| {
        Failure::usage("run-unreadable", error.to_string())
            .hint("the folder holds no record that this kitty-gate can read")
    })?;
    let document = RunDocument::of(&header, &events);
    let gate = decision(&dir, &document)?;
    Ok((header, document, gate))
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
