//! `kitty-gate issues`: writes the issue matrix of a run, or checks one that people keep.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use clap::Args;

use super::args::DecisionArgs;
use super::exit::Exit;
use super::failure::Failure;
use super::gate::{DecisionOptions, failure};
use super::recorded::read_run;
use super::{print_json, print_text};
use crate::matrix::{IssueMatrix, objections, read};

/// Arguments of `issues`.
#[derive(Debug, Args)]
pub struct IssuesArgs {
    /// A run's folder, its id, or `latest`.
    #[arg(value_name = "RUN")]
    pub run: PathBuf,
    /// A matrix to check, Markdown or JSON; without it, the matrix of the run is printed.
    #[arg(long, value_name = "FILE")]
    pub matrix: Option<PathBuf>,
    /// What says which failures are known.
    #[command(flatten)]
    pub decision: DecisionArgs,
    /// How often each scenario must have been run, all alike, to count.
    #[arg(long, value_name = "N", default_value = "3", value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub repeat: u32,
    /// Print the matrix as JSON.
    #[arg(long, conflicts_with = "matrix")]
    pub json: bool,
}

pub fn run(args: &IssuesArgs) -> Result<Exit, Failure> {
    let brief = DecisionOptions::read(&args.decision)?;
    let run = read_run(&args.run)?;
    let found = IssueMatrix::of(&run.document, &brief.decide(&run, args.repeat));
    if let Some(file) = &args.matrix {
        return check(file, &found);
    }
    if args.json {
        print_json(&found)?;
    } else {
        print_text(&found.markdown())?;
    }
    Ok(if found.is_open() { Exit::Failed } else { Exit::Passed })
}

fn check(file: &Path, found: &IssueMatrix) -> Result<Exit, Failure> {
    let text = fs_err::read_to_string(file)
        .map_err(|error| Failure::usage("matrix-refused", error.to_string()))?;
    let name = file.to_string_lossy();
    let rows = read(&name, &text).map_err(|refused| failure("matrix-refused", &refused))?;
    let problems = objections(&rows, found);
    let mut told = String::new();
    for problem in &problems {
        // Writing into a String cannot fail.
        let _ = writeln!(told, "{name}:{}: {}", problem.line, problem.message);
    }
    let verdict = if problems.is_empty() { "nothing to object to" } else { "refused" };
    let _ = writeln!(told, "{name}: {} issues, {verdict}", rows.len());
    print_text(&crate::console::inert(&told))?;
    Ok(if problems.is_empty() { Exit::Passed } else { Exit::Failed })
}
