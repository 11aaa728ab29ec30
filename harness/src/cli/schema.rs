//! `kitty-gate schema`: the JSON Schemas of what kitty-gate writes.

use clap::Args;

use super::env::{DoctorDocument, EnvDocument};
use super::exit::Exit;
use super::failure::Failure;
use super::list::ListDocument;
use super::plan::PlanDocument;
use super::print_json;
use crate::certify::Certificate;
use crate::document::RunDocument;
use crate::gate::GateDocument;
use crate::matrix::IssueMatrix;
use crate::record::Line;
use crate::requirements::RequirementsDocument;

/// Arguments of `schema`.
#[derive(Debug, Args)]
pub struct SchemaArgs {
    /// Which format.
    #[arg(value_enum, value_name = "FORMAT", default_value = "run")]
    pub format: Format,
}

/// The formats that kitty-gate writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// The run document: `run.json`, and what `run --json` and `show --json` print.
    Run,
    /// The decision: `gate.json`, and what `gate --json` and `decide --json` print.
    Gate,
    /// What `issues --json` prints.
    Issues,
    /// What `plan --format json` prints.
    Plan,
    /// A line of the record: `events.jsonl`.
    Events,
    /// What `list --json` prints.
    List,
    /// What `requirements --json` prints.
    Requirements,
    /// What `certify --json` prints.
    Certificate,
    /// What `env create --json` prints.
    Env,
    /// What `env doctor --json` prints.
    Doctor,
}

/// The schemas are generated from the types; the committed ones are held against them by a test.
pub fn run(args: &SchemaArgs) -> Result<Exit, Failure> {
    print_json(&match args.format {
        Format::Run => schemars::schema_for!(RunDocument),
        Format::Gate => schemars::schema_for!(GateDocument),
        Format::Issues => schemars::schema_for!(IssueMatrix),
        Format::Plan => schemars::schema_for!(PlanDocument),
        Format::Events => schemars::schema_for!(Line),
        Format::List => schemars::schema_for!(ListDocument),
        Format::Requirements => schemars::schema_for!(RequirementsDocument),
        Format::Certificate => schemars::schema_for!(Certificate),
        Format::Env => schemars::schema_for!(EnvDocument),
        Format::Doctor => schemars::schema_for!(DoctorDocument),
    })?;
    Ok(Exit::Passed)
}
