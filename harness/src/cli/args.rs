//! The arguments as given.

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::report::ReportFormat;
use crate::runner::Keep;
use crate::shard::Shard;

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
    Run(RunArgs),
    /// Run what a release promised, and decide: may it ship?
    Gate(GateArgs),
    /// Decide on a recorded run.
    Decide(DecideArgs),
    /// Write the issue matrix of a recorded run, or check one that people keep.
    Issues(IssuesArgs),
    /// Make one run out of the parts that several machines ran.
    Merge(MergeArgs),
    /// Say what a gate would run, and cut it into parts for several machines.
    Plan(PlanArgs),
    /// Known failures: check the file of them, or bring it up to a recorded run.
    #[command(subcommand)]
    KnownFailures(KnownFailuresCommand),
    /// Operator exceptions, for what the environment prevented.
    #[command(subcommand)]
    Exception(ExceptionCommand),
    /// List the scenarios: ids, promises, requirements, issues.
    List(ListArgs),
    /// Show a recorded run, or one scenario of it.
    Show(ShowArgs),
    /// Write a recorded run as Markdown, HTML, JUnit, JSON, for GitHub, or as an attestation.
    Report(ReportRunArgs),
    /// Say what is required and what proves it, or how each requirement stands after a recorded run.
    Requirements(RequirementsArgs),
    /// Run one scenario, keep its sandbox, and write a script that replays it without kitty-gate.
    Repro(ReproArgs),
    /// Show that every check can fail, on the reference product with each of its faults.
    Certify(CertifyArgs),
    /// Write down what a recorded run observed of a release: `observed/RELEASE.toml`, and what comes from it.
    Observe(ObserveArgs),
    /// Make a nested Python environment, or look at what this machine can do.
    #[command(subcommand)]
    Env(EnvCommand),
    /// Draft a scenario in the source of kitty-gate: its file, its line in the suite, a fault of the reference.
    New(NewArgs),
    /// Print the JSON Schema of a format that kitty-gate writes.
    Schema(SchemaArgs),
}

/// Arguments of `new`.
#[derive(Debug, Args)]
pub struct NewArgs {
    /// The id of the scenario, of a suite that there is: `merge/no-lock-left`.
    #[arg(value_name = "SUITE/NAME")]
    pub id: String,
    /// The source of kitty-gate [default: the current folder].
    #[arg(long, value_name = "DIR")]
    pub root: Option<PathBuf>,
}

/// Arguments of `certify`.
#[derive(Debug, Args)]
pub struct CertifyArgs {
    /// Faults, by their names; all of them when there is none.
    #[arg(value_name = "FAULT")]
    pub faults: Vec<String>,
    /// How many scenarios to run at a time [default: the number of cores].
    #[arg(long, value_name = "N")]
    pub jobs: Option<std::num::NonZeroUsize>,
    /// Where the reference is kept [default: $XDG_CACHE_HOME/kitty-gate].
    #[arg(long, value_name = "DIR", env = support::env_vars::CACHE)]
    pub cache: Option<PathBuf>,
    /// Print the certificate as JSON.
    #[arg(long)]
    pub json: bool,
    /// Write `certificate.toml`, in the root of the repository: with faults, only what they turn red.
    #[arg(long)]
    pub write: bool,
}

/// Arguments of `observe`.
#[derive(Debug, Args)]
pub struct ObserveArgs {
    /// A run's folder, its id, or `latest`: all that a published release promised, run to the end.
    #[arg(value_name = "RUN")]
    pub run: PathBuf,
    /// The commit of the kitty-gate that made the run; the record has only its version.
    #[arg(long, value_name = "COMMIT")]
    pub commit: Option<String>,
}

/// Arguments of `schema`.
#[derive(Debug, Args)]
pub struct SchemaArgs {
    /// Which format.
    #[arg(value_enum, value_name = "FORMAT", default_value = "run")]
    pub format: Format,
}

/// The formats that kitty-gate writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// The run document: `run.json`, and what `run --json` and `show --json` print.
    Run,
    /// The decision: `gate.json`, and what `gate --json` and `decide --json` print.
    Gate,
    /// What `issues --json` prints.
    Issues,
    /// What `plan --format json` prints.
    Plan,
    /// A line of the record: `events.jsonl`.
    Events,
    /// What `list --json` prints.
    List,
    /// What `requirements --json` prints.
    Requirements,
    /// What `certify --json` prints.
    Certificate,
    /// What `env create --json` prints.
    Env,
    /// What `env doctor --json` prints.
    Doctor,
}

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

