//! `kitty-gate merge`: one run out of the parts that several machines played.

use std::fmt::Write;

use super::args::MergeArgs;
use super::exit::Exit;
use super::failure::Failure;
use super::print_text;
use super::run::{find_run, out_dir};
use crate::merge::{MergeError, merge};
use crate::session;

pub fn run(args: &MergeArgs) -> Result<Exit, Failure> {
    let dirs: Vec<_> = args
        .runs
        .iter()
        .map(|run| find_run(run))
        .collect::<Result<_, _>>()?;
    let out = out_dir(Some(&args.out), "", "")?;
    let merged = merge(&dirs, &out).map_err(|error| failure(&error))?;
    let document = session::reread(&out).map_err(Failure::broken)?;
    document.write(&out).map_err(Failure::broken)?;
    let mut text = format!(
        "{} parts with {} scenarios merged into {}\n",
        merged.parts,
        merged.scenarios,
        args.out.display()
    );
    if merged.missing.is_empty() {
        print_text(&text)?;
        return Ok(Exit::Passed);
    }
    let missing: Vec<String> = merged.missing.iter().map(ToString::to_string).collect();
    // Writing into a String cannot fail.
    let _ = writeln!(
        text,
        "missing: {}; a decision on this run is incomplete",
        missing.join(", ")
    );
    print_text(&text)?;
    Ok(Exit::Unproven)
}

fn failure(error: &MergeError) -> Failure {
    match error {
        MergeError::Read(_) => Failure::usage("run-unreadable", error.to_string()),
        MergeError::Io(_) => Failure::broken(error),
        MergeError::Different { .. } | MergeError::Twice { .. } => {
            Failure::usage("not-one-run", error.to_string())
                .hint("merge the parts of one run, each once: same product, same kitty-gate, same --shard i/n")
        }
    }
}
