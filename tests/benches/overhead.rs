//! What kitty-gate itself costs. `cargo bench -p kitty-gate-tests` prints minimum, median and
//! maximum of each figure; nothing is asserted, for a busy machine proves nothing.
//!
//! The last figures need a product: `KITTY_GATE_PRODUCT=3.2.7 cargo bench -p kitty-gate-tests`.

use std::io::{self, Write};
use std::process::Command;
use std::time::{Duration, Instant};

use fixtures::{Recipe, Templates};
use kitty_gate::runner::{Keep, Options, StopSwitch};
use kitty_gate::session::{Request, default_cache, run};
use kitty_gate_tests::shell;
use scenarios::python_imports::scan;
use support::env_vars;
use support::nested_env::{Caller, EnvRequest, MethodRequest, create_nested_env};
use support::process;
use support::product::{
    Options as ProvisionOptions, ProductSpec, Python, Replicator, Store, provision,
    site_packages_of,
};

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

fn main() -> Outcome<()> {
    step_overhead()?;
    fixture_from_template()?;
    nested_environments()?;
    match std::env::var(env_vars::PRODUCT) {
        Ok(product) => {
            warm_provisioning(&product)?;
            replicas(&product)?;
            imports(&product)?;
            suite_efficiency(&product)?;
        }
        Err(_) => {
            print_line("KITTY_GATE_PRODUCT is not set: provisioning and suite were not timed")?;
        }
    }
    Ok(())
}

/// A step is everything around a child: streams on disk, group, deadline, accounts, sweep.
fn step_overhead() -> Outcome<()> {
    let dir = tempfile::tempdir()?;
    let mut invocation = shell(dir.path(), "");
    invocation.program = "/bin/true".into();
    invocation.args.clear();
    let (mut bare, mut steps) = (Vec::new(), Vec::new());
    // In turn, so that a drift of the machine's speed meets both.
    for _ in 0..300 {
        let began = Instant::now();
        Command::new("/bin/true").status()?;
        bare.push(began.elapsed());
        let began = Instant::now();
        let _ = process::run(&invocation)?;
        steps.push(began.elapsed());
    }
    report("spawn of true, bare", &mut bare)?;
    report("spawn of true, as a step", &mut steps)
}

fn fixture_from_template() -> Outcome<()> {
    let dir = tempfile::tempdir()?;
    let templates = Templates::new(dir.path().join("templates"));
    let world = Recipe::merge_ready().world()?;
    templates.instantiate(&world, &dir.path().join("first"))?;
    let mut times = Vec::new();
    for number in 0..50 {
        let began = Instant::now();
        templates.instantiate(&world, &dir.path().join(number.to_string()))?;
        times.push(began.elapsed());
    }
    report("merge-ready fixture from its template", &mut times)
}

fn nested_environments() -> Outcome<()> {
    for (method, runs, name) in [
        (MethodRequest::Uv, 20, "environment by uv"),
        (MethodRequest::Stdlib, 5, "environment by the standard library"),
    ] {
        let dir = tempfile::tempdir()?;
        let request = EnvRequest {
            method,
            caller: Caller::from_env(),
            uv_cache: Store::at(cache()?).uv_cache(),
            ..EnvRequest::default()
        };
        let mut times = Vec::new();
        for number in 0..runs {
            let began = Instant::now();
            match create_nested_env(&dir.path().join(number.to_string()), &request) {
                Ok(_) => times.push(began.elapsed()),
                Err(error) => print_line(&format!("{name}: not timed: {error}"))?,
            }
            if times.is_empty() {
                break;
            }
        }
        if !times.is_empty() {
            report(name, &mut times)?;
        }
    }
    Ok(())
}

/// The imports of a whole release, read from its installed files.
fn imports(product: &str) -> Outcome<()> {
    let spec = ProductSpec::parse(product, &std::env::current_dir()?)?;
    let product = provision(&spec, &Store::at(cache()?), &ProvisionOptions::default())?;
    let Some(site) = site_packages_of(&product.executable)? else {
        return print_line("imports: not timed: no Python packages");
    };
    let python = Python::beside(&product.executable)?;
    let packages = ["specify_cli", "runtime", "mission_runtime"];
    let mut times = Vec::new();
    for _ in 0..20 {
        let began = Instant::now();
        let _ = scan(&python, &site, &packages, "specify_cli.status")?;
        times.push(began.elapsed());
    }
    report("imports of specify_cli.status in the release", &mut times)
}

