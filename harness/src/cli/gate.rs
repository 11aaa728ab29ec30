//! `kitty-gate gate` and `kitty-gate decide`: from a product, or from a recorded run, to a decision.

use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};

use clap::Args;
use jiff::civil::Date;

use super::args::{DecisionArgs, ExecutionArgs, ProductArgs, ReportArgs};
use super::exit::Exit;
use super::failure::Failure;
use super::outputs::{Reserved, try_reports};
use super::recorded::read_run;
use super::report::write_reports;
use super::request::{RunOptions, perform, prepare};
use super::{print_json, print_notice, print_text, warn_of};
use crate::gate::exception::OperatorException;
use crate::gate::known_failures::{Catalogue, KnownFailures};
use crate::gate::policy::Policy;
use crate::gate::{
    Case, Decision, GATE_FILE, GateDocument, Refused, StrictOptions, decide as decide_on,
};
use crate::recorded::RecordedRun;
use crate::report::terminal::{self, Style};
use crate::whole_file::write_json;

/// What a gate asks beyond what the release promised. None of these waives anything.
#[derive(Debug, Args)]
pub struct BoundsArgs {
    /// Keep the gate closed until entries of the file of known failures that are not true any more are taken out.
    #[arg(long)]
    pub strict: bool,
    /// Take this many operator exceptions at most; 0 for none.
    #[arg(long, value_name = "N")]
    pub max_exceptions: Option<u32>,
}

/// Arguments of `gate`.
#[derive(Debug, Args)]
pub struct GateArgs {
    /// The product.
    #[command(flatten)]
    pub product: ProductArgs,
    /// Suites, ids or globs. What is filtered out is missing, and the gate stays incomplete.
    #[arg(value_name = "FILTER")]
    pub filters: Vec<String>,
    /// What the decision is made by.
    #[command(flatten)]
    pub decision: DecisionArgs,
    /// What it asks beyond that.
    #[command(flatten)]
    pub bounds: BoundsArgs,
    /// Reports besides.
    #[command(flatten)]
    pub reports: ReportArgs,
    /// Print the decision as JSON on stdout, and everything else on stderr.
    #[arg(long)]
    pub json: bool,
    /// How to run.
    #[command(flatten)]
    pub execution: ExecutionArgs,
    /// How often each scenario is run; it counts when all are alike.
    #[arg(long, value_name = "N", default_value = "3", value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub repeat: u32,
}

/// Arguments of `decide`.
#[derive(Debug, Args)]
pub struct DecideArgs {
    /// A run's folder, its id, or `latest`.
    #[arg(value_name = "RUN")]
    pub run: PathBuf,
    /// What the decision is made by.
    #[command(flatten)]
    pub decision: DecisionArgs,
    /// What it asks beyond that.
    #[command(flatten)]
    pub bounds: BoundsArgs,
    /// Reports besides.
    #[command(flatten)]
    pub reports: ReportArgs,
    /// How often each scenario must have been run, all alike, to count.
    #[arg(long, value_name = "N", default_value = "3", value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub repeat: u32,
    /// Print the decision as JSON on stdout, and everything else on stderr.
    #[arg(long)]
    pub json: bool,
}

/// Runs what is required, and decides.
pub fn run(args: &GateArgs) -> Result<Exit, Failure> {
    // What cannot be used is told before minutes are spent.
    let brief = DecisionOptions::read(&args.decision)?.within(&args.bounds);
    let out = args.execution.out.as_deref();
    let inputs = args.decision.files().chain([Path::new(&args.product.product)]);
    try_reports(args.reports.files(), &Reserved { out, inputs: inputs.collect() })?;
    let request = prepare(&RunOptions {
        product: &args.product,
        filters: &args.filters,
        execution: &args.execution,
        repeat: args.repeat,
        required: true,
    })?;
    let run = perform(&request)?;
    Ok(brief.conclude(&run, args.repeat, &DecisionStyle::of(&args.reports, args.json)))
}

/// Decides on a recorded run.
pub fn decide(args: &DecideArgs) -> Result<Exit, Failure> {
    let brief = DecisionOptions::read(&args.decision)?.within(&args.bounds);
    let run = read_run(&args.run)?;
    let inputs = args.decision.files().collect();
    try_reports(args.reports.files(), &Reserved { out: None, inputs })?;
    Ok(brief.conclude(&run, args.repeat, &DecisionStyle::of(&args.reports, args.json)))
}

/// How a decision is said.
struct DecisionStyle<'a> {
    reports: &'a ReportArgs,
    json: bool,
}

impl<'a> DecisionStyle<'a> {
    fn of(reports: &'a ReportArgs, json: bool) -> Self {
        Self { reports, json }
    }
}

/// What a decision is made by, besides the run.
pub(super) struct DecisionOptions {
    pub(super) known_failures: KnownFailures,
    exceptions: Vec<OperatorException>,
    today: Date,
    bounds: StrictOptions,
}

