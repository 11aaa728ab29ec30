//! From the command line to a run: the product is resolved, the plan made, the folder tried, and then it is run.

use std::io::{IsTerminal, Write};

use scenarios::Scenario;
use support::product::ProductSpec;

use super::args::{ExecutionArgs, ProductArgs};
use super::failure::Failure;
use super::folders::{RUNS, link_latest, out_dir, run_id};
use super::product::{cache_dir, provision_options, resolve};
use super::selection::{enough_for, plan_failure};
use crate::gate::policy::Policy;
use crate::observed::Observations;
use crate::plan;
use crate::recorded::RecordedRun;
use crate::report::terminal::progress::Progress;
use crate::runner::{Options, StopSwitch};
use crate::session::{self, Request};
use crate::shard::cut;

/// What the command line says of a run, of `run` or of `gate`.
pub(super) struct RunOptions<'a> {
    pub(super) product: &'a ProductArgs,
    pub(super) filters: &'a [String],
    pub(super) execution: &'a ExecutionArgs,
    pub(super) repeat: u32,
    /// Whether only what the gate requires is to be run.
    pub(super) required: bool,
}

/// Resolves the product and the plan, and makes the run's folder.
pub(super) fn prepare(given: &RunOptions<'_>) -> Result<Request, Failure> {
    let now = jiff::Timestamp::now();
    let cache = cache_dir(given.product.cache.as_deref())?;
    let product = resolve(given.product, &cache)?;
    let spec = product.spec;
    let run_id = run_id(now, &spec);
    let request = Request {
        product: product.name,
        plan: planned(given, &spec)?,
        shard: given.execution.shard,
        options: Options {
            jobs: given.execution.jobs.map_or_else(cores, usize::from),
            repeat: given.repeat,
            keep: given.execution.keep,
            deadline: given.execution.deadline,
        },
        provision: provision_options(given.product),
        env: product.env,
        cache,
        out: out_dir(given.execution.out.as_deref(), RUNS, &run_id)?,
        run_id,
        started_at: now.to_string(),
        real_home: std::env::home_dir(),
        spec,
    };
    if given.execution.out.is_none() {
        // Before it begins: a run that is killed is the latest, too.
        link_latest(&request.out)?;
    }
    Ok(request)
}

/// The scenarios of the run. What the release never promised is left out of a gate, where the command
/// line tells the release; else it is run, and does not count.
fn planned(given: &RunOptions<'_>, spec: &ProductSpec) -> Result<Vec<&'static Scenario>, Failure> {
    let mut plan = plan::select(given.filters).map_err(|error| plan_failure(&error))?;
    if given.required {
        let policy = Policy::of(spec.release());
        plan.retain(|scenario| policy.requires(scenario.id));
    }
    if plan.is_empty() {
        let message = format!("{spec} promised nothing of what is asked for");
        return Err(Failure::usage("no-such-scenario", message)
            .hint("`kitty-gate run` runs scenarios that are not required, too"));
    }
    let Some(shard) = given.execution.shard else {
        return Ok(plan);
    };
    enough_for(&plan, shard.of)?;
    let recorded = Observations::committed().map_err(Failure::broken)?;
    let part = cut(&plan, shard.of, &recorded).into_iter().nth(shard.index - 1);
    Ok(part.unwrap_or_default().scenarios)
}

/// Runs a request with live progress on stderr.
pub(super) fn perform(request: &Request) -> Result<RecordedRun, Failure> {
    let stop = StopSwitch::listen(|text| {
        let _ = writeln!(std::io::stderr(), "kitty-gate: {text}");
    })
    .map_err(Failure::broken)?;
    let live = std::io::stderr().is_terminal();
    let progress = Progress::new(&request.plan, request.options.repeat, live);
    progress.provisioning(&request.spec.to_string());
    Ok(session::run(request, &stop, Box::new(move |event| progress.on(event)))?)
}

pub(super) fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}
