//! `kitty-gate known-failures`: checks a file of known failures, and brings it up to a recorded run.

use std::fmt::Write;
use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::exit::Exit;
use super::failure::Failure;
use super::gate::{failure, read_known_failures, today};
use super::recorded::read_run;
use super::{print_text, warn_of};
use crate::document::RunDocument;
use crate::gate::known_failures::{KnownFailures, update as bring_up};
use crate::gate::policy::Policy;
use crate::gate::{Case, GateDocument, Match, StrictOptions, decide};
use crate::recorded::RecordedRun;
use crate::whole_file::write_whole;

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

pub fn run(command: &KnownFailuresCommand) -> Result<Exit, Failure> {
    match command {
        KnownFailuresCommand::Check(args) => check(args),
        KnownFailuresCommand::Update(args) => update(args),
    }
}

/// Whether the file can be used, nothing in it has expired, and a run shows nothing else.
fn check(args: &KnownFailuresArgs) -> Result<Exit, Failure> {
    let (_, known) = read_known_failures(&args.file)?;
    let mut told = String::new();
    let mut count = 0;
    let mut object = |line: &str| {
        count += 1;
        // Writing into a String cannot fail.
        let _ = writeln!(told, "{line}");
    };
    for entry in known.failures.iter().filter(|entry| entry.has_expired(today())) {
        let (file, line) = (&known.file, entry.line);
        object(&format!(
            "{file}:{line}: expired on {}: {} {}",
            entry.group.expires, entry.scenario, entry.check
        ));
    }
    if let Some(run) = &args.from {
        for line in against(&known, &read_run(run)?) {
            object(&line);
        }
    }
    let verdict = if count == 0 { "nothing to object to" } else { "see above" };
    let _ = writeln!(told, "{}: {} known failures, {verdict}", known.file, known.failures.len());
    warn_of(print_text(&told));
    Ok(if count == 0 { Exit::Passed } else { Exit::Failed })
}

/// What a run says against the file. What a run does not have says nothing.
fn against(known: &KnownFailures, run: &RecordedRun) -> Vec<String> {
    let gate = decide(&Case {
        run: &run.document,
        record_sha256: &run.record_sha256,
        policy: &Policy::of(run.document.release().as_ref()),
        known_failures: known,
        exceptions: &[],
        repeat: 1,
        today: today(),
        bounds: StrictOptions::default(),
    });
    let mut told = Vec::new();
    for scenario in gate.scenarios.iter().filter(|scenario| scenario.verdict.is_some()) {
        for check in &scenario.checks {
            let at = check.known_failure.as_ref().map_or("nowhere", |known| known.at.as_str());
            let signature = check.signature.as_deref().unwrap_or_default();
            let name = format!("{} {}", scenario.id, check.id);
            match check.matched {
                Match::Known | Match::Unjudged | Match::Expired => {}
                Match::Fixed => told.push(format!("{at}: holds now: {name}")),
                Match::Judged => told.push(format!("{at}: is judged now: {name}")),
                Match::Unproven => {
                    told.push(format!("no known failure leaves it unjudged: {name}"));
                }
                Match::Otherwise => {
                    told.push(format!("{at}: fails in another way: {name}: {signature}"));
                }
                Match::OutOfRange => {
                    told.push(format!("{at}: is not for this release: {name}: {signature}"));
                }
                Match::Unexpected => told.push(format!("not known: {name}: {signature}")),
            }
        }
    }
    told.extend(stale(known, &run.document, &gate));
    told
}

/// Known failures that no failure of a run matches, of checks that fail as others say.
fn stale(known: &KnownFailures, run: &RunDocument, gate: &GateDocument) -> Vec<String> {
    let release = run.release();
    let mut told = Vec::new();
    for scenario in &run.scenarios {
        for entry in known.of(&scenario.id) {
            let at = format!("{}:{}", known.file, entry.line);
            let mut gated = gate.scenarios.iter().flat_map(|scenario| &scenario.checks);
            let is_told =
                gated.any(|check| check.known_failure.as_ref().is_some_and(|by| by.at == at));
            let is_for = release.as_ref().is_some_and(|release| entry.is_for(release));
            let fails = scenario.failures().any(|check| check.id == entry.check);
            if is_for && fails && !is_told {
                let (scenario, check, signature) =
                    (&entry.scenario, &entry.check, &entry.signature);
                told.push(format!("{at}: does not fail so: {scenario} {check}: {signature}"));
            }
        }
    }
    told
}

fn update(args: &KnownFailuresUpdateArgs) -> Result<Exit, Failure> {
    let run = read_run(&args.from)?.document;
    let Some(release) = run.release() else {
        return Err(Failure::usage("no-release", "the run does not say which release it drove")
            .hint("known failures are for releases: give a run of one"));
    };
    // A file that is not there yet is begun.
    let (text, known) = if args.file.exists() {
        read_known_failures(&args.file)?
    } else {
        let file = args.file.to_string_lossy().into_owned();
        (String::new(), KnownFailures { file, failures: Vec::new() })
    };
    let done = bring_up(&text, &known, &run, &release, today())
        .map_err(|refused| failure("known-failures-refused", &refused))?;
    if done.text != text {
        write_whole(&args.file, done.text.as_bytes()).map_err(|error| {
            Failure::usage("out-unusable", error.to_string())
                .hint("give a file that can be written")
        })?;
    }
    let mut told = String::new();
    for (word, lines) in [
        ("drafted", &done.added),
        ("widened", &done.widened),
        ("unjudged", &done.unjudged),
        ("removed", &done.removed),
        ("narrow by hand", &done.by_hand),
    ] {
        for line in lines {
            let _ = writeln!(told, "{word:<15} {}", crate::console::inert(line));
        }
    }
    let _ = writeln!(
        told,
        "{} for {release}: {}",
        known.file,
        match (told.is_empty(), done.text.contains("TODO: ")) {
            (true, _) => "nothing to change",
            (false, true) => "is refused until somebody has filled in what is marked TODO",
            (false, false) => "is up to this run",
        }
    );
    warn_of(print_text(&told));
    Ok(if done.by_hand.is_empty() { Exit::Passed } else { Exit::Failed })
}
