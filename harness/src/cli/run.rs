//! `kitty-gate run`: resolves the arguments, plays, and reports.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;

use scenarios::Scenario;
use support::nested_env::Caller;
use support::product::{Options as ProvisionOptions, ProductSpec, Store, Tool, confirm};

use super::args::{Installer, PlayArgs, ProductArgs, RunArgs};
use super::exit::Exit;
use super::failure::Failure;
use super::gate::release_in;
use super::outputs::{try_folder, try_reports};
use super::progress::Progress;
use super::report::write_reports;
use super::{print_json, print_text, tell};
use crate::document::RunDocument;
use crate::gate::policy::Policy;
use crate::plan;
use crate::play::{Options, StopSwitch};
use crate::reference::{self, Guise, NoGuise};
use crate::session::{self, Request, default_cache};
use crate::shard::{Timings, cut};
use crate::view;

/// Our own folder, below the current one.
const OURS: &str = ".kitty-gate";

/// The folder of all runs.
pub(super) const RUNS: &str = ".kitty-gate/runs";

/// A run as it is wished for on the command line, by `run` or by `gate`.
pub(super) struct Wish<'a> {
    pub(super) product: &'a ProductArgs,
    pub(super) filters: &'a [String],
    pub(super) play: &'a PlayArgs,
    pub(super) repeat: u32,
    /// Whether only what the gate requires is to be played.
    pub(super) required: bool,
}

pub fn run(args: &RunArgs) -> Result<Exit, Failure> {
    try_reports(&args.reports)?;
    let request = prepare(&Wish {
        product: &args.product,
        filters: &args.filters,
        play: &args.play,
        repeat: args.repeat,
        required: false,
    })?;
    let document = perform(&request)?;
    write_reports(&args.reports, &request.out, None);
    let summary = view::summary(&document, &request.out);
    if args.json {
        print_json(&document)?;
        tell(&summary);
    } else {
        print_text(&summary)?;
    }
    Ok(Exit::of(&document))
}

/// Resolves what is wished for, and makes the run's folder.
pub(super) fn prepare(wish: &Wish<'_>) -> Result<Request, Failure> {
    let now = jiff::Timestamp::now();
    let cache = cache_dir(wish.product.cache.as_deref())?;
    let asked = confirmed_product(wish.product, &cache)?;
    let spec = asked.spec;
    let run_id = run_id(now, &spec);
    let request = Request {
        product: asked.name,
        plan: planned(wish, &spec)?,
        shard: wish.play.shard,
        options: Options {
            jobs: wish.play.jobs.map_or_else(cores, usize::from),
            repeat: wish.repeat,
            keep: wish.play.keep,
            deadline: wish.play.deadline,
        },
        provision: provision_options(wish.product),
        env: asked.env,
        cache,
        out: out_dir(wish.play.out.as_deref(), RUNS, &run_id)?,
        run_id,
        started_at: now.to_string(),
        real_home: std::env::home_dir(),
        spec,
    };
    if wish.play.out.is_none() {
        // Before it begins: a run that is killed is the latest, too.
        link_latest(&request.out)?;
    }
    Ok(request)
}

