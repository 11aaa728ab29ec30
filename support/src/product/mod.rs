//! The product under test: a release, a wheel, a checkout or an executable becomes something that
//! can be driven.
//!
//! A product is provisioned once into a [`Store`] and then used read-only. Its dependencies are
//! those of its release date, its exact lock is recorded, and what was made is held against what
//! was asked for, each time.

mod as_of;
mod checkout;
mod claimed;
mod finding;
mod home;
mod identity;
mod installed;
mod packages;
mod pip_install;
mod pylock;
mod python;
mod range;
mod release;
mod replica;
mod spec;
mod store;
mod subject;
mod uv_install;
mod uv_obtain;
mod uv_resolve;
mod verify;
mod yanked;

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use claimed::{NotTheProduct, confirm};
pub use finding::{Finding, FindingCode};
pub use packages::normalised;
pub use pylock::LockedPackage;
pub use python::{Python, ScriptOutput};
pub use range::{NotARange, ReleaseRange};
pub use release::{NotARelease, Release};
pub use replica::{Replica, Replicator};
pub use spec::{ProductSpec, SpecError};
pub use store::Store;
pub use subject::{Checkout, GitState, Subject};

use crate::nested_env::tool::Tools;
use crate::nested_env::uv::Uv;
use crate::nested_env::{Caller, EnvError, Interpreter, PythonRequest, find_interpreter};
use store::CacheEntry;
use uv_resolve::Resolver;

/// The product's name in the package registry.
pub const PACKAGE: &str = "spec-kitty-cli";

/// The name of its executable.
const EXECUTABLE: &str = "spec-kitty";

/// A product that is ready to be driven.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Product {
    /// The release it is, as the installed product itself says.
    pub release: Release,
    /// Its executable, absolute.
    pub executable: PathBuf,
    /// The folder of its executables.
    pub bin: PathBuf,
    /// A HOME that its first command has filled; `None` where every scenario starts cold.
    pub home: Option<PathBuf>,
    /// How it was installed.
    pub method: Method,
    /// What it runs on; `None` for an executable that somebody else installed.
    pub interpreter: Option<Interpreter>,
    /// Every installed package; empty for an executable without Python packages beside it.
    pub lock: Vec<LockedPackage>,
    /// What a reader of the report must know.
    pub findings: Vec<Finding>,
    /// The date of its dependencies, RFC 3339; `None` when they are of today.
    pub as_of: Option<String>,
}

impl Product {
    /// Keeps the installation where it is for as long as the returned file lives: another
    /// kitty-gate that rebuilds the same product builds it beside this one.
    pub fn hold(&self) -> io::Result<std::fs::File> {
        store::hold(self.room())
    }

    /// The folder in the store that holds everything of this installation.
    fn room(&self) -> &Path {
        let levels = match self.method {
            Method::Uv | Method::Pip => 2,
            Method::Executable => 1,
        };
        self.bin.ancestors().nth(levels).unwrap_or(&self.bin)
    }
}

/// How a product was installed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Method {
    /// By uv.
    Uv,
    /// By the standard library's venv, and pip.
    Pip,
    /// By somebody else.
    Executable,
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.serialize(f)
    }
}

/// How to provision.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The interpreter that is asked for; else the first on PATH that serves.
    pub python: Option<PythonRequest>,
    /// The tool that installs.
    pub tool: Tool,
    /// What is taken over from whoever started us.
    pub caller: Caller,
}

/// The folder of packages that an executable of the product runs; `None` where no packages lie
/// beside it, as with a program that is one file.
pub fn site_packages_of(executable: &Path) -> io::Result<Option<PathBuf>> {
    let bin = identity::bin_of(executable)?;
    Ok(packages::sites_of(&bin).into_iter().next())
}

/// The tool that installs a product.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tool {
    /// uv where there is one or one can be had, else pip.
    #[default]
    Auto,
    /// pip, though there may be a uv.
    Pip,
}

