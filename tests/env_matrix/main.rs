//! The failure matrix of nested environments: every reason for which there can be none, provoked
//! for real, and beside it what must work all the same.
//!
//! Each row of [`table`] is a test. It sets a context with real executables (a fake tool is a program
//! on PATH, a broken interpreter is a patched copy of a real one, a registry is a server on
//! loopback), runs the real binary, and holds its answer against code, phase, cause and
//! remediation; and nothing may be left where the environment was to be. What a machine cannot
//! provoke is shown as ignored, with the reason: nothing was proven then.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod control_rows;
mod coverage;
mod elf;
mod install_rows;
mod interpreter_folder;
mod mounts;
mod place_rows;
mod playground;
mod python;
mod python_rows;
mod registry;
mod row;
mod table;
mod uv;
mod uv_rows;
mod wheel;

use std::process::ExitCode;

use libtest_mimic::{Arguments, Trial};

/// Rows mostly wait: for timeouts, for children.
const AT_A_TIME: usize = 6;

fn main() -> ExitCode {
    let mut arguments = Arguments::from_args();
    arguments.test_threads.get_or_insert(AT_A_TIME);
    let rows = table::ROWS.iter().map(row::Row::trial);
    let controls = table::CONTROLS.iter().map(row::Control::trial);
    let coverage = Trial::test("every code of environments has a row", coverage::check);
    let trials = rows.chain(controls).chain([coverage]).collect();
    libtest_mimic::run(&arguments, trials).exit_code()
}
