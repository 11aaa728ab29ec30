//! What a machine lacks, or has in an unusual way, is never told of the product.
//!
//! Everything is provoked for real: a file system without room, a program that is not there, a folder behind a
//! link. What this machine cannot provoke is shown as ignored, with the reason: nothing was proven then.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(clippy::unnecessary_wraps, reason = "all rows of the table have one form")]

mod bench;
mod full;
mod lacks;
mod places;

use std::process::ExitCode;

use libtest_mimic::{Arguments, Completion, Trial};

use bench::{Bench, CannotProvoke};

/// A test, by what it shows.
type Row = (&'static str, fn(&Bench) -> Result<(), CannotProvoke>);

const ROWS: &[Row] = &[
    ("verdicts are the same below a link", places::a_link),
    ("verdicts are the same below a space", places::a_space),
    ("verdicts are the same beyond ASCII", places::beyond_ascii),
    ("verdicts are the same below a relative folder", places::a_relative_folder),
    ("verdicts are the same where everything is a link", places::links_everywhere),
    ("a missing TMPDIR is a typed skip", places::no_folder_for_sandboxes),
    ("no git is a typed skip, and the doctor says so", lacks::git),
    ("a git that does not work is a typed skip", lacks::a_working_git),
    ("without script only terminals are skipped", lacks::script),
    ("low limits are typed skips", lacks::limits),
    ("a place where nothing may be executed is a typed skip", lacks::an_executable_place),
    ("a full run folder ends the run without a verdict", full::of_records),
    ("a stream that cannot be kept ends the run", full::of_a_stream),
    ("a place of sandboxes that fills up is a typed skip", full::of_sandboxes),
    ("a product that fills its sandbox fails a check", full::of_a_sandbox_by_the_product),
];

fn main() -> ExitCode {
    let mut arguments = Arguments::from_args();
    // Each starts a gate with workers of its own.
    arguments.test_threads.get_or_insert(2);
    let trials = ROWS.iter().map(|(name, run)| {
        Trial::ignorable_test(*name, || match run(&Bench::new()) {
            Ok(()) => Ok(Completion::Completed),
            // Only libtest's own protocol can say so; to nextest it would look like a pass.
            Err(CannotProvoke(reason)) if std::env::var_os("NEXTEST").is_some() => {
                Err(format!("not proven: {reason}").into())
            }
            Err(CannotProvoke(reason)) => Ok(Completion::ignored_with(reason)),
        })
    });
    libtest_mimic::run(&arguments, trials.collect()).exit_code()
}