/// The scenarios of the run. What the release never promised is left out of a gate, where the command
/// line tells the release; else it is played, and does not count.
fn planned(wish: &Wish<'_>, spec: &ProductSpec) -> Result<Vec<&'static Scenario>, Failure> {
    let mut plan = plan::select(wish.filters).map_err(|error| plan_failure(&error))?;
    if wish.required {
        let policy = Policy::of(release_in(spec).as_ref());
        plan.retain(|scenario| policy.requires(scenario.id));
    }
    if plan.is_empty() {
        let message = format!("{spec} promised nothing of what is asked for");
        return Err(Failure::usage("no-such-scenario", message)
            .hint("`kitty-gate run` plays scenarios that are not required, too"));
    }
    let Some(shard) = wish.play.shard else {
        return Ok(plan);
    };
    enough_for(&plan, shard.of)?;
    let recorded = Timings::ours().map_err(Failure::broken)?;
    let part = cut(&plan, shard.of, &recorded).into_iter().nth(shard.index - 1);
    Ok(part.unwrap_or_default().scenarios)
}

/// A machine without anything to play would prove nothing, and look as if it had.
pub(super) fn enough_for(plan: &[&'static Scenario], parts: usize) -> Result<(), Failure> {
    if parts <= plan.len() {
        return Ok(());
    }
    let message = format!("{} scenarios cannot be cut into {parts} parts", plan.len());
    Err(Failure::usage("too-many-shards", message).hint("take fewer machines"))
}

/// Plays a request with live progress on stderr.
pub(super) fn perform(request: &Request) -> Result<RunDocument, Failure> {
    let stop = StopSwitch::listen(|text| {
        let _ = writeln!(std::io::stderr(), "kitty-gate: {text}");
    })
    .map_err(Failure::broken)?;
    let live = std::io::stderr().is_terminal();
    let progress = Progress::new(&request.plan, request.options.repeat, live);
    progress.provisioning(&request.spec.to_string());
    Ok(session::run(request, &stop, Box::new(move |event| progress.on(event)))?)
}

/// The product that the command line names.
pub(super) struct Asked {
    /// As it was asked for.
    pub(super) name: String,
    pub(super) spec: ProductSpec,
    /// What its commands see beyond the environment of every sandbox.
    pub(super) env: BTreeMap<String, OsString>,
}

/// The product that the command line names, once it has said that it is the product.
pub(super) fn confirmed_product(args: &ProductArgs, cache: &Path) -> Result<Asked, Failure> {
    let asked = asked_product(args, cache)?;
    let store = Store::at(cache);
    // A program that is asked who it is ends with us.
    let stop = StopSwitch::listen(|_| {}).map_err(Failure::broken)?;
    let answer = confirm(&asked.spec, &store);
    if stop.flag().load(Ordering::Acquire) {
        return Err(Failure::broken("it was stopped before anything was run"));
    }
    // Where it cannot even be asked, the run says why, as of everything that the machine prevents.
    let Ok(Some(refused)) = answer else {
        return Ok(asked);
    };
    let hint = "give a release of spec-kitty-cli, or a wheel, a checkout or an executable of it";
    Err(Failure::usage("not-the-product", refused.to_string()).hint(hint))
}

pub(super) fn asked_product(args: &ProductArgs, cache: &Path) -> Result<Asked, Failure> {
    if args.product == reference::WORD {
        let guise = Guise::from_env().map_err(|why| no_guise(&why))?;
        return Ok(Asked {
            name: guise.words(),
            spec: ProductSpec::Executable(guise.executable(cache).map_err(Failure::broken)?),
            env: guise.env(),
        });
    }
    let cwd = std::env::current_dir().map_err(Failure::broken)?;
    let spec = ProductSpec::parse(&args.product, &cwd)
        .map_err(|error| Failure::usage("no-such-product", error.to_string()).hint(error.hint()))?;
    Ok(Asked { name: args.product.clone(), spec, env: BTreeMap::new() })
}

fn no_guise(why: &NoGuise) -> Failure {
    match why {
        NoGuise::Fault(_) => Failure::usage("no-such-fault", why.to_string())
            .hint("`kitty-reference faults` names them"),
        NoGuise::Edition(_) => Failure::usage("no-such-edition", why.to_string())
            .hint("there are `trusting` and `asking`"),
        NoGuise::Null(_) => Failure::usage("no-such-null-product", why.to_string())
            .hint(format!("there are {}", reference::null_products().join(", "))),
    }
}

pub(super) fn provision_options(args: &ProductArgs) -> ProvisionOptions {
    ProvisionOptions {
        // A word always parses: it is a path or a name.
        python: args.python.as_deref().and_then(|word| word.parse().ok()),
        tool: match args.installer {
            Installer::Auto => Tool::Auto,
            Installer::Pip => Tool::Pip,
        },
        caller: Caller::from_env(),
    }
}

/// `--cache`, else the folder for caches of this user.
pub(super) fn cache_dir(given: Option<&Path>) -> Result<PathBuf, Failure> {
    let chosen = given.map(Path::to_owned).or_else(default_cache);
    let chosen = chosen.ok_or_else(|| {
        Failure::usage("no-cache", "there is no HOME to keep releases in").hint("give --cache DIR")
    })?;
    let dir = std::path::absolute(chosen).map_err(Failure::broken)?;
    fs_err::create_dir_all(&dir).map_err(|error| {
        Failure::usage("cache-unusable", error.to_string())
            .hint("give a folder that can be written with --cache DIR")
    })?;
    Ok(dir)
}

/// Makes the run's folder. One that holds something is refused: nothing is overwritten.
pub(super) fn out_dir(given: Option<&Path>, runs: &str, run_id: &str) -> Result<PathBuf, Failure> {
    let dir = given.map_or_else(|| Path::new(runs).join(run_id), Path::to_owned);
    fs_err::create_dir_all(&dir).map_err(|error| out_unusable(&error))?;
    if given.is_none() {
        ignore_in_git(Path::new(OURS)).map_err(|error| out_unusable(&error))?;
    }
    let mut entries = fs_err::read_dir(&dir).map_err(|error| out_unusable(&error))?;
    if entries.next().is_some() {
        let message = format!("{} is not empty", dir.display());
        return Err(Failure::usage("out-not-empty", message).hint("give another --out DIR"));
    }
    try_folder(&dir).map_err(|error| out_unusable(&error))?;
    std::path::absolute(dir).map_err(Failure::broken)
}

fn out_unusable(error: &io::Error) -> Failure {
    Failure::usage("out-unusable", error.to_string()).hint("give another --out DIR")
}

/// What we write into somebody's repository is nothing to commit.
fn ignore_in_git(dir: &Path) -> io::Result<()> {
    let file = dir.join(".gitignore");
    if file.exists() { Ok(()) } else { fs_err::write(file, "*\n") }
}

pub(super) fn plan_failure(error: &plan::PlanError) -> Failure {
    let failure = Failure::usage("no-such-scenario", error.to_string());
    let plan::PlanError::NothingMatches(word) = error else {
        return failure;
    };
    match plan::similar_to(word).as_slice() {
        [] => failure.hint("`kitty-gate list` names all scenarios"),
        similar => failure.hint(format!("did you mean {}?", similar.join(" or "))),
    }
}

/// Sortable by time, and telling at a glance what was run.
pub(super) fn run_id(now: jiff::Timestamp, spec: &ProductSpec) -> String {
    let time = now.strftime("%Y%m%dT%H%M%S").to_string();
    let fraction = now.subsec_nanosecond() / 1_000;
    let product: String = spec
        .label()
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || c == '.' { c } else { '-' })
        .collect();
    format!("{time}.{fraction:06}Z-{product}")
}

pub(super) fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

/// `latest` beside the run's folder, replaced in one move.
fn link_latest(run: &Path) -> Result<(), Failure> {
    let (Some(runs), Some(name)) = (run.parent(), run.file_name()) else {
        return Ok(());
    };
    let draft = runs.join(format!(".latest-{}", std::process::id()));
    let _ = std::fs::remove_file(&draft);
    fs_err::os::unix::fs::symlink(name, &draft)
        .and_then(|()| fs_err::rename(&draft, runs.join("latest")))
        .map_err(|error| out_unusable(&error))
}

/// Finds a run's folder by path, by id, or as `latest`.
pub(super) fn find_run(run: &Path) -> Result<PathBuf, Failure> {
    let run = if run.is_file() { run.parent().unwrap_or(run) } else { run };
    let candidates = [run.to_owned(), Path::new(RUNS).join(run)];
    candidates.into_iter().find(|dir| dir.join(crate::record::EVENTS_FILE).is_file()).ok_or_else(
        || {
            let message = format!("there is no recorded run at {} or in {RUNS}", run.display());
            Failure::usage("no-such-run", message)
                .hint("give the folder that holds the run's events.jsonl")
        },
    )
}
