//! An executable that somebody else installed: taken as it is.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::home::{run_product, warm};
use super::identity::{bin_of, key_of_executable};
use super::store::Store;
use super::{EXECUTABLE, Method, PACKAGE, Product, Release, packages};
use crate::nested_env::reason::{EnvError, Reason};
use crate::nested_env::text;
use crate::process::Exit;
use crate::sandbox::SandboxRoot;
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
    let release = release_of(path)?;
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

/// What an executable says instead of being the product; nothing where it says that it is, or is known, or where
/// provisioning will say why it cannot be asked.
pub(super) fn claim(path: &Path, store: &Store) -> Result<Option<String>, EnvError> {
    if store.shelf("executables", &key_of_executable(path)?).record::<Product>().is_some() {
        return Ok(None);
    }
    let answer = match ask_version(path) {
        Err(EnvError::Prevented(_)) => return Ok(None),
        answer => answer?,
    };
    let is_known = answer.release.is_some() || is_installed_as_the_product(path)?;
    // What the operator or a busy machine cut off says nothing of it; who only waits says nothing by itself.
    let was_cut_off = matches!(answer.exit, Exit::Killed | Exit::Starved);
    Ok((!is_known && !was_cut_off).then(|| format!("its `--version` {}", answer.render())))
}

/// Whether the metadata beside it says so: a program that an installer made for the package, under its name.
fn is_installed_as_the_product(path: &Path) -> Result<bool, EnvError> {
    let real = fs_err::canonicalize(path)?;
    let is_installed =
        |site: &PathBuf| packages::installed_in(site).iter().any(|package| package.name == PACKAGE);
    Ok(real.file_name().is_some_and(|name| name == EXECUTABLE)
        && packages::sites_of(&bin_of(path)?).iter().any(is_installed))
}

fn release_of(path: &Path) -> Result<Release, EnvError> {
    let answer = ask_version(path)?;
    match &answer.release {
        Some(release) if answer.exit == Exit::Code(0) => Ok(release.clone()),
        _ => {
            let reason = Reason::new(SkipCode::ProductUnusable, SkipPhase::Verify, EXECUTABLE);
            Err(reason.excerpt(&format!("--version {}", answer.render())).into())
        }
    }
}

/// How long a program may take to say who it is, not counting what others kept from it. Releases take two seconds.
const TIMEOUT: Duration = Duration::from_secs(20);

/// What a program answers to `--version`.
struct Answer {
    exit: Exit,
    said: String,
    /// The release, where a line names the package and a version behind it.
    release: Option<Release>,
}

impl Answer {
    fn render(&self) -> String {
        format!("ended with {} and printed {:?}", self.exit, text::cut(&self.said, 200))
    }
}

fn ask_version(path: &Path) -> Result<Answer, EnvError> {
    let mut sandbox_root = SandboxRoot::new("version", None)?;
    let sandbox = sandbox_root.sandbox()?;
    // Under the product's name, as every scenario calls it.
    let bin = sandbox.root().join("bin");
    fs_err::create_dir(&bin)?;
    let executable = bin.join(EXECUTABLE);
    fs_err::os::unix::fs::symlink(path, &executable)?;
    let finished = run_product(&executable, &bin, &sandbox, &["--version"], TIMEOUT)?;
    // Its beginning is enough: a program that floods its stdout is no product.
    let said = finished.stdout.excerpt(4096)?;
    let release = said.lines().find_map(release_in);
    Ok(Answer { exit: finished.exit, said, release })
}

/// `spec-kitty-cli version 3.2.7`, as every release says it.
fn release_in(line: &str) -> Option<Release> {
    let mut words = line.split_whitespace().skip_while(|word| *word != PACKAGE).skip(1);
    words.find_map(|word| word.trim_start_matches('v').parse().ok())
}