/// How to come by the product.
#[derive(Debug, Args)]
pub struct ProductArgs {
    /// A release (`3.2.7`), a wheel, a source checkout, an installed executable, or `reference`.
    #[arg(value_name = "PRODUCT")]
    pub product: String,
    /// Where provisioned releases are kept [default: $XDG_CACHE_HOME/kitty-gate].
    #[arg(long, value_name = "DIR", env = support::env_vars::CACHE)]
    pub cache: Option<PathBuf>,
    /// The interpreter to provision with: a path, a name, or 3.12 [default: the first on PATH that serves].
    #[arg(long, value_name = "PYTHON", env = support::env_vars::PYTHON)]
    pub python: Option<String>,
    /// What installs a release.
    #[arg(long, value_enum, default_value = "auto")]
    pub installer: Installer,
}

/// What installs a release.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Installer {
    /// uv where there is one or one can be had, else pip.
    Auto,
    /// pip, with dependencies of today.
    Pip,
}

/// How to play.
#[derive(Debug, Args)]
pub struct ExecutionArgs {
    /// How many scenarios to run at a time [default: the number of cores]; of those that mostly
    /// wait for a server or a lock, up to twice as many besides.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    pub jobs: Option<u16>,
    /// How long one command of the product may take; what others on the machine hold it up does not count.
    #[arg(long, value_name = "SECONDS", default_value = "120", value_parser = seconds)]
    pub deadline: Duration,
    /// The run's folder; must be empty [default: .kitty-gate/runs/<id>, with a link `latest`].
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// When to leave the sandboxes of a scenario on disk.
    #[arg(long, value_enum, default_value = "failed")]
    pub keep: Keep,
    /// Run only part I of N, as on one of N machines; `auto` (or `auto/N`) takes it from the variables of
    /// GitLab, Buildkite or Kubernetes.
    #[arg(long, value_name = "I/N", value_parser = shard)]
    pub shard: Option<Shard>,
}

/// Arguments of `merge`.
#[derive(Debug, Args)]
pub struct MergeArgs {
    /// The runs' folders, one of each part.
    #[arg(value_name = "DIR", required = true)]
    pub runs: Vec<PathBuf>,
    /// The folder of the merged run; must be empty.
    #[arg(short = 'o', long, value_name = "DIR")]
    pub out: PathBuf,
}

/// Arguments of `plan`.
#[derive(Debug, Args)]
pub struct PlanArgs {
    /// The product that will be gated; of a release, only what it promised is planned.
    #[arg(value_name = "PRODUCT")]
    pub product: String,
    /// Suites, ids or globs; everything when there is none.
    #[arg(value_name = "FILTER")]
    pub filters: Vec<String>,
    /// For how many machines.
    #[arg(long, value_name = "N", default_value = "1")]
    pub shards: std::num::NonZeroU16,
    /// How to say it.
    #[arg(long, value_enum, default_value = "text")]
    pub format: PlanFormat,
}

/// How a plan is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum PlanFormat {
    /// For a person.
    Text,
    /// One JSON document.
    Json,
    /// One line: the value of a matrix in a workflow of GitHub's.
    GithubMatrix,
}

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
    /// How to play.
    #[command(flatten)]
    pub execution: ExecutionArgs,
    /// What to write besides.
    #[command(flatten)]
    pub reports: ReportArgs,
    /// Run each scenario N times; one whose repeats differ is flaky.
    #[arg(long, value_name = "N", default_value = "1", value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub repeat: u32,
}

/// What a decision is made by.
#[derive(Debug, Args)]
pub struct DecisionArgs {
    /// A file of known failures; without it, every failure is unexpected.
    #[arg(long, value_name = "FILE")]
    pub known_failures: Option<PathBuf>,
    /// An operator exception, for exactly one scenario that was tried and that the machine prevented; repeatable.
    #[arg(long = "exception", value_name = "FILE")]
    pub exceptions: Vec<PathBuf>,
}

impl DecisionArgs {
    /// The files that it reads.
    pub fn files(&self) -> impl Iterator<Item = &Path> {
        self.known_failures.iter().chain(&self.exceptions).map(PathBuf::as_path)
    }
}

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
    /// How to play.
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

/// What can be done about known failures.
#[derive(Debug, Subcommand)]
pub enum KnownFailuresCommand {
    /// Say whether the file can be used, and what of it has expired or is not what a run shows.
    Check(KnownFailuresArgs),
    /// Add what a run saw fail, and take out what does not fail any more; comments stay.
    Update(KnownFailuresUpdateArgs),
}

