//! `kitty-gate observe`: writes down what a recorded run observed of a release.

use std::path::{Path, PathBuf};

use clap::Args;

use super::exit::Exit;
use super::failure::Failure;
use super::print_text;
use super::recorded::read_run;
use crate::observed::{FINDINGS, FOLDER, Observations, Observed, refreshed};

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

pub fn run(args: &ObserveArgs) -> Result<Exit, Failure> {
    if !Path::new(FOLDER).is_dir() || !Path::new(FINDINGS).is_file() {
        return Err(Failure::usage(
            "no-observations",
            format!("there is no {FOLDER}/ and {FINDINGS} here"),
        )
        .hint("run it in the root of kitty-gate's repository"));
    }
    let observed = Observed::of(&read_run(&args.run)?.document, args.commit.as_deref());
    let observed = observed.map_err(|error| {
        Failure::usage("not-observed", error.to_string())
            .hint("record a whole run of it: `kitty-gate gate RELEASE`")
    })?;
    let (file, text) = (observed.file(), observed.to_toml().map_err(Failure::broken)?);
    let findings = fs_err::read_to_string(FINDINGS).map_err(Failure::broken)?;
    let findings = refreshed(&findings, &on_disk(&file, &text)?).map_err(unreadable)?;
    fs_err::write(&file, text).map_err(Failure::broken)?;
    fs_err::write(FINDINGS, findings).map_err(Failure::broken)?;
    print_text(&format!("wrote {file}, and the tables in {FINDINGS}\n"))?;
    Ok(Exit::Passed)
}

/// What lies there, with this text for this file. This kitty-gate was built with what lay there before.
fn on_disk(file: &str, text: &str) -> Result<Observations, Failure> {
    let mut texts = vec![text.to_owned()];
    for entry in fs_err::read_dir(FOLDER).map_err(Failure::broken)? {
        let path = entry.map_err(Failure::broken)?.path();
        if path != Path::new(file) {
            texts.push(fs_err::read_to_string(path).map_err(Failure::broken)?);
        }
    }
    Observations::parse(texts.iter().map(String::as_str)).map_err(unreadable)
}

fn unreadable(why: String) -> Failure {
    Failure::usage("observations-unreadable", why).hint("mend what it names, and repeat")
}
