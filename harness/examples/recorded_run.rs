//! Writes the record of a run that nobody ran, for measuring and for looking at reports.
//!
//! `cargo run -p kitty-gate --example recorded_run -- DIR SCENARIOS [hostile]`

#![expect(clippy::unwrap_used, reason = "it writes one file, for ourselves")]
#![expect(dead_code, reason = "tests use more of it")]

use std::path::PathBuf;

#[path = "../../tests/reports/sample_run.rs"]
mod made;

fn main() {
    let mut args = std::env::args().skip(1);
    let dir = PathBuf::from(args.next().unwrap());
    let scenarios = args.next().unwrap().parse().unwrap();
    fs_err::create_dir_all(&dir).unwrap();
    let mut made = made::SampleRun::of(scenarios);
    if args.next().is_some_and(|word| word == "hostile") {
        made = made.with_text(made::HOSTILE);
    }
    fs_err::write(dir.join("events.jsonl"), made.record()).unwrap();
}