/// Arguments of `known-failures check`.
#[derive(Debug, Args)]
pub struct KnownFailuresArgs {
    /// The file.
    #[arg(value_name = "FILE", default_value = "known-failures.toml")]
    pub file: PathBuf,
    /// A run to hold it against: its folder, its id, or `latest`.
    #[arg(long, value_name = "RUN")]
    pub from: Option<PathBuf>,
}

/// Arguments of `known-failures update`. What is not given for new groups is left to be filled in, and
/// the file is refused until somebody does.
#[derive(Debug, Args)]
pub struct KnownFailuresUpdateArgs {
    /// The file; begun when it is not there.
    #[arg(value_name = "FILE", default_value = "known-failures.toml")]
    pub file: PathBuf,
    /// The run: its folder, its id, or `latest`.
    #[arg(long, value_name = "RUN")]
    pub from: PathBuf,
}

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

/// Arguments of `list`.
#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag")]
pub struct ListArgs {
    /// Suites, ids or globs; everything when there is none.
    #[arg(value_name = "FILTER")]
    pub filters: Vec<String>,
    /// Only the core: the promises without which nothing else counts, and the scenarios that prove
    /// them.
    #[arg(long)]
    pub core: bool,
    /// The old name of `--core`.
    #[arg(long, hide = true)]
    pub floor: bool,
    /// What each scenario judges, and by what each check was seen to fail.
    #[arg(long)]
    pub checks: bool,
    /// Print JSON.
    #[arg(long)]
    pub json: bool,
}

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

/// Arguments of `report`.
#[derive(Debug, Args)]
pub struct ReportRunArgs {
    /// A run's folder, its id, or `latest`.
    #[arg(value_name = "RUN")]
    pub run: PathBuf,
    /// The form of the report.
    #[arg(long, value_enum, value_name = "FORMAT", required_unless_present = "reports")]
    pub format: Option<ReportFormat>,
    /// The file to write [default: stdout].
    #[arg(long, short, value_name = "FILE", requires = "format")]
    pub output: Option<PathBuf>,
    /// More reports.
    #[command(flatten)]
    pub reports: ReportArgs,
}

/// The reports that a command is to write besides.
#[derive(Debug, Clone, Default, Args)]
pub struct ReportArgs {
    /// Write a report: `html=report.html`, `junit=junit.xml`, ...; may be given several times.
    #[arg(long = "report", value_name = "FORMAT=FILE", value_parser = wanted_report)]
    pub reports: Vec<WantedReport>,
}

impl ReportArgs {
    /// Where they are to be written.
    pub fn files(&self) -> impl Iterator<Item = &Path> {
        self.reports.iter().map(|wanted| wanted.file.as_path())
    }
}

/// A report that was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WantedReport {
    /// Its form.
    pub format: ReportFormat,
    /// Where it is to be written.
    pub file: PathBuf,
}

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

/// Arguments of `repro`.
#[derive(Debug, Args)]
pub struct ReproArgs {
    /// The product.
    #[command(flatten)]
    pub product: ProductArgs,
    /// The id of a scenario.
    #[arg(value_name = "SCENARIO")]
    pub scenario: String,
    /// The folder for the run and the script; must be empty [default: .kitty-gate/repros/<id>].
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// How long one command of the product may take; what others on the machine hold it up does not count.
    #[arg(long, value_name = "SECONDS", default_value = "120", value_parser = seconds)]
    pub deadline: Duration,
}

fn shard(word: &str) -> Result<Shard, String> {
    Shard::parse(word, |name| std::env::var(name).ok()).map_err(|error| error.to_string())
}

fn wanted_report(word: &str) -> Result<WantedReport, String> {
    let (format, file) = word
        .split_once('=')
        .filter(|(_, file)| !file.is_empty())
        .ok_or("not FORMAT=FILE, such as `html=report.html`")?;
    let format = ReportFormat::from_str(format, false).map_err(|_| {
        let all = ReportFormat::value_variants().iter();
        let names = all.filter_map(ValueEnum::to_possible_value);
        let names: Vec<_> = names.map(|value| value.get_name().to_owned()).collect();
        format!("there is no format `{format}`; there are {}", names.join(", "))
    })?;
    Ok(WantedReport { format, file: PathBuf::from(file) })
}

fn seconds(word: &str) -> Result<Duration, String> {
    match word.parse::<u64>() {
        Ok(seconds @ 1..=86_400) => Ok(Duration::from_secs(seconds)),
        _ => Err("not a number of seconds from 1 to 86400".to_owned()),
    }
}
