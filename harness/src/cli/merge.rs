//! `kitty-gate merge`: one run out of the parts that several machines ran. It exits as that run did.

use std::fmt::Write;
use std::path::PathBuf;

use clap::Args;

use super::exit::Exit;
use super::failure::Failure;
use super::folders::{find_run, out_dir};
use super::recorded::unreadable;
use super::{print_text, warn_of};
use crate::document::RunDocument;
use crate::merge::{MergeError, Merged, merge};
use crate::recorded::RecordedRun;

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

pub fn run(args: &MergeArgs) -> Result<Exit, Failure> {
    let dirs: Vec<_> = args.runs.iter().map(|run| find_run(run)).collect::<Result<_, _>>()?;
    let out = out_dir(Some(&args.out), "", "")?;
    let merged = merge(&dirs, &out).map_err(|error| failure(&error))?;
    let document = RecordedRun::read(&out).map_err(Failure::broken)?.document;
    document.write(&out).map_err(Failure::broken)?;
    let mut text = format!(
        "{} parts with {} scenarios merged into {}\n",
        merged.parts,
        merged.scenarios,
        args.out.display()
    );
    let missing: Vec<String> = merged.missing.iter().map(ToString::to_string).collect();
    for (word, parts) in [("missing", &missing), ("ran nothing", &merged.idle)] {
        if !parts.is_empty() {
            let parts = parts.join(", ");
            // Writing into a String cannot fail.
            let _ = writeln!(text, "{word}: {parts}; a decision on this run is incomplete");
        }
    }
    if !merged.without_streams.is_empty() {
        let parts = merged.without_streams.join(", ");
        let _ = writeln!(
            text,
            "without all streams: {parts}; what its commands printed is there as excerpts only"
        );
    }
    warn_of(print_text(&text));
    Ok(exit(&document, &merged))
}

/// What failed outweighs a part that is not there.
fn exit(document: &RunDocument, merged: &Merged) -> Exit {
    match Exit::of(document) {
        Exit::Passed if !(merged.missing.is_empty() && merged.idle.is_empty()) => Exit::Unproven,
        exit => exit,
    }
}

fn failure(error: &MergeError) -> Failure {
    match error {
        MergeError::Read(error) => unreadable(error),
        MergeError::Io(_) => Failure::broken(error),
        MergeError::Different { .. } | MergeError::Twice { .. } => {
            Failure::usage("not-one-run", error.to_string())
                .hint("merge the parts of one run, each once: same product, same kitty-gate, same --shard i/n")
        }
    }
}