impl DecisionOptions {
    pub(super) fn read(args: &DecisionArgs) -> Result<Self, Failure> {
        let today = today();
        let known_failures = match &args.known_failures {
            Some(file) => KnownFailures { file: portable(file), ..read_known_failures(file)?.1 },
            None => KnownFailures::none(),
        };
        let mut exceptions: Vec<OperatorException> = Vec::new();
        for file in &args.exceptions {
            let exception = read_exception(file, today)?;
            if let Some(twin) = exceptions.iter().find(|known| known.scenario == exception.scenario)
            {
                let message = format!(
                    "{}:{}: `{}` is covered by {} already",
                    exception.file, exception.scenario_line, exception.scenario, twin.file
                );
                return Err(Failure::usage("exception-refused", message).hint("bring one of them"));
            }
            exceptions.push(OperatorException { file: portable(file), ..exception });
        }
        Ok(Self { known_failures, exceptions, today, bounds: StrictOptions::default() })
    }

    /// The same, with what the gate asks beyond it.
    fn within(mut self, bounds: &BoundsArgs) -> Self {
        self.bounds =
            StrictOptions { strict: bounds.strict, max_exceptions: bounds.max_exceptions };
        self
    }

    /// Decides, and says so: in the run's folder, on the terminal, in the reports that were asked for.
    fn conclude(&self, run: &RecordedRun, repeat: u32, saying: &DecisionStyle<'_>) -> Exit {
        let gate = self.decide(run, repeat);
        let dir = &run.dir;
        if let Err(error) = write_json(&dir.join(GATE_FILE), &gate) {
            unkept(&error).warn();
        }
        write_reports(saying.reports, run, Some(&gate));
        if saying.json {
            warn_of(print_json(&gate));
            let text = terminal::gate::render(&gate, dir, style(&std::io::stderr()));
            print_notice(&text);
        } else {
            warn_of(print_text(&terminal::gate::render(&gate, dir, style(&std::io::stdout()))));
        }
        exit(&gate)
    }

    pub(super) fn decide(&self, run: &RecordedRun, repeat: u32) -> GateDocument {
        let release = run.document.release();
        decide_on(&Case {
            run: &run.document,
            record_sha256: &run.record_sha256,
            policy: &Policy::of(release.as_ref()),
            known_failures: &self.known_failures,
            exceptions: &self.exceptions,
            repeat,
            today: self.today,
            bounds: self.bounds,
        })
    }
}

/// A file as a decision names it: without saying where on this machine it lies.
fn portable(file: &Path) -> String {
    let here = std::env::current_dir().unwrap_or_default();
    let below = file.strip_prefix(here).ok();
    let below = below.or_else(|| file.is_relative().then_some(file));
    let name = file.file_name().map(Path::new);
    below.or(name).unwrap_or(file).display().to_string()
}

/// The text of a file of known failures, and what it says.
pub(super) fn read_known_failures(file: &Path) -> Result<(String, KnownFailures), Failure> {
    let text = fs_err::read_to_string(file)
        .map_err(|error| Failure::usage("known-failures-refused", error.to_string()))?;
    let name = file.to_string_lossy();
    let read = KnownFailures::read(&name, &text, &Catalogue::ours(), today())
        .map_err(|refused| failure("known-failures-refused", &refused))?;
    Ok((text, read))
}

fn read_exception(file: &Path, today: Date) -> Result<OperatorException, Failure> {
    let text = fs_err::read_to_string(file)
        .map_err(|error| Failure::usage("exception-refused", error.to_string()))?;
    let known: Vec<&str> = scenarios::all().iter().map(|scenario| scenario.id).collect();
    OperatorException::read(&file.to_string_lossy(), &text, &known, today)
        .map_err(|refused| failure("exception-refused", &refused))
}

pub(super) fn failure(code: &'static str, refused: &Refused) -> Failure {
    Failure::usage(code, refused.to_string())
}

/// The day, in UTC: the same for everybody who decides at this moment.
pub(super) fn today() -> Date {
    jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date()
}

/// The record may be somebody else's, to be read only. The decision is none the worse.
fn unkept(error: &io::Error) -> Failure {
    let message = format!("the decision is not kept beside the record: {error}");
    let hint = "what is written from this folder later tells an earlier decision, or none";
    Failure::usage("gate-unwritable", message).hint(hint)
}

fn style(stream: &dyn IsTerminal) -> Style {
    let is_terminal = stream.is_terminal();
    let is_set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let is_dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
    let width = || terminal_size::terminal_size().map_or(0, |(width, _)| usize::from(width.0));
    Style {
        colours: is_terminal && !is_set("NO_COLOR") && !is_dumb,
        width: if is_terminal { width() } else { 0 },
    }
}

fn exit(gate: &GateDocument) -> Exit {
    match gate.decision {
        Decision::Open | Decision::OpenWithExceptions => Exit::Passed,
        Decision::Closed => Exit::Failed,
        Decision::Incomplete if gate.broken => Exit::Broken,
        Decision::Incomplete => Exit::Unproven,
    }
}
