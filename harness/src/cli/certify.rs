//! `kitty-gate certify`: shows that every check can fail, and fails where one cannot.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use reference::Fault;

use super::exit::Exit;
use super::failure::Failure;
use super::product::cache_dir;
use super::request::cores;
use super::{print_json, print_notice, warn_of};
use crate::certify::{self, Certificate, FILE, Findings, Objections, RanOn};
use crate::console::inert;
use crate::runner::StopSwitch;

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

pub fn run(args: &CertifyArgs) -> Result<Exit, Failure> {
    let faults = chosen(&args.faults)?;
    if args.write && !Path::new(FILE).is_file() {
        return Err(Failure::usage("no-certificate", format!("there is no {FILE} here"))
            .hint("run it in the root of kitty-gate's repository"));
    }
    let cache = cache_dir(args.cache.as_deref())?;
    let stop = StopSwitch::listen(|text| {
        let _ = writeln!(std::io::stderr(), "kitty-gate: {text}");
    })
    .map_err(Failure::broken)?;
    let jobs = args.jobs.map_or_else(cores, usize::from);
    let findings = certify::run_all(&cache, &faults, jobs, &stop, &progress)?;
    let committed = certify::committed_kills()?;
    let excused = certify::excused()?;
    let updated = committed.updated(&findings);
    let certificate = Certificate::of(&updated, &excused)?;
    let mut objections = Objections::of(&findings, &committed, &certificate, &excused);
    if args.write {
        fs_err::write(FILE, updated.to_toml()?).map_err(Failure::broken)?;
        for difference in std::mem::take(&mut objections.differences) {
            print_notice(&inert(&format!("{FILE}: {difference}\n")));
        }
    }
    if args.json {
        warn_of(print_json(&certificate));
    }
    print_notice(&inert(&summary(&findings, &certificate, &objections)));
    Ok(if !objections.is_empty() {
        Exit::Failed
    } else if objections.unmeasured.is_empty() {
        Exit::Passed
    } else {
        Exit::Unproven
    })
}

fn chosen(names: &[String]) -> Result<Vec<Fault>, Failure> {
    if names.is_empty() {
        return Ok(Fault::ALL.to_vec());
    }
    let one = |name: &String| {
        Fault::named(name).ok_or_else(|| {
            Failure::usage("no-such-fault", format!("`{name}` is no fault"))
                .hint("`kitty-reference faults` names them")
        })
    };
    names.iter().map(one).collect()
}

fn progress(done: usize, all: usize) {
    let mut stderr = std::io::stderr();
    if stderr.is_terminal() {
        let _ = write!(stderr, "\r{done} of {all} ");
    }
}

fn summary(findings: &Findings, certificate: &Certificate, objections: &Objections) -> String {
    let nulls = if findings.is_whole() { certificate.null_products.len() } else { 0 };
    let mut text = format!(
        "checks: {} of {} killed; faults run: {} of {}; null products run: {nulls}; scenarios: {}\n",
        certificate.killed,
        certificate.checks,
        findings.faults.len(),
        certificate.faults,
        scenarios_by_place(certificate),
    );
    let unmeasured: Vec<String> = objections.unmeasured.iter().map(unmeasured).collect();
    let lists = [
        ("the clean reference does not pass", &objections.unclean),
        ("it is excused, and passes", &objections.needless),
        ("it passes on a null product", &objections.passes_on_null),
        ("nothing turns it red", &objections.survivors),
        ("nobody catches it", &objections.uncaught),
        ("not as certificate.toml says (`--write` writes it)", &objections.differences),
        ("broke", &objections.broken),
        ("not measured, the machine is not at rest", &unmeasured),
    ];
    for (title, list) in lists {
        for item in list {
            // Writing into a String cannot fail.
            let _ = writeln!(text, "{title}: {item}");
        }
    }
    text
}

/// What others on the machine kept from being measured.
fn unmeasured((scenario, fault): &(String, Option<Fault>)) -> String {
    let fault = fault.map_or_else(String::new, |fault| format!(" with {}", fault.name()));
    format!("{scenario}{fault}")
}

/// How many are certified on what.
fn scenarios_by_place(certificate: &Certificate) -> String {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for scenario in &certificate.scenarios {
        let place = match &scenario.executed_on {
            RanOn::Edition(name) => format!("{name} edition"),
            RanOn::FakeProducts { .. } => "fake products".to_owned(),
            RanOn::EveryEdition => continue,
        };
        *counts.entry(place).or_default() += 1;
    }
    let counts: Vec<String> =
        counts.into_iter().map(|(place, count)| format!("{count} on {place}")).collect();
    counts.join(", ")
}
