//! Prints what recorded runs saw fail, as entries of `scenarios/sightings.toml`.
//!
//! `cargo run -p kitty-gate --example sightings -- RUN...`

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "printing is what it is for")]

use std::path::Path;
use std::process::ExitCode;

use support::check::Outcome;

fn main() -> ExitCode {
    for run in std::env::args().skip(1) {
        let document = match kitty_gate::session::reread(Path::new(&run)) {
            Ok(document) => document,
            Err(error) => {
                eprintln!("{run}: {error}");
                return ExitCode::from(2);
            }
        };
        let release = document.product.release.clone().unwrap_or_default();
        for scenario in &document.scenarios {
            let failed = scenario.checks.iter();
            for check in failed.filter(|check| check.outcome == Outcome::Fail) {
                let signature = check.signature.clone().unwrap_or_default();
                println!(
                    "[[sighting]]\nscenario = {:?}\ncheck = {:?}\nrelease = {release:?}\nsignature = {}\n",
                    scenario.id,
                    check.id,
                    toml_text(&signature)
                );
            }
        }
    }
    ExitCode::SUCCESS
}

/// JSON's form of a text is TOML's, too.
fn toml_text(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
