//! Every scenario as a test, for `cargo test` and `cargo nextest`.
//!
//! The product is named by `KITTY_GATE_PRODUCT`; `reference` is the reference product, which this very
//! program then is, too. Without the variable every test is shown as ignored, with that as its reason:
//! nothing was proven, and nothing looks as if it was. A scenario that skips while it is run is
//! shown with its own reason; nextest, which would count that as passed, is told that it failed.

use std::collections::BTreeMap;
use std::io::Write;
use std::process::ExitCode;

use kitty_gate::console::{inert, quoted};
use kitty_gate::document::{RunDocument, ScenarioDocument};
use kitty_gate::reference::{self, Variant};
use kitty_gate::report::terminal::run as terminal;
use kitty_gate::runner::{Keep, Options, StopSwitch};
use kitty_gate::session::{Request, default_cache, run};
use kitty_gate::verdict::Verdict;
use libtest_mimic::{Arguments, Completion, Failed, Trial};
use scenarios::Scenario;
use support::env_vars;
use support::nested_env::Caller;
use support::product::{Options as ProvisionOptions, ProductSpec};

const UNSET: &str = "KITTY_GATE_PRODUCT is not set: no product was tested, nothing is proven";

fn main() -> ExitCode {
    if reference::is_called() {
        return reference::main();
    }
    support::network::become_privileged();
    let arguments = Arguments::from_args();
    let product = std::env::var(env_vars::PRODUCT).ok();
    if product.is_none() && !arguments.list {
        let _ = writeln!(std::io::stdout(), "{UNSET}");
    }
    let trials = scenarios::all().into_iter().map(|scenario| trial(scenario, product.clone()));
    libtest_mimic::run(&arguments, trials.collect()).exit_code()
}

fn trial(scenario: &'static Scenario, product: Option<String>) -> Trial {
    let nothing_to_test = product.is_none();
    Trial::ignorable_test(scenario.id, move || match product {
        None => skipped(UNSET),
        Some(product) => prove(scenario, &product),
    })
    .with_ignored_flag(nothing_to_test)
}

/// One scenario is one run of its own; its record is kept when it does not pass.
fn prove(scenario: &'static Scenario, product: &str) -> Result<Completion, Failed> {
    let cwd = std::env::current_dir()?;
    let out = tempfile::Builder::new().prefix("kitty-gate-test-").tempdir()?;
    let cache = std::env::var_os(env_vars::CACHE).map(Into::into).or_else(default_cache);
    let cache = cache.ok_or("there is no HOME to keep releases in; set KITTY_GATE_CACHE")?;
    let (product, spec, env) = if product == reference::WORD {
        let variant = Variant::from_env()?;
        let spec = ProductSpec::Executable(variant.executable(&cache)?);
        (variant.words(), spec, variant.env())
    } else {
        let spec = ProductSpec::parse(product, &cwd)?;
        (product.to_owned(), spec, BTreeMap::new())
    };
    let request = Request {
        product,
        spec,
        plan: vec![scenario],
        shard: None,
        options: Options {
            jobs: 1,
            repeat: 1,
            keep: Keep::Never,
            deadline: std::time::Duration::from_secs(120),
        },
        env,
        provision: ProvisionOptions {
            python: std::env::var(env_vars::PYTHON).ok().and_then(|word| word.parse().ok()),
            caller: Caller::from_env(),
            ..ProvisionOptions::default()
        },
        cache,
        out: out.path().to_owned(),
        run_id: scenario.id.to_owned(),
        started_at: String::new(),
        real_home: std::env::home_dir(),
    };
    let document = run(&request, &StopSwitch::default(), Box::new(|_| {}))?.document;
    let judged = document.scenario(scenario.id).ok_or("the run has no such scenario")?;
    match judged.verdict {
        Verdict::Pass if document.home_touched.is_empty() && document.left_outside.is_empty() => {
            Ok(Completion::Completed)
        }
        Verdict::Skip => skipped(&skip_reason(judged)),
        Verdict::Pass | Verdict::Fail | Verdict::Flaky | Verdict::Error => {
            Err(failure_text(&document, judged, &out.keep()).into())
        }
    }
}

/// Not proven. Only libtest's own protocol can say so; an exit code of 0 would look like a pass.
fn skipped(reason: &str) -> Result<Completion, Failed> {
    if std::env::var_os("NEXTEST").is_some() {
        return Err(format!("not proven: {reason}").into());
    }
    Ok(Completion::ignored_with(reason))
}

fn skip_reason(judged: &ScenarioDocument) -> String {
    judged.skip.as_ref().map_or_else(
        || "no reason given".to_owned(),
        // A product may have said it, and this is a log.
        |reason| quoted(&inert(&reason.to_string()), 2),
    )
}

fn failure_text(
    document: &RunDocument,
    judged: &ScenarioDocument,
    out: &std::path::Path,
) -> String {
    terminal::scenario(document, judged, out)
}
