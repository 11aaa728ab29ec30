//! `kitty-gate report`: a recorded run in the forms that people and programs read.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Args;
use scenarios::requirements as book;
use support::env_vars;

use super::args::{ReportArgs, WantedReport};
use super::exit::Exit;
use super::failure::Failure;
use super::outputs::{
    Reserved, is_step_summary, open_to_append, step_summary, try_reports, unwritable,
};
use super::recorded::{decision, read_run};
use super::{print_raw, print_text};
use crate::certify::{self, Certificate};
use crate::console::disarmed_json;
use crate::document::RunDocument;
use crate::gate::GateDocument;
use crate::recorded::RecordedRun;
use crate::report::{Evidence, Known, Material, ReportFormat, github, render};
use crate::requirements::{RequirementsDocument, document};
use crate::session::default_cache;
use crate::whole_file::{folder_of, write_whole};

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

pub fn run(args: &ReportRunArgs) -> Result<Exit, Failure> {
    let recorded = read_run(&args.run)?;
    let own = args.output.clone().or_else(|| match args.format {
        Some(ReportFormat::Github) => step_summary(),
        _ => None,
    });
    try_reports(args.reports.files().chain(own.as_deref()), &Reserved::default())?;
    let gate = decision(&recorded)?;
    let evidence = Sources::of(&recorded, gate.as_ref())?.evidence()?;
    if let Some(format) = args.format {
        match (&args.output, format) {
            (Some(file), _) => write(&evidence, format, file)?,
            (None, ReportFormat::Github) => for_this_job(&evidence)?,
            (None, _) => print_report(format, &rendered(&evidence, format)?)?,
        }
    }
    for WantedReport { format, file } in &args.reports.reports {
        write(&evidence, *format, file)?;
    }
    // A report was asked for, and is there. What it says is for `show` and the gate to exit with.
    Ok(Exit::Passed)
}

/// Writes the reports that were asked for besides on a run, and on the decision on it. One that cannot be
/// written is told; it keeps nothing from the others, nor from who waits for the verdict.
pub(super) fn write_reports(args: &ReportArgs, run: &RecordedRun, gate: Option<&GateDocument>) {
    if args.reports.is_empty() {
        return;
    }
    let evidence = match Sources::of(run, gate).and_then(|sources| sources.evidence()) {
        Ok(evidence) => evidence,
        Err(failure) => return failure.warn(),
    };
    for WantedReport { format, file } in &args.reports {
        if let Err(failure) = write(&evidence, *format, file) {
            failure.warn();
        }
    }
}

fn write(evidence: &Evidence, format: ReportFormat, file: &Path) -> Result<(), Failure> {
    let text = rendered(evidence, format)?;
    if is_step_summary(file) { append(file, &text) } else { replace(file, &text) }
        .map_err(|error| unwritable(&error))?;
    if format == ReportFormat::Github {
        // GitHub's runner reads both streams; stdout may be promised to one JSON document.
        let _ = std::io::stderr().write_all(github::annotations(evidence).as_bytes());
    }
    Ok(())
}

/// The summary below the job that this is, where it is one; else on stdout.
fn for_this_job(evidence: &Evidence) -> Result<(), Failure> {
    let text = rendered(evidence, ReportFormat::Github)?;
    let annotations = github::annotations(evidence);
    match step_summary() {
        Some(summary) => {
            append(&summary, &text).map_err(|error| unwritable(&error))?;
            print_raw(&annotations)
        }
        None => print_text(&text).map(|()| {
            let _ = std::io::stderr().write_all(annotations.as_bytes());
        }),
    }
}

/// In a log, too, nothing of a report is a command. What GitHub is to obey goes another way.
fn print_report(format: ReportFormat, text: &str) -> Result<(), Failure> {
    match format {
        ReportFormat::Json | ReportFormat::InToto => print_raw(&disarmed_json(text)),
        ReportFormat::Markdown
        | ReportFormat::Html
        | ReportFormat::Junit
        | ReportFormat::Github => print_text(text),
    }
}

fn rendered(evidence: &Evidence, format: ReportFormat) -> Result<String, Failure> {
    render(format, evidence)
        .map_err(|error| Failure::usage("no-digest", error.to_string()).hint(error.hint()))
}

/// Its folder is made where it is missing.
fn replace(file: &Path, text: &str) -> std::io::Result<()> {
    if file.exists() && !file.is_file() {
        // A pipe, or /dev/stdout: not to be replaced by a file.
        return fs_err::write(file, text);
    }
    fs_err::create_dir_all(folder_of(file))?;
    write_whole(file, text.as_bytes())
}

fn append(file: &Path, text: &str) -> std::io::Result<()> {
    open_to_append(file)?.write_all(text.as_bytes())
}

/// What this machine and its user are called.
fn this_machine() -> Known {
    let mut known = Known::default();
    let folders = [
        (std::env::home_dir(), "<home>"),
        (default_cache(), "<cache>"),
        (std::env::var_os(env_vars::CACHE).map(PathBuf::from), "<cache>"),
        (Some(std::env::temp_dir()), "<tmp>"),
    ];
    for (folder, instead) in folders {
        if let Some(folder) = folder {
            known = known.path(&folder, instead);
        }
    }
    for name in env_vars::USER_NAMES {
        if let Some(user) = std::env::var(name).ok().filter(|user| !user.is_empty()) {
            known = known.word(&user, "<user>");
        }
    }
    let host = fs_err::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    let short = host.split('.').next().unwrap_or_default();
    known.word(&host, "<host>").word(short, "<host>")
}

/// All that reports on a recorded run are made from.
struct Sources<'a> {
    run: &'a RunDocument,
    record_sha256: &'a str,
    gate: Option<&'a GateDocument>,
    requirements: RequirementsDocument,
    certificate: Certificate,
}

impl<'a> Sources<'a> {
    /// Those of a run, and of the decision on it that counts.
    fn of(recorded: &'a RecordedRun, gate: Option<&'a GateDocument>) -> Result<Self, Failure> {
        let RecordedRun { header, document: run, record_sha256, .. } = recorded;
        let book = book::ours().map_err(Failure::broken)?;
        Ok(Self {
            record_sha256,
            requirements: document(&book, Some((header, run)), gate),
            certificate: certify::committed().map_err(Failure::broken)?,
            gate,
            run,
        })
    }

    /// All of it, without anything that tells of this machine.
    fn evidence(&self) -> Result<Evidence, Failure> {
        let material = Material {
            run: self.run,
            record_sha256: Some(self.record_sha256),
            gate: self.gate,
            requirements: &self.requirements,
            certificate: &self.certificate,
        };
        Evidence::of(&material, &this_machine()).map_err(Failure::broken)
    }
}
