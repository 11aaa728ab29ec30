//! `kitty-gate certify`: shows that every check can fail, and fails where one cannot.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io::{IsTerminal, Write};

use reference::Fault;

use super::args::CertifyArgs;
use super::exit::Exit;
use super::failure::Failure;
use super::product::cache_dir;
use super::request::cores;
use super::{print_json, print_text, tell};
use crate::certify::{self, Certificate, Objections, PlayedOn};
use crate::console::inert;
use crate::play::StopSwitch;

pub fn run(args: &CertifyArgs) -> Result<Exit, Failure> {
    let faults = chosen(&args.faults)?;
    let cache = cache_dir(args.cache.as_deref())?;
    let stop = StopSwitch::listen(|text| {
        let _ = writeln!(std::io::stderr(), "kitty-gate: {text}");
    })
    .map_err(Failure::broken)?;
    let jobs = args.jobs.map_or_else(cores, usize::from);
    let findings = certify::play(&cache, &faults, jobs, &stop, &progress)?;
    if args.declare {
        print_text(&certify::as_declaration(&findings))?;
        tell(&unmeasured(&findings.unmeasured));
        return Ok(if findings.unmeasured.is_empty() { Exit::Passed } else { Exit::Unproven });
    }
    let declared = certify::declared().map_err(Failure::broken)?;
    let excused = certify::excused().map_err(Failure::broken)?;
    let certificate = Certificate::of(&findings, &excused).map_err(Failure::broken)?;
    let mut objections = Objections::of(&findings, &certificate, &declared, &excused);
    let whole = faults.len() == Fault::ALL.len();
    if !whole {
        // What the other faults kill is not known, and nobody has waited for the machine to be at rest.
        objections.survivors.clear();
        objections.unmeasured.retain(|(_, fault)| fault.is_some());
    }
    let committed = certify::committed().map_err(Failure::broken)?;
    let outdated = whole && !committed.agrees_with(&certificate, &findings);
    if args.json {
        print_json(&certificate)?;
    }
    let text = told(&certificate, &objections, outdated);
    tell(&inert(&text));
    Ok(if !objections.is_empty() || (outdated && !args.json) {
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

fn told(certificate: &Certificate, objections: &Objections, outdated: bool) -> String {
    let mut text = format!(
        "checks: {} of {} killed; faults: {}; null products: {}; scenarios: {}\n",
        certificate.killed,
        certificate.checks,
        certificate.faults,
        certificate.null_products.len(),
        scenarios_by_place(certificate),
    );
    let survivors: Vec<String> = objections
        .survivors
        .iter()
        .map(|(scenario, check)| format!("{scenario} {check}"))
        .collect();
    let lists = [
        ("the clean reference does not pass", &objections.unclean),
        ("it is excused, and passes", &objections.needless),
        ("it passes on a null product", &objections.passes_on_null),
        ("nothing turns it red", &survivors),
        ("nobody catches it", &objections.uncaught),
        ("not as declared", &objections.undeclared),
        ("broke", &objections.broken),
    ];
    for (title, list) in lists {
        for item in list {
            // Writing into a String cannot fail.
            let _ = writeln!(text, "{title}: {item}");
        }
    }
    text += &unmeasured(&objections.unmeasured);
    if outdated {
        text.push_str(
            "certificate.json is not current: write it anew with `kitty-gate certify --json`\n",
        );
    }
    text
}

/// What others on the machine kept from being measured.
fn unmeasured(all: &BTreeSet<(String, Option<Fault>)>) -> String {
    let lines = all.iter().map(|(scenario, fault)| {
        let fault = fault.map_or_else(String::new, |fault| format!(" with {}", fault.name()));
        format!("not measured, the machine is not at rest: {scenario}{fault}\n")
    });
    lines.collect()
}

/// How many are certified on what.
fn scenarios_by_place(certificate: &Certificate) -> String {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for scenario in &certificate.scenarios {
        let place = match &scenario.played_on {
            PlayedOn::Edition(name) => format!("{name} edition"),
            PlayedOn::StandIns { .. } => "stand-ins".to_owned(),
            PlayedOn::EveryEdition => continue,
        };
        *counts.entry(place).or_default() += 1;
    }
    let counts: Vec<String> =
        counts.into_iter().map(|(place, count)| format!("{count} on {place}")).collect();
    counts.join(", ")
}
