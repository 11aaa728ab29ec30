//! `kitty-gate repro`: one scenario, its sandbox, and a script that needs no kitty-gate.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use super::args::{ProductArgs, seconds};
use super::exit::Exit;
use super::failure::Failure;
use super::folders::{out_dir, run_id};
use super::product::{cache_dir, provision_options, resolve};
use super::request::perform;
use super::selection::plan_failure;
use super::{print_text, warn_of};
use crate::plan;
use crate::report::terminal;
use crate::repro;
use crate::runner::{Keep, Options};
use crate::session::Request;

/// Arguments of `repro`.
#[derive(Debug, Args)]
pub struct ReproArgs {
    /// The product.
    #[command(flatten)]
    pub product: ProductArgs,
    /// The id of a scenario.
    #[arg(value_name = "SCENARIO")]
    pub scenario: String,
    /// The folder for the run and the script; must be empty [default: .kitty-gate/repros/<id>].
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// How long one command of the product may take; what others on the machine hold it up does not count.
    #[arg(long, value_name = "SECONDS", default_value = "120", value_parser = seconds)]
    pub deadline: Duration,
}

const REPROS: &str = ".kitty-gate/repros";

pub fn run(args: &ReproArgs) -> Result<Exit, Failure> {
    let now = jiff::Timestamp::now();
    let cache = cache_dir(args.product.cache.as_deref())?;
    let product = resolve(&args.product, &cache)?;
    let spec = product.spec;
    let plan =
        plan::select(std::slice::from_ref(&args.scenario)).map_err(|error| plan_failure(&error))?;
    let [scenario] = plan.as_slice() else {
        let message = format!("`{}` selects {} scenarios", args.scenario, plan.len());
        return Err(Failure::usage("not-one-scenario", message).hint("give the id of one scenario"));
    };
    let id = scenario.id;
    let run_id = run_id(now, &spec);
    let request = Request {
        product: product.name,
        plan,
        shard: None,
        options: Options { jobs: 1, repeat: 1, keep: Keep::Always, deadline: args.deadline },
        provision: provision_options(&args.product),
        env: product.env,
        cache,
        out: out_dir(args.out.as_deref(), REPROS, &run_id)?,
        run_id,
        started_at: now.to_string(),
        real_home: std::env::home_dir(),
        spec,
    };
    let document = perform(&request)?.document;
    let script = repro::script_of(&request.out, id).map_err(Failure::broken)?;
    let path = repro::script_path(&request.out);
    repro::write_executable(&path, &script).map_err(Failure::broken)?;
    let mut text = document.scenario(id).map_or_else(String::new, |scenario| {
        terminal::run::scenario(&document, scenario, &request.out)
    });
    text.push_str("\nreplay without kitty-gate: sh ");
    text.push_str(&shell_words::quote(&path.to_string_lossy()));
    text.push('\n');
    warn_of(print_text(&text));
    Ok(Exit::of(&document))
}