/// A release installed once more, in an environment of its own; then ten of them side by side.
fn replicas(product: &str) -> Outcome<()> {
    let spec = ProductSpec::parse(product, &std::env::current_dir()?)?;
    let store = Store::at(cache()?);
    let caller = Caller::from_env();
    let options = ProvisionOptions { caller: caller.clone(), ..ProvisionOptions::default() };
    let replicator = Replicator::new(provision(&spec, &store, &options)?, store, caller);
    let (mut times, mut kept) = (Vec::new(), Vec::new());
    let before = free_bytes()?;
    for _ in 0..10 {
        let began = Instant::now();
        kept.push(replicator.replicate()?);
        times.push(began.elapsed());
    }
    let taken = before.saturating_sub(free_bytes()?);
    report("release installed once more, warm", &mut times)?;
    print_line(&format!("ten of them side by side: {} MB of disk", taken / 1024 / 1024))
}

fn free_bytes() -> Outcome<u64> {
    let stat = rustix::fs::statvfs(cache()?.as_path())?;
    Ok(stat.f_bavail * stat.f_frsize)
}

fn warm_provisioning(product: &str) -> Outcome<()> {
    let spec = ProductSpec::parse(product, &std::env::current_dir()?)?;
    let store = Store::at(cache()?);
    let options = ProvisionOptions { caller: Caller::from_env(), ..ProvisionOptions::default() };
    provision(&spec, &store, &options)?;
    let mut times = Vec::new();
    for _ in 0..10 {
        let began = Instant::now();
        provision(&spec, &store, &options)?;
        times.push(began.elapsed());
    }
    report("provisioning with a warm store", &mut times)
}

/// Wall time of the whole suite over the product's own CPU time spread over all cores.
fn suite_efficiency(product: &str) -> Outcome<()> {
    let cores = std::thread::available_parallelism()?.get();
    let out = tempfile::tempdir()?;
    let request = Request {
        product: product.to_owned(),
        spec: ProductSpec::parse(product, &std::env::current_dir()?)?,
        plan: scenarios::all(),
        shard: None,
        options: Options {
            jobs: cores,
            repeat: 1,
            keep: Keep::Never,
            deadline: Duration::from_secs(120),
        },
        env: std::collections::BTreeMap::new(),
        provision: ProvisionOptions { caller: Caller::from_env(), ..ProvisionOptions::default() },
        cache: cache()?,
        out: out.path().to_owned(),
        run_id: "bench".to_owned(),
        started_at: String::new(),
        real_home: std::env::home_dir(),
    };
    let document = run(&request, &StopSwitch::default(), Box::new(|_| {}))?.document;
    let cpu_ms: u64 = document
        .scenarios
        .iter()
        .flat_map(|scenario| &scenario.steps)
        .map(|step| step.cpu_ms)
        .sum();
    let wall = seconds(document.wall_ms.unwrap_or(0));
    let ideal = seconds(cpu_ms) / f64::from(u32::try_from(cores)?);
    print_line(&format!(
        "suite on {product}: wall {wall:.1} s, product CPU / {cores} cores {ideal:.1} s, ratio {:.3}",
        wall / ideal
    ))
}

fn cache() -> Outcome<std::path::PathBuf> {
    let chosen = std::env::var_os(env_vars::CACHE).map(Into::into).or_else(default_cache);
    Ok(chosen.ok_or("set KITTY_GATE_CACHE")?)
}

fn seconds(ms: u64) -> f64 {
    Duration::from_millis(ms).as_secs_f64()
}

fn report(name: &str, times: &mut [Duration]) -> Outcome<()> {
    times.sort();
    let ms = |time: Option<&Duration>| time.map_or(0.0, |time| time.as_secs_f64() * 1000.0);
    let (least, median, most) = (times.first(), times.get(times.len() / 2), times.last());
    print_line(&format!(
        "{name}: min {:.2} ms, median {:.2} ms, max {:.2} ms ({} runs)",
        ms(least),
        ms(median),
        ms(most),
        times.len()
    ))
}

fn print_line(line: &str) -> Outcome<()> {
    Ok(writeln!(io::stdout(), "{line}")?)
}
