//! An executable that somebody else installed: taken as it is.

use std::path::Path;

use super::home::{run_product, warm};
use super::identity::{bin_of, key_of_executable};
use super::store::Store;
use super::{EXECUTABLE, Method, Product, Release, packages};
use crate::nested_env::reason::{EnvError, Reason};
use crate::process::Exit;
use crate::sandbox::Ground;
use crate::skip::{SkipCode, SkipPhase};

/// Asks the executable which release it is, and warms a HOME for it. Both are kept until the file
/// or the packages beside it change.
pub(super) fn provision(path: &Path, store: &Store) -> Result<Product, EnvError> {
    let shelf = store.shelf("executables", &key_of_executable(path)?);
    let usable = || {
        shelf
            .record::<Product>()
            .filter(|product| product.home.as_ref().is_none_or(|home| home.is_dir()))
    };
    if let Some(product) = usable() {
        return Ok(product);
    }
    let turn = shelf.lock()?;
    if let Some(product) = usable() {
        return Ok(product);
    }
    let room = turn.fresh()?;
    // git starts merge drivers by the product's name, whatever this file is called.
    let bin = room.join("bin");
    fs_err::create_dir(&bin)?;
    let executable = bin.join(EXECUTABLE);
    fs_err::os::unix::fs::symlink(path, &executable)?;
    let release = release_of(&executable, &bin)?;
    let lock = packages::sites_of(&bin_of(path)?)
        .first()
        .map(|site| packages::installed_in(site))
        .unwrap_or_default();
    let mut findings = Vec::new();
    let home = warm(&executable, &bin, &room.join("home"), &mut findings)?;
    let product = Product {
        release,
        executable,
        bin,
        home,
        method: Method::Executable,
        interpreter: None,
        lock,
        findings,
        as_of: None,
    };
    turn.publish(&room, &product)?;
    Ok(product)
}

/// The last word of `--version` that is one.
fn release_of(executable: &Path, bin: &Path) -> Result<Release, EnvError> {
    let mut ground = Ground::new("version", None)?;
    let sandbox = ground.sandbox()?;
    let finished = run_product(executable, bin, &sandbox, &["--version"])?;
    let said = String::from_utf8_lossy(&finished.stdout.bytes()?).into_owned();
    let release = said
        .split_whitespace()
        .rev()
        .find_map(|word| word.trim_start_matches('v').parse().ok());
    match release {
        Some(release) if finished.exit == Exit::Code(0) => Ok(release),
        _ => {
            let reason = Reason::new(SkipCode::ProductUnusable, SkipPhase::Verify, EXECUTABLE);
            let text = format!("--version: {}; it printed {said:?}", finished.exit);
            Err(reason.excerpt(&text).into())
        }
    }
}
