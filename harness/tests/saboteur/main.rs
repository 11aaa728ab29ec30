//! Checks that no real release makes fail, seen to fail on a real release with a fault put in.
//!
//! Each row names a fault of `saboteur.py`, a release, and a check. The check must hold on the
//! release as it is, and fail on the same release with the fault. The rows need real releases and
//! take minutes, so they are ignored unless asked for:
//!
//! ```sh
//! cargo test -p kitty-gate --test saboteur -- --ignored [FAULT]
//! ```
//!
//! What was seen is written down in `scenarios/sightings.toml`, which the test `faults` reads.
//!
//! To add one: a function in `saboteur.py`, a row in `rows.txt`, and its entry, which the row prints.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test fails by panicking, and prints what a person writes down"
)]

use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::sync::{Mutex, OnceLock};

use libtest_mimic::{Arguments, Failed, Trial};
use serde_json::Value;
use support::nested_env::Caller;
use support::product::{Options, Product, ProductSpec, Store, provision};

/// A fault, the release that it is put into, and what must tell it.
struct Row {
    fault: &'static str,
    release: &'static str,
    scenario: &'static str,
    check: &'static str,
}

/// The rows of `rows.txt`: four words each.
fn rows() -> impl Iterator<Item = Row> {
    let lines = include_str!("rows.txt").lines();
    let told = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
    told.map(|line| match line.split(' ').collect::<Vec<_>>()[..] {
        [fault, release, scenario, check] => Row {
            fault,
            release,
            scenario,
            check,
        },
        _ => panic!("rows.txt: not four words: {line}"),
    })
}

fn main() -> ExitCode {
    let mut arguments = Arguments::from_args();
    // Side by side they would only wait for one another's commands.
    arguments.test_threads.get_or_insert(1);
    let trials = rows().map(|row| {
        let name = format!(
            "{} {} {} {}",
            row.fault, row.release, row.scenario, row.check
        );
        Trial::test(name, move || play(&row).map_err(Failed::from)).with_ignored_flag(true)
    });
    libtest_mimic::run(&arguments, trials.collect()).exit_code()
}

fn play(row: &Row) -> Result<(), String> {
    let sound = played(row, "none")?;
    if let Some(signature) = signature_of(&sound, row)? {
        return Err(format!("fails without the fault, too: {signature}"));
    }
    let Some(signature) = signature_of(&played(row, row.fault)?, row)? else {
        return Err("survives the fault".to_owned());
    };
    println!(
        "\n[[sighting]]\nscenario = {:?}\ncheck = {:?}\nrelease = {:?}\nfault = {:?}\nsignature = {}\n",
        row.scenario,
        row.check,
        row.release,
        row.fault,
        Value::from(signature)
    );
    Ok(())
}

/// How the row's check failed, if it did.
fn signature_of(run: &Value, row: &Row) -> Result<Option<String>, String> {
    let scenario = &run["scenarios"][0];
    let mut checks = scenario["checks"].as_array().into_iter().flatten();
    let check = checks
        .find(|check| check["id"] == row.check)
        .ok_or_else(|| format!("not judged: {scenario:#}"))?;
    Ok(check["signature"].as_str().map(str::to_owned))
}

/// A run of one scenario with a fault; the sound one is played once for all its rows.
fn played(row: &Row, fault: &str) -> Result<Value, String> {
    static KNOWN: Mutex<BTreeMap<(String, String, String), Value>> = Mutex::new(BTreeMap::new());
    let key = (
        row.release.to_owned(),
        row.scenario.to_owned(),
        fault.to_owned(),
    );
    if let Some(run) = KNOWN.lock().unwrap().get(&key) {
        return Ok(run.clone());
    }
    let run = run(row, fault)?;
    KNOWN.lock().unwrap().insert(key, run.clone());
    Ok(run)
}

fn run(row: &Row, fault: &str) -> Result<Value, String> {
    let product = product(row.release)?;
    let world = tempfile::tempdir().unwrap();
    let bin = world.path().join("bin");
    fs_err::create_dir(&bin).unwrap();
    let saboteur = write_saboteur(&bin, &product, fault);
    let prepared = product.home.as_deref().and_then(Path::parent).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_kitty-gate"))
        .current_dir(world.path())
        .env("KITTY_GATE_CACHE", cache())
        // Made by the product without the fault.
        .env("KITTY_GATE_PREPARED", prepared.join("prepared"))
        .arg("run")
        .arg(saboteur)
        .args([row.scenario, "--json", "--keep", "never", "--out", "run"])
        .output()
        .unwrap();
    serde_json::from_slice(&output.stdout)
        .map_err(|error| format!("{error}\n{}", String::from_utf8_lossy(&output.stderr)))
}

fn write_saboteur(bin: &Path, product: &Product, fault: &str) -> PathBuf {
    let text = include_str!("saboteur.py")
        .replace("@REAL@", product.executable.to_str().unwrap())
        .replace("@FAULT@", fault);
    let file = bin.join("spec-kitty");
    let python = product.bin.join("python");
    let text = format!("#!{} -I\n{text}", python.display());
    fs_err::write(&file, text).unwrap();
    fs_err::set_permissions(&file, std::fs::Permissions::from_mode(0o755)).unwrap();
    file
}

fn product(release: &str) -> Result<Product, String> {
    let here = Path::new("");
    let spec = ProductSpec::parse(release, here).map_err(|error| error.to_string())?;
    let options = Options {
        caller: Caller::from_env(),
        ..Options::default()
    };
    provision(&spec, &Store::at(cache()), &options).map_err(|error| error.to_string())
}

/// The store that the command line would use.
fn cache() -> &'static Path {
    static CACHE: OnceLock<PathBuf> = OnceLock::new();
    CACHE.get_or_init(|| {
        std::env::var_os("KITTY_GATE_CACHE")
            .map(PathBuf::from)
            .or_else(kitty_gate::session::default_cache)
            .unwrap()
    })
}
