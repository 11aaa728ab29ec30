//! The product that the command line names: what it is, and where it is provisioned.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;

use support::nested_env::Caller;
use support::product::{Options as ProvisionOptions, ProductSpec, SpecError, Store, Tool, confirm};

use super::args::{Installer, ProductArgs};
use super::failure::Failure;
use crate::reference::{self, NoVariant, Variant};
use crate::runner::StopSwitch;
use crate::session::default_cache;

/// The product that the command line names.
pub(super) struct ResolvedProduct {
    /// As it was asked for.
    pub(super) name: String,
    pub(super) spec: ProductSpec,
    /// What its commands see beyond the environment of every sandbox.
    pub(super) env: BTreeMap<String, OsString>,
}

/// The product that the command line names, once it has said that it is the product.
pub(super) fn resolve(args: &ProductArgs, cache: &Path) -> Result<ResolvedProduct, Failure> {
    let product = named(args, cache)?;
    let store = Store::at(cache);
    // A program that is asked who it is ends with us.
    let stop = StopSwitch::listen(|_| {}).map_err(Failure::broken)?;
    let answer = confirm(&product.spec, &store);
    if stop.flag().load(Ordering::Acquire) {
        return Err(Failure::broken("it was stopped before anything was run"));
    }
    // Where it cannot even be asked, the run says why, as it does for all that the machine prevents.
    let Ok(Some(refused)) = answer else {
        return Ok(product);
    };
    let hint = "give a release of spec-kitty-cli, or a wheel, a checkout or an executable of it";
    Err(Failure::usage("not-the-product", refused.to_string()).hint(hint))
}

fn named(args: &ProductArgs, cache: &Path) -> Result<ResolvedProduct, Failure> {
    if args.product == reference::WORD {
        let variant = Variant::from_env().map_err(|why| no_variant(&why))?;
        return Ok(ResolvedProduct {
            name: variant.words(),
            spec: ProductSpec::Executable(variant.executable(cache).map_err(Failure::broken)?),
            env: variant.env(),
        });
    }
    let cwd = std::env::current_dir().map_err(Failure::broken)?;
    let spec = ProductSpec::parse(&args.product, &cwd).map_err(|error| no_such_product(&error))?;
    Ok(ResolvedProduct { name: args.product.clone(), spec, env: BTreeMap::new() })
}

pub(super) fn no_such_product(error: &SpecError) -> Failure {
    Failure::usage("no-such-product", error.to_string()).hint(error.hint())
}

fn no_variant(why: &NoVariant) -> Failure {
    match why {
        NoVariant::Fault(_) => Failure::usage("no-such-fault", why.to_string()).hint(
            "`cargo run -p kitty-reference -- faults` names them, in the source of kitty-gate",
        ),
        NoVariant::Edition(_) => Failure::usage("no-such-edition", why.to_string())
            .hint("there are `trusting` and `asking`"),
        NoVariant::Null(_) => Failure::usage("no-such-null-product", why.to_string())
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
