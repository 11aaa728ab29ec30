//! The arguments that several commands take, as given.

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{Args, ValueEnum};

use crate::report::ReportFormat;
use crate::runner::Keep;
use crate::shard::Shard;

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

/// How to run.
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

pub(super) fn seconds(word: &str) -> Result<Duration, String> {
    match word.parse::<u64>() {
        Ok(seconds @ 1..=86_400) => Ok(Duration::from_secs(seconds)),
        _ => Err("not a number of seconds from 1 to 86400".to_owned()),
    }
}
