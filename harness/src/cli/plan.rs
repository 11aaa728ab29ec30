//! `kitty-gate plan`: what a gate would run, and how it is cut into parts for several machines.

use std::fmt::Write;

use clap::Args;
use schemars::JsonSchema;
use serde::Serialize;
use support::product::{ProductSpec, Release, SpecError};

use super::exit::Exit;
use super::failure::Failure;
use super::product::no_such_product;
use super::selection::{enough_for, plan_failure};
use super::{print_json, print_text};
use crate::gate::policy::Policy;
use crate::observed::Observations;
use crate::plan;
use crate::reference;
use crate::shard::{Part, Shard, cut};

/// Arguments of `plan`.
#[derive(Debug, Args)]
pub struct PlanArgs {
    /// The product that will be gated; of a release, only what it promised is planned.
    #[arg(value_name = "PRODUCT")]
    pub product: String,
    /// Suites, ids or globs; everything when there is none.
    #[arg(value_name = "FILTER")]
    pub filters: Vec<String>,
    /// For how many machines.
    #[arg(long, value_name = "N", default_value = "1")]
    pub shards: std::num::NonZeroU16,
    /// How to say it.
    #[arg(long, value_enum, default_value = "text")]
    pub format: PlanFormat,
}

/// How a plan is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum PlanFormat {
    /// For a person.
    Text,
    /// One JSON document.
    Json,
    /// One line: the value of a matrix in a workflow of GitHub's.
    GithubMatrix,
}

/// What `plan --format json` prints.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PlanDocument {
    /// Always `kitty-gate/plan`.
    pub format: String,
    /// Version of the format; raised when a reader of the old one would be misled.
    pub version: u32,
    /// The product, as it was asked for.
    pub product: String,
    /// The parts.
    pub shards: Vec<PlannedShard>,
}

/// One part.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PlannedShard {
    /// What `--shard` is given: `2/4`.
    pub shard: String,
    /// How long it takes on one core, in seconds, as recorded on real releases.
    pub seconds: u64,
    /// The ids of its scenarios.
    pub scenarios: Vec<String>,
}

/// The value of a matrix in a workflow of GitHub's.
#[derive(Debug, Serialize)]
struct Matrix {
    include: Vec<MatrixEntry>,
}

#[derive(Debug, Serialize)]
struct MatrixEntry {
    shard: String,
    /// The same without a slash, for the names of artifacts.
    name: String,
    scenarios: usize,
    seconds: u64,
}

pub fn run(args: &PlanArgs) -> Result<Exit, Failure> {
    let release = release(&args.product)?;
    let policy = Policy::of(release.as_ref());
    let mut chosen = plan::select(&args.filters).map_err(|error| plan_failure(&error))?;
    chosen.retain(|scenario| policy.requires(scenario.id));
    let parts = usize::from(args.shards.get());
    enough_for(&chosen, parts)?;
    let recorded = Observations::committed().map_err(Failure::broken)?;
    let cut = cut(&chosen, parts, &recorded);
    let shards = cut.iter().enumerate().map(|(number, part)| {
        let index = number + 1;
        planned(Shard { index, of: parts }, part)
    });
    let document = PlanDocument {
        format: "kitty-gate/plan".to_owned(),
        version: 1,
        product: args.product.clone(),
        shards: shards.collect(),
    };
    match args.format {
        PlanFormat::Json => print_json(&document)?,
        PlanFormat::Text => print_text(&text(&document, release.as_ref()))?,
        PlanFormat::GithubMatrix => {
            let line = serde_json::to_string(&matrix(&document)).map_err(Failure::broken)?;
            print_text(&format!("{line}\n"))?;
        }
    }
    Ok(Exit::Passed)
}

/// The release that a gate will know before it begins. What is not one may be built later: all is planned for it.
fn release(product: &str) -> Result<Option<Release>, Failure> {
    if product == reference::WORD {
        return Ok(None);
    }
    let cwd = std::env::current_dir().map_err(Failure::broken)?;
    match ProductSpec::parse(product, &cwd) {
        Ok(spec) => Ok(spec.release().cloned()),
        Err(SpecError::Missing(_)) => Ok(None),
        Err(error) => Err(no_such_product(&error)),
    }
}

fn planned(shard: Shard, part: &Part) -> PlannedShard {
    PlannedShard {
        shard: shard.to_string(),
        seconds: part.duration_ms.div_ceil(1_000),
        scenarios: part.scenarios.iter().map(|scenario| scenario.id.to_owned()).collect(),
    }
}

fn text(document: &PlanDocument, release: Option<&Release>) -> String {
    let mut text = String::new();
    for shard in &document.shards {
        // Writing into a String cannot fail.
        let _ = writeln!(
            text,
            "{}  {} scenarios, about {} s on one core",
            shard.shard,
            shard.scenarios.len(),
            shard.seconds
        );
        for id in &shard.scenarios {
            let _ = writeln!(text, "    {id}");
        }
    }
    if release.is_none() {
        text.push_str("Only the run tells which release it is; what that never promised is run, and does not count.\n");
    }
    text
}

fn matrix(document: &PlanDocument) -> Matrix {
    let include = document.shards.iter().map(|shard| MatrixEntry {
        name: shard.shard.replace('/', "-of-"),
        shard: shard.shard.clone(),
        scenarios: shard.scenarios.len(),
        seconds: shard.seconds,
    });
    Matrix { include: include.collect() }
}
