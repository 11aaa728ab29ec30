//! `kitty-gate new`: drafts a scenario in the source of kitty-gate.

use std::fmt::Write;
use std::path::PathBuf;

use clap::Args;

use super::exit::Exit;
use super::failure::Failure;
use super::print_text;
use crate::draft::{DraftError, draft, fault_of};

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

pub fn run(args: &NewArgs) -> Result<Exit, Failure> {
    let root = args.root.clone().map_or_else(std::env::current_dir, Ok).map_err(Failure::broken)?;
    let written = draft(&root, &args.id).map_err(|error| failure(&error))?;
    let id = &args.id;
    let fault = fault_of(id.rsplit('/').next().unwrap_or(id));
    let mut text = String::new();
    for file in &written {
        // Writing into a String cannot fail.
        let _ = writeln!(text, "wrote {}", file.display());
    }
    text.push_str(
        "next  fill in what is marked TODO (CONTRIBUTING.md, \"A scenario in five minutes\"), break it in the reference, and see:\n",
    );
    let _ = writeln!(
        text,
        "  cargo fmt --all\n  cargo run -- run reference {id}\n  cargo run -- certify {fault} --write"
    );
    print_text(&text)?;
    Ok(Exit::Passed)
}

fn failure(error: &DraftError) -> Failure {
    match error {
        DraftError::BadId(_) | DraftError::NoSuchSuite { .. } => {
            Failure::usage("no-such-suite", error.to_string())
                .hint("give a suite that there is, and a name: `kitty-gate new merge/no-lock-left`")
        }
        DraftError::NotTheSource(_) => Failure::usage("not-the-source", error.to_string())
            .hint("run it in a clone of kitty-gate, or name one with --root DIR"),
        DraftError::Exists(_) | DraftError::Unfamiliar { .. } | DraftError::Io(_) => {
            Failure::usage("not-drafted", error.to_string())
                .hint("nothing was written; give another name, or mend the file")
        }
    }
}