/// Makes the product ready: takes it from the store, or puts it there first.
pub fn provision(
    spec: &ProductSpec,
    store: &Store,
    options: &Options,
) -> Result<Product, EnvError> {
    if let ProductSpec::Executable(path) = spec {
        return installed::provision(path, store);
    }
    let tools = store.tools(&options.caller);
    let interpreter = find_interpreter(&tools, options.python.as_ref())?;
    let key = identity::key_of(spec, &interpreter, options.tool, &tools)?;
    let shelf = store.shelf("products", &key);
    if let Some(product) = usable(&shelf, spec, &interpreter, options.tool, &tools) {
        return Ok(product);
    }
    let turn = shelf.lock()?;
    // Somebody else may have built it while we waited.
    if let Some(product) = usable(&shelf, spec, &interpreter, options.tool, &tools) {
        return Ok(product);
    }
    let room = turn.fresh()?;
    let uv = match options.tool {
        Tool::Auto => uv_obtain::obtain(&interpreter, store, &tools)?,
        Tool::Pip => None,
    };
    let product = build(spec, &interpreter, uv, &tools, &room)?;
    turn.publish(&room, &product)?;
    Ok(product)
}

/// What the shelf holds, if it is still what it was.
fn usable(
    shelf: &CacheEntry,
    spec: &ProductSpec,
    interpreter: &Interpreter,
    tool: Tool,
    tools: &Tools,
) -> Option<Product> {
    let product: Product = shelf.record()?;
    // What pip made for want of a uv is not dated; a uv that came later makes it better.
    let uv_came = || matches!(uv_obtain::on_path(tools), Ok(Some(_)));
    if tool == Tool::Auto && product.method == Method::Pip && uv_came() {
        return None;
    }
    let home_is_there = product.home.as_ref().is_none_or(|home| home.is_dir());
    let env = product.bin.parent()?;
    let verified = verify::installation(env, spec, interpreter, tools)
        .and_then(|_| verify::lock(env, &product.lock, interpreter));
    (home_is_there && verified.is_ok()).then_some(product)
}

/// Builds everything in `room`, an empty folder that nobody else uses.
fn build(
    spec: &ProductSpec,
    interpreter: &Interpreter,
    uv: Option<Uv>,
    tools: &Tools,
    room: &Path,
) -> Result<Product, EnvError> {
    let spec = &staged(spec, tools, room)?;
    let env = room.join("env");
    let (method, made) = if let Some(uv) = uv {
        let resolver = Resolver { uv, interpreter, tools, room };
        (Method::Uv, uv_install::install(&resolver, spec, &env)?)
    } else {
        let made = pip_install::install(spec, interpreter, tools, room, &env)?;
        (Method::Pip, made)
    };
    let release = verify::installation(&env, spec, interpreter, tools)?;
    verify::lock(&env, &made.lock, interpreter)?;
    let bin = env.join("bin");
    let executable = bin.join(EXECUTABLE);
    let mut findings = made.findings;
    let home = home::warm(&executable, &bin, &room.join("home"), &mut findings)?;
    if made.as_of.is_none() && matches!(spec, ProductSpec::Release(_)) {
        findings.iter_mut().for_each(Finding::blame_drift);
    }
    Ok(Product {
        release,
        executable,
        bin,
        home,
        method,
        interpreter: Some(interpreter.clone()),
        lock: made.lock,
        findings,
        as_of: made.as_of,
    })
}

/// The same product, from a copy in `room`: a file of the user's may change or go while it is
/// built, and a build must leave nothing in a folder of the user's.
fn staged(spec: &ProductSpec, tools: &Tools, room: &Path) -> Result<ProductSpec, EnvError> {
    let copy = room.join("source").join(spec.label());
    Ok(match spec {
        ProductSpec::Release(_) | ProductSpec::Executable(_) => spec.clone(),
        ProductSpec::Wheel(path) => {
            fs_err::create_dir_all(room.join("source"))?;
            fs_err::copy(path, &copy)?;
            ProductSpec::Wheel(copy)
        }
        ProductSpec::Checkout(path) => {
            checkout::copy(path, &copy, tools)?;
            ProductSpec::Checkout(copy)
        }
    })
}

/// What an installation leaves besides the environment.
struct InstallRecord {
    lock: Vec<LockedPackage>,
    findings: Vec<Finding>,
    as_of: Option<String>,
}
