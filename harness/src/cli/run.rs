//! `kitty-gate run`: runs the scenarios that are asked for, and reports.

use std::path::Path;

use clap::Args;

use super::args::{ExecutionArgs, ProductArgs, ReportArgs};
use super::exit::Exit;
use super::failure::Failure;
use super::outputs::{Reserved, try_reports};
use super::report::write_reports;
use super::request::{RunOptions, perform, prepare};
use super::{print_json, print_notice, print_text, warn_of};
use crate::report::terminal;

/// Arguments of `run`.
#[derive(Debug, Args)]
pub struct RunArgs {
    /// The product.
    #[command(flatten)]
    pub product: ProductArgs,
    /// Suites, ids or globs; everything when there is none.
    #[arg(value_name = "FILTER")]
    pub filters: Vec<String>,
    /// Print the run document on stdout, and everything else on stderr.
    #[arg(long)]
    pub json: bool,
    /// How to run.
    #[command(flatten)]
    pub execution: ExecutionArgs,
    /// What to write besides.
    #[command(flatten)]
    pub reports: ReportArgs,
    /// Run each scenario N times; one whose repeats differ is flaky.
    #[arg(long, value_name = "N", default_value = "1", value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub repeat: u32,
}

pub fn run(args: &RunArgs) -> Result<Exit, Failure> {
    let out = args.execution.out.as_deref();
    let inputs = vec![Path::new(&args.product.product)];
    try_reports(args.reports.files(), &Reserved { out, inputs })?;
    let request = prepare(&RunOptions {
        product: &args.product,
        filters: &args.filters,
        execution: &args.execution,
        repeat: args.repeat,
        required: false,
    })?;
    let run = perform(&request)?;
    write_reports(&args.reports, &run, None);
    let summary = terminal::run::summary(&run.document, &run.dir);
    if args.json {
        warn_of(print_json(&run.document));
        print_notice(&summary);
    } else {
        warn_of(print_text(&summary));
    }
    Ok(Exit::of(&run.document))
}
