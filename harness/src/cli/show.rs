//! `kitty-gate show`: a recorded run, computed anew from its events.

use std::path::PathBuf;

use clap::Args;

use super::exit::Exit;
use super::failure::Failure;
use super::recorded::read_run;
use super::{print_json, print_text};
use crate::recorded::RecordedRun;
use crate::report::terminal::run as terminal;

/// Arguments of `show`.
#[derive(Debug, Args)]
pub struct ShowArgs {
    /// A run's folder, its id, or `latest`.
    #[arg(value_name = "RUN")]
    pub run: PathBuf,
    /// A scenario of it.
    #[arg(value_name = "SCENARIO")]
    pub scenario: Option<String>,
    /// Print the run document, computed anew from the record.
    #[arg(long, conflicts_with = "scenario")]
    pub json: bool,
}

pub fn run(args: &ShowArgs) -> Result<Exit, Failure> {
    let RecordedRun { dir, document, .. } = read_run(&args.run)?;
    if args.json {
        print_json(&document)?;
        return Ok(Exit::of(&document));
    }
    match &args.scenario {
        None => print_text(&terminal::summary(&document, &dir))?,
        Some(id) => {
            let scenario = document.scenario(id).ok_or_else(|| {
                let known: Vec<_> = document.scenarios.iter().map(|s| s.id.as_str()).collect();
                Failure::usage("no-such-scenario", format!("the run has no scenario `{id}`"))
                    .hint(format!("it has {}", known.join(", ")))
            })?;
            print_text(&terminal::scenario(&document, scenario, &dir))?;
        }
    }
    Ok(Exit::of(&document))
}
